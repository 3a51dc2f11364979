"""What a start needs of the journal, kept as a snapshot: floor, figures, calls, stages, loose ends.

Rule: a snapshot is a fold of the journal by this very code, made by a process of its own
(`hotline/recovery/snapshot_maker.py`), so the leader's loop never stops for it, and what stands
in it can be nothing but what the journal says. The facts of single calls are not in it: the
database has them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import orjson
import structlog
from pydantic import TypeAdapter

from acd.facts import FACTS as FLOOR_FACTS
from acd.floor import Floor
from acd.image import FloorImage
from console.call_card import CallCard
from console.calls_view import CallsView
from figures.image import FiguresImage
from figures.live import LiveFigures
from hotline.recovery.restart import REMEMBERED, LooseEnds, LooseEndsImage, Stages
from hotline.stories.stages import entered
from kernel.fact import Fact, FactKinds, plain
from storage.snapshot_file import Standing, entries, newest_snapshot, write_snapshot
from telephony.facts import StageEntered

log = structlog.get_logger(__name__)

_OF_THE_FLOOR: Final = frozenset(fact.kind for fact in FLOOR_FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    floor: FloorImage
    figures: FiguresImage
    cards: list[CallCard]
    stages: list[StageEntered]
    loose_ends: LooseEndsImage


_IMAGE: Final = TypeAdapter(Image)
# Any change of what is kept makes older snapshots unfit, without anybody having to think of it.
SHAPE: Final = hashlib.sha256(
    orjson.dumps(_IMAGE.json_schema(), option=orjson.OPT_SORT_KEYS)
).hexdigest()[:16]


class SeesFacts(Protocol):
    """Fed at a start, but not kept in a snapshot."""

    def see(self, facts: Sequence[Fact]) -> None: ...


@dataclass(frozen=True, slots=True)
class Memories:
    """All that is folded at a start and kept in a snapshot."""

    floor: Floor
    figures: LiveFigures
    calls: CallsView
    stages: Stages
    loose_ends: LooseEnds

    def take(self, fact: Fact, *, of_floor: bool = True, of_boards: bool = True) -> None:
        if of_floor:
            self.floor.apply(fact)
        if of_boards:
            self.calls.see([fact])
            self.figures.take([fact])
            self.stages.see(fact)
            self.loose_ends.see([fact])

    def image(self, at: datetime) -> Image:
        return Image(
            floor=self.floor.image(),
            figures=self.figures.image(),
            cards=self.calls.cards(),
            stages=[entered(stage, call, at) for call, stage in self.stages.of.items()],
            loose_ends=self.loose_ends.image(),
        )

    def put_back(self, image: Image) -> None:
        self.floor.put_back(image.floor)
        self.figures.put_back(image.figures)
        self.calls.put_back(image.cards)
        for stage in image.stages:
            self.stages.see(stage)
        self.loose_ends.put_back(image.loose_ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """`folded` facts after the snapshot `since` (None: there was none that fitted)."""

    folded: int
    since: Standing | None
    upto: Standing | None


def recover(
    folder: Path,
    kinds: FactKinds,
    memories: Memories,
    now: datetime,
    others: Iterable[SeesFacts] = (),
) -> Recovered:
    """Fill empty memories: the newest fitting snapshot and the facts after it; else all facts.

    Without a snapshot the boards are told the last 48 hours only, the floor all there is: who
    signed in the day before yesterday may sit there still. Raises JournalDamaged, UnreadableFact.
    """
    since = _put_back_newest(folder, memories)
    upto, folded, onlookers = since, 0, list(others)
    for standing, entry in entries(folder, since):
        upto = standing
        young = now - entry.at < REMEMBERED
        if not young and entry.kind not in _OF_THE_FLOOR:
            continue
        fact = kinds.decode(entry.kind, entry.body)
        memories.take(fact, of_boards=young)
        folded += 1
        if young:
            for onlooker in onlookers:
                onlooker.see([fact])
    log.info("the journal was folded", facts=folded, snapshot=since and since.position)
    return Recovered(folded=folded, since=since, upto=upto)


def keep(folder: Path, memories: Memories, upto: Standing, now: datetime) -> Path:
    """Write down what `memories` hold after the line `upto`. Raises OSError."""
    body = orjson.dumps(memories.image(now), default=plain, option=orjson.OPT_UTC_Z)
    return write_snapshot(folder, SHAPE, upto, body)


def _put_back_newest(folder: Path, memories: Memories) -> Standing | None:
    kept = newest_snapshot(folder, SHAPE)
    if kept is None:
        return None
    try:
        image = _IMAGE.validate_json(kept.body)
    except ValueError as why:
        log.warning("a snapshot cannot be read: the journal is folded", why=type(why).__name__)
        return None
    memories.put_back(image)
    return kept.standing
