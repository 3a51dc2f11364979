"""What surveys say, by month of closing and by unit (D-20 to D-24), folded from the facts. Pure.

Rules: who gave no rating is in no rating's denominator; a withdrawn survey (confidential, in
appeal) is not due; the final rating counts, the first one is shown beside it (CBK-04).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from callbacks.duty import DutyKind, DutyState
from callbacks.facts import DutyOwed, DutyStepped
from callbacks.questions import Ending
from callbacks.survey_facts import SurveyEnded, SurveyJudged, SurveyRated
from figures.definitions import Ratio
from kernel.fact import Fact
from kernel.ids import CaseId, DutyId

SATISFIED: Final = 3  # 基本满意 and better
STRICTLY: Final = 4  # 满意 and better


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyCounts:
    """Of the surveys of one span. `rated` and what follows leave excluded cases out (APL-01)."""

    due: int = 0
    surveyed: int = 0  # reached and asked, whether or not to the end
    completed: int = 0
    exhausted: int = 0
    refused: int = 0
    by_sms: int = 0
    uncallable: int = 0  # no number is known: due, and never done
    reached: int = 0
    valid: int = 0  # ratings, those of excluded cases too
    rated: int = 0
    satisfied: int = 0
    strictly: int = 0
    first_satisfied: int = 0
    solved_asked: int = 0
    solved: int = 0
    contacted_asked: int = 0
    contacted: int = 0
    dissatisfied: int = 0
    judged: int = 0
    reasonable: int = 0

    def __add__(self, other: "SurveyCounts") -> "SurveyCounts":
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return SurveyCounts(**both)

    def as_json(self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyFigure:
    id: str
    name_zh: str
    name_en: str
    formula_en: str
    ratio: Ratio


def measure_surveys(c: SurveyCounts) -> tuple[SurveyFigure, ...]:
    """D-20 to D-24; 0 of 0 is "no data", never 100 %."""
    done = c.surveyed + c.exhausted + c.refused + c.by_sms
    return (
        _figure("D-20", "回访率", "survey coverage",
                "(surveyed + tried in vain + refused + by SMS) ÷ due", done, c.due),
        _figure("D-20b", "回访完成率", "surveys completed", "completed ÷ due", c.completed, c.due),
        _figure("D-21", "参评率", "response rate", "ratings ÷ reached", c.valid, c.reached),
        _figure("D-22", "满意率", "satisfaction",
                "levels 5+4+3 ÷ ratings, excluded cases left out", c.satisfied, c.rated),
        _figure("D-22b", "满意率(不含基本满意)", "strict satisfaction",
                "levels 5+4 ÷ ratings, excluded cases left out", c.strictly, c.rated),
        _figure("D-22c", "首次满意率", "satisfaction by the first rating",
                "first levels 5+4+3 ÷ ratings", c.first_satisfied, c.rated),
        _figure("D-23", "解决率", "solved rate",
                "solved ÷ answered whether solved", c.solved, c.solved_asked),
        _figure("D-24", "响应率", "contacted rate",
                "contacted ÷ answered whether contacted", c.contacted, c.contacted_asked),
    )  # fmt: skip


def _figure(id: str, zh: str, en: str, formula: str, *of: int) -> SurveyFigure:
    ratio = Ratio(of[0], of[1])
    return SurveyFigure(id=id, name_zh=zh, name_en=en, formula_en=formula, ratio=ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySeen:
    """One survey as its facts, or its rows, leave it."""

    case: CaseId | None
    closed_at: datetime
    unit: str | None
    state: DutyState
    ending: Ending | None = None  # None: nobody was asked
    contacted: str | None = None
    solved: str | None = None
    first_level: int | None = None
    final_level: int | None = None
    reasonable: bool | None = None

    def counts(self, *, excluded: bool) -> SurveyCounts:
        if self.state is DutyState.WITHDRAWN:
            return SurveyCounts()
        counted = self.final_level is not None and not excluded
        final, first = self.final_level or 0, self.first_level or 0
        bad = 0 < first < SATISFIED
        return SurveyCounts(
            due=1,
            surveyed=int(self.state is DutyState.CLOSED),
            completed=int(self.ending is Ending.COMPLETE),
            exhausted=int(self.state is DutyState.EXHAUSTED),
            refused=int(self.state is DutyState.REFUSED),
            by_sms=int(self.state is DutyState.BY_SMS),
            uncallable=int(self.state is DutyState.UNCALLABLE),
            reached=int(self.ending is not None),
            valid=int(self.final_level is not None),
            rated=int(counted),
            satisfied=int(counted and final >= SATISFIED),
            strictly=int(counted and final >= STRICTLY),
            first_satisfied=int(counted and first >= SATISFIED),
            solved_asked=int(self.solved is not None),
            solved=int(self.solved == "yes"),
            contacted_asked=int(self.contacted is not None),
            contacted=int(self.contacted == "yes"),
            dissatisfied=int(bad),
            judged=int(bad and self.reasonable is not None),
            reasonable=int(bad and self.reasonable is True),
        )


Month = tuple[int, int]
ByMonth = dict[tuple[Month, str], SurveyCounts]


def month_of(moment: datetime, zone: ZoneInfo) -> Month:
    local = moment.astimezone(zone)
    return local.year, local.month


def by_month(
    surveys: Iterable[SurveySeen], zone: ZoneInfo, excluded: Collection[CaseId] = ()
) -> ByMonth:
    """(month of closing, unit) -> counts; unit "": not known."""
    found: ByMonth = {}
    for one in surveys:
        key = month_of(one.closed_at, zone), one.unit or ""
        counts = one.counts(excluded=one.case in excluded)
        found[key] = found.get(key, SurveyCounts()) + counts
    return found


@dataclass
class SurveyFold:
    """The same from the facts alone; bears facts that are told twice."""

    seen: dict[DutyId, SurveySeen] = field(default_factory=dict)

    def apply(self, told: Iterable[Fact]) -> None:
        for fact in told:
            self._apply(fact)

    def _apply(self, fact: Fact) -> None:
        match fact:
            case DutyOwed(of=DutyKind.SURVEY) if fact.duty not in self.seen:
                self.seen[fact.duty] = SurveySeen(
                    case=fact.case,
                    closed_at=fact.closed_at or fact.at,
                    unit=fact.unit,
                    state=DutyState.OPEN if fact.caller_key else DutyState.UNCALLABLE,
                )
            case DutyStepped() | SurveyEnded() | SurveyJudged() | SurveyRated():
                before = self.seen.get(fact.duty)
                if before is not None:
                    self.seen[fact.duty] = _after(before, fact)
            case _:
                return


def _after(
    before: SurveySeen, fact: DutyStepped | SurveyEnded | SurveyJudged | SurveyRated
) -> SurveySeen:
    match fact:
        case DutyStepped():
            return replace(before, state=fact.state)
        case SurveyEnded():
            return replace(
                before,
                ending=fact.ending,
                contacted=fact.contacted or before.contacted,
                solved=fact.solved or before.solved,
                first_level=before.first_level or fact.level,
                final_level=fact.level or before.final_level,
            )
        case SurveyJudged():
            return replace(before, reasonable=fact.reasonable)
        case SurveyRated():
            first = before.first_level or fact.level
            return replace(before, first_level=first, final_level=fact.level)
