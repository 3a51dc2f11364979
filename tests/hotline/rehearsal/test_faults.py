"""Faults and their windows; what a verdict forgives under one, and what it never does."""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hotline.rehearsal.blows import child_of, ended
from hotline.rehearsal.call_log import EndedBy
from hotline.rehearsal.command import faults
from hotline.rehearsal.compare import compare
from hotline.rehearsal.faults import BACK, SETTLED, FaultKind, Struck, Upheaval, draw_faults
from hotline.rehearsal.system_says import SystemCall, SystemSays
from hotline.rehearsal.verdicts import (
    Fate,
    Verdict,
    cut_citizen,
    judge,
    menu_lengths,
    rings_by_call,
)
from tests.hotline.rehearsal.scene import T0, citizen, ring, s, sound
from tests.hotline.rehearsal.test_compare import MENUS, call

WANTED = {FaultKind.KILL: 3, FaultKind.FREEZE: 2, FaultKind.PG_STOP: 1}


def struck(kind: FaultKind, begun: float, over: float) -> Struck:
    return Struck(kind, T0 + s(begun), T0 + s(over))


def kill(begun: float, over: float) -> Upheaval:
    return Upheaval((struck(FaultKind.KILL, begun, over),))


def answered(upheaval: Upheaval) -> Verdict:
    """Rang at 0, asked at 10, answered at 14 at seat S1, talked until 34."""
    legs = [ring("S1", rang=12, answered=14, ended=34)]
    return judge(citizen("a", answered=0, sent_off=35), legs, MENUS, upheaval)


def sentences(verdict: Verdict, *calls: SystemCall) -> Sequence[str]:
    found = compare([verdict], [], SystemSays(calls, (), (), ()))
    return [one.en for one in found if "ticket" not in one.en and "duty" not in one.en]


def test_the_same_seed_strikes_at_the_same_moments_and_all_within_the_span() -> None:
    drawn = draw_faults(WANTED, 60, seed=1)

    assert drawn == draw_faults(WANTED, 60, seed=1) != draw_faults(WANTED, 60, seed=2)
    assert sorted(one.kind for one in drawn) == ["freeze"] * 2 + ["kill"] * 3 + ["pg-stop"]
    assert all(0 <= one.after <= 60 for one in drawn)
    assert all((one.held > 0) is (one.kind is not FaultKind.KILL) for one in drawn)


def test_of_two_withheld_callers_one_may_be_claimed_as_late_as_a_fault_hid_the_answer() -> None:
    """Found talking when hotline was back: its claim is of that moment, in calm times never."""
    one = citizen("a", answered=0, left=60, number="")
    two = citizen("b", answered=1, left=60, number="")
    leg = ring("S1", rang=12, answered=14, ended=34, shown="anonymous")
    late = {"b": ("S1", T0 + s(19))}

    assert rings_by_call([one, two], [leg], late, kill(13, 19)) == {"b": [leg]}
    assert rings_by_call([one, two], [leg], late) == {"a": [leg]}
    too_late = {"b": ("S1", T0 + s(19 + 5))}
    assert rings_by_call([one, two], [leg], too_late, kill(13, 19)) == {"a": [leg]}


@pytest.mark.parametrize(("died", "excused"), [(34.5, True), (36, False), (33, False)])
def test_a_recording_may_be_lost_whose_talk_ended_right_before_asterisk_died(
    died: float, excused: bool
) -> None:
    """Its recorder had not closed the file yet. At 33 s the seat had gone on, so nothing died."""
    upheaval = Upheaval((struck(FaultKind.ASTERISK_RESTART, died, died + 1),))

    assert answered(upheaval).unwritten is excused
    assert answered(kill(died, died + 1)).unwritten is False


