"""The instance on which we rehearse: a running one as it is, or a fresh one of our own."""

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import orjson

from hotline.private.children import Child, Launch, tail
from hotline.private.instance import Instance, instance
from hotline.private.places import PROJECT
from hotline.private.progress import Say
from hotline.rehearsal.errors import InstanceNotReady, NoWayIn

OWN_NAME: Final = "rehearsal"
READY_WITHIN_S: Final = 900.0  # the first start on a machine builds the private Asterisk
_LOOK_EVERY_S: Final = 0.3
_STOP_WITHIN_S: Final = 40.0
_HOTLINE: Final = "from hotline.cli import main; raise SystemExit(main())"


@dataclass(frozen=True, slots=True)
class Stage:
    """A ready instance. `is_fresh`: nothing ever rang there before. `is_ours`: it ends with us."""

    root: Path
    endpoints: dict[str, Any]
    is_fresh: bool
    is_ours: bool = True


@asynccontextmanager
async def open_stage(
    name: str,
    seats: int,
    tell: Say,
    *,
    fresh: bool,
    config: Path = PROJECT / "config",
    calls: int = 500,
) -> AsyncIterator[Stage]:
    """The running instance of that name; else started here and stopped afterwards.

    `fresh`: what an earlier run of that name left is removed first; what this one leaves stays for
    a look. `config`: the folder of settings of one that is started; `calls`: citizens at once.
    Raises InstanceNotReady and NoWayIn.
    """
    here = instance(name, seats=seats)
    if await _is_ready(here):
        yield _rung_at(Stage(here.root, _endpoints(here), is_fresh=False, is_ours=False))
        return
    if fresh:
        wipe(here)
    here.root.mkdir(parents=True, exist_ok=True)
    log = here.root / "keeper.log"
    begins_at = log.stat().st_size if log.exists() else 0
    numbers = ("--seats", str(seats), "--calls", str(calls))
    keeper = _keeper(("--instance", here.name, *numbers, "--config", str(config)), log)
    try:
        await _until_ready(here, keeper, tell, begins_at)
        yield _rung_at(Stage(here.root, _endpoints(here), is_fresh=fresh))
    finally:
        tell("正在停止演练环境 / stopping the instance")
        await asyncio.to_thread(keeper.stop, signal.SIGTERM, within_s=_STOP_WITHIN_S)


def _keeper(wanted: tuple[str, ...], log: Path) -> Child:
    return Child(
        Launch(
            program=Path(sys.executable),
            arguments=("-c", _HOTLINE, "keep", *wanted),
            log=log,
            on_our_death=signal.SIGTERM,
            folder=PROJECT,
        )
    )


def wipe(here: Instance) -> None:
    """Removes what an earlier rehearsal left; the folder is ours alone, and nothing runs in it."""
    if not here.root.exists():
        return
    for linked in here.root.iterdir():
        if linked.is_symlink():
            shutil.rmtree(linked.resolve(), ignore_errors=True)
    shutil.rmtree(here.root)


async def _until_ready(here: Instance, keeper: Child, tell: Say, begins_at: int) -> None:
    log, told = here.root / "keeper.log", begins_at
    async with asyncio.timeout(READY_WITHIN_S):
        while not await _is_ready(here):
            text = log.read_bytes()[told:]
            for line in text.splitlines():
                tell(line.decode("utf-8", "replace").removeprefix("==> "))
            told += len(text)
            if not keeper.alive():
                raise InstanceNotReady(
                    f"The instance {here.name} did not start: {tail(log, since=begins_at)}",
                    remedy=f"Mend what it says; more is in {here.root}.",
                )
            await asyncio.sleep(_LOOK_EVERY_S)


def _endpoints(here: Instance) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(here.endpoints_file.read_bytes())
    return found


def _rung_at(stage: Stage) -> Stage:
    """The same, if it has an address for citizens. Raises NoWayIn for a site's own Asterisk."""
    if stage.endpoints["sip"] is None:
        raise NoWayIn(
            f"The instance at {stage.root} uses the site's own Asterisk: nobody can ring it here.",
            remedy="Rehearse on an instance of our own: a folder of settings without ami.host.",
        )
    return stage


async def _is_ready(here: Instance) -> bool:
    """Whether its console says that all it depends on answers."""
    if not here.endpoints_file.exists():
        return False
    base = _endpoints(here)["console"]
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{base}/readyz") as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
