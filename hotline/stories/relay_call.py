"""The way of one call that an agent or a unit's handler asks for (FRD-03, CH-04). Read this first.

    his phone rings -> he waits -> the citizen's phone rings -> who calls is said -> both talk

Rule: the table is `cases/relay.py`; here each of its cues is heard. Nobody answers to nobody: the
citizen is rung only when the other is there, and his ring stops when that one leaves. Both see our
own number alone. What a dead process left is ended and settled by `hotline/relays/relays.py`.
"""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Final

import structlog

from acd.happenings import CallbackOver
from acd.waits import Connected
from cases.relay import RelayCue
from hotline.relays.house import RelayHouse, Relaying
from hotline.stories.stages import Talking
from kernel.legs import LegEnd
from telephony.dial_out import DialEnd
from telephony.hangup import until_hangup
from telephony.live_call import LiveCall

log = structlog.get_logger(__name__)

STORY_BEGINS_WITHIN: Final = 3.0  # seconds after the citizen's answer
LOOK_WITHIN: Final = timedelta(seconds=60)
_C = RelayCue
_BY_LEG: Final = {
    LegEnd.NO_ANSWER: _C.HANDLER_SILENT,
    LegEnd.DROPPED: _C.HANDLER_SILENT,
    LegEnd.BUSY: _C.HANDLER_BUSY,
    LegEnd.REJECTED: _C.HANDLER_REFUSES,
}
_BY_DIAL: Final = {
    DialEnd.NO_ANSWER: _C.CITIZEN_SILENT,
    DialEnd.BUSY: _C.CITIZEN_BUSY,
    DialEnd.REJECTED: _C.CITIZEN_REFUSES,
    DialEnd.POWERED_OFF: _C.CITIZEN_OFF,
    DialEnd.EMPTY_NUMBER: _C.CITIZEN_EMPTY,
    DialEnd.NETWORK_FAILURE: _C.CITIZEN_NETWORK,
    DialEnd.LOST: _C.CITIZEN_NETWORK,
    DialEnd.NOT_DIALLED: _C.CITIZEN_NOT_RUNG,
}


async def relay_call(relay: Relaying, house: RelayHouse) -> None:
    """One such call, from its order to its end. Returns when both phones are down."""
    relay.take(_C.RING_HANDLER)
    async with asyncio.TaskGroup() as group:
        waits = group.create_task(_handler(relay, house), name="handler rings")
        stops = group.create_task(_stop_when_over(relay, waits), name="handler stops")
        await asyncio.wait({waits})
        stops.cancel()
    if relay.is_over:
        _leave(relay, house)
        return
    async with asyncio.TaskGroup() as group:
        leaves = group.create_task(_handler_leaves(relay, house), name="handler leaves")
        talk = group.create_task(_both_talk(relay, house), name="both talk")
        group.create_task(_citizen(relay, house), name="citizen rings")
        await relay.over.wait()
        talk.cancel()
        if relay.live is None:
            house.dial.drop(relay.call)  # nobody is to answer to nobody
        await _tell_handler(relay, house)
        leaves.cancel()


async def _stop_when_over(relay: Relaying, waits: asyncio.Task[None]) -> None:
    """Who asked for it has thought better of it, or nobody takes his phone."""
    await relay.over.wait()
    waits.cancel()


async def _handler(relay: Relaying, house: RelayHouse) -> None:
    if relay.wait is not None:
        async for news in relay.wait:
            if isinstance(news, Connected):
                relay.leg = news.leg
                relay.take(_C.HANDLER_THERE)
            else:
                relay.take(relay.refused or _C.HANDLER_SILENT)
        return
    assert relay.leg is not None and relay.phone is not None, "an agent has a place in the line"
    end = await house.phones.ring(relay.leg, relay.phone, relay.call, ring_for=house.ring_for)
    relay.take(_C.HANDLER_THERE if end is None else _BY_LEG.get(end, _C.HANDLER_AWAY))


def seat_let_it_ring(relay: Relaying, why: LegEnd, house: RelayHouse) -> None:
    """Nobody else is to be rung for it: out of the line at once."""
    relay.refused = _BY_LEG.get(why, _C.HANDLER_AWAY)
    house.center.desk.tell(CallbackOver(relay.call))


