"""Loads one model and says what it knows, in a process of its own: a broken one may end it.

    python -P -m telephony.speech.examination      (the question as JSON on stdin)

What it says is the last line, JSON: {"trouble": "" or why, "unknown": [phrases it cannot hear]}.
"""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import asdict, dataclass
from typing import Final

from telephony.speech.listens import Language
from telephony.speech.models import Plan
from telephony.speech.settings import SpeechSettings
from telephony.speech.workshop import Workshop

COMMAND: Final = (sys.executable, "-P", "-m", "telephony.speech.examination")
WITHIN_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Examined:
    """`trouble` "": the model is of use."""

    trouble: str
    unknown: tuple[str, ...] = ()


async def examine(
    settings: SpeechSettings, plan: Plan, name: str, phrases: tuple[str, ...]
) -> Examined:
    """`name` as "vosk/zh". Whatever the model does to its process, there is an answer."""
    asked = {
        "settings": settings.model_dump(mode="json"),
        "plan": asdict(plan),
        "name": name,
        "phrases": phrases,
    }
    child = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(WITHIN_S):
            said, _ = await child.communicate(json.dumps(asked).encode())
    except TimeoutError:
        child.kill()
        await child.wait()
        return Examined(f"loading took more than {WITHIN_S:.0f} s")
    code = child.returncode or 0
    if code < 0:
        return Examined(f"loading it ends the process ({signal.Signals(-code).name})")
    if code > 0 or not said.strip():
        return Examined(f"the examination ended with {code}")
    found = json.loads(said.splitlines()[-1])
    return Examined(found["trouble"], tuple(found["unknown"]))


def main() -> None:
    asked = json.load(sys.stdin)
    settings = SpeechSettings.model_validate(asked["settings"])
    _, _, language = asked["name"].partition("/")
    plans = {Language(language): Plan(**asked["plan"])}
    workshop = Workshop(settings, plans, skip=frozenset())
    trouble = workshop.load(asked["name"])
    unknown = [] if trouble else workshop.unknown(asked["name"], tuple(asked["phrases"]))
    sys.stdout.write("\n" + json.dumps({"trouble": trouble, "unknown": unknown}) + "\n")


if __name__ == "__main__":
    main()
