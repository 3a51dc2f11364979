"""Who talked when Asterisk died was answered and cut off: a fact of its own, and only then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from acd.call_facts import FallbackAnswered, SeatAnswered, TalkEnded
from console.call_card import CallCard
from hotline.facts import CallCutOff
from hotline.recovery.cut_off import CutOffs, Deaths, Talk, read_deaths
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, QueueName, SeatId
from telephony.facts import AmiLinkDown, CallHungUp, HungUpBy, PictureMended

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CALL, OTHER = CallId("cc1-1.1"), CallId("cc1-1.2")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def answered(call: CallId, seconds: float) -> SeatAnswered:
    return SeatAnswered(
        at=at(seconds), leg=LegId("1-000001"), seat=SeatId("S001"), agent=AgentNo("1001"),
        call=call,
        queue=QueueName("general"), waited=timedelta(), again=False,
    )  # fmt: skip


def talk_ended(call: CallId, seconds: float) -> TalkEnded:
    return TalkEnded(
        at=at(seconds), leg=LegId("1-000001"), seat=SeatId("S001"), agent=AgentNo("1001"),
        call=call,
        talked=timedelta(seconds=5),
    )  # fmt: skip


def hung_up(call: CallId, seconds: float, by: HungUpBy = HungUpBy.NETWORK) -> CallHungUp:
    return CallHungUp(at=at(seconds), call=call, by=by, cause=0)


def asterisk_log(folder: Path, *, started: float, record_end: float | None = None) -> Path:
    """Asterisk's folder of logs, in the form in which it writes them."""
    queue_log = f"{NOON.timestamp() - 99:.0f}|NONE|NONE|NONE|QUEUESTART|\n"
    queue_log += f"{at(started).timestamp():.0f}|NONE|NONE|NONE|QUEUESTART|\n"
    (folder / "queue_log").write_text(queue_log)
    (folder / "cdr-custom").mkdir()
    lines = ""
    if record_end is not None:
        lines = (
            f'"{CALL}","{CALL}","PJSIP/trunk-in-1","hotline","12345","13800001111",'
            f'"{NOON.timestamp()}","","{at(record_end).timestamp()}","ANSWERED","AGI","16","x@y"\n'
        )
    (folder / "cdr-custom" / "hotline.csv").write_text(lines)
    return folder


class Watching:
    """A watch over cut-off conversations, and what it told."""

    def __init__(self, log: Path) -> None:
        self.told: list[Fact] = []
        self.watch = CutOffs(asterisk_log=log, write=self.told.extend)


async def after_restart(log: Path, before: list[Fact], after: list[Fact]) -> list[Fact]:
    watching = Watching(log)
    watching.watch.see(before)
    await watching.watch.before_settling()
    watching.watch.see(after)
    return watching.told


@pytest.mark.parametrize("after", [[hung_up(CALL, 32)], [talk_ended(CALL, 31), hung_up(CALL, 32)]])
async def test_who_talked_when_asterisk_died_was_cut_off(tmp_path: Path, after: list[Fact]) -> None:
    told = await after_restart(asterisk_log(tmp_path, started=30), [answered(CALL, 10)], after)

    assert told == [CallCutOff(at=at(32), call=CALL)]


async def test_so_was_he_when_the_new_life_is_written_after_our_log_in(tmp_path: Path) -> None:
    """Asterisk lets us in first and writes QUEUESTART then."""
    watching = Watching(asterisk_log(tmp_path, started=-50))
    watching.watch.see([answered(CALL, 10), answered(OTHER, 20)])
    await watching.watch.before_settling()
    with (tmp_path / "queue_log").open("a") as file:
        file.write(f"{at(30).timestamp():.0f}|NONE|NONE|NONE|QUEUESTART|\n")
    watching.watch.see([hung_up(CALL, 32), hung_up(OTHER, 32)])

    assert watching.told == [CallCutOff(at=at(32), call=call) for call in (CALL, OTHER)]


async def test_so_was_who_was_answered_in_the_second_in_which_it_began_anew(tmp_path: Path) -> None:
    told = await after_restart(
        asterisk_log(tmp_path, started=30), [answered(CALL, 30.2)], [hung_up(CALL, 32)]
    )
    assert told == [CallCutOff(at=at(32), call=CALL)]


