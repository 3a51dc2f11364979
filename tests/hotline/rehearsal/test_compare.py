"""The report finds each kind of difference: one injected at a time into a scene without any."""

from dataclasses import replace

import pytest

from hotline.rehearsal.compare import Filed, compare
from hotline.rehearsal.system_says import SystemCall, SystemDuty, SystemSays, SystemTicket
from hotline.rehearsal.verdicts import Verdict, judge
from tests.hotline.rehearsal.scene import NUMBER, at, citizen, ring, s

OTHER = "19904310002"
MENUS = {"": s(10)}


def scene() -> list[Verdict]:
    """a: answered, 14 to 34. b: leaves the line; c: the same number again, answered.

    d: withheld, leaves the line. e: leaves the menu.
    """
    return [
        judge(
            citizen("a", answered=0, sent_off=35),
            [ring("S1", rang=12, answered=14, ended=34)],
            MENUS,
        ),
        judge(citizen("b", answered=1, left=21, number=OTHER), [], MENUS),
        judge(
            citizen("c", answered=40, left=60, number=OTHER),
            [ring("S2", rang=50, answered=51, ended=60)],
            MENUS,
        ),
        judge(citizen("d", answered=2, left=22, number=""), [], MENUS),
        judge(citizen("e", answered=3, left=6, number="19904310003"), [], MENUS),
    ]


def call(sip: str, fate: str | None, waited: float | None, **more: object) -> SystemCall:
    plain = SystemCall(
        call=f"cc1-{sip}",
        sip_call_id=sip,
        caller="",
        fate=fate,
        asked_at=at(0),
        waited=waited,
        seat=None,
        ended_at=at(1),
        recording_s=None,
        tickets=(),
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # any field of the scene


SAYS = SystemSays(
    calls=(
        call("a", "answered", 4.05, seat="S1", recording_s=19.8),
        call("b", "abandoned", 10.0),
        call("c", "answered", 1.0, seat="S2", recording_s=9.0),
        call("d", "abandoned", 9.9),
        call("e", None, None),
    ),
    tickets=(
        SystemTicket("T1", "cc1-a", "199****0001", "C1"),
        SystemTicket("T2", "cc1-c", "199****0002", "C2"),
    ),
    cases=("C1", "C2"),
    duties=(
        SystemDuty("D1", ("cc1-b",), "self_resolved"),
        SystemDuty("D2", ("cc1-d",), "uncallable"),
    ),
)
FILED = [Filed("S1", "cc1-a", "T1"), Filed("S2", "cc1-c", "T2")]


def with_call(n: int, **more: object) -> SystemSays:
    calls = list(SAYS.calls)
    calls[n] = replace(calls[n], **more)  # type: ignore[arg-type]  # any field of the scene
    return replace(SAYS, calls=tuple(calls))


def with_ticket(**more: str) -> SystemSays:
    return replace(SAYS, tickets=(replace(SAYS.tickets[0], **more), SAYS.tickets[1]))


def with_duty(**more: object) -> SystemSays:
    first = replace(SAYS.duties[0], **more)  # type: ignore[arg-type]  # any field of the scene
    return replace(SAYS, duties=(first, SAYS.duties[1]))


def test_a_rehearsal_in_which_all_agrees_has_no_difference() -> None:
    assert compare(scene(), FILED, SAYS) == []


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (replace(SAYS, calls=SAYS.calls[:4]), "The system knows no call e"),
        (with_call(0, fate="abandoned"), "Call a was answered outside, abandoned in the system"),
        (with_call(1, fate="answered"), "Call b was left_line outside, answered in the system"),
        (with_call(4, fate="abandoned"), "Call e was left_menu outside, abandoned in the system"),
        (with_call(0, waited=4.35), "Call a waited 4.000 s outside, 4.350 s in the system"),
        (with_call(0, waited=3.75), "Call a waited 4.000 s outside, 3.750 s in the system"),
        (with_call(1, waited=None), "Call b waited 10.000 s outside, - s in the system"),
        (with_call(0, seat="S2"), "Call a was answered at seat S1, the system says S2"),
        (with_call(0, recording_s=None), "Call a talked 20.0 s, its recording has - s"),
        (with_call(0, recording_s=12.0), "Call a talked 20.0 s, its recording has 12.0 s"),
        (with_ticket(call="cc1-c"), "Ticket T1 belongs to call cc1-a, the system says cc1-c"),
        (with_ticket(caller="199****0009"), "Ticket T1 should carry 199****0001"),
        (with_ticket(case_id=""), "Ticket T1 has no case"),
        (with_duty(state="open"), "The duty of call b should be self_resolved, it is open"),
        (with_duty(calls=("cc1-b", "cc1-e")), "The duty of call b should merge 1 calls, it has 2"),
        (replace(SAYS, duties=SAYS.duties[:1]), "The missed call d left no duty"),
        (
            replace(SAYS, duties=(*SAYS.duties, SystemDuty("D3", ("cc1-e",), "open"))),
            "Duty D3 stands for no missed call",
        ),
        (
            replace(SAYS, tickets=(*SAYS.tickets, SystemTicket("T3", None, "", "C3"))),
            "Ticket T3 was filed by nobody of ours",
        ),
    ],
)
def test_each_kind_of_difference_is_found_and_nothing_else(says: SystemSays, sentence: str) -> None:
    found = compare(scene(), FILED, says)

    assert len(found) == 1
    assert sentence in found[0].sentence


