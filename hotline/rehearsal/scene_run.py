"""`rehearse --scenario FILE`: the scenes of a scenario on an instance of our own, then compared."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from hotline.private.places import PROJECT
from hotline.private.progress import Say, say
from hotline.rehearsal.company import open_company
from hotline.rehearsal.compare import Difference
from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.errors import InstanceNotReady
from hotline.rehearsal.scene import Scenario, draw_performances, load_scenario, on_lists
from hotline.rehearsal.scene_compare import Facts, Played, compare_scenes
from hotline.rehearsal.scene_play import play_all
from hotline.rehearsal.scene_seat import SceneSeat
from hotline.rehearsal.scene_theatre import Theatre
from hotline.rehearsal.stage import OWN_NAME, Stage, open_stage
from hotline.rehearsal.surge_run import is_surge, rehearse_surge
from hotline.rehearsal.survey_config import survey_config, without_paperwork
from kernel.clock import SystemClock
from storage.journal_file import read

_COMMAND: Final = "from hotline.cli import main; raise SystemExit(main())"
_SETTLED_WITHIN_S: Final = 60.0
_LOOK_S: Final = 1.0


async def rehearse_scenario(arguments: argparse.Namespace) -> int:
    """0 without differences. Raises BadScenario before anything starts."""
    if is_surge(arguments.scenario):
        return await rehearse_surge(arguments)
    scenario = load_scenario(arguments.scenario)
    name, fresh = arguments.instance or OWN_NAME, not arguments.instance
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        copy = survey_config(PROJECT / "config", Path(folder), SystemClock().now())
        config = without_paperwork(copy)
        async with open_stage(name, scenario.seats, say, fresh=fresh, config=config) as stage:
            played, found = await play_scenario(stage, scenario, arguments.seed, say)
    sys.stdout.write("\n".join(_lines(scenario, played, found)) + "\n")
    if arguments.json is not None:
        told = _as_json(scenario, arguments.seed, played, found)
        arguments.json.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return 1 if found else 0


async def play_scenario(
    stage: Stage, scenario: Scenario, seed: int, tell: Say
) -> tuple[list[Played], list[Difference]]:
    """Raises what keeps it from taking place at all."""
    performances = draw_performances(scenario, seed)
    for name, numbers in on_lists(performances).items():
        await _import(stage, name, numbers)
    tell(f"{len(performances)} 场 / {len(performances)} performances")
    async with open_company(stage, scenario.seats) as company:
        places = {
            row["phone"]: row["seat"]
            for row in (await company.chief.ask("GET", "/api/seats"))["seats"]
        }
        seats = [
            SceneSeat(login, phone, console, places[login.phone])
            for login, phone, console in company.seats
        ]
        for seat in seats:
            await seat.sit_down()
        theatre = Theatre(company.chief, company.citizens, company.world, scenario.talk_s)
        played = await play_all(theatre, seats, performances)
        await _until_settled(stage, played)
        skills = await _skills(company.chief)
        for seat in seats:
            await seat.leave()
    return played, compare_scenes(played, facts_of(stage.root / "journal"), skills)


async def _import(stage: Stage, name: str, numbers: Sequence[str]) -> None:
    """As an administrator would: `hotline lists --import`. Raises InstanceNotReady."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write("\n".join(numbers) + "\n")
        file.flush()
        words = ("lists", "--instance", stage.root.name, "--import", name, file.name)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _COMMAND, *words, cwd=PROJECT
        )
        if await process.wait():
            raise InstanceNotReady(
                f"`hotline {' '.join(words)}` ended with {process.returncode}.",
                remedy="Run it by hand and read what it says.",
            )


async def _skills(chief: ConsoleClient) -> dict[str, Mapping[str, int]]:
    rows = (await chief.ask("GET", "/api/agents"))["agents"]
    return {row["no"]: row["skills"] for row in rows}


async def _until_settled(stage: Stage, played: Sequence[Played]) -> None:
    """Until the journal has the end of every call; what is late is a difference."""
    wanted = {one.sip_call_id for one in played}
    for _ in range(int(_SETTLED_WITHIN_S / _LOOK_S)):
        facts = await asyncio.to_thread(facts_of, stage.root / "journal")
        over = {
            sip for sip, told in facts.items() if any(kind == "call-hung-up" for kind, _ in told)
        }
        if wanted <= over:
            return
        await asyncio.sleep(_LOOK_S)


def facts_of(journal: Path) -> dict[str, Facts]:
    """Each call's facts by its SIP Call-ID, in the journal's order."""
    by_call: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    sip: dict[str, str] = {}
    for entry in read(journal):
        body = json.loads(entry.body)
        call = body.get("call")
        if not isinstance(call, str):
            continue
        by_call.setdefault(call, []).append((entry.kind, body))
        if entry.kind == "call-arrived":
            sip[body["sip_call_id"]] = call
    return {sip_call_id: by_call[call] for sip_call_id, call in sip.items()}


def _lines(scenario: Scenario, played: Sequence[Played], found: Sequence[Difference]) -> list[str]:
    told = [f"{scenario.name_zh} / {scenario.name_en}: {len(played)} 场 performances"]
    for name, scene in scenario.scenes.items():
        told.append(f"  {name}: {scene.name_zh} × {scene.times} ({', '.join(scene.rules)})")
    told += [f"  - {difference.sentence}" for difference in found]
    return [*told, f"差异 differences: {len(found)}"]


def _as_json(
    scenario: Scenario, seed: int, played: Sequence[Played], found: Sequence[Difference]
) -> dict[str, Any]:
    return {
        "scenario": scenario.name_en,
        "seed": seed,
        "performances": [
            {
                "scene": one.performance.name,
                "rules": list(one.performance.scene.rules),
                "agents": one.agents,
                "rung": [number for number, _ in one.rung],
                "longest_silence_s": round(one.longest_silence_s, 1),
            }
            for one in played
        ],
        "differences": [difference.sentence for difference in found],
    }
