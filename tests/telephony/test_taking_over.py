"""What the switchboard does with calls that lived before it did, on the Asterisk in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kernel.clock import SystemClock
from kernel.fact import Fact
from kernel.ids import CallId, Epoch, QueueName
from telephony import facts
from telephony.ami_asks import Headers, Reply
from telephony.ami_text import ActionHeaders
from telephony.ears import Ears
from telephony.entry import Entry
from telephony.hangup import until_hangup
from telephony.live_call import LiveCall
from telephony.place import Place
from telephony.settings import RecordingSettings, TelephonySettings
from telephony.switchboard import Switchboard
from tests.fakes.fake_switch import FakeSwitch, _Line

PLACE = Place(QueueName("general"), datetime(2026, 11, 22, 1, tzinfo=UTC), 1)
CALL = CallId("fake-1767603600.1")


class HoldingSwitch(FakeSwitch):
    """Shows in its two lists what it holds; `shown` adds columns to a channel's row."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, str] = {}
        self.says_agi_done = True

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        reply = await super().ask(headers, within=within)
        match headers["Action"]:
            case "Status":
                return Reply(reply.headers, tuple(self._rows("Status")))
            case "CoreShowChannels":
                return Reply(reply.headers, tuple(self._rows("CoreShowChannel")))
            case _:
                return reply

    def _rows(self, event: str) -> list[Headers]:
        return [
            {
                "event": event,
                "uniqueid": line.uniqueid,
                "channel": line.name,
                "context": line.context,
                "exten": "s",
                "application": "AGI",
                "bridgeid": line.bridge,
                "seconds": "7",
                "calleridnum": "13800001111",
                "variable": tuple(f"{n}={v}" for n, v in line.variables.items()),
                **self.shown,
            }
            for line in self._lines.values()
        ]

    def _small(self, line: _Line, action: dict[str, str]) -> None:
        if action["Action"] != "AGI" or self.says_agi_done:
            super()._small(line, action)

    def agi_done(self, command_id: str) -> None:
        line = self._lines[command_id.partition("/")[0]]
        self._say(line, "AsyncAGIExec", commandid=command_id, result="200 result=0")

    def forget_news(self) -> None:
        """Nobody was there to hear it."""
        while not self._inbox.empty():
            self._inbox.get_nowait()

    def falls_back(self, uniqueid: str) -> None:
        self._move(self._lines[uniqueid], "fallback", "s")

    def is_taken_back(self, uniqueid: str) -> None:
        self._move(self._lines[uniqueid], "room", "s")

    def remember(self, uniqueid: str, **variables: str) -> None:
        self._lines[uniqueid].variables.update(variables)


class Exchange:
    def __init__(self, folder: Path) -> None:
        self.switch = HoldingSwitch()
        self.facts: list[Fact] = []
        self.told: list[tuple[CallId, Entry]] = []
        ears = Ears(
            write=self._write,
            on_leg=lambda news: None,
            on_phone=lambda extension, reachable: None,
            key_of=lambda number: None,
            well=lambda: True,
            sound_path=str,
        )
        settings = TelephonySettings(recording=RecordingSettings(directory=folder))
        self.board = Switchboard(
            self.switch, ears, clock=SystemClock(), settings=settings, epoch=Epoch(2)
        )

    def _write(self, told: Sequence[Fact]) -> None:
        self.facts += told

    def kinds(self) -> list[str]:
        return [fact.kind for fact in self.facts if getattr(fact, "call", None) == CALL]

    async def story(self, call: LiveCall) -> None:
        self.told.append((call.id, call.entry))
        async with until_hangup(call.hung_up):
            await asyncio.Event().wait()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Exchange"]:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.board.run(self.story))
            await self.until(lambda: self.board.is_ready)
            yield self
            running.cancel()

    async def until(self, so: Callable[[], object]) -> None:
        for _ in range(3000):
            if so():
                return
            await asyncio.sleep(0.001)
        raise TimeoutError("it never became so")

    def switches(self) -> list[str]:
        sets = [a for a in self.switch.actions if a.get("Variable") == "TIMEOUT(absolute)"]
        return [a["Value"] for a in sets]


def held_by_the_dead(folder: Path, **variables: str) -> Exchange:
    """A citizen waits in our hands, and the process that had him is gone."""
    exchange = Exchange(folder)
    assert exchange.switch.arrive() == CALL
    exchange.switch.remember(CALL, CC_SIP="a@b", CC_DIALLED="12345", **variables)
    exchange.switch.forget_news()
    return exchange


async def test_the_switch_of_whoever_is_adopted_is_renewed_at_once(tmp_path: Path) -> None:
    """It runs since before we came: four seconds more, and he would be in the plain queue."""
    async with held_by_the_dead(tmp_path, CC_CALL="known").open() as exchange:
        assert exchange.switches() == ["15"]
        await exchange.until(lambda: exchange.told)
        assert exchange.told == [(CALL, Entry.ADOPTED)]


def set_on_calls(exchange: Exchange) -> list[tuple[str, str]]:
    sets = [a for a in exchange.switch.actions if a["Action"] == "Setvar" and "Channel" in a]
    return [(a["Variable"], a["Value"]) for a in sets if a["Variable"].startswith("CC_")]


