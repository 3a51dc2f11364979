"""A rehearsal of the survey campaign: real calls become cases, the cases are closed, the robot
rings the very citizens, and what they did is compared with what is stored.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from hotline.private.places import PROJECT
from hotline.private.progress import Say
from hotline.rehearsal.blows import Blows
from hotline.rehearsal.cast import Cast, Casting, open_cast
from hotline.rehearsal.compare import Difference
from hotline.rehearsal.console_client import PATIENT_S, ConsoleClient
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from hotline.rehearsal.faults import FaultKind, Upheaval, draw_faults
from hotline.rehearsal.mended import mended
from hotline.rehearsal.plan import Behaviour, PlannedCall, Scale, Share, draw_plan
from hotline.rehearsal.report import Report
from hotline.rehearsal.run import MENU_S, Wishes, rehearse_on
from hotline.rehearsal.seats import Manner
from hotline.rehearsal.stage import Stage
from hotline.rehearsal.survey_citizens import MIX, SurveyCitizen, Way, draw_citizens
from hotline.rehearsal.survey_compare import (
    SurveySays,
    compare_rings,
    compare_surveys,
    counted,
)
from hotline.rehearsal.survey_phones import SurveyPhones
from kernel.clock import SystemClock

CALM_SKY: Final[Mapping[FaultKind, int]] = {}
_MORE: Final = 1.25  # calls for a case: some leave no ticket, some share a number
_UNIT: Final = "市热力公司"
_LOOK_S: Final = 2.0
_WITHIN_S: Final = 900.0
_SECONDS_A_SURVEY: Final = 1.5  # over the whole campaign, many at a time
_STILL_S: Final = 6.0  # paused: nobody rings
_RUNNING: Final = ("open", "claimed", "dialling", "reached")
_COMMAND: Final = "from hotline.cli import main; raise SystemExit(main())"


@dataclass(frozen=True, slots=True)
class SurveyWishes(Wishes):
    """`surveys`: citizens who are to be surveyed. Everybody rings patiently, so each has a case."""

    surveys: int = 100

    def plan(self, *, is_fresh: bool) -> list[PlannedCall]:
        scale = Scale(self.calls, self.rate, self.talk, self.patience, MENU_S)
        patient = (Share(Behaviour.PRESSES, 1),)
        return draw_plan(scale, self.seed, patient, numbers_seed=self.seed)


def wishes_for(
    surveys: int, seats: int, seed: int, faults: Mapping[FaultKind, int] = CALM_SKY
) -> SurveyWishes:
    """With faults only the rings are compared: a key pressed while nobody listened is lost."""
    calls = round(surveys * _MORE) + 4
    return SurveyWishes(
        seats=seats, calls=calls, rate=2.0, seed=seed, no_answer=0.0, talk=2.0, patience=120.0,
        surveys=surveys, faults=faults,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """`calls` is the report of the calls that became the cases."""

    calls: Report
    citizens: Mapping[str, SurveyCitizen]  # by case
    figures: Any
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "calls": self.calls.figures(),
            "surveys": counted(list(self.citizens.values())),
            "figures": self.figures,
        }

    def text(self) -> str:
        ways = counted(list(self.citizens.values()))
        mix = ", ".join(f"{way} {n}" for way, n in ways.items())
        told = [f"回访 surveys: {len(self.citizens)} ({mix})"]
        return "\n".join([*told, ""])


async def rehearse_surveys(
    stage: Stage, wishes: SurveyWishes, tell: Say, mix: Mapping[Way, int] = MIX
) -> SurveyReport:
    """Raises what keeps it from taking place at all."""
    calls = await rehearse_on(stage, replace(wishes, faults={}), tell)
    manner, began = Manner(wishes.talk, 0.0), SystemClock().now()
    casting = Casting(wishes.seats, manner, wishes.seed, patience=PATIENT_S)
    async with open_cast(stage, casting) as cast:
        ready = await _cases(cast.supervisor, calls, wishes.surveys)
        drawn = draw_citizens([number for number, _ in ready], wishes.seed, mix)
        citizens = {case: one for (_, case), one in zip(ready, drawn, strict=True)}
        tell(f"{len(citizens)} 件工单将回访 / cases to be surveyed")
        phones = SurveyPhones.of(cast.world, citizens.values())
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(phones.watch())
            still = await _closed(cast.supervisor, citizens, phones)
            blows = Blows(stage, SystemClock(), tell, cast.lines_died)
            span = len(citizens) * _SECONDS_A_SURVEY
            await blows.strike_all(draw_faults(wishes.faults, span, wishes.seed))
            await _until_over(cast, phones, tell)
            watching.cancel()
        upheaval = Upheaval(tuple(blows.struck))
        says = await _says(cast.supervisor, stage)
        figures = await cast.supervisor.ask("GET", "/api/surveys/figures", query=_ALWAYS)
    rings = {number: len(calls) for number, calls in phones.rings.items()}
    compare = compare_rings if wishes.faults else compare_surveys
    found = [*calls.differences, *still, *compare(citizens, rings, says)]
    found += mended(stage.root / "journal", began, upheaval)
    return SurveyReport(calls, citizens, figures, tuple(found))


_ALWAYS: Final = {"since": "2020-01-01T00:00:00Z", "before": "2099-01-01T00:00:00Z"}


async def _cases(console: ConsoleClient, calls: Report, at_most: int) -> list[tuple[str, str]]:
    """(number, dispatched case) of citizens whose number is shown and who have one case each."""
    numbers = {one.citizen.sip_call_id: one.citizen.plan.number for one in calls.verdicts}
    by_call = {call.call: numbers.get(call.sip_call_id, "") for call in calls.says.calls}
    of_number: dict[str, list[str]] = {}
    for ticket in calls.says.tickets:
        number = by_call.get(ticket.call or "", "")
        if number:
            of_number.setdefault(number, []).append(ticket.case_id)
    single = [(number, cases[0]) for number, cases in of_number.items() if len(cases) == 1]
    ready: list[tuple[str, str]] = []
    for number, case in single:
        if len(ready) < at_most and await _dispatched(console, case):
            ready.append((number, case))
    return ready


async def _dispatched(console: ConsoleClient, case: str) -> bool:
    try:
        await console.ask("POST", f"/api/cases/{case}/dispatch", {"unit": _UNIT})
    except ConsoleRefused as refused:
        if refused.reason != "wrong-step":
            raise
        return False  # it was answered on the call
    return True


async def _closed(
    console: ConsoleClient, citizens: Mapping[str, SurveyCitizen], phones: SurveyPhones
) -> list[Difference]:
    """All are closed while the campaign stands still; whom a flag must save is flagged."""
    await console.ask("POST", "/api/surveys/pause", {"paused": True})
    for case, citizen in citizens.items():
        if citizen.way is Way.CONFIDENTIAL:
            await _flag(console, case)
        await console.ask("POST", f"/api/cases/{case}/close")
    listed = {case for case, one in citizens.items() if one.way is not Way.CONFIDENTIAL}
    await _until_listed(console, listed)
    for case, citizen in citizens.items():
        if citizen.way is Way.FLAGGED_LATER:
            await _flag(console, case)
    await asyncio.sleep(_STILL_S)
    rung = sum(len(calls) for calls in phones.rings.values())
    await console.ask("POST", "/api/surveys/pause", {"paused": False})
    if not rung:
        return []
    return [
        Difference("pause", f"暂停期间拨打了 {rung} 次。", f"{rung} calls while it was paused.")
    ]


async def _flag(console: ConsoleClient, case: str) -> None:
    await console.ask("POST", f"/api/cases/{case}/flags", {"flag": "confidential", "on": True})


async def _until_listed(console: ConsoleClient, cases: set[str]) -> None:
    async with asyncio.timeout(_WITHIN_S):
        while cases - {row["case"] for row in await _surveys(console)}:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)


async def _until_over(cast: Cast, phones: SurveyPhones, tell: Say) -> None:
    """Until no survey is open or running and every phone is quiet; late ones are differences."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            while left := await _left(cast.supervisor, phones):
                tell(f"回访 surveys: 剩余 left {left}, 通话 talking {phones.talking}")
                await asyncio.sleep(_LOOK_S)
            await cast.all_idle()
    except TimeoutError:
        tell("回访超时 / the surveys took too long")


