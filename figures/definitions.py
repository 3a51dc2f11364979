"""What each figure is: id, names, formula, source (D-01 to D-08; IND-07). Shown with each value.

A value is a `Ratio`: what it stands on is always shown, and 0 of 0 is "no data", never 100 %.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from figures.counts import Counts, SeatCounts


class Unit(StrEnum):
    SHARE = "share"  # 0 to 1
    SECONDS = "seconds"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Ratio:
    """`n` is the denominator: calls, or milliseconds of seat time for D-08."""

    numerator: int
    denominator: int

    @property
    def n(self) -> int:
        return self.denominator

    @property
    def value(self) -> float | None:
        """None: no data."""
        return self.numerator / self.denominator if self.denominator else None

    def __lt__(self, other: "Ratio") -> bool:
        """By exact value; both must have data."""
        return Fraction(self.numerator, self.denominator) < Fraction(
            other.numerator, other.denominator
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is shown beside each value of it."""

    id: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    source: str  # whose rule it is, and the target
    base: str  # time base
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Explained):
    of: Callable[[Counts, SeatCounts], Ratio]


@dataclass(frozen=True, slots=True)
class Measured:
    definition: Explained
    ratio: Ratio

    @property
    def value(self) -> float | None:
        """In the definition's unit; None: no data."""
        plain = self.ratio.value
        if plain is None or self.definition.unit is not Unit.SECONDS:
            return plain
        return plain / 1000


def _by_person(c: Counts) -> int:
    return c.answered + c.fallback_answered


_INTERVAL: Final = "15 min, day, month; Asia/Shanghai; a call counts where it asked for a person"
_REQUESTS_ZH: Final = "已有结果的人工请求(每通一次, 进行中的另列)"
_REQUESTS_EN: Final = "requests for a person that have a fate (each call once; running ones apart)"

