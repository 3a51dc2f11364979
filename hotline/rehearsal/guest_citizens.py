"""For guests (来宾): whoever wants to take calls himself is told how, and is rung by citizens whose
voice he can hear, one as soon as he is ready.
"""

import asyncio
import random
from pathlib import Path
from typing import Any, Final

from hotline.private.progress import Say
from hotline.rehearsal.audio import sound_file
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.company import Company, open_company
from hotline.rehearsal.console_client import PATIENT_S, open_console
from hotline.rehearsal.errors import PhoneSilent
from hotline.rehearsal.plan import city_numbers
from hotline.rehearsal.sip_phone import Answer
from hotline.rehearsal.stage import Stage

VOICE: Final = Path(__file__).parent / "sounds" / "citizen.wav"
_LOOK_EVERY_S: Final = 1.0
_DIALS_WITHIN_S: Final = 10.0
_STAYS_S: Final = 600.0  # time enough for a newcomer to fill his first form
_FAR_END_AFTER_S: Final = 3.0  # whom the guest rings answers so soon
_SILENT: Final = (
    "演练中的市民不出声；只要您还签入着，演练结束后不停机，接着有出声的来电",
    "citizens of a rehearsal say nothing; while you sit, all stays up after it, and those who speak"
    " ring you",
)
_A_PERSON: Final = "0"


def invitation(stage: Stage, playing: int) -> list[str]:
    """Lines that tell how to take a call: address, and the first login that nobody plays with.

    `playing`: so many of the instance's agents have a part. No lines without a free login.
    """
    agents = [one for one in stage.endpoints["logins"] if one["role"] == "agent"]
    free = next(iter(agents[playing:]), None)
    if free is None:
        return []
    chief = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
    base, login, other = stage.endpoints["console"], _login(free), _login(chief)
    lines = [
        f"想亲自接一通？戴上耳麦，在本机用浏览器打开 {base} ，按页面提示操作",
        f"to take a call: put on a headset, open {base} in a browser on this machine",
        f"座席 agent: {login}    班长 supervisor: {other}",
    ]
    return lines + list(_SILENT if playing else ())


def _login(one: dict[str, str]) -> str:
    return f"{one['user']} / {one['password']}"


async def guests_seats(stage: Stage) -> list[Any]:
    """Rows of the floor: who sits there now. All of ours have left."""
    chief = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
    base = stage.endpoints["console"]
    async with open_console(base, chief["user"], chief["password"], PATIENT_S) as console:
        return list((await console.ask("GET", "/api/floor"))["seats"])


async def ring_for_guests(stage: Stage, tell: Say, *, for_ever: bool) -> None:
    """A citizen for each guest who is ready; until Ctrl-C, or until nobody sits any more."""
    tell("您签入、示闲后，几秒内就有来电；按 Ctrl-C 结束")
    tell("sign in and go available: a citizen rings within seconds; Ctrl-C ends")
    numbers = city_numbers(random.Random())  # noqa: S311  # anybody's
    async with open_company(stage, 0) as company, asyncio.TaskGroup() as tasks:
        company.world.decide = lambda _call: Answer(after=_FAR_END_AFTER_S)
        ringing: set[asyncio.Task[None]] = set()
        while True:
            seats = (await company.chief.ask("GET", "/api/floor"))["seats"]
            if not seats and not ringing and not for_ever:
                return
            ringing = {task for task in ringing if not task.done()}
            if sum(map(_is_ready, seats)) > len(ringing):
                ringing.add(tasks.create_task(_citizen(company, next(numbers), tell)))
            await asyncio.sleep(_LOOK_EVERY_S)


def _is_ready(seat: Any) -> bool:
    return bool(seat["presence"] == "available" and seat["activity"] == "idle")


async def _citizen(company: Company, number: str, tell: Say) -> None:
    """Asks for a person, speaks, and stays until he is let go; nobody keeps him for ever."""
    call = company.citizens.dial("12345", caller=number)
    call.sound.play(sound_file(VOICE))
    try:
        await call.log.until_seen(News.CONFIRMED, within=_DIALS_WITHIN_S)
        await call.sound.until(lambda sound: sound.packets > 20, within=_DIALS_WITHIN_S)
        call.press(_A_PERSON)  # he hears the question by now
        tell(f"市民来电 a citizen rings: {number[:3]}****{number[-4:]}")
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=_STAYS_S)
    except PhoneSilent as silent:
        tell(str(silent))
    finally:
        if call.log.phase is Phase.TALKING:
            call.hang_up()