async def _left(console: ConsoleClient, phones: SurveyPhones) -> int:
    running = sum(row["state"] in _RUNNING for row in await _surveys(console))
    return running or int(not phones.are_quiet)


async def _surveys(console: ConsoleClient) -> list[Any]:
    return [row async for row in _rows(console, "/api/surveys/calls", "after")]


async def _rows(console: ConsoleClient, path: str, by: str) -> AsyncIterator[Any]:
    more: dict[str, str] = {}
    while True:
        page = await console.ask("GET", path, query={"limit": "500", **more})
        for row in page["surveys"]:
            yield row
        if page["next"] is None:
            return
        more = {by: page["next"]}


async def _says(console: ConsoleClient, stage: Stage) -> SurveySays:
    answers = [row async for row in _rows(console, "/api/surveys/answers", "before")]
    return SurveySays(
        surveys={row["case"]: row for row in await _surveys(console)},
        answers={row["case"]: row for row in answers},
        shown=await _shown(stage),
    )


async def _shown(stage: Stage) -> dict[str, Any]:
    """What `hotline surveys --list` says. Raises InstanceNotReady."""
    words = ("surveys", "--instance", stage.root.name, "--list", "--json")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _COMMAND, *words, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise InstanceNotReady(
            f"`hotline {' '.join(words)}` ended with {process.returncode}.",
            remedy="Run it by hand and read what it says.",
        )
    return {row["case"]: row for row in orjson.loads(out)["surveys"]}
