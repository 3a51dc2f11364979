"""`rehearse --surveys N`: the calls we owe, on an instance whose hours are open now."""

import argparse
import sys
import tempfile
from pathlib import Path

from hotline.private.places import PROJECT
from hotline.private.progress import say
from hotline.rehearsal.stage import OWN_NAME, open_stage
from hotline.rehearsal.survey_config import survey_config
from hotline.rehearsal.survey_run import rehearse_surveys, wishes_for
from kernel.clock import SystemClock


async def rehearse_owed(surveys: int, arguments: argparse.Namespace) -> int:
    """The whole of it; 0 without differences."""
    wishes = wishes_for(surveys, arguments.seats, arguments.seed, arguments.faults)
    name, fresh = arguments.instance or OWN_NAME, not arguments.instance
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        config = survey_config(PROJECT / "config", Path(folder), SystemClock().now())
        async with open_stage(name, wishes.seats, say, fresh=fresh, config=config) as stage:
            report = await rehearse_surveys(stage, wishes, say)
    sys.stdout.write(report.text())
    if arguments.json is not None:
        arguments.json.write_bytes(report.json())
    return report.exit_code
