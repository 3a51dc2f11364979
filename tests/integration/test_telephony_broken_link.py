"""The AMI connection breaks while people wait and talk: nobody notices, nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from hotline.rehearsal.audio import RATE, octets_of
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Heard
from hotline.rehearsal.sip_phone import LetItRing
from kernel.fact import Fact
from kernel.ids import CallId
from telephony import facts
from telephony.legs import LegRinging
from telephony.live_call import LiveCall
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    SOUNDS,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)

MUSIC = octets_of(SOUNDS / "moh/hold.wav")
A_WHILE = RATE // 4  # a quarter of a second of A-law
DOWN_FOR = 1.2  # seconds


class Cable:
    """The way from our link to Asterisk; it can be cut, or made to lose what Asterisk says."""

    def __init__(self, far: tuple[str, int]) -> None:
        self.is_cut = self.is_deaf = False
        self._far = far
        self._sent: list[bytes] = []  # one for each connection
        self._open: list[asyncio.StreamWriter] = []

    async def carry(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        if self.is_cut:
            near_out.close()
            return
        far_in, far_out = await asyncio.open_connection(*self._far)
        self._open += near_out, far_out
        self._sent.append(b"")
        with suppress(ConnectionError):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._to_asterisk(near_in, far_out, len(self._sent) - 1))
                group.create_task(self._from_asterisk(far_in, near_out))
        far_out.close()
        near_out.close()

    async def _to_asterisk(
        self, near: asyncio.StreamReader, far: asyncio.StreamWriter, connection: int
    ) -> None:
        while data := await near.read(65536):
            self._sent[connection] += data
            far.write(data)
        far.close()

    async def _from_asterisk(self, far: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        while data := await far.read(65536):
            if not self.is_deaf:
                near.write(data)
        near.close()

    def cut(self) -> None:
        """Both ends see the connection close; a new one is refused until it is mended."""
        self.is_cut, self.is_deaf = True, False
        for writer in self._open:
            writer.close()
        self._open.clear()

    def mend(self) -> None:
        self.is_cut = False

    def sent(self, action: str) -> list[tuple[str, ...]]:
        """Every action of this name that ever went over it, without its ActionID."""
        blocks = [block for said in self._sent for block in said.decode().split("\r\n\r\n")]
        actions = [tuple(block.split("\r\n")) for block in blocks]
        return [
            tuple(line for line in lines if not line.startswith("ActionID"))
            for lines in actions
            if lines[0] == f"Action: {action}"
        ]


@asynccontextmanager
async def cable_to(asterisk: RunningAsterisk) -> AsyncIterator[tuple[Cable, RunningAsterisk]]:
    """The cable, and Asterisk as it is seen through it."""
    cable = Cable((asterisk.host, asterisk.ami_port))
    server = await asyncio.start_server(cable.carry, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    try:
        ports = asterisk.ports.model_copy(update={"ami": port})
        yield cable, replace(asterisk, ports=ports)
    finally:
        cable.cut()
        server.close()
        await asyncio.sleep(0.05)  # what was carried sees its end


def is_music(heard: Heard) -> bool:
    """The latest sound is a piece of the hold music, byte for byte."""
    return len(heard.sound) > A_WHILE and bytes(heard.sound[-A_WHILE:]) in MUSIC * 2


async def goes_on_with_music(waiting: PhoneCall) -> None:
    """What comes from now on is music; the quarter of a second before does not count."""
    enough = waiting.sound.heard.packets + 25
    await waiting.sound.until(lambda h: h.packets > enough and is_music(h), within=PATIENCE)


async def break_for_a_while(stage: Stage, cable: Cable) -> None:
    """Cut, wait, mend; back when the switchboard is in step with Asterisk again."""
    ups = len(stage.said(facts.AmiLinkUp))
    cable.cut()
    await stage.until(lambda: stage.said(facts.AmiLinkDown))
    await asyncio.sleep(DOWN_FOR)
    assert not stage.link.is_up
    cable.mend()
    await stage.until(lambda: len(stage.said(facts.AmiLinkUp)) > ups and stage.board.is_ready)


def link_facts(stage: Stage) -> list[type[Fact]]:
    kinds = facts.AmiLinkUp, facts.AmiLinkDown
    return [type(fact) for fact in stage.facts if isinstance(fact, kinds)]


async def test_a_broken_link_is_heard_neither_by_who_waits_nor_by_who_talks(
    asterisk: RunningAsterisk,
) -> None:
    """I7: the same calls and stories afterwards, no action twice, the next seat answers."""
    told: list[CallId] = []

    async def story(call: LiveCall) -> None:
        told.append(call.id)
        await wait_with_music(call)

    async with cable_to(asterisk) as (cable, seen), new_stage(seen).open(story) as stage:
        first, second = await stage.seat("8001"), await stage.seat("8002")
        talker, talk = await stage.caller("13800001111")
        talking = await stage.talking("8001", talk)
        await hear_each_other(talker, first.calls[0])
        waiter, wait = await stage.caller("13800002222")
        await goes_on_with_music(waiter)

        await break_for_a_while(stage, cable)
        await goes_on_with_music(waiter)
        await hear_each_other(talker, first.calls[0], other_hz=900)
        answered = await stage.talking("8002", wait)
        await hear_each_other(waiter, second.calls[0])

        assert told == [talk.id, wait.id]
        assert stage.board.calls == {talk.id: talk, wait.id: wait}
        assert stage.end_of(talking) is None
        assert stage.end_of(answered) is None
        assert link_facts(stage) == [facts.AmiLinkUp, facts.AmiLinkDown, facts.AmiLinkUp]
        gap = stage.said(facts.AmiLinkUp)[1].gap
        assert gap is not None
        assert gap >= timedelta(seconds=DOWN_FOR)
        assert len(cable.sent("Originate")) == 2  # one for each seat
        assert cable.sent("Redirect") == []


async def test_a_ring_whose_answer_was_lost_with_the_link_rings_the_seat_once(
    asterisk: RunningAsterisk,
) -> None:
    """I7: what became of the Originate is looked up afterwards; it is never sent again."""
    async with cable_to(asterisk) as (cable, seen), new_stage(seen).open(wait_with_music) as stage:
        seat = await stage.seat("8001", LetItRing())
        _, wait = await stage.caller()
        cable.is_deaf = True
        leg = stage.ring("8001", wait, ring_for=20)
        call = await seat.next_call(within=PATIENCE)
        assert LegRinging(leg) not in stage.news

        await break_for_a_while(stage, cable)
        call.answer()
        await stage.until(lambda: stage.end_of(leg) or not wait.where)

        assert stage.end_of(leg) is None
        assert len(seat.calls) == 1
        assert len(cable.sent("Originate")) == 1
        assert cable.sent("Redirect") == []
