"""What a complete ticket hands to the case store: open and personal fields parted."""

from typing import Any

import pytest

from cases.status import CaseCue
from intake.ticket import NO_TITLE, PERSONAL, Ticket, TicketForm, complete
from kernel.ids import NumberKey, TicketKey
from tests.intake.forms import AT, CATALOGUE, EXCLUDED, HEATING, REPORT, form, identity


def ticket_of(filled: TicketForm) -> Ticket:
    return complete(filled, identity(), CATALOGUE, ticket_key=TicketKey("key"), now=AT)


def test_of_a_state_secret_only_the_code_is_kept() -> None:
    """EXC-03: the free text of form, draft and ticket is gone."""
    secret = form(
        exclusion_code="state_secret", guidance_given=True, guidance_text="机密", title="机密事项"
    )

    ticket = ticket_of(secret)
    filing = ticket.filing(contact_key=None)

    assert filing.title == NO_TITLE
    assert set(filing.personal) == {"caller_name", "caller_number"}
    assert "机密" not in str(filing) + str(filing.said) + str(filing.personal)
    assert filing.said["exclusion_code"] == "state_secret"


def test_personal_fields_are_parted_from_open_ones() -> None:
    filled = form(**{**REPORT, "contact_number": "13900001111", "id_no": "11010519491231002X"})

    filing = ticket_of(filled).filing(contact_key=NumberKey("c" * 64))

    assert not set(PERSONAL) & set(filing.said)
    assert filing.personal["caller_number"] == "+8613812345678"
    assert filing.personal["subject_name"] == "某作坊"
    assert "13812345678" not in str(filing.frame) + str(filing.said) + repr(filing)
    assert filing.contact_key == "c" * 64
    assert filing.protection.whistleblower


def test_the_filing_says_its_category_and_the_units_the_catalogue_suggests() -> None:
    filing = ticket_of(form()).filing(contact_key=None)

    assert filing.category_code == HEATING
    assert len(filing.said["category_path"]) >= 5  # type: ignore[arg-type]
    assert filing.said["catalogue_version"] == CATALOGUE.version
    assert filing.said["suggested_units"] == [
        {"id": "heating", "confidence": 1.0, "source": "catalogue"}
    ]


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, CaseCue.ACCEPT),
        ({"answered_on_call": True, "answer_text": "x"}, CaseCue.ANSWER),
        (EXCLUDED, CaseCue.REFUSE),
    ],
)
def test_the_outcome_follows_from_the_form(changed: dict[str, Any], outcome: CaseCue) -> None:
    assert ticket_of(form(**changed)).filing(contact_key=None).outcome is outcome


def test_a_merge_marks_the_ticket_as_repeated() -> None:
    filing = ticket_of(form(merge_into="case-1")).filing(contact_key=None)

    assert filing.merge_into == "case-1"
    assert filing.said["is_repeat"] is True
