"""`rehearse --scenario config/scenarios/surge.yaml`: a surge on an instance of our own, audited."""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from hotline.private.places import PROJECT
from hotline.private.progress import Say, say
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.cast import Cast
from hotline.rehearsal.compare import Difference
from hotline.rehearsal.errors import PhoneSilent
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.report import Report
from hotline.rehearsal.run import rehearse_on
from hotline.rehearsal.stage import OWN_NAME, Stage, open_stage
from hotline.rehearsal.surge_drill import (
    Entry,
    SurgeDrill,
    differences,
    load_drill,
    wishes_of,
)
from storage.journal_file import read
from telephony.handed import OVERFLOW

_COMMAND: Final = "from hotline.cli import main; raise SystemExit(main())"
_FOREVER_S: Final = 24 * 3600.0
_RETURNS_WITHIN_S: Final = 60.0
_LOOK_S: Final = 1.0


def is_surge(file: Path) -> bool:
    """Whether it is a drill of arrivals rather than of scenes."""
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return False  # whoever reads it in earnest says what is wrong
    return isinstance(raw, dict) and "arrivals" in raw


async def rehearse_surge(arguments: argparse.Namespace) -> int:
    """0 without differences. Raises BadScenario before anything starts."""
    drill = load_drill(arguments.scenario)
    name, fresh = arguments.instance or OWN_NAME, not arguments.instance
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        config = drill_config(drill, PROJECT / "config", Path(folder))
        async with open_stage(name, drill.seats, say, fresh=fresh, config=config) as stage:
            report = await drill_on(stage, drill, arguments.seed, say, config)
    sys.stdout.write(report.text())
    if arguments.json is not None:
        arguments.json.write_bytes(report.json())
    return report.exit_code


def drill_config(drill: SurgeDrill, source: Path, folder: Path) -> Path:
    """A copy of the settings with the drill's own keys of surge.yaml."""
    copy = folder / "config"
    shutil.copytree(source, copy)
    file = copy / "surge.yaml"
    raw: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump(raw | drill.rules, allow_unicode=True), encoding="utf-8")
    return copy


async def drill_on(stage: Stage, drill: SurgeDrill, seed: int, tell: Say, config: Path) -> Report:
    """Every call compared as ever, then the journal, then the audit."""

    served: list[str] = []

    async def beyond(cast: Cast) -> None:
        await _other_centre(cast, drill.far_talks_s, served)

    report = await rehearse_on(stage, wishes_of(drill, seed), tell, beside=beyond)
    told = await _until_returned(stage.root / "journal")
    targets = drill.rules["targets"]
    room = sum(target["at_most"] for target in targets.values())
    found = [*report.differences, *differences(drill, told, room, len(served))]
    tell("复核 / audit")
    return replace(report, differences=[*found, *await _audited(stage, config)])


async def _other_centre(cast: Cast, talks_s: float, served: list[str]) -> None:
    """Whoever answers beyond the trunk says good-bye after a while. `served`: the calls that came
    by overflow, with one hop, and were talked with."""
    taken = 0
    async with asyncio.TaskGroup() as group:
        while True:
            call = await cast.world.next_call(within=_FOREVER_S, after=taken)
            taken += 1
            group.create_task(_talks(call, talks_s, served), name="far end")


async def _talks(call: PhoneCall, seconds: float, served: list[str]) -> None:
    await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_FOREVER_S)
    came_over = call.header("X-12345-Reason") == OVERFLOW and call.header("X-12345-Hops") == "1"
    if call.log.phase is Phase.TALKING and came_over:
        served.append(call.header("X-12345-Call"))
    try:
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=seconds)
    except PhoneSilent:
        if call.log.phase is Phase.TALKING:
            call.hang_up()


async def _until_returned(journal: Path) -> list[Entry]:
    """All facts, when the plan has returned; what never returns is a difference."""
    told: list[Entry] = []
    for _ in range(int(_RETURNS_WITHIN_S / _LOOK_S)):
        told = await asyncio.to_thread(_facts, journal)
        if any(kind == "surge-returned" for kind, _ in told):
            break
        await asyncio.sleep(_LOOK_S)
    return told


def _facts(journal: Path) -> list[Entry]:
    return [(entry.kind, json.loads(entry.body)) for entry in read(journal)]


async def _audited(stage: Stage, config: Path) -> list[Difference]:
    """`hotline audit` on the instance: the journal recounted, set against all that was stored."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        words = ("audit", "--instance", stage.root.name, "--config", str(config))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _COMMAND, *words, "--json", file.name, cwd=PROJECT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await process.communicate()
    if process.returncode == 0:
        return []
    said = (out + err).decode("utf-8", "replace").strip().splitlines()[-12:]
    return [Difference("audit", f"复核不一致：{line}", f"audit: {line}") for line in said]
