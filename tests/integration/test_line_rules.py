"""The rules of a line, edited by a site, as citizens hear them on a whole instance.

One scene is played once, several callers at a time; each test looks at one caller of it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.audio import RATE, octets_of, tone
from hotline.rehearsal.call_log import EndedBy, News, Phase
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Heard, Pacer
from hotline.rehearsal.sip_phone import Account, Answer, PhoneSet, SipPhone, open_phone
from hotline.rehearsal.stage import Stage, open_stage
from kernel.clock import SystemClock
from tests.integration.hours import at_night

pytestmark = pytest.mark.rehearsal

SOUNDS = PROJECT / "asterisk" / "sounds" / "zh"
WITHIN = 60.0  # seconds that any one step may take on a busy machine
OUTSIDE, OUTSIDE_HZ, HOTLINE_HZ = "04319999999", 600, 425
GENERAL = {
    "max_waiting": 1,
    "callback": {"after_s": 2, "again_every_s": 180, "key": "1"},
    "announcements": {
        "on_entry": True,
        "at_most_every_s": 5,
        "places_gained": 1,
        "seconds_gained_s": 60,
        "round_to_s": 30,
    },
}
SETTLED = ("answered", "overflowed")  # by somebody: no call is owed
ENTERPRISE = {"when_nobody": "overflow", "overflow": {"target": "province"}}


def sound(*names: str) -> bytes:
    return b"".join(octets_of(SOUNDS / f"{name}.wav") for name in names)


def begins(name: str) -> Callable[[Heard], bool]:
    """A second of it was heard, as by one who listens for a while before he presses."""
    wanted = sound(name)[RATE // 2 : RATE * 3 // 2]
    return lambda heard: wanted in bytes(heard.sound)


GREETING = (
    "phrases/agent_number",
    *(f"digits/{figure}" for figure in ("yao", "0", "0", "yao")),
    "phrases/at_your_service",
)


def edited_rules(folder: Path) -> Path:
    """The project's own config with other rules of two lines and a centre to overflow to."""
    config = at_night(folder)  # whom we owe a call is rung in no test of this file
    queues = config / "queues.yaml"
    rules = yaml.safe_load(queues.read_text(encoding="utf-8"))
    rules["queues"]["general"] |= GENERAL
    rules["queues"]["enterprise"] |= ENTERPRISE
    queues.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    with (config / "site.toml").open("a", encoding="utf-8") as site:
        site.write(f'\n[overflow_targets]\nprovince = "{OUTSIDE}"\n')
    return config


@dataclass
class Citizen:
    """A call, and what the console says of it once it is over."""

    phone: PhoneCall
    heard: list[str] = field(default_factory=list)
    card: Any = None
    trace: Any = None
    duties: tuple[Any, ...] = ()

    @property
    def kinds(self) -> list[str]:
        return [fact["kind"] for fact in self.trace]

    async def hears(self, *names: str) -> None:
        """These sounds without a gap, byte for byte: nothing is transcoded on the way."""
        wanted = sound(*names)

        def is_there(so_far: Heard) -> bool:
            return wanted in bytes(so_far.sound)

        await self.phone.sound.until(is_there, within=WITHIN)
        self.heard += [name.removeprefix("phrases/") for name in names]

    async def presses_in_the_menu(self, key: str) -> None:
        await self.phone.log.until_seen(News.CONFIRMED, within=WITHIN)
        await self.phone.sound.until(lambda heard: heard.packets > 20, within=WITHIN)
        self.phone.press(key)

    async def is_hung_up(self) -> None:
        await self.phone.log.until(lambda log: log.phase is Phase.ENDED, within=WITHIN)


@dataclass
class Scene:
    refused: Citizen
    patient: Citizen
    overflowed: Citizen
    rated: Citizen
    outside: str  # the number that was rung there


def rings(citizens: SipPhone, number: str) -> Citizen:
    return Citizen(citizens.dial("12345", caller=number))


async def line_is_full(patient: Citizen, refused: Citizen) -> None:
    """The patient one has the only place; the next one is refused."""
    await patient.presses_in_the_menu("0")
    await patient.hears("phrases/you_are_next")
    async with asyncio.TaskGroup() as both:
        both.create_task(takes_the_offer(patient))
        both.create_task(is_refused(refused))


async def takes_the_offer(patient: Citizen) -> None:
    await patient.hears("phrases/offer_callback")
    patient.phone.press("1")
    await patient.hears("phrases/callback_number")
    patient.phone.press("1")
    await patient.hears("phrases/callback_confirmed")
    await patient.hears("phrases/callback_promised")
    await patient.is_hung_up()


async def is_refused(refused: Citizen) -> None:
    await refused.presses_in_the_menu("0")
    await refused.hears("phrases/line_full")
    await refused.hears("phrases/call_back_later")
    await refused.is_hung_up()


async def overflows(citizen: Citizen, world: SipPhone) -> str:
    """He talks with the other centre; gives the number that was rung there."""
    await citizen.presses_in_the_menu("1")
    await citizen.hears("phrases/overflow_transfer")
    outside = await world.next_call(within=WITHIN)
    await outside.log.until_seen(News.CONFIRMED, within=WITHIN)
    outside.sound.play(tone(OUTSIDE_HZ))
    pitches = (OUTSIDE_HZ, HOTLINE_HZ)
    await citizen.phone.sound.until(lambda h: h.pitch(pitches) == OUTSIDE_HZ, within=WITHIN)
    citizen.phone.hang_up()
    assert outside.invite is not None, "he was called"
    return outside.invite.uri.removeprefix("sip:").partition("@")[0]


