"""The score beside the form (REC-02)."""

from intake.completeness import completeness
from intake.ticket import TicketForm
from tests.intake.forms import form


def test_a_form_with_every_element_scores_a_hundred() -> None:
    full = form(
        content="从十一月一日开始家里暖气一直不热，最高只有十六度",
        incident_time="2026-11-19T10:00:00+08:00",
        contact_number="13900001111",
    )

    assert completeness(full).score == 100
    assert completeness(full).missing == ()


def test_what_lacks_is_named_the_weightiest_first() -> None:
    found = completeness(form(content="短", title=""))

    assert found.missing == ("content", "title", "incident_time", "contact_number")
    assert found.score == 100 - 25 - 10 - 5 - 5


def test_a_suggestion_needs_neither_place_nor_subject() -> None:
    assert not {"incident_address", "subject_name"} & set(
        completeness(TicketForm(request_type="suggestion")).missing
    )
