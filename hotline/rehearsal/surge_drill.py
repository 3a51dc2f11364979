"""The surge drill (`config/scenarios/surge.yaml`): who rings when, and what the journal must say.

Pure but for reading the file. Rule: whoever rings stays until he is served, so that every caller
who was lost was lost by us.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from hotline.rehearsal.compare import Difference
from hotline.rehearsal.plan import Behaviour, PlannedCall, Scale, Share, draw_plan
from hotline.rehearsal.run import MENU_S, Wishes
from hotline.rehearsal.scene import BadScenario
from kernel.settings_file import read_yaml

STAYING: Final = (Share(Behaviour.WAITS, 1), Share(Behaviour.PRESSES, 1))
LOST: Final = frozenset(
    {"call-abandoned", "call-failed", "call-blocked", "fallback-lost", "callback-promised"}
)
FATES: Final = LOST | {"seat-answered", "call-overflowed", "fallback-answered"}
Entry = tuple[str, Mapping[str, Any]]  # kind and body, in the journal's order


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stretch(_Frozen):
    rate: Annotated[float, Field(gt=0, le=50)]
    for_s: Annotated[float, Field(gt=0, le=3600)]


class Expected(_Frozen):
    plan: str
    overflowed_at_least: int = Field(default=0, ge=0)


class SurgeDrill(_Frozen):
    name_zh: str
    name_en: str
    seats: int = Field(ge=1, le=64)
    talk_s: float = Field(gt=0, le=120)
    patience_s: float = Field(gt=0, le=600)
    far_talks_s: float = Field(gt=0, le=120)
    arrivals: tuple[Stretch, ...] = Field(min_length=1)
    rules: dict[str, Any]
    expect: Expected

    @property
    def calls(self) -> int:
        return round(sum(one.rate * one.for_s for one in self.arrivals))

    def moment(self, nth: float) -> float:
        """Seconds after the first ring at which so many calls are to have come."""
        seconds = 0.0
        for one in self.arrivals:
            if nth <= one.rate * one.for_s:
                return seconds + nth / one.rate
            nth, seconds = nth - one.rate * one.for_s, seconds + one.for_s
        return seconds + nth / self.arrivals[-1].rate


def load_drill(file: Path) -> SurgeDrill:
    """Raises BadScenario naming file and key."""
    return read_yaml(file, SurgeDrill, error=BadScenario)


@dataclass(frozen=True, slots=True)
class DrillWishes(Wishes):
    """What a rehearsal is asked for, with arrivals that are not even."""

    drill: SurgeDrill | None = None

    def plan(self, *, is_fresh: bool) -> list[PlannedCall]:
        assert self.drill is not None, "made by wishes_of"
        return draw_surge(self.drill, self.seed)


def wishes_of(drill: SurgeDrill, seed: int) -> DrillWishes:
    return DrillWishes(
        seats=drill.seats,
        calls=drill.calls,
        seed=seed,
        no_answer=0.0,
        talk=drill.talk_s,
        patience=drill.patience_s,
        drill=drill,
    )


def draw_surge(drill: SurgeDrill, seed: int) -> list[PlannedCall]:
    """One call a second, drawn by chance, pressed together where more are to come."""
    scale = Scale(drill.calls, 1.0, drill.talk_s, drill.patience_s, MENU_S)
    return [
        replace(call, starts=round(1000 * drill.moment(call.starts / 1000)))
        for call in draw_plan(scale, seed, STAYING)
    ]


# ---- what the journal must say


def differences(
    drill: SurgeDrill, told: Sequence[Entry], room: int, served: int
) -> list[Difference]:
    """`room`: so many of our calls the other centre takes at once; `served`: so many it saw."""
    found = [*_of_plan(drill, told), *_of_callers(told), *_of_overflow(drill, told, room)]
    over = sum(kind == "call-overflowed" for kind, _ in told)
    if over != served:
        found.append(f"{over} calls overflowed, the other centre talked with {served}")
    return [Difference("surge", f"高峰演练：{said}", f"surge drill: {said}") for said in found]


def _of_plan(drill: SurgeDrill, told: Sequence[Entry]) -> Iterator[str]:
    for kind in ("surge-activated", "surge-returned"):
        facts = [body for name, body in told if name == kind]
        plans = [body["plan"] for body in facts]
        if plans != [drill.expect.plan]:
            yield f"{kind}: {plans}, once {drill.expect.plan} was expected"
        if any(body["by"] != "system" for body in facts):
            yield f"{kind} by {[body['by'] for body in facts]}"


def _of_callers(told: Sequence[Entry]) -> Iterator[str]:
    asked = {body["call"] for kind, body in told if kind == "call-queued"}
    fates = [(body["call"], kind) for kind, body in told if kind in FATES and not body.get("again")]
    lost = [(call, kind) for call, kind in fates if kind in LOST]
    if lost:
        yield f"lost: {lost}"
    each = Counter(call for call, _ in fates)
    yield from (f"{call} has {each[call]} fates" for call in sorted(asked) if each[call] != 1)


def _of_overflow(drill: SurgeDrill, told: Sequence[Entry], room: int) -> Iterator[str]:
    over = sum(kind == "call-overflowed" for kind, _ in told)
    if over < drill.expect.overflowed_at_least:
        yield f"{over} calls overflowed, {drill.expect.overflowed_at_least} were expected"
    sent = Counter((body["call"], body["to"]) for kind, body in told if kind == "call-sent-over")
    yield from (f"{call} was sent to {to} {n} times" for (call, to), n in sent.items() if n > 1)
    most = _most_at_once(told)
    if most > room:
        yield f"{most} calls at the other centre at once, it takes {room}"


def _most_at_once(told: Sequence[Entry]) -> int:
    there: set[str] = set()
    most = 0
    for kind, body in told:
        if kind == "call-sent-over":
            there.add(body["call"])
        elif kind in ("overflow-ended", "call-queued"):
            there.discard(body["call"])
        most = max(most, len(there))
    return most
