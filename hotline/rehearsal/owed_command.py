"""`rehearse --surveys N --missed M`: the calls we owe, on instances whose hours are open now."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from hotline.private.places import PROJECT
from hotline.private.progress import say
from hotline.rehearsal.callback_run import rehearse_missed
from hotline.rehearsal.compare import Difference
from hotline.rehearsal.stage import OWN_NAME, open_stage
from hotline.rehearsal.survey_config import survey_config, without_paperwork
from hotline.rehearsal.survey_run import rehearse_surveys, wishes_for
from kernel.clock import SystemClock


async def rehearse_owed(arguments: argparse.Namespace) -> int:
    """First those who were missed, then the surveys; 0 without differences."""
    told: dict[str, Any] = {"seed": arguments.seed}
    found: list[Difference] = []
    if arguments.missed:
        missed = await _missed(arguments)
        told["missed"] = arguments.missed
        found += missed
    if arguments.surveys:
        differences, more = await _surveys(arguments)
        told |= more
        found += differences
    told["differences"] = [difference.sentence for difference in found]
    sys.stdout.write("\n".join(_lines(found)) + "\n")
    if arguments.json is not None:
        arguments.json.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return 1 if found else 0


def _lines(found: Sequence[Difference]) -> list[str]:
    told = [f"  - {difference.sentence}" for difference in found]
    return [*told, f"差异 differences: {len(found)}"]


async def _missed(arguments: argparse.Namespace) -> list[Difference]:
    name, fresh = arguments.instance or OWN_NAME, not arguments.instance
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        copy = survey_config(PROJECT / "config", Path(folder), SystemClock().now())
        config = without_paperwork(copy)
        async with open_stage(name, arguments.seats, say, fresh=fresh, config=config) as stage:
            return await rehearse_missed(
                stage, arguments.missed, arguments.seats, arguments.seed, say
            )


async def _surveys(arguments: argparse.Namespace) -> tuple[list[Difference], dict[str, Any]]:
    wishes = wishes_for(arguments.surveys, arguments.seats, arguments.seed, arguments.faults)
    name, fresh = arguments.instance or OWN_NAME, not arguments.instance
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        config = survey_config(PROJECT / "config", Path(folder), SystemClock().now())
        async with open_stage(name, wishes.seats, say, fresh=fresh, config=config) as stage:
            report = await rehearse_surveys(stage, wishes, say)
    sys.stdout.write(report.text())
    return list(report.differences), report.as_json()