async def is_served_and_rates(rated: Citizen, seat: SipPhone) -> None:
    await rated.presses_in_the_menu("0")
    agents_side = await seat.next_call(within=WITHIN)
    await rated.hears(*GREETING)
    agents_side.hang_up()
    await rated.phone.sound.until(begins("phrases/rating_request"), within=WITHIN)
    rated.phone.press("2")
    await rated.hears("phrases/rating_thanks")
    await rated.hears("phrases/goodbye")
    await rated.is_hung_up()


async def learn(chief: ConsoleClient, citizen: Citizen) -> None:
    """What the system says of that call, once it is over there too and its duty is known."""
    async with asyncio.timeout(WITHIN):
        while True:
            rows = (await chief.ask("GET", "/api/calls"))["calls"]
            found = [row for row in rows if row["sip_call_id"] == citizen.phone.call_id]
            duties = (await chief.ask("GET", "/api/duties"))["duties"]
            owed = [duty for row in found for duty in duties if row["call"] in duty["calls"]]
            if found and found[0]["ended_at"] and (owed or found[0]["fate"] in SETTLED):
                break
            await asyncio.sleep(0.2)
    citizen.card, citizen.duties = found[0], tuple(owed)
    life = await chief.ask("GET", f"/api/calls/{found[0]['call']}")
    citizen.trace = life["trace"]


async def sits_down(stage: Stage, stack: AsyncExitStack, phones: PhoneSet) -> SipPhone:
    """Agent 1001 at a phone that answers by itself, available."""
    login = next(one for one in stage.endpoints["logins"] if one["role"] == "agent")
    account = Account(
        login["phone"], login["phone_password"], address_of(stage.endpoints["seat_sip"])
    )
    seat = await stack.enter_async_context(open_phone(account, phones, lambda _call: Answer(0.2)))
    desk = open_console(stage.endpoints["console"], login["user"], login["password"])
    agent = await stack.enter_async_context(desk)
    await seat.register(within=WITHIN)
    await agent.ask("POST", "/api/seat/sign-in", {"seat": login["seat"]})
    await agent.ask("POST", "/api/seat/available")
    return seat


async def played(stage: Stage, stack: AsyncExitStack) -> Scene:
    clock, pacer, at = SystemClock(), Pacer(), address_of(stage.endpoints["sip"])
    their_set = PhoneSet(clock, pacer, (stage.endpoints["sip_source"], 0), lines=8)
    world_set = PhoneSet(clock, pacer, address_of(stage.endpoints["trunk_out"]), lines=8)
    citizens = await stack.enter_async_context(open_phone(Account("citizen", "", at), their_set))
    world = await stack.enter_async_context(open_phone(Account("world", "", at), world_set))
    login = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
    desk = open_console(stage.endpoints["console"], login["user"], login["password"])
    chief = await stack.enter_async_context(desk)

    patient, refused, overflowed = (rings(citizens, f"1990000000{n}") for n in range(3))
    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(line_is_full(patient, refused))
        outside = at_once.create_task(overflows(overflowed, world))
    seat = await sits_down(stage, stack, PhoneSet(clock, pacer))
    rated = rings(citizens, "19900000003")
    await is_served_and_rates(rated, seat)
    scene = Scene(refused, patient, overflowed, rated, outside.result())
    for citizen in (scene.refused, scene.patient, scene.overflowed, scene.rated):
        await learn(chief, citizen)
    return scene


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    config = edited_rules(tmp_path_factory.mktemp("rules"))
    async with (
        open_stage("test-line-rules", 1, silence, fresh=True, config=config) as stage,
        AsyncExitStack() as stack,
    ):
        yield await played(stage, stack)


def test_one_too_many_hears_that_the_line_is_full_and_is_owed_a_call(scene: Scene) -> None:
    """The recorded words arrive byte for byte; MISS-01."""
    assert scene.refused.heard == ["line_full", "call_back_later"]
    assert scene.refused.phone.ended_by is EndedBy.THEM
    assert scene.refused.card["fate"] == "failed"
    (duty,) = scene.refused.duties
    assert (duty["kind"], duty["state"]) == ("missed", "open")


def test_who_waits_is_told_his_place(scene: Scene) -> None:
    assert scene.patient.heard[0] == "you_are_next"
    assert "call-queued" in scene.patient.kinds


def test_who_presses_the_key_at_the_offer_is_promised_a_call_and_hears_it(scene: Scene) -> None:
    said = ["offer_callback", "callback_number", "callback_confirmed", "callback_promised"]

    assert scene.patient.heard[1:] == said
    assert scene.patient.phone.ended_by is EndedBy.THEM
    assert scene.patient.kinds.count("callback-promised") == 1
    assert [duty["kind"] for duty in scene.patient.duties] == ["promised"]


def test_a_line_without_anybody_sends_its_callers_to_the_other_centre(scene: Scene) -> None:
    assert scene.outside == OUTSIDE
    assert scene.overflowed.card["fate"] == "overflowed"


def test_who_is_answered_hears_the_work_number_first(scene: Scene) -> None:
    """MRG-06: 工号 1001 为您服务, as one sound without a gap."""
    figures = [f"digits/{figure}" for figure in ("yao", "0", "0", "yao")]

    assert scene.rated.heard[:6] == ["agent_number", *figures, "at_your_service"]
    assert scene.rated.card["fate"] == "answered"


def test_a_key_after_the_talk_is_the_rating(scene: Scene) -> None:
    """SAT-01: key 2 is level 4 of five (config/service_rating.yaml)."""
    (rating,) = [fact["body"] for fact in scene.rated.trace if fact["kind"] == "service-rated"]

    assert (rating["level"], rating["agent"]) == (4, "1001")
    assert scene.rated.heard[6:] == ["rating_thanks", "goodbye"]
    assert scene.rated.phone.ended_by is EndedBy.THEM