async def test_so_was_who_talked_in_the_plain_queue(tmp_path: Path) -> None:
    answer = FallbackAnswered(at=at(10), call=CALL, queue=QueueName("general"))
    told = await after_restart(asterisk_log(tmp_path, started=30), [answer], [hung_up(CALL, 32)])

    assert told == [CallCutOff(at=at(32), call=CALL)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [hung_up(CALL, 32)]),
        ([answered(CALL, 10), talk_ended(CALL, 20)], [hung_up(CALL, 32)]),
        ([answered(CALL, 10)], [hung_up(CALL, 32, HungUpBy.CITIZEN)]),
        ([answered(CALL, 31)], [hung_up(CALL, 35)]),
        ([answered(CALL, 10)], [hung_up(CALL, 29)]),
    ],
    ids=["waited only", "talk was over", "he hung up", "answered after", "ended before"],
)
async def test_nobody_else_is_cut_off(
    tmp_path: Path, before: list[Fact], after: list[Fact]
) -> None:
    assert await after_restart(asterisk_log(tmp_path, started=30), before, after) == []


async def test_a_link_that_was_away_alone_cuts_nobody_off(tmp_path: Path) -> None:
    told = await after_restart(
        asterisk_log(tmp_path, started=-50), [answered(CALL, 10)], [hung_up(CALL, 32)]
    )
    assert told == []


@pytest.mark.parametrize(("end", "cut"), [(20, False), (27, False), (29, True)])
async def test_a_record_of_an_earlier_end_says_that_it_ended_well(
    tmp_path: Path, end: float, cut: bool
) -> None:
    log = asterisk_log(tmp_path, started=30, record_end=end)
    told = await after_restart(log, [answered(CALL, 10)], [hung_up(CALL, 40)])

    assert bool(told) is cut


async def test_a_new_process_knows_from_the_cards_who_talked(tmp_path: Path) -> None:
    watching = Watching(asterisk_log(tmp_path, started=30))
    talking = CallCard(call=CALL, arrived_at=NOON, fate="answered", waited=timedelta(seconds=5))
    rated = CallCard(
        call=OTHER, arrived_at=NOON, fate="answered", waited=timedelta(seconds=5),
        talked=timedelta(seconds=9),
    )  # fmt: skip
    watching.watch.remember([talking, rated])
    await watching.watch.before_settling()
    watching.watch.see([hung_up(CALL, 33), hung_up(OTHER, 33), hung_up(CALL, 34)])

    assert watching.told == [CallCutOff(at=at(33), call=CALL)]


async def test_who_was_answered_unheard_and_died_with_asterisk_was_cut_off(tmp_path: Path) -> None:
    """We hear of his answer after Asterisk has begun anew: its records have said what he was."""
    unheard = PictureMended(at=at(60), call=CALL, leg=LegId("1-000001"), how="cut_off_unheard")
    lost = PictureMended(at=at(60), call=OTHER, leg=LegId("1-000002"), how="leg_lost")
    before = [unheard, lost, answered(CALL, 60), answered(OTHER, 60)]
    ends = [hung_up(CALL, 61), hung_up(OTHER, 61)]

    told = await after_restart(asterisk_log(tmp_path, started=30), before, ends)
    again = await after_restart(
        tmp_path, [unheard, answered(CALL, 60), *ends[:1]], [answered(CALL, 70), hung_up(CALL, 71)]
    )

    assert told == [CallCutOff(at=at(61), call=CALL)]
    assert again == told


@pytest.mark.parametrize(
    ("lost_at", "told_at", "cut"),
    [(30.3, 30.2, False), (30.3, 30.3, True), (29.9, 30.2, True), (31.0, 30.2, True)],
)
async def test_whose_end_we_heard_before_the_line_was_lost_had_talked_to_the_end(
    lost_at: float, told_at: float, cut: bool, tmp_path: Path
) -> None:
    """Its queue's log cuts the second down in which Asterisk began anew: after we had lost it."""
    down = AmiLinkDown(at=at(lost_at), why="cut")
    ends = [talk_ended(CALL, told_at), down, hung_up(CALL, 32)]

    log = asterisk_log(tmp_path, started=30)
    told = await after_restart(log, [answered(CALL, 10)], ends)

    assert told == ([CallCutOff(at=at(32), call=CALL)] if cut else [])


async def test_without_records_nothing_is_guessed(tmp_path: Path) -> None:
    assert await after_restart(tmp_path, [answered(CALL, 10)], [hung_up(CALL, 32)]) == []
    assert not read_deaths(tmp_path).starts


def test_of_several_lives_any_may_have_cut_it() -> None:
    deaths = Deaths(starts=[at(-10), at(20), at(50)])

    assert deaths.cut(CALL, Talk(at(10)), at(60))
    assert not deaths.cut(CALL, Talk(at(55)), at(60))