async def _handler_leaves(relay: Relaying, house: RelayHouse) -> None:
    assert relay.leg is not None, "he is there"
    await house.ahead.gone(relay.leg)
    relay.take(_C.HANDLER_LEFT)


async def _both_talk(relay: Relaying, house: RelayHouse) -> None:
    """Written down with Asterisk's news of it: who hangs up in that moment has talked."""
    leg = relay.leg
    assert leg is not None, "he is there"

    def so() -> bool:
        if house.are_together(relay.call, leg):
            relay.take(_C.JOINED)
        return relay.has_talked or relay.is_over

    while not await house.board.until(so, LOOK_WITHIN):
        continue


async def _citizen(relay: Relaying, house: RelayHouse) -> None:
    """Rung, and heard until he has hung up."""
    assert relay.leg is not None, "he is rung when the other is there"
    house.ahead.tell(relay.leg, house.center.phrases.say("relay_calling"))
    story = partial(_with_citizen, relay=relay, house=house)
    end = await house.dial.dial(relay.call, relay.number, story, ring_for=house.ring_for)
    if end is not DialEnd.REACHED:
        relay.take(_BY_DIAL[end])
        return
    try:
        async with asyncio.timeout(STORY_BEGINS_WITHIN):
            await relay.began.wait()
    except TimeoutError:  # he hung up before we had our turn
        relay.take(_C.CITIZEN_LEFT)
        house.dial.drop(relay.call)
        return
    assert relay.live is not None, "his story has begun"
    await relay.live.hung_up.wait()
    relay.take(_C.CITIZEN_LEFT)


async def _with_citizen(call: LiveCall, *, relay: Relaying, house: RelayHouse) -> None:
    """Told to the citizen's call: who calls, then the other, then good-bye."""
    relay.live = call
    relay.began.set()
    async with until_hangup(call.hung_up):
        relay.take(_C.CITIZEN_THERE)
        joined = await _joined(call, relay, house)
        if not joined and not relay.has_talked:
            relay.take(_C.NOT_JOINED)
            await say_sorry(call, house)
            return
    if relay.agent is not None:  # for the floor it is a talk like any other
        queue, asked_at = house.center.policies.default_queue, relay.asked_at
        talking = Talking(queue=queue, agent=relay.agent, asked_at=asked_at)
        house.center.stages[call.id] = talking
        await house.inbound(call)
        return
    async with until_hangup(call.hung_up):
        await call.conversation_over()
        await say_goodbye(call, house)


async def _joined(call: LiveCall, relay: Relaying, house: RelayHouse) -> bool:
    assert relay.leg is not None, "he was rung when the other was there"
    if not relay.is_over:
        await call.play(house.greeting(relay))
    return not relay.is_over and await house.ahead.join(call, relay.leg)


async def relay_found(call: LiveCall, house: RelayHouse) -> None:
    """It lives, and the process that had made it is gone.

    Who talked with an agent goes on where he was; another has heard his last word, or has answered
    to a handler who is no longer there.
    """
    if call.id in house.center.stages or call.place is not None:
        await house.inbound(call)
        return
    async with until_hangup(call.hung_up):
        where = await call.in_hand()
        await house.in_step()
        await (say_goodbye if where == "aftercall" else say_sorry)(call, house)


async def say_sorry(call: LiveCall, house: RelayHouse) -> None:
    await call.play(house.center.phrases.say("relay_sorry"))
    call.hang_up()


async def say_goodbye(call: LiveCall, house: RelayHouse) -> None:
    await call.play(house.center.phrases.say("goodbye"))
    call.hang_up()


async def _tell_handler(relay: Relaying, house: RelayHouse) -> None:
    """The citizen was not to be had: he hears it, then his phone is free."""
    leg = relay.leg
    if leg is None or not house.ahead.is_there(leg):
        return
    if not relay.has_talked:
        await house.ahead.say(leg, house.center.phrases.say("whisper_not_reached"))
    house.ahead.drop(leg)


def _leave(relay: Relaying, house: RelayHouse) -> None:
    """It ended before the handler was there: his phone, if it rings still, stops."""
    if relay.wait is not None:
        house.center.desk.tell(CallbackOver(relay.call))
    elif relay.leg is not None:
        house.ahead.drop(relay.leg)
