"""Calls that a guest answered, whose phone the rehearsal cannot hear."""

from dataclasses import replace

from hotline.rehearsal.compare import compare
from hotline.rehearsal.guests import believed, filed_by_guests, guests_calls
from hotline.rehearsal.system_says import SystemSays
from hotline.rehearsal.verdicts import Fate, Verdict, judge
from tests.hotline.rehearsal.scene import citizen
from tests.hotline.rehearsal.test_compare import FILED, MENUS, SAYS, scene

# a is answered at a seat that none of our phones belongs to
UNHEARD = [judge(citizen("a", answered=0, left=35), [], MENUS), *scene()[1:]]
OURS = {"1001", "1002"}


def says(*agents: str) -> SystemSays:
    return replace(SAYS, calls=(replace(SAYS.calls[0], agents=agents), *SAYS.calls[1:]))


def compared(verdicts: list[Verdict], system: SystemSays, tickets: bool = True) -> list[str]:
    guests = guests_calls(verdicts, system, OURS)
    trusted = [believed(one, guests.get(one.citizen.sip_call_id)) for one in verdicts]
    filed = [*FILED[1:], *filed_by_guests(guests, system)]
    if not tickets:
        system = replace(system, tickets=system.tickets[1:])
        filed = list(FILED[1:])
    return [one.en for one in compare(trusted, filed, system)]


def test_a_guests_call_and_ticket_are_no_difference() -> None:
    shifted = replace(says("1013").calls[0], asked_at=UNHEARD[0].asked_at)
    system = replace(says("1013"), calls=(shifted, *SAYS.calls[1:]))

    assert compared(UNHEARD, system) == []
    assert compared(UNHEARD, system, tickets=False) == [], "a guest owes no ticket"


def test_an_answer_by_one_of_ours_that_no_phone_heard_is_a_difference() -> None:
    assert guests_calls(UNHEARD, says("1001"), OURS) == {}
    assert any(
        "was left_line outside, answered" in told for told in compared(UNHEARD, says("1001"))
    )


def test_an_answer_by_nobody_is_no_guests() -> None:
    assert guests_calls(UNHEARD, says(), OURS) == {}


def test_when_he_began_to_wait_is_still_the_outsides_to_say() -> None:
    late = replace(says("1013").calls[0], waited=40.0)
    system = replace(says("1013"), calls=(late, *SAYS.calls[1:]))

    assert any("waited" in told for told in compared(UNHEARD, system))


def test_the_fate_of_a_guests_call_is_answered() -> None:
    system = says("1013")
    guests = guests_calls(UNHEARD, system, OURS)

    one = believed(UNHEARD[0], guests["a"])

    assert (one.fates, one.by_guest) == ({Fate.ANSWERED}, True)
