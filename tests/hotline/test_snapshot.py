"""A snapshot and the rest of the journal are all of it; one that does not fit is no loss."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import structlog.testing
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from acd.facts import FACTS as FLOOR_FACTS
from acd.facts import SeatRung, Withdrawal
from acd.floor import Floor
from acd.happenings import (
    CallbackTaken,
    CallerLeft,
    CallWithdrawn,
    FinishWrapUp,
    GoAvailable,
    LegEnded,
    Pause,
    PhoneSeen,
    SignOut,
)
from console.calls_view import CallsView
from figures.image import FiguresImage, figures_from
from figures.live import LiveFigures
from hotline.recovery.restart import REMEMBERED, LooseEnds, Stages
from hotline.recovery.snapshot import Memories, keep, recover
from hotline.stories.stages import Waiting, entered
from kernel.errors import HotlineError
from kernel.fact import Fact, FactKinds, plain
from kernel.ids import AgentNo, CallId, Epoch, Extension, PauseReason
from kernel.legs import LegEnd
from storage.journal import Journal
from storage.settings import JournalSettings
from telephony.facts import FACTS as TELEPHONY_FACTS
from telephony.facts import CallHungUp, HungUpBy, RecordingStarted
from tests.acd.centre import EPOCH, Centre
from tests.fakes.fake_clock import MONDAY_NINE
from tests.figures.histories import NOON, History

KINDS = FactKinds([*FLOOR_FACTS, *TELEPHONY_FACTS])
SETTINGS = JournalSettings()


class Noon:
    def __init__(self, at: object = None) -> None:
        self.at = NOON + timedelta(hours=30)

    def now(self):  # type: ignore[no-untyped-def]
        return self.at


def empty(centre: Centre, epoch: Epoch = EPOCH) -> Memories:
    floor = Floor(centre.policies, centre.directory, epoch)
    return Memories(floor, LiveFigures(Noon()), CallsView(), Stages(), LooseEnds())


def contents(memories: Memories) -> tuple[object, ...]:
    figures = memories.figures.image()
    return (
        memories.floor.contents(),
        memories.figures.now(),
        sorted(figures.calls, key=lambda tally: tally.call),
        sorted(figures.agents, key=lambda tally: tally.agent),
        memories.calls.cards(),
        memories.stages.of,
        memories.loose_ends.image(),
    )


async def written(folder: Path, epoch: int, facts: Sequence[Fact]) -> None:
    journal = Journal.open(folder, Epoch(epoch), SETTINGS)
    journal.write(facts)
    await journal.close()


def lived(centre: Centre, seed: int, steps: int) -> list[Fact]:
    """A random stretch of a floor's life; what people may not do is refused and left out."""
    chance = random.Random(seed)
    centre.staff(1, 2, 3)
    for n in range(steps):
        try:
            _something(centre, chance, n)
        except HotlineError:
            continue
        centre.wait(chance.choice([0, 0.5, 3, 12, 40]))
    return centre.facts


def _something(centre: Centre, chance: random.Random, n: int) -> None:
    call = CallId(f"c{chance.randint(0, n)}")
    agent = AgentNo(str(chance.randint(1001, 1003)))
    rung = centre.of(SeatRung)
    leg = rung[-1].leg if rung else None
    happenings: list[Callable[[], object]] = [
        lambda: centre.call(f"c{n}", chance.choice(["general", "enterprise"])),
        lambda: centre.call(f"c{n}", priority=chance.randint(0, 3), sticky_to=agent),
        lambda: centre.answer(leg) if leg else None,
        lambda: centre.end(leg, chance.choice(list(LegEnd))) if leg else None,
        lambda: centre.take(LegEnded(leg, LegEnd.HUNG_UP)) if leg else None,
        lambda: centre.take(CallerLeft(call)),
        lambda: centre.take(CallWithdrawn(call, Withdrawal.TO_FALLBACK)),
        lambda: centre.take(CallbackTaken(call)),
        lambda: centre.take(GoAvailable(agent)),
        lambda: centre.take(FinishWrapUp(agent)),
        lambda: centre.take(Pause(agent, PauseReason("meal"))),
        lambda: centre.take(SignOut(agent)),
        lambda: centre.take(PhoneSeen(Extension(f"800{agent[-1]}"), chance.random() < 0.7)),
    ]
    chance.choice(happenings)()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), steps=st.integers(1, 60), cut=st.floats(0, 1))
async def test_a_floor_put_back_from_its_image_goes_on_as_the_one_folded_from_all_facts(
    seed: int, steps: int, cut: float
) -> None:
    """I10, over random lives; what comes next is decided alike by both (I5: same order)."""
    centre = Centre()
    facts = lived(centre, seed, steps)
    at = int(len(facts) * cut)
    before, whole = empty(centre).floor, empty(centre).floor
    for fact in facts[:at]:
        before.apply(fact)
    later = empty(centre).floor
    later.put_back(before.image())
    for fact in facts[at:]:
        later.apply(fact)
    for fact in facts:
        whole.apply(fact)

    assert later.contents() == whole.contents() == centre.floor.contents()
    now = centre.clock.now()
    for agent in ("1001", "1002", "1003"):
        assert _told(later, GoAvailable(AgentNo(agent)), now) == _told(
            whole, GoAvailable(AgentNo(agent)), now
        )
    assert later.view(now) == whole.view(now)


def _told(floor: Floor, happening: GoAvailable, now) -> object:  # type: ignore[no-untyped-def]
    try:
        return floor.take(happening, now)
    except HotlineError as refused:
        return type(refused)


