"""A softphone that is not ours takes a citizen's call, and it becomes a case.

baresip (Debian's baresip-core) registers with a seat's login from endpoints.json; everything else
goes through the API, as any outside program would do it.
"""

import asyncio
import shutil
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.audio import strength, to_linear, tone, wav_samples
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.citizens import Trunk, crowds, ringing
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.plan import Behaviour, PlannedCall
from hotline.rehearsal.stage import Stage, open_stage

pytestmark = pytest.mark.rehearsal

CITIZEN_HZ, SEAT_HZ = 425, 600
CITIZEN = PlannedCall(
    0, Behaviour.PRESSES, "19900001234", "", starts=0, stays=14_000, key="0", presses_after=3_000
)
HEARD = 500  # amplitude of a tone that was really there; ours is sent with 8,000
SETTINGS = """\
sip_listen 127.0.0.1:0
audio_source aufile,{folder}/tone.wav
audio_player nothing,
audio_srate 8000-8000
audio_channels 1-1
snd_path {folder}
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
"""
FORM = {
    "request_type": "help",
    "title": "暖气不热",
    "content": "室内温度不达标，希望尽快处理。",
    "category_code": "0201010101",
    "caller_kind": "person",
    "incident_address": "春江市解放路1号",
    "is_anonymous": True,
    "reply_needed": False,
}


def prepare(folder: Path, login: dict[str, str], server: str) -> None:
    """baresip's folder: settings, one account that answers by itself, a tone to send."""
    modules = next(Path("/usr/lib").glob("**/baresip/modules"))
    (folder / "config").write_text(SETTINGS.format(folder=folder, modules=modules))
    options = f"auth_user={login['phone']};auth_pass={login['phone_password']};regint=60"
    account = f"<sip:{login['phone']}@{server}>;{options};answermode=auto;audio_codecs=pcma"
    (folder / "accounts").write_text(account + "\n")
    with wave.open(str(folder / "tone.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        samples = to_linear(b"".join(tone(SEAT_HZ))) * 60
        sound.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))


@asynccontextmanager
async def baresip(folder: Path, login: dict[str, str], server: str) -> AsyncIterator[None]:
    """Registered, answers by itself, sends a tone, writes what it hears into a WAV file."""
    program = shutil.which("baresip")
    assert program is not None, "apt-get install baresip-core"
    prepare(folder, login, server)
    with (folder / "baresip.log").open("wb") as log:
        phone = await asyncio.create_subprocess_exec(
            program, "-n", "127.0.0.1", "-f", str(folder), stdin=asyncio.subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield
    finally:
        phone.terminate()
        await asyncio.wait_for(phone.wait(), 30)


async def until(console: ConsoleClient, path: str, what: str, within: float = 60.0) -> Any:
    """The answer of `path` once its field `what` (dotted) is there and true."""
    async with asyncio.timeout(within):
        while True:
            answer = await console.ask("GET", path)
            found: Any = answer
            for part in what.split("."):
                found = found[part]
            if found:
                return answer
            await asyncio.sleep(0.2)


async def at_seat_and_available(stage: Stage, agent: ConsoleClient, phone: str) -> None:
    seats = (await agent.ask("GET", "/api/seats"))["seats"]
    seat = next(row["seat"] for row in seats if row["phone"] == phone)
    async with asyncio.timeout(60):
        while not (await agent.ask("POST", "/api/seat/sign-in", {"seat": seat}))["seat"][
            "reachable"
        ]:
            await agent.ask("POST", "/api/seat/sign-out")
            await asyncio.sleep(0.3)
    await agent.ask("POST", "/api/seat/available")


async def offered_call(agent: ConsoleClient) -> str:
    """The call that rings at the agent's seat, as the live channel tells the desk."""
    async with agent.live() as messages:
        async for message in messages:
            if message["type"] == "offer":
                return str(message["call"])
    raise AssertionError("the live channel closed without an offer")


def citizen_sound(folder: Path) -> Path:
    sound = folder / "citizen.alaw"
    sound.write_bytes(b"".join(tone(CITIZEN_HZ)))
    return sound


async def test_a_foreign_softphone_takes_a_call_that_becomes_a_case(tmp_path: Path) -> None:
    async with open_stage("test-softphone", 2, silence, fresh=True) as stage:
        login = next(one for one in stage.endpoints["logins"] if one["role"] == "agent")
        base = stage.endpoints["console"]
        async with (
            baresip(tmp_path, login, stage.endpoints["seat_sip"]),
            open_console(base, login["user"], login["password"]) as agent,
        ):
            await at_seat_and_available(stage, agent, login["phone"])
            call = await citizen_rings(stage, agent, tmp_path)
            receipt = await agent.ask("POST", "/api/tickets", {"call": call, "form": FORM})
            life = await until(agent, f"/api/calls/{call}", "call.recording_s")

        assert await cases_of(stage, call) == [[receipt["ticket_no"]]]
        assert life["call"]["fate"] == "answered"
        recorded = wav_samples(Path(stage.endpoints["recordings"]) / f"{call}.wav")
        assert strength(recorded, SEAT_HZ) > HEARD
        assert strength(recorded, CITIZEN_HZ) > HEARD
        assert strength(heard_by_softphone(tmp_path), CITIZEN_HZ) > HEARD


def heard_by_softphone(folder: Path) -> list[int]:
    (heard,) = folder.glob("dump-*-dec.wav")
    return wav_samples(heard)


async def citizen_rings(stage: Stage, agent: ConsoleClient, folder: Path) -> str:
    """SIPp rings 12345 and talks until its citizen hangs up; gives the call's id."""
    address = address_of(stage.endpoints["sip"])
    trunk = Trunk(stage.endpoints["sip_source"], address, sound=citizen_sound(folder))
    async with asyncio.TaskGroup() as tasks:
        offer = tasks.create_task(asyncio.wait_for(offered_call(agent), 60))
        async with ringing(crowds("softphone", [CITIZEN]), trunk, folder) as citizens:
            await citizens.until_done()
            (saw,) = citizens.saw()
    assert saw.hung_up_first, "the citizen talked until he hung up himself"
    return offer.result()


async def cases_of(stage: Stage, call: str) -> list[list[str]]:
    """The tickets of each case of this call, as the supervisor sees them."""
    login = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
    base = stage.endpoints["console"]
    async with open_console(base, login["user"], login["password"]) as supervisor:
        found = await supervisor.ask("GET", "/api/cases", query={"call": call})
    return [case["tickets"] for case in found["cases"]]
