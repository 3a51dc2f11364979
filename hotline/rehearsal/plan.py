"""Who will ring, when, and what each citizen will do: drawn from a seed, nothing else. Pure.

The city is made up (春江市): its mobile numbers begin with 1990, its landlines with 0431-8.
A citizen at a SIPp call cannot hear whether a person speaks, so each one simply knows how long he
stays; what became of the call is read from the logs afterwards, never from this plan.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Behaviour(StrEnum):
    WAITS = "waits"  # says nothing, presses nothing, stays  一直等待
    PRESSES = "presses"  # chooses by key, then stays  按键
    LEAVES_MENU = "leaves_menu"  # hangs up while the menu speaks  菜单中挂机
    LEAVES_LINE = "leaves_line"  # loses patience in the line  排队中挂机
    LEAVES_RINGING = "leaves_ringing"  # just after asking: a seat may be ringing  振铃中挂机
    RINGS_AGAIN = "rings_again"  # loses patience, rings again, stays  重复拨打


@dataclass(frozen=True, slots=True)
class Share:
    behaviour: Behaviour
    weight: int


MIX: Final = (
    Share(Behaviour.WAITS, 36),
    Share(Behaviour.PRESSES, 32),
    Share(Behaviour.LEAVES_MENU, 8),
    Share(Behaviour.LEAVES_LINE, 10),
    Share(Behaviour.LEAVES_RINGING, 6),
    Share(Behaviour.RINGS_AGAIN, 8),
)
WITHHELD_SHARE: Final = 0.05
NAME_SHARE: Final = 0.3
FAMILY: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN: Final = ("建国", "秀英", "伟", "芳", "小明", "丽华", "志强", "桂兰")
KEYS: Final = "012"
_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """How much, how fast, how patient. Durations in seconds, `rate` in calls a second."""

    calls: int
    rate: float
    talk: float
    patience: float
    menu: float  # about how long the menu speaks to one who presses nothing


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call to come. Times in milliseconds: `starts` from the first call's moment,
    `presses_after` from the answer, `stays` from the answer or, for one who presses, from the key.
    """

    n: int
    behaviour: Behaviour
    number: str  # as the citizen would write it; empty: withheld
    name: str
    starts: int
    stays: int
    key: str = ""
    presses_after: int = 0

    @property
    def is_withheld(self) -> bool:
        return not self.number

    @property
    def ends_by(self) -> int:
        """The latest moment at which this citizen hangs up, in ms of the plan."""
        return self.starts + self.presses_after + self.stays


def draw_plan(
    scale: Scale, seed: int, mix: Sequence[Share] = MIX, *, numbers_seed: int | None = None
) -> list[PlannedCall]:
    """Exactly `scale.calls` calls in order of their start; the same seed gives the same plan.

    With `numbers_seed` the citizens are others, who do the same.
    """
    chance = random.Random(seed)  # noqa: S311  # a rehearsal must be repeatable, not secret
    others = random.Random(seed if numbers_seed is None else numbers_seed)  # noqa: S311  # likewise
    numbers = city_numbers(others)
    planned: list[PlannedCall] = []
    for n, behaviour in enumerate(_behaviours(chance, scale.calls, mix)):
        starts = 0 if n == 0 else planned[-1].starts + _gap(chance, scale.rate)
        caller = PlannedCall(n, behaviour, next(numbers), _name(chance), starts, 0)
        planned.append(_with_times(caller, chance, scale))
    return _numbered(sorted(_with_second_calls(planned, chance, scale), key=lambda c: c.starts))


def _behaviours(chance: random.Random, calls: int, mix: Sequence[Share]) -> Iterator[Behaviour]:
    """The first four are probes of every way into the line: nobody of them leaves early.

    A citizen who rings again is two calls.
    """
    probes = [Behaviour.WAITS, *[Behaviour.PRESSES] * len(KEYS)]
    left = calls
    for probe in probes[:left]:
        left -= 1
        yield probe
    known = [share.behaviour for share in mix]
    weights = [share.weight for share in mix]
    while left > 0:
        drawn = chance.choices(known, weights)[0]
        if drawn is Behaviour.RINGS_AGAIN and left < 2:
            drawn = Behaviour.LEAVES_LINE
        left -= 2 if drawn is Behaviour.RINGS_AGAIN else 1
        yield drawn


def _with_times(call: PlannedCall, chance: random.Random, scale: Scale) -> PlannedCall:
    is_probe = call.n <= len(KEYS)
    long = scale.patience + 2 * scale.talk + chance.uniform(0, scale.patience)
    line = chance.uniform(2.0, max(3.0, scale.patience / 2))
    match call.behaviour:
        case Behaviour.WAITS:
            call = replace(call, stays=_ms(scale.menu + long))
        case Behaviour.PRESSES:
            call = replace(call, stays=_ms(long))
        case Behaviour.LEAVES_MENU:
            call = replace(call, stays=_ms(chance.uniform(0.3, 0.7) * scale.menu))
        case Behaviour.LEAVES_LINE | Behaviour.RINGS_AGAIN:
            call = replace(call, stays=_ms(line))
        case Behaviour.LEAVES_RINGING:
            call = replace(call, stays=_ms(chance.uniform(0.4, 1.5)))
    if call.behaviour not in (Behaviour.WAITS, Behaviour.LEAVES_MENU):
        key = KEYS[call.n - 1] if is_probe else chance.choice(KEYS)
        call = replace(call, key=key, presses_after=_ms(chance.uniform(1.5, 4.0)))
    if not is_probe and chance.random() < WITHHELD_SHARE:
        call = replace(call, number="", name="")
    return call


def _with_second_calls(
    planned: Sequence[PlannedCall], chance: random.Random, scale: Scale
) -> Iterator[PlannedCall]:
    for call in planned:
        yield call
        if call.behaviour is Behaviour.RINGS_AGAIN:
            again = call.ends_by + _ms(chance.uniform(2.0, 6.0))
            stays = _ms(scale.patience + 2 * scale.talk)
            yield replace(call, behaviour=Behaviour.PRESSES, starts=again, stays=stays)


def _numbered(calls: Sequence[PlannedCall]) -> list[PlannedCall]:
    return [replace(call, n=n) for n, call in enumerate(calls)]


def _gap(chance: random.Random, rate: float) -> int:
    """Arrivals of many independent people: exponential gaps."""
    return _ms(chance.expovariate(rate))


def _ms(seconds: float) -> int:
    return round(seconds * _MS)


def _name(chance: random.Random) -> str:
    if chance.random() >= NAME_SHARE:
        return ""
    return chance.choice(FAMILY) + chance.choice(GIVEN)


def city_numbers(chance: random.Random) -> Iterator[str]:
    """Numbers of the made-up city, without end and never twice."""
    given: set[str] = set()
    while True:
        if chance.random() < 0.8:
            number = f"1990{chance.randrange(10**7):07}"
        else:
            number = f"04318{chance.randrange(10**7):07}"
        if number not in given:
            given.add(number)
            yield number