@pytest.mark.parametrize("seed", range(6))
async def test_a_snapshot_and_the_rest_are_the_whole_journal(tmp_path: Path, seed: int) -> None:
    """Floor, figures, calls, stages and loose ends, to the bit (I10); across an epoch's border."""
    centre = Centre()
    facts = [*odds_and_ends(), *lived(centre, seed, 80), *odds_and_ends()]
    cut = random.Random(seed).randint(1, len(facts) - 1)
    clock = Noon()
    await written(tmp_path, 1, facts[:cut])
    half = empty(centre)
    done = recover(tmp_path, KINDS, half, clock.now())
    assert done.upto is not None
    keep(tmp_path, half, done.upto, clock.now())
    await written(tmp_path, 2, facts[cut:])

    with_snapshot = empty(centre)
    recovered = recover(tmp_path, KINDS, with_snapshot, clock.now())
    for file in snapshots(tmp_path):
        file.unlink()
    folded = empty(centre)
    recover(tmp_path, KINDS, folded, clock.now())

    assert recovered.since == done.upto
    assert recovered.folded == len(facts) - cut
    assert contents(with_snapshot) == contents(folded)


@pytest.mark.parametrize("seed", range(6))
def test_figures_put_back_from_their_image_go_on_as_those_folded_from_all_facts(seed: int) -> None:
    facts = History(seed, calls=60).facts
    cut = random.Random(seed).randint(0, len(facts))
    before, later, whole = LiveFigures(Noon()), LiveFigures(Noon()), LiveFigures(Noon())
    before.take(facts[:cut])
    kept = orjson.dumps(before.image(), default=plain, option=orjson.OPT_UTC_Z)
    later.put_back(TypeAdapter(FiguresImage).validate_json(kept))
    later.take(facts[cut:])
    whole.take(facts)

    assert later.now() == whole.now()
    assert figures_from(later.image()).queues == figures_from(whole.image()).queues


def snapshots(folder: Path) -> list[Path]:
    return list(folder.glob("snapshot-*"))


def odds_and_ends() -> list[Fact]:
    at, call = NOON, CallId("c3")
    waiting = Waiting(queue="general", needs={}, priority=1, asked_at=at)  # type: ignore[arg-type]
    return [
        entered(waiting, call, at),
        RecordingStarted(at=at, call=call, path="c3.wav"),
        CallHungUp(at=at, call=CallId("c4"), by=HungUpBy.CITIZEN, cause=16),
    ]


async def one_snapshot(folder: Path) -> tuple[Centre, Path, tuple[object, ...]]:
    centre = Centre()
    await written(folder, 1, lived(centre, 3, 40))
    memories = empty(centre)
    done = recover(folder, KINDS, memories, Noon().now())
    assert done.upto is not None
    return centre, keep(folder, memories, done.upto, Noon().now()), contents(memories)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def one_byte_changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(bytes(content))


def heading_changed(**changed: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        head, _, body = path.read_bytes().partition(b"\n")
        path.write_bytes(orjson.dumps(orjson.loads(head) | changed) + b"\n" + body)

    return change


def empty_file(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "spoil",
    [
        cut_short,
        one_byte_changed,
        empty_file,
        heading_changed(version=0),
        heading_changed(shape="another"),
        heading_changed(hash="0" * 64),
        heading_changed(n=10**9),
        heading_changed(file="99.jsonl"),
        heading_changed(offset=10**9),
    ],
)
async def test_a_snapshot_that_does_not_fit_is_left_aside_and_nothing_is_lost(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """Damaged, of another version, of another journal, or newer than what the disk kept of it."""
    centre, path, whole = await one_snapshot(tmp_path)
    spoil(path)
    memories = empty(centre)

    with structlog.testing.capture_logs() as logs:
        done = recover(tmp_path, KINDS, memories, Noon().now())

    assert done.since is None
    assert next(line["event"] for line in logs) == "a snapshot is left aside"
    assert contents(memories) == whole


async def test_a_damaged_snapshot_means_the_one_before_it(tmp_path: Path) -> None:
    centre, older, _ = await one_snapshot(tmp_path)
    await written(tmp_path, 2, odds_and_ends())
    memories = empty(centre)
    done = recover(tmp_path, KINDS, memories, Noon().now())
    assert done.upto is not None
    newer = keep(tmp_path, memories, done.upto, Noon().now())
    cut_short(newer)
    again = empty(centre)

    recovered = recover(tmp_path, KINDS, again, Noon().now())

    assert recovered.since is not None
    assert older.name == f"snapshot-1-{recovered.since.position.n}.json"
    assert contents(again) == contents(memories)


async def test_only_the_newest_two_are_kept_and_only_their_owner_may_read_them(
    tmp_path: Path,
) -> None:
    centre, first, _ = await one_snapshot(tmp_path)
    for epoch in (2, 3):
        await written(tmp_path, epoch, odds_and_ends())
        memories = empty(centre)
        done = recover(tmp_path, KINDS, memories, Noon().now())
        assert done.upto is not None
        newest = keep(tmp_path, memories, done.upto, Noon().now())

    assert len(snapshots(tmp_path)) == 2
    assert not first.exists()
    assert newest.stat().st_mode & 0o777 == 0o600


async def test_who_signed_in_the_day_before_yesterday_sits_there_still(tmp_path: Path) -> None:
    """Without a snapshot: the boards look back 48 hours, the floor as far as the journal goes."""
    centre = Centre()
    centre.staff(1)
    await written(tmp_path, 1, centre.facts)
    memories = empty(centre)

    recover(tmp_path, KINDS, memories, MONDAY_NINE + REMEMBERED + timedelta(hours=1))

    assert memories.floor.contents() == centre.floor.contents()
    assert memories.loose_ends.last_at is None