async def test_what_is_set_on_whoever_is_adopted_is_not_set_again(tmp_path: Path) -> None:
    """Of a thousand, each such word stands before the first order to ring."""
    exchange = held_by_the_dead(tmp_path, CC_CALL="known", CC_Q=PLACE.encode())
    async with exchange.open():
        await exchange.until(lambda: exchange.told)
        call = exchange.board.calls[CALL]
        assert call.place == PLACE
        call.remember(PLACE)
        assert set_on_calls(exchange) == []

        elsewhere = replace(PLACE, priority=2)
        call.remember(elsewhere)
        call.remember(PLACE)
        said = [("CC_Q", elsewhere.encode()), ("CC_Q", PLACE.encode())]
        assert set_on_calls(exchange) == said


async def test_another_value_than_he_was_found_with_is_set(tmp_path: Path) -> None:
    exchange = held_by_the_dead(tmp_path, CC_Q=PLACE.encode())
    async with exchange.open():
        await exchange.until(lambda: exchange.told)
        exchange.board.calls[CALL].remember(replace(PLACE, priority=2))
        exchange.board.calls[CALL].remember(PLACE)

        names = [name for name, _ in set_on_calls(exchange)]
        assert names == ["CC_CALL", "CC_Q", "CC_Q"]


class Musical(Exchange):
    """Each story begins music; Asterisk does not say yet that it plays."""

    def __init__(self, folder: Path, citizens: int) -> None:
        super().__init__(folder)
        for _ in range(citizens):
            self.switch.remember(self.switch.arrive(), CC_SIP="a@b", CC_CALL="known")
        self.switch.forget_news()
        self.switch.says_agi_done = False
        self.playing = 0

    async def story(self, call: LiveCall) -> None:
        await call.music()
        self.playing += 1
        await super().story(call)

    def begun(self) -> list[str]:
        return [a["CommandID"] for a in self.switch.actions if a["Action"] == "AGI"]


async def test_of_a_crowd_some_have_their_music_begun_at_a_time(tmp_path: Path) -> None:
    """An order to ring stands behind so many words to Asterisk, not behind a thousand."""
    async with Musical(tmp_path, 40).open() as exchange:
        await exchange.until(lambda: len(exchange.begun()) == 16)
        for _ in range(5):
            await asyncio.sleep(0)
        assert len(exchange.begun()) == 16

        for done in exchange.begun():
            exchange.switch.agi_done(done)
        await exchange.until(lambda: len(exchange.begun()) == 32)
        assert exchange.playing == 16


async def test_whoever_had_his_turn_begins_his_music_again_without_one(tmp_path: Path) -> None:
    async with Musical(tmp_path, 17).open() as exchange:
        await exchange.until(lambda: len(exchange.begun()) == 16)
        first = exchange.board.calls[CALL]

        async with asyncio.TaskGroup() as group:
            again = group.create_task(first.music())
            await exchange.until(lambda: len(exchange.begun()) == 17)
            again.cancel()


async def test_whoever_falls_into_the_plain_queue_is_told_no_more_of_his_story(
    tmp_path: Path,
) -> None:
    """The story had gone on, and hung up on a citizen whom a member of the queue was serving."""
    async with Exchange(tmp_path).open() as exchange:
        exchange.switch.arrive()
        await exchange.until(lambda: exchange.told)
        exchange.switch.falls_back(CALL)
        await exchange.until(lambda: CALL not in exchange.board.stories)

        assert "call-fell-back" in exchange.kinds()
        assert [a for a in exchange.switch.actions if a["Action"] in ("Hangup", "Redirect")] == []

        exchange.switch.is_taken_back(CALL)
        await exchange.until(lambda: len(exchange.told) == 2)
        assert exchange.told[1] == (CALL, Entry.RETURNED)
        assert exchange.kinds()[-1] == "call-returned"


async def test_who_is_found_after_a_fall_comes_back_as_one_who_has_asked(tmp_path: Path) -> None:
    """The process before us took him back, and died before it told of it."""
    exchange = held_by_the_dead(tmp_path, CC_CALL="known", CC_FALLBACK="1")
    async with exchange.open():
        await exchange.until(lambda: exchange.told)
        assert exchange.told == [(CALL, Entry.RETURNED)]


async def test_a_talk_that_nobody_heard_of_has_its_recording_told(tmp_path: Path) -> None:
    """The seat took him and hung up while we were dead; he is in [aftercall] now."""
    exchange = held_by_the_dead(tmp_path, CC_CALL="known", CC_PART="1", CC_HEARD="1")
    exchange.switch.shown["context"] = "aftercall"
    async with exchange.open():
        started = [f for f in exchange.facts if isinstance(f, facts.RecordingStarted)]
        assert [(f.call, f.path) for f in started] == [(CALL, f"{CALL}.wav")]


async def test_whom_a_recorder_waits_for_in_vain_has_no_recording(tmp_path: Path) -> None:
    async with held_by_the_dead(tmp_path, CC_CALL="known", CC_PART="1").open() as exchange:
        assert not [f for f in exchange.facts if isinstance(f, facts.RecordingStarted)]