def test_who_presses_nothing_hears_the_music_a_moment_after_the_menu() -> None:
    """Outside his wait begins with the music; who presses begins it himself."""
    silent = judge(citizen("a", answered=0, left=21), [], MENUS)
    presses = judge(citizen("b", answered=0, pressed=1, left=21, key="0"), [], {"0": s(9)})
    says = (call("a", "abandoned", 11.25), call("b", "abandoned", 11.25))

    found = compare([silent, presses], [], replace(SAYS, calls=says, tickets=(), duties=()))

    assert [one.about for one in found if "waited" in one.en] == ["b"]


@pytest.mark.parametrize(("by_page", "late"), [(False, ["a", "b"]), (True, ["b"])])
def test_of_a_page_the_two_may_be_joined_a_moment_after_its_answer(
    by_page: bool, late: list[str]
) -> None:
    """Its browser wants the cores just then."""
    verdicts, waited = [], {"a": 4.35, "b": 4.55}
    for name in waited:
        leg = ring("S1", rang=12, answered=14, ended=34)
        leg = replace(leg, packets_sent=None) if by_page else leg
        verdicts.append(judge(citizen(name, answered=0, sent_off=35), [leg], MENUS))
    says = tuple(call(name, "answered", wait, seat="S1") for name, wait in waited.items())

    found = compare(verdicts, [], replace(SAYS, calls=says, tickets=(), duties=()))

    assert [one.about for one in found if "waited" in one.en] == late


def test_an_answered_call_without_a_form_is_found() -> None:
    found = compare(scene(), FILED[1:], replace(SAYS, tickets=SAYS.tickets[1:]))

    assert [one.en for one in found] == ["Call a was answered but has no ticket."]


def test_a_form_that_was_not_stored_is_found() -> None:
    found = compare(scene(), FILED, replace(SAYS, tickets=SAYS.tickets[1:]))

    assert "Ticket T1 of call a is not stored" in found[0].en


def test_a_call_that_sipp_did_not_place_is_found() -> None:
    verdicts = scene()
    verdicts[4] = replace(verdicts[4], citizen=replace(verdicts[4].citizen, rang_at=None))

    assert [one.en for one in compare(verdicts, FILED, SAYS)] == ["Call e was never dialled."]


def test_at_a_photo_finish_either_word_of_the_system_is_right() -> None:
    photo = judge(
        citizen("a", answered=0, left=14.1), [ring("S1", rang=12, answered=14, ended=14.1)], MENUS
    )
    owed = SystemDuty("D1", ("cc1-a",), "open")
    left = SystemSays((call("a", "abandoned", 4.1),), (), (), (owed,))
    taken = SystemSays((call("a", "answered", 4.0, seat="S1"),), SAYS.tickets[:1], ("C1",), ())

    assert compare([photo], [], left) == []
    assert compare([photo], FILED[:1], taken) == []


