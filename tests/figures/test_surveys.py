"""D-20 to D-24 by hand: a month of surveys whose figures are known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.duty import DutyKind, DutyState
from callbacks.facts import DutyOwed, DutyStepped
from callbacks.questions import Ending
from callbacks.survey_facts import Ground, SurveyJudged, SurveyRated
from figures.surveys import SurveyCounts, SurveyFold, by_month, measure_surveys
from kernel.fact import Fact
from kernel.ids import CaseId, DutyId, NumberKey
from tests.contracts.survey_store import ended

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # 23:30 on the last of November in Changchun


def owed(
    case: str, *, closed_at: datetime = AT, key: str | None = "k", unit: str = "a"
) -> DutyOwed:
    return DutyOwed(
        at=AT, duty=DutyId(f"survey:{case}:1"), of=DutyKind.SURVEY,
        caller_key=NumberKey(key) if key else None, case=CaseId(case), round=1, due_at=AT,
        closed_at=closed_at, unit=unit,
    )  # fmt: skip


def stepped(case: str, state: DutyState) -> DutyStepped:
    return DutyStepped(at=AT, duty=DutyId(f"survey:{case}:1"), state=state, ready_at=None, why="")


def asked(case: str, level: int | None, **more: object) -> list[Fact]:
    fact = ended(level, case=CaseId(case), duty=DutyId(f"survey:{case}:1"), **more)
    return [owed(case), fact, stepped(case, DutyState.CLOSED)]


def folded(*facts: Fact) -> SurveyFold:
    fold = SurveyFold()
    fold.apply(facts)
    fold.apply(facts)  # told twice
    return fold


def november(fold: SurveyFold, excluded: set[str] | None = None) -> SurveyCounts:
    of_case = {CaseId(case) for case in excluded or set()}
    return by_month(fold.seen.values(), ZONE, of_case)[(2026, 11), "a"]


def values(counts: SurveyCounts) -> dict[str, float | None]:
    return {one.id: one.ratio.value for one in measure_surveys(counts)}


def test_the_figures_of_ten_surveys() -> None:
    silent = asked("none", None, ending=Ending.NO_CHOICE, solved=None, contacted=None)
    fold = folded(
        *asked("five", 5, solved="yes"), *asked("four", 4, solved="no", contacted="no"),
        *asked("three", 3), *asked("two", 2, solved="no"), *silent,
        owed("exhausted"), stepped("exhausted", DutyState.EXHAUSTED),
        owed("refused"), stepped("refused", DutyState.REFUSED),
        owed("secret"), stepped("secret", DutyState.WITHDRAWN),
        owed("open"), owed("nobody", key=None),
    )  # fmt: skip

    counts = november(fold)

    assert (counts.due, counts.surveyed, counts.completed) == (9, 5, 4)  # the secret one is not due
    assert (counts.reached, counts.valid, counts.dissatisfied) == (5, 4, 1)
    assert values(counts) == {
        "D-20": 7 / 9, "D-20b": 4 / 9, "D-21": 4 / 5, "D-22": 3 / 4, "D-22b": 2 / 4,
        "D-22c": 3 / 4, "D-23": 1 / 4, "D-24": 3 / 4,
    }  # fmt: skip


def test_no_answer_is_never_satisfied() -> None:
    """Trap (c)."""
    counts = november(folded(*asked("none", None, ending=Ending.BROKEN_OFF)))

    assert counts.rated == 0
    assert values(counts)["D-22"] is None


def test_an_excluded_case_keeps_its_volume_and_loses_its_rating() -> None:
    """APL-01."""
    counts = november(folded(*asked("bad", 1), *asked("good", 5)), excluded={"bad"})

    assert (counts.due, counts.reached, counts.valid, counts.rated) == (2, 2, 2, 1)
    assert values(counts)["D-22"] == 1.0


def test_the_final_rating_counts_and_the_first_stays() -> None:
    """CBK-04."""
    duty = DutyId("survey:bad:1")
    judged = SurveyJudged(
        at=AT, duty=duty, case=CaseId("bad"), round=1, reasonable=True,
        ground=Ground.NOT_SOLVED, by="S1",
    )  # fmt: skip
    rated = SurveyRated(at=AT + timedelta(days=3), duty=duty, level=4, by="S1")

    counts = november(folded(*asked("bad", 1), judged, rated))

    assert (counts.satisfied, counts.first_satisfied) == (1, 0)
    assert (counts.dissatisfied, counts.judged, counts.reasonable) == (1, 1, 1)


def test_a_case_counts_in_the_month_and_for_the_unit_that_closed_it() -> None:
    fold = folded(
        owed("nov"), owed("dec", closed_at=AT + timedelta(hours=1)), owed("other", unit="b")
    )

    found = by_month(fold.seen.values(), ZONE)

    assert {key: counts.due for key, counts in found.items()} == {
        ((2026, 11), "a"): 1, ((2026, 12), "a"): 1, ((2026, 11), "b"): 1,
    }  # fmt: skip
