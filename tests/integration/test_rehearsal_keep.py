"""`rehearse --keep` as a person starts it: the report, then all stays up and a few ring on."""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.private.instance import Instance, instance
from hotline.private.places import PROJECT
from hotline.rehearsal.console_client import open_console
from hotline.rehearsal.stage import wipe
from tests.integration.servers import eventually

pytestmark = pytest.mark.rehearsal

HOTLINE = "from hotline.cli import main; raise SystemExit(main())"
CALLS = 3
REPORT_WITHIN, CALL_WITHIN, STOP_WITHIN = 240, 60, 90  # seconds, on a busy machine
LIVE_LINE = re.compile(r"==> \d\d:\d\d 来电 calls \d+/\d+ 在线 on line \d+ .*tickets \d+")
LONG_STEPS = ("启动数据库", "启动缓存", "启动电话交换机", "启动热线", "座席已示闲")


@pytest.fixture
def here() -> Instance:
    """A name of this test's own; what an earlier run left goes."""
    found = instance("test-keep", seats=2)
    wipe(found)
    return found


@pytest.fixture
async def rehearsal(here: Instance, tmp_path: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    wishes = f"--instance {here.name} --seats 2 --calls {CALLS} --rate 3/s --talk 1s --no-answer 0%"
    words = [*wishes.split(), "--patience", "5s", "--json", str(tmp_path / "report.json"), "--keep"]
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOTLINE, "rehearse", *words, cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    try:
        yield program
    finally:
        if program.returncode is None:
            program.terminate()
            await asyncio.wait_for(program.wait(), STOP_WITHIN)


async def lines_until(program: asyncio.subprocess.Process, word: str, within: float) -> list[str]:
    """What it printed up to the line with that word."""
    assert program.stdout is not None, "it was started with a pipe"
    lines: list[str] = []
    async with asyncio.timeout(within):
        while not lines or word not in lines[-1]:
            line = await program.stdout.readline()
            assert line, f"it ended: {lines[-3:]}"
            lines.append(line.decode())
    return lines


async def calls_of(endpoints: dict[str, Any]) -> int:
    login = next(one for one in endpoints["logins"] if one["role"] == "supervisor")
    async with open_console(endpoints["console"], login["user"], login["password"]) as console:
        return len((await console.ask("GET", "/api/calls"))["calls"])


async def one_more_call(endpoints: dict[str, Any], than: int) -> None:
    async with asyncio.timeout(CALL_WITHIN):
        while True:
            if await calls_of(endpoints) > than:
                return
            await asyncio.sleep(0.5)


def still_there(here: Instance, folder: Path) -> list[str]:
    """Command lines of processes that belong to the instance or write into the folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it ended while we looked
        ours = (str(here.root), str(folder), f"--instance {here.name} ")
        if any(word in words for word in ours) and "pytest" not in words:
            found.append(words)
    return found


def folders_left(folder: Path) -> list[Path]:
    return list(folder.glob("rehearsal-*"))


async def test_it_reports_stays_up_rings_on_and_ends_altogether_at_sigterm(
    here: Instance, rehearsal: asyncio.subprocess.Process, tmp_path: Path
) -> None:
    lines = await lines_until(rehearsal, "ringing on", REPORT_WITHIN)
    endpoints = json.loads(here.endpoints_file.read_text(encoding="utf-8"))
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    rung = await calls_of(endpoints)

    said = [next((n for n, line in enumerate(lines) if step in line), -1) for step in LONG_STEPS]
    assert -1 not in said, "a long step without its line"
    assert said == sorted(said), "in the order of the steps"
    assert [line for line in lines if LIVE_LINE.match(line)], "no live line"
    assert (report["offered"] <= CALLS, report["differences"]) == (True, [])
    await one_more_call(endpoints, than=rung)
    assert rehearsal.returncode is None
    assert still_there(here, tmp_path), "the instance and its citizens run"

    rehearsal.terminate()

    status = await asyncio.wait_for(rehearsal.wait(), STOP_WITHIN)
    assert status == 128 + signal.SIGTERM
    assert await asyncio.to_thread(eventually, lambda: not still_there(here, tmp_path))
    assert folders_left(tmp_path) == [], "numbers of citizens lie in it"
