"""kill -9 of the leading process leaves no speech worker behind, whatever that one does just then.

By two ways: the kernel kills it with its parent, and the end of its orders ends it; the second
also where the parent died before the worker could ask for the first.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.speech.worker_house import ROOT

WITHIN = 60.0  # a loaded machine; as a rule a moment
LOOK_EVERY = 0.05


def lives(pid: int) -> bool:
    """A dead one that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.split()[0] != "Z"


async def until_gone(pid: int) -> None:
    for _ in range(int(WITHIN / LOOK_EVERY)):
        if not lives(pid):
            return
        await asyncio.sleep(LOOK_EVERY)
    raise TimeoutError(f"the worker {pid} lives on")


@pytest.mark.parametrize(
    ("when", "stopped"),
    [("up", False), ("up", True), ("", False)],
    ids=["it serves", "it is stopped and reads nothing", "it has only just been started"],
)
async def test_the_worker_dies_with_the_leader(when: str, *, stopped: bool) -> None:
    leader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.speech.leader", when, stdout=PIPE, cwd=ROOT
    )
    try:
        assert leader.stdout is not None
        async with asyncio.timeout(WITHIN):
            worker = int(await leader.stdout.readline())
        assert lives(worker)
        if stopped:
            os.kill(worker, signal.SIGSTOP)
    finally:
        leader.kill()
        await leader.wait()

    await until_gone(worker)
