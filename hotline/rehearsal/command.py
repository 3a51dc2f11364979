"""Rehearse (演练): simulated citizens ring, seats answer and file; every call is compared.

Exit status 0 only if the outside and the system agree on every call.
"""

import argparse
import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from hotline.private.progress import say
from hotline.rehearsal.errors import BadWishes
from hotline.rehearsal.faults import FaultKind, faults_of
from hotline.rehearsal.guest_citizens import guests_seats, invitation, ring_for_guests
from hotline.rehearsal.owed_command import rehearse_owed
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.scene_run import rehearse_scenario
from hotline.rehearsal.stage import OWN_NAME, Stage, open_stage

_LOOK_ROUNDS: Final = 10_000
_A_FEW: Final = 6
_GUESTS: Final = 1  # a seat for whoever wants to take a call himself
DESKS: Final = 2  # with --browser


def add_arguments(parser: argparse.ArgumentParser) -> None:
    usual = Wishes()
    parser.add_argument("--seats", type=int, default=usual.seats, help="seats that answer")
    parser.add_argument(
        "--calls", type=int, default=usual.calls, help="calls in all; 0: only for who signs in"
    )
    parser.add_argument("--rate", type=rate, default=usual.rate, help="1.5/s")
    parser.add_argument("--seed", type=int, default=usual.seed, help="same seed, same plan")
    parser.add_argument("--no-answer", type=share, default=usual.no_answer, help="2%%: let it ring")
    parser.add_argument("--talk", type=seconds, default=usual.talk, help="20s: mean talk")
    parser.add_argument("--patience", type=seconds, default=usual.patience, help="60s in the line")
    parser.add_argument(
        "--faults", type=faults, default={}, help="kill:20,freeze:5,ami-cut:10,pg-stop:3 ..."
    )
    parser.add_argument(
        "--browser", action="store_true", help="two of the seats are desks in Chromium"
    )
    parser.add_argument("--surveys", type=int, default=0, help="citizens whom the robot surveys")
    parser.add_argument("--missed", type=int, default=0, help="citizens who give up in the line")
    parser.add_argument(
        "--scenario", type=Path, default=None, metavar="FILE", help="config/scenarios/special.yaml"
    )
    parser.add_argument("--json", type=Path, default=None, metavar="FILE", help="the report too")
    parser.add_argument("--keep", action="store_true", help="leave all up, a few ring on")
    parser.add_argument("--instance", default="", help="use this instance instead of a fresh one")


def main(arguments: argparse.Namespace) -> int:
    try:
        return asyncio.run(_until_stopped(arguments))
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
    except BaseExceptionGroup as group:
        raise _first_of(group) from group


async def _until_stopped(arguments: argparse.Namespace) -> int:
    """SIGTERM ends it as Ctrl-C does: citizens, seats and an instance of ours go with it."""
    task = asyncio.current_task()
    assert task is not None, "asyncio.run made it"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await rehearse(arguments)


def _first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What really happened, out of the groups that task groups make of it."""
    first = group.exceptions[0]
    return _first_of(first) if isinstance(first, BaseExceptionGroup) else first


async def rehearse(arguments: argparse.Namespace) -> int:
    """The whole rehearsal; 0 without differences."""
    if arguments.scenario is not None:
        return await rehearse_scenario(arguments)
    if arguments.surveys or arguments.missed:
        return await rehearse_owed(arguments)
    wishes = _wishes(arguments)
    name, fresh = arguments.instance or OWN_NAME, not arguments.instance
    async with open_stage(name, wishes.seats + _GUESTS, say, fresh=fresh) as stage:
        for line in invitation(stage, wishes.seats if wishes.calls else 0):
            say(line)
        if not wishes.calls:
            await ring_for_guests(stage, say, for_ever=True)
        report = await rehearse_on(stage, wishes, say)
        sys.stdout.write(report.text())
        sys.stdout.flush()
        if arguments.json is not None:
            arguments.json.write_bytes(report.json())
        if arguments.keep:
            await _ring_on(stage, wishes)
        elif stage.is_ours and await guests_seats(stage):
            say("有来宾在座席，不停机；签出后结束 / a guest sits: all stays up until he signs out")
            await ring_for_guests(stage, say, for_ever=False)
    return report.exit_code


def _wishes(arguments: argparse.Namespace) -> Wishes:
    """Raises BadWishes."""
    if arguments.browser and (arguments.faults or arguments.seats < DESKS):
        raise BadWishes(
            f"--browser needs {DESKS} seats or more, and no --faults.",
            remedy="Rehearse faults without it: phones in pages do not ring while we are away.",
        )
    return Wishes(
        seats=arguments.seats,
        calls=arguments.calls,
        rate=arguments.rate,
        seed=arguments.seed,
        no_answer=arguments.no_answer,
        talk=arguments.talk,
        patience=arguments.patience,
        faults=arguments.faults,
        browsers=DESKS if arguments.browser else 0,
    )


async def _ring_on(stage: Stage, wishes: Wishes) -> None:
    """A few citizens at a time, until Ctrl-C; a guest at a seat has them to himself."""
    for line in invitation(stage, wishes.seats):
        say(line)
    say("继续来电，按 Ctrl-C 结束 / ringing on, Ctrl-C ends")
    few = replace(wishes, calls=_A_FEW, rate=min(wishes.rate, 0.3), browsers=0)
    used = replace(stage, is_fresh=False)
    for n in range(_LOOK_ROUNDS):
        if await guests_seats(stage):
            await ring_for_guests(stage, say, for_ever=False)
        await rehearse_on(used, replace(few, seed=wishes.seed + n + 1), say)


def rate(text: str) -> float:
    """1.5/s or 1.5: calls a second."""
    return _number(text.removesuffix("/s"), text, 0.01, 100)


def seconds(text: str) -> float:
    """20s or 20."""
    return _number(text.removesuffix("s"), text, 0.5, 3600)


def share(text: str) -> float:
    """2% or 0.02."""
    if text.endswith("%"):
        return _number(text[:-1], text, 0, 100) / 100
    return _number(text, text, 0, 1)


def faults(text: str) -> dict[FaultKind, int]:
    """kill:20,freeze:5: how often what shall happen at moments of chance."""
    try:
        return faults_of(text)
    except ValueError as unknown:
        kinds = ", ".join(FaultKind)
        raise argparse.ArgumentTypeError(f"{unknown} is no fault with its count: {kinds}") from None


def _number(digits: str, text: str, least: float, most: float) -> float:
    try:
        value = float(digits)
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
    return value
