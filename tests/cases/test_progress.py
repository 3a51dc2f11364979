"""Who may hear how a case stands, and by which steps he asks (CH-05): rule and table, pure."""

from dataclasses import replace
from itertools import product

import pytest

from cases.closing import CaseFlag
from cases.facts import ProgressAnswer
from cases.progress import (
    TRIES,
    WRONG_CODES,
    AskCue,
    Asks,
    Enquiry,
    Progress,
    advance,
    judge,
    query_code,
    ticket_of,
)
from cases.status import CaseStatus
from kernel.ids import CaseId, NumberKey, TicketNo
from storage.field_cipher import FieldCipher, FieldKeys

CIPHER = FieldCipher(FieldKeys(sealing={1: b"c" * 32}, index=b"x" * 32))
TICKET = TicketNo("22010020261121000042")
OWNER, STRANGER = NumberKey("owner"), NumberKey("stranger")
CODE = query_code(CIPHER, TICKET)
WRONG = "999999" if CODE != "999999" else "999998"
FOUND = Progress(
    ticket_no=TICKET,
    case=CaseId("c"),
    status=CaseStatus.DISPATCHED,
    request_type="help",
    owners=frozenset({OWNER}),
    flags=frozenset(),
    unit="环保局",
    dispatched_at=None,
    closed_at=None,
    wrong_codes=0,
)


def test_ch_05_the_number_of_the_case_is_enough() -> None:
    assert judge(FOUND, OWNER, None, CODE) == (ProgressAnswer.TOLD, "number")
    assert judge(FOUND, OWNER, WRONG, CODE) == (ProgressAnswer.TOLD, "number")


def test_ch_05_another_number_needs_the_query_code() -> None:
    assert judge(FOUND, STRANGER, None, CODE) == (ProgressAnswer.NOT_OWNER, "")
    assert judge(FOUND, STRANGER, WRONG, CODE) == (ProgressAnswer.WRONG_CODE, "code")
    assert judge(FOUND, STRANGER, CODE, CODE) == (ProgressAnswer.TOLD, "code")


def test_ch_05_a_withheld_number_owns_nothing() -> None:
    anonymous = replace(FOUND, owners=frozenset())

    assert judge(anonymous, None, None, CODE) == (ProgressAnswer.NOT_OWNER, "")
    assert judge(anonymous, None, CODE, CODE) == (ProgressAnswer.TOLD, "code")


def test_ch_05_an_unknown_ticket_is_told_as_such() -> None:
    assert judge(None, OWNER, CODE, "") == (ProgressAnswer.UNKNOWN, "")


@pytest.mark.parametrize("flag", [CaseFlag.CONFIDENTIAL, CaseFlag.WHISTLEBLOWER, CaseFlag.CRISIS])
def test_ch_05_nothing_is_said_of_a_confidential_case_even_to_its_owner(flag: CaseFlag) -> None:
    guarded = replace(FOUND, flags=frozenset({flag}))

    assert judge(guarded, OWNER, None, CODE) == (ProgressAnswer.GUARDED, "number")
    assert judge(guarded, STRANGER, CODE, CODE) == (ProgressAnswer.GUARDED, "code")
    # a stranger does not even learn that it is confidential
    assert judge(guarded, STRANGER, None, CODE) == judge(FOUND, STRANGER, None, CODE)
    assert judge(guarded, STRANGER, WRONG, CODE) == judge(FOUND, STRANGER, WRONG, CODE)


def test_ch_05_after_many_wrong_codes_even_the_right_one_opens_nothing() -> None:
    tried = replace(FOUND, wrong_codes=WRONG_CODES)

    assert judge(tried, STRANGER, CODE, CODE)[0] is ProgressAnswer.GUARDED
    assert judge(tried, OWNER, None, CODE)[0] is ProgressAnswer.TOLD  # he cannot be locked out


def test_ch_05_a_code_has_six_figures_without_a_leading_nought_and_belongs_to_its_ticket() -> None:
    codes = {query_code(CIPHER, TicketNo(f"220100202611210{n:05d}")) for n in range(500)}

    assert all(len(code) == 6 and code.isdigit() and code[0] != "0" for code in codes)
    assert len(codes) > 490
    assert query_code(CIPHER, TICKET) == CODE
    other_house = FieldCipher(FieldKeys(sealing={1: b"c" * 32}, index=b"y" * 32))
    assert query_code(other_house, TICKET) != CODE


def test_ch_05_day_and_sequence_are_enough_for_a_ticket_of_our_own_region() -> None:
    assert ticket_of("20261121000042", "220100") == TICKET
    assert ticket_of(TICKET, "620100") == TICKET
    for keys in ("", "123", "2026112100004", TICKET + "1", "2026112100004*"):
        assert ticket_of(keys, "220100") is None


def test_ch_05_a_third_wrong_try_leads_to_a_person_whatever_was_wrong() -> None:
    for wrong in product((AskCue.UNKNOWN, AskCue.WRONG_CODE), repeat=TRIES):
        enquiry = Enquiry(Asks.CODE if AskCue.WRONG_CODE in wrong else Asks.TICKET)
        for cue in wrong:
            enquiry = advance(enquiry, cue)
        assert enquiry.at is Asks.PERSON
        assert enquiry.wrong == TRIES


@pytest.mark.parametrize("at", [Asks.TICKET, Asks.CODE])
@pytest.mark.parametrize("cue", [AskCue.PERSON_KEY, AskCue.SILENCE, AskCue.GUARDED, AskCue.AWAY])
def test_ch_05_nought_silence_and_trouble_lead_to_a_person_at_any_time(
    at: Asks, cue: AskCue
) -> None:
    assert advance(Enquiry(at), cue).at is Asks.PERSON


def test_ch_05_who_was_told_may_hear_it_again_or_have_a_person_or_go() -> None:
    told = Enquiry(Asks.TELLING)

    assert advance(told, AskCue.AGAIN) == told
    assert advance(told, AskCue.PERSON_KEY).at is Asks.PERSON
    assert advance(told, AskCue.SILENCE).at is Asks.OVER


def test_no_pair_leaves_a_caller_stuck() -> None:
    for at, cue in product((Asks.TICKET, Asks.CODE, Asks.TELLING), AskCue):
        assert advance(Enquiry(at), cue).at in Asks
