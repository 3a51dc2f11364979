"""What quality inspection found, by month (D-29), and each agent's monthly card (HR-03). Pure.

Rules: an inspection counts in the month of China in which it was scored; one that calibrates counts
for nothing; an appeal changes D-29 afterwards, so what the inspector first gave is shown beside it.
A card holds inputs only: no total, no rank, and nothing follows from it by itself (HR-03).
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from figures.cells import harmless
from figures.definitions import Explained, Measured, Ratio, Unit
from kernel.ids import AgentNo

_WHOLE: Final = 100  # points


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCounts:
    """`points`: their sum. `tickets_inspected`: talks among them with a ticket; `ticket_errors`:
    the wrong fields that the inspectors found in those."""

    inspected: int = 0
    passed: int = 0
    first_passed: int = 0
    points: int = 0
    tickets_inspected: int = 0
    ticket_errors: int = 0

    def __add__(self, other: "QualityCounts") -> "QualityCounts":
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return QualityCounts(**both)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityDefinition(Explained):
    of: Callable[[QualityCounts], Ratio]


_BY_MONTH: Final = "month in which it was scored; Asia/Shanghai; calibrations left out"
QUALITY: Final[tuple[QualityDefinition, ...]] = (
    QualityDefinition(
        id="D-29",
        name_zh="质检合格率",
        name_en="quality pass rate",
        formula_zh="合格数(申诉改判后) ÷ 质检数; 合格线以评分时为准",
        formula_en="passed (after appeals) ÷ inspected; by the pass mark of the day of scoring",
        source="AI-04; show only",
        base=_BY_MONTH,
        unit=Unit.SHARE,
        of=lambda c: Ratio(c.passed, c.inspected),
    ),
    QualityDefinition(
        id="D-29b",
        name_zh="首次质检合格率",
        name_en="quality pass rate as first given",
        formula_zh="首次评分合格数 ÷ 质检数, 不计申诉",
        formula_en="passed by the first score ÷ inspected, appeals left out",
        source="D-29, as first published",
        base=_BY_MONTH,
        unit=Unit.SHARE,
        of=lambda c: Ratio(c.first_passed, c.inspected),
    ),
    QualityDefinition(
        id="D-29c",
        name_zh="工单差错率",
        name_en="ticket errors",
        formula_zh="质检发现的工单差错字段数 ÷ 受检工单数",
        formula_en="wrong ticket fields that inspectors found ÷ tickets inspected",
        source="D-29; show only",
        base=_BY_MONTH,
        unit=Unit.NUMBER,
        of=lambda c: Ratio(c.ticket_errors, c.tickets_inspected),
    ),
)


def measure_quality(counts: QualityCounts) -> list[Measured]:
    return [Measured(definition, definition.of(counts)) for definition in QUALITY]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCounts:
    """Of one agent in one month. `days`: on which he had a talk. `praised`, `complained`: talks
    rated 非常满意, and 不满意 or worse; the marks are what a supervisor wrote down."""

    talks: int = 0
    days: int = 0
    talked_ms: int = 0
    tickets: int = 0
    rated: int = 0
    praised: int = 0
    complained: int = 0
    praise_marks: int = 0
    complaint_marks: int = 0
    quality: QualityCounts = field(default_factory=QualityCounts)

    def as_json(self) -> dict[str, int]:
        flat = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "quality"}
        return flat | {f.name: getattr(self.quality, f.name) for f in fields(self.quality)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDefinition(Explained):
    of: Callable[[CardCounts], Ratio]


_CARD: Final = "month; Asia/Shanghai"
_HR_03: Final = "HR-03: an input, nothing follows from it by itself"
CARD: Final[tuple[CardDefinition, ...]] = (
    CardDefinition(
        id="HR-03.1",
        name_zh="日均通话量",
        name_en="talks a day",
        formula_zh="通话数 ÷ 有通话的天数",
        formula_en="talks ÷ days with a talk",
        source=_HR_03,
        base=_CARD,
        unit=Unit.NUMBER,
        of=lambda c: Ratio(c.talks, c.days),
    ),
    CardDefinition(
        id="HR-03.2",
        name_zh="平均通话时长",
        name_en="mean talk",
        formula_zh="通话时长之和 ÷ 通话数",
        formula_en="sum of talks ÷ talks",
        source=_HR_03,
        base=_CARD,
        unit=Unit.SECONDS,
        of=lambda c: Ratio(c.talked_ms, c.talks),
    ),
    CardDefinition(
        id="HR-03.3",
        name_zh="好评率",
        name_en="praise",
        formula_zh="服务评价非常满意数 ÷ 有评价的通话数; 表扬登记数另列",
        formula_en="talks rated 5 ÷ rated talks; praise that was written down stands beside it",
        source=_HR_03,
        base=_CARD,
        unit=Unit.SHARE,
        of=lambda c: Ratio(c.praised, c.rated),
    ),
    CardDefinition(
        id="HR-03.4",
        name_zh="差评率",
        name_en="complaints",
        formula_zh="服务评价不满意、非常不满意数 ÷ 有评价的通话数; 投诉登记数另列",
        formula_en="talks rated 2 or 1 ÷ rated talks; complaints written down stand beside it",
        source=_HR_03,
        base=_CARD,
        unit=Unit.SHARE,
        of=lambda c: Ratio(c.complained, c.rated),
    ),
    CardDefinition(
        id="HR-03.5",
        name_zh="质检平均得分率",
        name_en="mean quality score",
        formula_zh="质检得分之和 ÷ (质检数 × 100)",
        formula_en="points of all inspections ÷ (inspected × 100)",
        source=_HR_03,
        base=_CARD,
        unit=Unit.SHARE,
        of=lambda c: Ratio(c.quality.points, c.quality.inspected * _WHOLE),
    ),
)


def measure_card(counts: CardCounts) -> list[Measured]:
    """HR-03.1 to HR-03.5, and D-29 of this agent."""
    own = [Measured(definition, definition.of(counts)) for definition in CARD]
    return [*own, *measure_quality(counts.quality)]


def cards_as_csv(cards: Mapping[AgentNo, CardCounts]) -> str:
    """A line an agent: each value, and beside it the number that it stands on."""
    written = io.StringIO()
    out = csv.writer(written)
    named = [f"{one.id} {one.name_zh} {one.name_en}" for one in (*CARD, *QUALITY)]
    marks = ["表扬登记 praise marks", "投诉登记 complaint marks"]
    out.writerow(["工号 agent", *(part for name in named for part in (name, "n")), *marks])
    for agent, counts in cards.items():
        values = [part for one in measure_card(counts) for part in (one.value, one.ratio.n)]
        out.writerow([harmless(agent), *values, counts.praise_marks, counts.complaint_marks])
    return written.getvalue()
