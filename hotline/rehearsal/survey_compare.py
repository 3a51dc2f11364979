"""What the citizens did against what is stored: each survey, each ring, nothing else. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hotline.rehearsal.compare import Difference
from hotline.rehearsal.survey_citizens import NEVER_LISTED, SurveyCitizen, Way

_FIELDS: Final = ("ending", "contacted", "solved", "first_level", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySays:
    """What the console says: surveys and answers by case, `shown` by `hotline surveys` alone."""

    surveys: Mapping[str, Mapping[str, Any]]
    answers: Mapping[str, Mapping[str, Any]]
    shown: Mapping[str, Mapping[str, Any]]


def compare_surveys(
    citizens: Mapping[str, SurveyCitizen], rings: Mapping[str, int], says: SurveySays
) -> list[Difference]:
    """`citizens` by case; `rings`: how often each number's phone rang."""
    found = []
    for case, citizen in citizens.items():
        found += [_difference(citizen, what) for what in _of_one(case, citizen, rings, says)]
    known = {citizen.number for citizen in citizens.values()}
    found += [
        Difference(
            number,
            f"{number} 不在回访名单上，却被拨打了 {n} 次。",
            f"{number} was rung {n} times for nothing.",
        )
        for number, n in rings.items()
        if number not in known
    ]
    return found


def compare_rings(
    citizens: Mapping[str, SurveyCitizen], rings: Mapping[str, int], says: SurveySays
) -> list[Difference]:
    """After faults: nobody rung twice, nobody forgotten, and nobody who must not be rung."""
    found = []
    for case, citizen in citizens.items():
        survey, rung = says.surveys.get(case), rings.get(citizen.number, 0)
        wrong = []
        if rung > int(citizen.is_rung):
            wrong.append(f"rang {rung} times")
        if survey is None and citizen.way is not Way.CONFIDENTIAL:
            wrong.append("is not on the list")
        if survey is not None:
            open_ = [one["call"] for one in survey["attempts"] if one["outcome"] is None]
            wrong += [f"attempt {call} is not settled" for call in open_]
            wrong += ["was forgotten"] if not rung and citizen.is_rung else []
        found += [_difference(citizen, what) for what in wrong]
    return found


def _difference(citizen: SurveyCitizen, what: str) -> Difference:
    subject = f"{citizen.number} ({citizen.way})"
    return Difference(citizen.number, f"回访 {subject}：{what}", f"Survey of {subject}: {what}")


def _of_one(
    case: str, citizen: SurveyCitizen, rings: Mapping[str, int], says: SurveySays
) -> Iterator[str]:
    wanted, survey = citizen.stored(), says.surveys.get(case)
    rung = rings.get(citizen.number, 0)
    if rung != int(citizen.is_rung):
        yield f"rang {rung} times"
    if wanted is NEVER_LISTED:
        if survey is not None:
            yield f"is on the list as {survey['state']}"
        return
    if survey is None:
        yield "is not on the list"
        return
    outcomes = [attempt["outcome"] for attempt in survey["attempts"]]
    yield from _unlike("state", wanted.state, survey["state"])
    yield from _unlike("result", wanted.result, survey["result"])
    yield from _unlike("attempts", [wanted.outcome] if wanted.outcome else [], outcomes)
    shown = says.shown.get(case, {})
    yield from _unlike("state in the terminal", survey["state"], shown.get("state"))
    answers: Mapping[str, Any] = says.answers.get(case, {})
    level = wanted.level
    expected = (wanted.ending, wanted.contacted, wanted.solved, level, wanted.reason)
    for name, value in zip(_FIELDS, expected, strict=True):
        yield from _unlike(name, value, answers.get(name))


def _unlike(what: str, wanted: object, stored: object) -> Iterator[str]:
    if wanted != stored:
        yield f"{what}: did {wanted}, stored {stored}"


def counted(citizens: Sequence[SurveyCitizen]) -> dict[str, int]:
    """How many there were of each way."""
    return {way.value: n for way in Way if (n := sum(one.way is way for one in citizens))}