def test_a_seat_from_which_he_went_while_hotline_was_dead_is_recorded_until_it_was_freed() -> None:
    """Asterisk swallows his BYE while the greeting plays, and nobody repeats our hang-up."""
    gone = citizen("a", answered=0, left=16)
    legs = [ring("S1", rang=12, answered=14, ended=22)]
    freed = replace(call("a", "answered", 4.0, seat="S1"), recording_s=8.0)
    says = SystemSays((freed,), (), (), ())

    def told(upheaval: Upheaval) -> list[str]:
        found = compare([judge(gone, legs, MENUS, upheaval)], [], says)
        return [one.en for one in found if "recording" in one.en]

    late = ["Call a talked 2.0 s, its recording has 8.0 s (the seat sent 400 packets)."]
    assert told(kill(15.9, 18.5)) == []
    assert told(kill(4, 6)) == late
    assert told(kill(15.9, 16.5)) == late, "hotline was back in time"


def test_who_came_while_hotline_was_dead_may_be_answered_in_the_plain_queue_later() -> None:
    """He was sent there as he came; its phones ring for seconds."""
    assert Fate.FALLBACK_TALK in answered(kill(-4, 1)).fates
    assert Fate.FALLBACK_TALK not in answered(kill(-14, -9)).fates


def test_faults_are_read_as_people_write_them_and_a_wrong_word_is_named() -> None:
    assert faults("kill:20,pg-stop:3") == {FaultKind.KILL: 20, FaultKind.PG_STOP: 3}
    for wrong in ("kil:2", "kill", "kill:-1", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="asterisk-restart"):
            faults(wrong)


def test_hotline_was_blind_in_a_window_and_a_moment_after_it_and_at_no_other_time() -> None:
    upheaval = kill(10, 12)

    assert upheaval.was_blind(T0 + s(5), T0 + s(10))
    assert upheaval.was_blind(T0 + s(12) + BACK, T0 + s(20))
    assert not upheaval.was_blind(T0, T0 + s(9.9))
    assert not upheaval.was_blind(T0 + s(13), T0 + s(20))


def test_a_database_that_is_away_excuses_nothing() -> None:
    for kind in (FaultKind.PG_STOP, FaultKind.VALKEY_STOP):
        upheaval = Upheaval((struck(kind, 5, 20),))
        verdict = answered(upheaval)

        assert (verdict.fates, verdict.told_by) == ({Fate.ANSWERED}, None)
        assert sentences(verdict, call("a", "answered", 5.0, seat="S1", recording_s=20.0)) == [
            "Call a waited 4.000 s outside, 5.000 s in the system."
        ]


def test_what_happened_while_hotline_was_blind_is_told_soon_after() -> None:
    two = Upheaval((*kill(10, 12).struck, *kill(14, 15).struck))

    assert two.told_by(T0 + s(11)) == T0 + s(15) + SETTLED
    assert two.told_by(T0 + s(9)) == T0 + s(9)


def test_an_answer_during_a_kill_may_be_told_late_but_not_too_late() -> None:
    verdict = answered(kill(13, 15))
    late = call("a", "answered", 7.9, seat="S1", recording_s=20.0, asked_at=T0 + s(10))

    assert sentences(verdict, late) == []
    assert sentences(verdict, replace(late, waited=8.3)) == [
        "Call a waited 4.000 s outside, 8.300 s in the system."
    ]
    assert sentences(verdict, replace(late, waited=3.7)) != []
    assert sentences(verdict, replace(late, asked_at=T0 + s(10.3))) != []
    assert sentences(verdict, replace(late, seat="S2")) != []
    assert sentences(verdict, replace(late, recording_s=None)) != []


def test_the_plain_queue_may_have_answered_only_while_hotline_was_away() -> None:
    said = call("a", "fallback_answered", 4.0, recording_s=20.0, asked_at=T0 + s(10))

    assert sentences(answered(kill(13, 15)), said) == []
    assert sentences(answered(kill(13, 15)), replace(said, seat="S2")) != []
    assert sentences(answered(kill(20, 22)), said) == [
        "Call a was answered outside, fallback_answered in the system."
    ]