DEFINITIONS: Final[tuple[Definition, ...]] = (
    Definition(
        id="D-01",
        name_zh="接通率",
        name_en="answer rate",
        formula_zh=f"人工接听数(含应急队列接听) ÷ {_REQUESTS_ZH}; 短时放弃计入分母",
        formula_en=f"answered by a person (fallback included) ÷ {_REQUESTS_EN}; "
        "short abandons stay in the denominator",
        source="S0: >=95 %",
        base=_INTERVAL,
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(_by_person(c), c.settled),
    ),
    Definition(
        id="D-01b",
        name_zh="接通率(不含短时放弃)",
        name_en="answer rate without short abandons",
        formula_zh="人工接听数 ÷ (已有结果的人工请求 − 5秒内放弃)",
        formula_en="answered by a person ÷ (requests with a fate − abandoned within 5 s)",
        source="A16: shown beside D-01, never instead of it",
        base=_INTERVAL,
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(_by_person(c), c.settled - c.abandoned_short),
    ),
    Definition(
        id="D-02",
        name_zh="总呼入接通率(含语音导航)",
        name_en="answer rate of all inbound calls, voice menu included",
        formula_zh="人工接听数 ÷ 到达12345的全部来电",
        formula_en="answered by a person ÷ all calls that reached 12345",
        source="show only; whole site, not by queue",
        base="15 min, day, month; Asia/Shanghai; a call counts where it arrived",
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(_by_person(c), c.arrived),
    ),
    Definition(
        id="D-04",
        name_zh="15秒接通率",
        name_en="service level 15 s",
        formula_zh=f"15秒内接听(排队+振铃) ÷ {_REQUESTS_ZH}",
        formula_en=f"answered within 15 s (line and ring) ÷ {_REQUESTS_EN}",
        source="GB/T 33358; ref. 91.27 %",
        base=_INTERVAL,
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(c.answered_in_15s, c.settled),
    ),
    Definition(
        id="D-04b",
        name_zh="15秒接通率(占接听数)",
        name_en="service level 15 s, of the answered",
        formula_zh="15秒内接听 ÷ 座席接听数",
        formula_en="answered within 15 s ÷ answered at a seat",
        source="variant of D-04",
        base=_INTERVAL,
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(c.answered_in_15s, c.answered),
    ),
    Definition(
        id="D-05",
        name_zh="放弃率",
        name_en="abandon rate",
        formula_zh=f"放弃数 ÷ {_REQUESTS_ZH}",
        formula_en=f"abandoned ÷ {_REQUESTS_EN}",
        source="<5 %",
        base=_INTERVAL,
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(c.abandoned, c.settled),
    ),
    Definition(
        id="D-05b",
        name_zh="短时放弃率(5秒内)",
        name_en="short abandons, within 5 s",
        formula_zh=f"5秒内放弃数 ÷ {_REQUESTS_ZH}",
        formula_en=f"abandoned within 5 s ÷ {_REQUESTS_EN}",
        source="part of D-05",
        base=_INTERVAL,
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(c.abandoned_short, c.settled),
    ),
    Definition(
        id="D-06",
        name_zh="平均等待时长",
        name_en="average speed of answer",
        formula_zh="座席接听来电的等待(排队+振铃)之和 ÷ 座席接听数",
        formula_en="sum of waits (line and ring) of the answered ÷ answered at a seat",
        source="ref. 12 s",
        base=_INTERVAL,
        unit=Unit.SECONDS,
        of=lambda c, s: Ratio(c.waited_ms, c.answered),
    ),
    Definition(
        id="D-06b",
        name_zh="最长等待时长",
        name_en="longest wait",
        formula_zh="已结束等待中的最大值",
        formula_en="the greatest of the waits that have ended",
        source="beside D-06",
        base=_INTERVAL,
        unit=Unit.SECONDS,
        of=lambda c, s: Ratio(c.longest_wait_ms, min(c.settled, 1)),
    ),
    Definition(
        id="D-07",
        name_zh="平均通话时长",
        name_en="average talk time",
        formula_zh="(通话 − 保持)之和 ÷ 座席接听数",
        formula_en="sum of talk without hold ÷ answered at a seat",
        source="ref. 150 s",
        base=_INTERVAL,
        unit=Unit.SECONDS,
        of=lambda c, s: Ratio(c.talked_ms - c.held_ms, c.answered),
    ),
    Definition(
        id="D-07b",
        name_zh="平均话后处理时长",
        name_en="average after-call work",
        formula_zh="话后处理之和 ÷ 座席接听数",
        formula_en="sum of wrap-up ÷ answered at a seat",
        source="part of AHT",
        base=_INTERVAL,
        unit=Unit.SECONDS,
        of=lambda c, s: Ratio(c.wrap_up_ms, c.answered),
    ),
    Definition(
        id="D-07c",
        name_zh="平均处理时长",
        name_en="average handling time",
        formula_zh="(通话 + 保持 + 话后)之和 ÷ 座席接听数",
        formula_en="sum of talk, hold and wrap-up ÷ answered at a seat",
        source="ATT + hold + ACW",
        base=_INTERVAL,
        unit=Unit.SECONDS,
        of=lambda c, s: Ratio(c.talked_ms + c.wrap_up_ms, c.answered),
    ),
    Definition(
        id="D-08",
        name_zh="座席利用率",
        name_en="occupancy",
        formula_zh="(通话 + 保持 + 话后) ÷ (签入时长 − 小休); n 为毫秒",
        formula_en="(talk + hold + wrap-up) ÷ (signed in − breaks); n in milliseconds",
        source="<=85 % sustained",
        base="15 min, day, shift; whole site, not by queue; time as it passed",
        unit=Unit.SHARE,
        of=lambda c, s: Ratio(s.talking_ms + s.wrap_up_ms, s.signed_in_ms - s.break_ms),
    ),
)
# D-03 is not a fold of one span: see figures/rolling.py.
ROLLING: Final = Definition(
    id="D-03",
    name_zh="连续24小时接通率",
    name_en="rolling 24 h answer rate",
    formula_zh="所有连续24小时窗口(步长15分钟)接通率(D-01)的最小值; 无请求的窗口不计",
    formula_en="the least D-01 of all 24 h windows (step 15 min); windows without requests are not",
    source="GB/T 33358: >=95 %",
    base="rolling",
    unit=Unit.SHARE,
    of=lambda c, s: Ratio(_by_person(c), c.settled),
)
ROLLING_NOW: Final = Definition(
    id="D-03b",
    name_zh="最近24小时接通率",
    name_en="answer rate of the last 24 h",
    formula_zh="截至本刻钟的24小时窗口的接通率(D-01)",
    formula_en="D-01 of the 24 h window that ends with the running quarter",
    source="beside D-03",
    base="rolling",
    unit=Unit.SHARE,
    of=ROLLING.of,
)
ALL: Final = (*DEFINITIONS, ROLLING, ROLLING_NOW)
_SITE_ONLY: Final = frozenset({"D-02", "D-08"})


def measure(counts: Counts, seats: SeatCounts) -> list[Measured]:
    """All figures of one span of the whole site."""
    return [Measured(definition, definition.of(counts, seats)) for definition in DEFINITIONS]


def measure_queue(counts: Counts) -> list[Measured]:
    """Those figures that one queue has."""
    seats = SeatCounts()
    return [
        Measured(definition, definition.of(counts, seats))
        for definition in DEFINITIONS
        if definition.id not in _SITE_ONLY
    ]


def least(ratios: Iterable[Ratio]) -> Ratio:
    """The smallest that has data; 0 of 0 when none has."""
    return min((ratio for ratio in ratios if ratio.n), default=Ratio(0, 0))
