"""Who sees how much of a person (C7, SEC-01, SEC-02)."""

from typing import Any

import pytest

from cases.case import Protection, TicketFile
from cases.masking import ANONYMOUS, HIDDEN_TEXT, KINDS, TABLE, Kind, Viewer, show
from intake.ticket import PERSONAL as OF_FORM
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo
from tests.cases.filings import AT

PERSONAL = {
    "caller_number": "+8613812345678",
    "caller_name": "王小明",
    "id_no": "11010519491231002X",
    "contact_address": "长春市朝阳区示范路88号",
    "content": "邻居王小明家漏水",
    "subject_name": "某物业公司",
}
OPEN = Protection()
GUARDED = [Protection(confidential=True), Protection(whistleblower=True)]
PERSON = ("caller_number", "caller_name", "id_no", "contact_address")


def ticket(protection: Protection = OPEN, **more: Any) -> TicketFile:
    return TicketFile(
        ticket_no=TicketNo("22010020261120000001"),
        ticket_key=TicketKey("k"),
        case_id=CaseId("c"),
        nth=1,
        parent_ticket_no=None,
        submitted_at=AT,
        call=CallId("cc1-1.1"),
        agent=AgentNo("1001"),
        region_code="220100",
        request_type="report",
        category_code="0201010101",
        title="t",
        urgency="normal",
        protection=protection,
        caller_tags=(),
        frame={},
        said={},
        personal={**PERSONAL, **more},
    )


def test_the_agent_in_the_call_sees_all_but_the_identity_number() -> None:
    shown = show(ticket(), Viewer.AGENT_IN_CALL)

    assert shown.personal == {**PERSONAL, "id_no": "***002X"}
    assert shown.needs_reveal == ()


def test_a_supervisor_sees_the_person_in_part_until_he_gives_a_reason() -> None:
    shown = show(ticket(), Viewer.SUPERVISOR)

    assert shown.personal["caller_number"] == "138****5678"
    assert shown.personal["caller_name"] == "王**"
    assert shown.personal["id_no"] == "***002X"
    assert shown.personal["contact_address"] == PERSONAL["contact_address"]
    assert shown.needs_reveal == ("caller_name", "caller_number", "id_no")


def test_a_revealed_field_is_whole_for_the_supervisor_and_no_other_field_is() -> None:
    shown = show(ticket(), Viewer.SUPERVISOR, revealed=frozenset({"caller_number"}))

    assert shown.personal["caller_number"] == "+8613812345678"
    assert shown.personal["caller_name"] == "王**"
    assert shown.needs_reveal == ("caller_name", "id_no")


def test_the_handling_unit_sees_the_matter_and_a_part_of_the_person() -> None:
    shown = show(ticket(), Viewer.HANDLING_UNIT).personal

    assert shown["caller_number"] == "138****5678"
    assert shown["caller_name"] == "王**"
    assert shown["id_no"] == HIDDEN_TEXT
    assert shown["contact_address"] == "长春市朝阳区***"
    assert shown["content"] == PERSONAL["content"]


def test_the_accused_unit_sees_nothing_of_the_person() -> None:
    shown = show(ticket(), Viewer.ACCUSED_UNIT).personal

    assert {shown[name] for name in PERSON} == {HIDDEN_TEXT}
    assert shown["content"] == PERSONAL["content"]


def test_a_board_shows_neither_words_nor_persons() -> None:
    shown = show(ticket(), Viewer.BOARD).personal

    assert (shown["content"], shown["subject_name"], shown["id_no"]) == (HIDDEN_TEXT,) * 3
    assert (shown["caller_number"], shown["caller_name"]) == ("138****5678", "王**")


@pytest.mark.parametrize("guard", GUARDED)
def test_a_protected_citizen_is_anonymous_to_every_unit(guard: Protection) -> None:
    for viewer in (Viewer.HANDLING_UNIT, Viewer.ACCUSED_UNIT):
        shown = show(ticket(guard), viewer).personal

        assert shown["caller_name"] == ANONYMOUS
        assert {shown[name] for name in ("caller_number", "id_no", "contact_address")} == {
            HIDDEN_TEXT
        }


@pytest.mark.parametrize("guard", GUARDED)
def test_the_accused_unit_gets_no_word_of_a_protected_report(guard: Protection) -> None:
    """SEC-02: 控告、举报材料 are not passed on to the accused."""
    shown = show(ticket(guard), Viewer.ACCUSED_UNIT, revealed=frozenset(PERSONAL))

    assert shown.personal["content"] == HIDDEN_TEXT
    assert shown.needs_reveal == ()


@pytest.mark.parametrize("guard", GUARDED)
def test_protection_is_one_level_stricter_for_the_supervisor_too(guard: Protection) -> None:
    shown = show(ticket(guard), Viewer.SUPERVISOR, revealed=frozenset({"caller_number"}))

    assert shown.personal["caller_number"] == "138****5678"
    assert shown.needs_reveal == ("contact_address", "content", "subject_name")


def test_a_field_nobody_classified_is_guarded_as_the_dearest() -> None:
    shown = show(ticket(new_field="secret-9999"), Viewer.BOARD).personal

    assert shown["new_field"] == HIDDEN_TEXT


def test_a_value_that_is_no_number_is_hidden_whole() -> None:
    assert show(ticket(caller_number="?"), Viewer.BOARD).personal["caller_number"] == HIDDEN_TEXT


@pytest.mark.parametrize("viewer", Viewer)
def test_the_table_has_every_cell(viewer: Viewer) -> None:
    assert set(TABLE[viewer]) == set(Kind)


def test_every_personal_field_of_the_form_has_its_kind() -> None:
    assert {*OF_FORM, "caller_number"} == set(KINDS)