def test_a_talk_ends_for_the_recording_when_the_citizen_has_hung_up() -> None:
    """Asterisk swallows his BYE while the greeting plays: with us dead the seat learns it late."""
    late = judge(
        citizen("a", answered=0, left=16), [ring("S1", rang=12, answered=14, ended=19)], MENUS
    )
    short = SystemSays(
        (call("a", "answered", 4.05, seat="S1", recording_s=2.1),), SAYS.tickets[:1], ("C1",), ()
    )
    wrong = replace(short, calls=(replace(short.calls[0], recording_s=0.2),))

    assert compare([late], FILED[:1], short) == []
    assert [one.en for one in compare([late], FILED[:1], wrong)] == [
        "Call a talked 2.0 s, its recording has 0.2 s (the seat sent 250 packets)."
    ]


@pytest.mark.parametrize(("packets", "differs"), [(500, True), (378, False), (150, True)])
def test_a_recording_holds_what_the_seat_sent_and_who_sent_little_is_a_difference(
    packets: int, differs: bool
) -> None:
    """Where the machine has no time for our phones, they send less."""
    leg = replace(ring("S1", rang=12, answered=14, ended=24), packets_sent=packets)
    verdict = judge(citizen("a", answered=0, sent_off=25), [leg], MENUS)
    kept = min(packets / 50, 7.5)
    says = SystemSays(
        (call("a", "answered", 4.05, seat="S1", recording_s=kept),), SAYS.tickets[:1], ("C1",), ()
    )

    found = [one.en for one in compare([verdict], FILED[:1], says)]

    assert bool(found) is differs


def test_repeated_missed_calls_of_a_number_are_one_duty() -> None:
    """MISS-01: merge repeats; a withheld number gives a duty for each call."""
    missed = [
        judge(citizen("a", answered=0, left=20), [], MENUS),
        judge(citizen("b", answered=30, left=50), [], MENUS),
        judge(citizen("c", answered=60, sent_off=90, number=NUMBER), [], MENUS),
    ]
    calls = (
        call("a", "abandoned", 10),
        call("b", "abandoned", 10),
        call("c", "failed", None),
    )
    duty = SystemDuty("D1", ("cc1-a", "cc1-b", "cc1-c"), "open")

    assert compare(missed, [], SystemSays(calls, (), (), (duty,))) == []


def test_whom_another_centre_has_answered_is_owed_no_call() -> None:
    """SRG-02."""
    over = judge(citizen("c", answered=60, sent_off=90, number=NUMBER), [], MENUS)

    says = SystemSays((call("c", "overflowed", None),), (), (), ())
    assert compare([over], [], says) == []


@pytest.mark.parametrize("state", ["open", "assigned", "dialling", "unreached"])
def test_a_duty_that_is_being_rung_back_is_owed_still(state: str) -> None:
    """By day seats without a caller ring back whom nobody answered; they find him busy."""
    missed = judge(citizen("b", answered=1, left=21, number=OTHER), [], MENUS)
    calls = (call("b", "abandoned", 10.0),)
    says = SystemSays(calls, (), (), (SystemDuty("D1", ("cc1-b",), state),))

    assert compare([missed], [], says) == []


@pytest.mark.parametrize("state", ["closed", "self_resolved", "unreached_exhausted"])
def test_a_duty_that_is_settled_though_nobody_spoke_with_him_is_found(state: str) -> None:
    missed = judge(citizen("b", answered=1, left=21, number=OTHER), [], MENUS)
    calls = (call("b", "abandoned", 10.0),)
    says = SystemSays(calls, (), (), (SystemDuty("D1", ("cc1-b",), state),))

    (found,) = compare([missed], [], says)

    assert f"should be open, it is {state}" in found.en
