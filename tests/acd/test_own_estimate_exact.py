"""The wait told to who needs what not every seat can do: of his own seats and line (SPC-03).

Conversations last 64 s and nobody gives up: who has k callers ahead at n seats waits (k + 1) * 64/n
seconds on average.
"""

from acd.announcements import estimate_of
from acd.happenings import CallerLeft, DirectoryLoaded, Pause, PhoneSeen
from acd.wait_estimate import Measured, WaitEstimate
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason
from tests.acd.centre import Centre, directory

HOLDING_S = 64.0
KO = {"minority_lang:ko": 3}
ELSE = {"expert": 1}  # serves, and takes nobody here


def centre_with(koreans: int, others: int) -> Centre:
    """Seats of Koreans first; each talks with one of "t1", "t2" ..."""
    centre = Centre(directory(*(KO,) * koreans, *(ELSE,) * others))
    centre.staff(*range(1, koreans + others + 1))
    for n in range(1, koreans + 1):
        centre.call(f"t{n}", "korean")
        centre.answer(LegId(f"7-{n:06d}"))
    return centre


def lined_up(centre: Centre, *names: str) -> None:
    """By the letter: k for Korean, g for general; so far apart that no head start counts."""
    for name in names:
        centre.clock.advance(600)
        centre.call(name, "korean" if name.startswith("k") else "general")


def told(centre: Centre, name: str) -> WaitEstimate | None:
    memory = centre.floor._memory
    memory.measured = Measured.starting_with(HOLDING_S, 1e300, 1.0)
    caller = memory.callers[CallId(name)]
    place = memory.line.ahead_of(caller) + 1
    return estimate_of(memory, caller, centre.clock.now(), place)


def mean_s(centre: Centre, name: str) -> float | None:
    found = told(centre, name)
    return found.mean_s if found is not None else None


def test_spc_03_who_needs_a_language_waits_for_its_seats_and_behind_its_callers() -> None:
    """Neither the two of other needs before him count, nor who is behind him, nor other seats."""
    centre = centre_with(2, 4)
    lined_up(centre, "g1", "g2", "k1", "k2", "k3", "k4")

    assert mean_s(centre, "k2") == (1 + 1) * HOLDING_S / 2
    assert mean_s(centre, "g2") == (1 + 1) * HOLDING_S / 6


def test_spc_03_a_seat_on_a_break_or_with_a_dead_phone_does_not_count() -> None:
    centre = centre_with(4, 8)
    lined_up(centre, "k1")
    centre.take(Pause(AgentNo("1001"), PauseReason("rest")))
    centre.take(PhoneSeen(Extension("8002"), False))

    assert mean_s(centre, "k1") == HOLDING_S / 2


def test_spc_03_a_seat_counts_by_what_its_agent_can_do_now() -> None:
    """One learned Korean, one is said to know less of it than is asked for."""
    centre = centre_with(3, 2)
    lined_up(centre, "k1")
    less = {"minority_lang:ko": 1}
    centre.take(DirectoryLoaded(directory(KO, less, KO, KO, ELSE), None))
    assert mean_s(centre, "k1") == HOLDING_S / 3

    centre.take(DirectoryLoaded(directory(KO, less, KO, KO, KO), None))

    assert mean_s(centre, "k1") == HOLDING_S / 4


def test_spc_03_who_was_rung_or_gave_way_stands_before_him_no_more() -> None:
    centre = centre_with(1, 1)
    lined_up(centre, "k1", "k2", "k3")
    assert mean_s(centre, "k3") == 3 * HOLDING_S

    centre.take(CallerLeft(CallId("k2")))

    assert mean_s(centre, "k3") == 2 * HOLDING_S


def test_spc_03_it_is_the_same_whoever_signed_in_first() -> None:
    centre = Centre(directory(ELSE, KO, ELSE))
    centre.staff(1, 2, 3)
    centre.call("t1", "korean")
    centre.answer(LegId("7-000001"))
    lined_up(centre, "k1")

    assert mean_s(centre, "k1") == HOLDING_S


def test_spc_03_without_a_seat_of_his_own_nothing_is_promised() -> None:
    centre = centre_with(0, 3)
    lined_up(centre, "k1", "g1")

    assert told(centre, "k1") is None
    assert mean_s(centre, "g1") == 2 * HOLDING_S / 3


def test_spc_03_nobody_serves_nobody_is_promised_anything() -> None:
    centre = centre_with(0, 0)
    lined_up(centre, "k1", "g1")

    assert told(centre, "k1") is told(centre, "g1") is None


def test_the_wait_of_the_whole_line_is_told_where_it_is_longer_than_his_own() -> None:
    centre = centre_with(2, 0)
    lined_up(centre, "g1", "g2", "g3", "k1")

    assert mean_s(centre, "k1") == 4 * HOLDING_S / 2


def test_of_two_equal_waits_the_surer_one_is_told() -> None:
    """Four at four seats last as long as one at one, and scatter half as much."""
    centre = centre_with(1, 3)
    lined_up(centre, "g1", "g2", "g3", "k1")

    assert told(centre, "k1") == WaitEstimate(HOLDING_S, HOLDING_S / 2)


def test_spc_02_who_is_content_with_any_seat_in_the_end_waits_in_the_whole_line() -> None:
    """A dialect is given up by and by: his needs are those of the default queue at last."""
    centre = Centre(directory(ELSE, ELSE))
    centre.staff(1, 2)
    centre.clock.advance(1)
    centre.call("d1", "dialect")

    assert mean_s(centre, "d1") == HOLDING_S / 2
