"""Asterisk restarted, its SIP side stuck, more calls than it takes: what the house then does."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from hotline.asterisk_site import AsteriskSite, SeatPhone
from hotline.private.asterisk import Asterisk, AsteriskPlan
from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.ports import held_ports
from hotline.private.progress import silence
from hotline.watch.refusals import Refusals
from telephony import facts
from telephony.settings import SipPulseSettings
from telephony.sip_pulse import open_sip_pulse
from tests.integration.servers import RunningAsterisk, open_folder
from tests.integration.telephony_stage import PATIENCE, Stage, new_stage, wait_with_music
from tests.storage.waiting import until

MOST_CALLS = 3


class SmallAsterisk(Asterisk):
    def site(self) -> AsteriskSite:
        return super().site().model_copy(update={"max_calls": 2 * MOST_CALLS})


@contextmanager
def small_asterisk() -> Iterator[RunningAsterisk]:
    """Takes three citizens and no more, and keeps as much for seats; may be restarted."""
    phones = {"8001": secrets.token_urlsafe(18)}
    secret = secrets.token_urlsafe(24)
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        plan = AsteriskPlan(
            systemname="small",
            sip_port=ports.sip,
            ami_port=ports.ami,
            ami_secret=secret,
            rtp_first=ports.rtp_first,
            rtp_last=ports.rtp_last,
            trunk_out_port=ports.trunk_out,
            seats=tuple(SeatPhone(extension=e, password=p) for e, p in phones.items()),
        )
        server = SmallAsterisk(folder / "asterisk", asterisk_tree(tell=silence), plan)
        try:
            server.start()
            yield RunningAsterisk(server, ports, secret, phones, "")
        finally:
            server.stop()


async def current_calls_are(stage: Stage, count: int) -> bool:
    status = await stage.link.ask({"Action": "CoreStatus"})
    return status.headers["corecurrentcalls"] == str(count)


class DeafCable(asyncio.DatagramProtocol):
    """Takes what is sent to it and answers nothing: a stuck SIP side."""


async def test_the_sip_side_is_asked_and_its_silence_is_told(asterisk: RunningAsterisk) -> None:
    within = timedelta(seconds=PATIENCE)
    alive = SipPulseSettings(host=asterisk.host, port=asterisk.sip_port, within=within)
    async with open_sip_pulse(alive) as pulse:
        assert [await pulse.lives() for _ in range(3)] == [True] * 3
    deaf = alive.model_copy(update={"within": timedelta(seconds=1)})

    loop = asyncio.get_running_loop()
    stuck, _ = await loop.create_datagram_endpoint(DeafCable, local_addr=("127.0.0.1", 0))
    port = int(stuck.get_extra_info("sockname")[1])
    try:
        async with open_sip_pulse(deaf.model_copy(update={"port": port})) as pulse:
            assert not await pulse.lives()
    finally:
        stuck.close()
    async with open_sip_pulse(deaf.model_copy(update={"port": port})) as pulse:
        assert not await pulse.lives()  # nobody listens there at all


async def test_at_its_limit_asterisk_refuses_and_serves_again_when_a_call_ends() -> None:
    """Overload: the call too many gets a cause; the calls in progress hear nothing of it."""
    with small_asterisk() as small:
        async with new_stage(small).open(wait_with_music) as stage:
            calls = [await stage.caller(f"1380000000{n}") for n in range(MOST_CALLS)]
            refused = (await stage.citizen()).dial("12345", caller="13800000009")
            await stage.until(lambda: refused.code)
            assert refused.code == 503
            assert len(stage.board.calls) == MOST_CALLS
            (gone,) = await stage.until_said(facts.CallHungUp)
            arrived = stage.said(facts.CallArrived)[-1]
            assert (arrived.call, arrived.sip_call_id) == (gone.call, refused.call_id)
            refusals = Refusals()
            refusals.see([arrived, gone])
            assert refusals.count == 1, "what raises the alarm calls-refused"
            await until(partial(current_calls_are, stage, MOST_CALLS))  # the one too many is gone
            settings = await stage.link.ask({"Action": "CoreSettings"})
            assert settings.headers["coremaxcalls"] == str(2 * MOST_CALLS)

            calls[0][0].hang_up()
            await stage.until(lambda: len(stage.board.calls) == MOST_CALLS - 1)
            await until(lambda: small.rx("group show channels").count("citizens") < MOST_CALLS)
            await stage.caller("13800000008")


async def test_a_restarted_asterisk_ends_its_calls_once_and_takes_new_ones() -> None:
    """The link comes back by itself; each call that died with it is told as ended, once."""
    with small_asterisk() as small:
        stage = new_stage(small)
        async with stage.open(wait_with_music):
            _, first = await stage.caller("13800001111")
            _, second = await stage.caller("13800002222")
            await asyncio.to_thread(small.server.stop)
            await stage.until_said(facts.AmiLinkDown)
            assert not stage.link.is_up
            small.server.start()  # from the main thread: its life hangs on it
            await stage.until(lambda: stage.link.is_up and stage.board.is_ready, within=60)
            await stage.until(lambda: not stage.board.calls)

            ended = [fact.call for fact in stage.said(facts.CallHungUp)]
            assert sorted(ended) == sorted([first.id, second.id])
            _, third = await stage.caller("13800003333")
            assert third.id not in (first.id, second.id)
            assert small.rx("dialplan show globals").count(f"CC_EPOCH={stage.epoch}") == 1