def test_when_one_asked_is_left_open_only_by_a_fault_before_it() -> None:
    """Keys pressed to a dead program are lost, and the menu is said again."""
    asked_late = call("a", "answered", 1.0, seat="S1", recording_s=20.0, asked_at=T0 + s(13))

    assert answered(kill(4, 6)).began_blind
    assert sentences(answered(kill(4, 6)), asked_late) == []
    assert sentences(answered(kill(20, 22)), asked_late) != []


def test_who_hangs_up_while_hotline_is_away_may_be_lost_in_the_plain_queue() -> None:
    left = citizen("a", answered=0, left=14)

    assert judge(left, [], MENUS, kill(13, 15)).fates == {Fate.LEFT_LINE, Fate.FALLBACK_LOST}
    assert judge(left, [], MENUS, kill(3, 5)).fates == {Fate.LEFT_LINE, Fate.LEFT_MENU}
    assert judge(left, [], MENUS, kill(20, 22)).fates == {Fate.LEFT_LINE}


def test_whom_we_send_off_during_a_kill_was_sent_off_all_the_same() -> None:
    assert judge(citizen("a", answered=0, sent_off=14), [], MENUS, kill(13, 15)).fates == {
        Fate.SENT_OFF
    }


def test_a_call_ends_when_asterisk_dies_whatever_the_phone_goes_on_to_do() -> None:
    upheaval = Upheaval((struck(FaultKind.ASTERISK_RESTART, 20, 22),))
    waits = cut_citizen(citizen("a", answered=0, left=50), upheaval)
    over = citizen("b", answered=0, left=19)
    talks = cut_citizen(citizen("c", answered=0, left=50), upheaval)
    verdict = judge(talks, [ring("S1", rang=12, answered=14, ended=20)], MENUS, upheaval)

    assert waits.ended_at == T0 + s(20)
    assert cut_citizen(over, upheaval) == over
    assert {Fate.LEFT_LINE, Fate.SENT_OFF} <= judge(waits, [], MENUS, upheaval).fates
    assert (verdict.fates, verdict.cut) == ({Fate.ANSWERED}, True)
    assert sentences(verdict, call("c", "answered", 4.0, seat="S1", asked_at=T0 + s(10))) == []


def test_a_leg_that_an_older_leader_rang_is_turned_away_and_the_next_one_talks() -> None:
    first = replace(ring("S1", rang=12, answered=14, ended=14.1), ended_by=EndedBy.THEM)
    legs = [first, ring("S2", rang=15, answered=17, ended=34)]
    caller = citizen("a", answered=0, left=34)

    assert judge(caller, legs, MENUS, kill(13, 15)).talk == legs[1]
    assert judge(caller, legs, MENUS, kill(20, 22)).talk == first


def test_a_way_that_a_fault_disturbed_says_nothing_of_the_menu_s_length() -> None:
    calm = citizen("a", answered=0, heard=sound((0.1, 0), (16, 3)))
    struck_by = replace(
        citizen("b", answered=0, heard=sound((0.1, 0), (36, 3))), rang_at=T0 + s(20)
    )

    assert menu_lengths([calm, struck_by], kill(21, 23)) == menu_lengths([calm])


def test_a_server_is_found_among_the_keeper_s_children_by_its_words(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(str(os.getpid()))
    words = (sys.executable, "-c", "print('up', flush=True); input() # hotline.cli", "run")
    both = subprocess.PIPE
    with subprocess.Popen(words, stdin=both, stdout=both, stderr=subprocess.DEVNULL) as child:
        assert child.stdout is not None
        child.stdout.readline()  # before its exec is over the kernel shows no words of it
        assert child_of(tmp_path, "hotline") == child.pid
        assert child_of(tmp_path, "asterisk") == 0


async def test_the_end_of_a_process_is_known_at_once_and_of_one_that_is_gone_too() -> None:
    words = (sys.executable, "-c", "input()")
    child = await asyncio.create_subprocess_exec(*words, stdin=asyncio.subprocess.PIPE)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ended(child.pid), 0.01)

    child.kill()

    await asyncio.wait_for(ended(child.pid), 10)
    await child.wait()
    await asyncio.wait_for(ended(child.pid), 10)
