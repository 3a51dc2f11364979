"""The baseline of delivery: Asterisk's own `Queue(fallback)` with the same phones as members.

A number of its own leads there; when a caller joined is Asterisk's own time stamp.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.progress import silence
from hotline.rehearsal.stage import Stage
from telephony.ami_reader import MessageReader

PLAIN: Final = "12399"
_STEPS: Final = ("Answer()", "Queue(fallback,c,,,300)", "Hangup()")
_RX_WITHIN_S: Final = 20


@asynccontextmanager
async def plain_queue(stage: Stage) -> AsyncIterator[dict[str, datetime]]:
    """Filled meanwhile: caller's number -> when he joined."""
    await asyncio.to_thread(_route, stage.root)
    joined: dict[str, datetime] = {}
    async with asyncio.TaskGroup() as group:
        up = asyncio.Event()
        listening = group.create_task(_listen(stage, joined, up))
        await up.wait()
        yield joined
        listening.cancel()


def _route(root: Path) -> None:
    tree = asterisk_tree(tell=silence)
    config = str((root / "asterisk" / "etc" / "asterisk.conf").resolve())
    for n, step in enumerate(_STEPS, 1):
        command = f"dialplan add extension {PLAIN},{n},{step} into from-trunk replace"
        words = tree.command("-C", config, "-rx", command)
        subprocess.run(words, check=True, capture_output=True, timeout=_RX_WITHIN_S)


async def _listen(stage: Stage, joined: dict[str, datetime], up: asyncio.Event) -> None:
    """A second listener at the AMI, which asks for nothing."""
    ami = stage.endpoints["ami"]
    reader, writer = await asyncio.open_connection(ami["host"], ami["port"])
    login = f"Action: Login\r\nUsername: {ami['user']}\r\nSecret: {ami['secret']}\r\n\r\n"
    writer.write(login.encode())
    messages = MessageReader()
    try:
        while data := await reader.read(65_536):
            for headers in messages.feed(data):
                if headers.get("event") == "FullyBooted":
                    up.set()
                elif headers.get("event") == "QueueCallerJoin":
                    at = datetime.fromtimestamp(float(str(headers["timestamp"])), UTC)
                    joined.setdefault(str(headers["calleridnum"]), at)
    finally:
        writer.close()
