"""The way of one callback, from its place in the line to its settled duty. Read this first.

    agent first     in line -> the agent is there -> the citizen is rung -> both talk -> settled
    citizen first   in line -> its turn -> the citizen is rung -> he waits with his age -> settled

Rule: the attempt is committed before a phone of a citizen rings, and settled by what became of it;
a crash between the two is finished by `hotline/owed/dialling.py`, never by dialling again.
"""

import asyncio
from functools import partial
from typing import Final

import structlog

from acd.happenings import CallbackOver
from acd.waits import Connected, SeatWait, YourTurn
from callbacks.attempts import Claim
from callbacks.duty import AttemptId, Duty, DutyKind, Outcome, Result
from hotline.owed.callback_house import CallbackHouse, Making, Owed
from hotline.stories.stages import Talking, Waiting
from kernel.errors import Conflict, Unavailable
from kernel.ids import AgentNo, LegId
from telephony.dial_out import DialEnd
from telephony.hangup import CallerHungUp, until_hangup
from telephony.live_call import LiveCall
from telephony.spoken import Sound, digits

log = structlog.get_logger(__name__)

TRY_AGAIN_S: Final = 1.0
_KINDS: Final = {DutyKind.PROMISED: "whisper_promised", DutyKind.MISSED: "whisper_missed"}


async def callback_call(owed: Owed, house: CallbackHouse, wait: SeatWait) -> None:
    """One callback in line. Returns when it is settled, or out of the line again."""
    async for news in wait:
        match news:
            case Connected():
                await _agent_first(owed, news, house)
            case YourTurn():
                await _citizen_first(owed, house)
            case _:
                return  # out of the line: settled otherwise, or taken by hand


async def _agent_first(owed: Owed, seat: Connected, house: CallbackHouse) -> None:
    making = await _begun(owed, house, seat.agent, seat.leg)
    if making is None:
        await house.ahead.say(seat.leg, house.center.phrases.say("whisper_not_reached"))
    else:
        house.ahead.tell(seat.leg, who_it_is(owed.duty, house))
        await _made(making, house)
    house.ahead.drop(seat.leg)


async def _citizen_first(owed: Owed, house: CallbackHouse) -> None:
    making = await _begun(owed, house, None, None)
    if making is not None:
        await _made(making, house)
    house.desk.tell(CallbackOver(owed.call))


async def _begun(
    owed: Owed, house: CallbackHouse, agent: AgentNo | None, leg: LegId | None
) -> Making | None:
    """The attempt is written; None: he is not to be rung (now)."""
    if house.is_on_the_phone(owed.duty.caller_key):
        return None  # he is ringing us
    attempt, now = AttemptId(owed.call), house.clock.now
    claim: Claim | None = None
    try:
        claim = await house.engine.claim(owed.duty.id, now(), agent=agent)
        if claim is None:
            return None
        number = await house.numbers.reveal(claim.number_key)
        await house.engine.begin(claim, attempt, now())
    except Conflict as why:
        log.info("callback not made", duty=owed.duty.id, why=str(why))
        if claim is not None:
            await house.engine.give_back(claim, now())
        return None
    except Unavailable as trouble:
        log.warning("callback not made", duty=owed.duty.id, why=str(trouble))
        return None  # a claim that was committed runs out by itself
    making = Making(owed=owed, claim=claim, number=number, agent=agent, leg=leg)
    house.making[owed.call] = making
    return making


async def _made(making: Making, house: CallbackHouse) -> None:
    """Rung, talked, settled; the lease is kept as long as it lasts."""
    try:
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(_keep_lease(making, house), name="callback lease")]
            if making.leg is not None:
                beside.append(group.create_task(_agent_leaves(making, house), name="agent leaves"))
            outcome = await _rung(making, house)
            await _settle(making, outcome, house)
            for task in beside:
                task.cancel()
    finally:
        house.making.pop(making.owed.call, None)


async def _rung(making: Making, house: CallbackHouse) -> Outcome:
    if making.number is None:
        log.error("a number is no longer kept", duty=making.owed.duty.id)
        return Outcome.EMPTY_NUMBER
    story = partial(_with_citizen, making=making, house=house)
    end = await house.dial.dial(
        making.owed.call, making.number, story, ring_for=house.rules.ring_for
    )
    if end is not DialEnd.REACHED:
        outcome = Outcome.LOST if making.broken_off else Outcome(end.value)
        await _tell_agent(making, house)  # who may hang up meanwhile: that breaks off nothing
        return outcome
    await making.began.wait()
    assert making.live is not None, "his story has begun"
    await making.live.hung_up.wait()
    return await _verdict(making, house)


async def _with_citizen(call: LiveCall, *, making: Making, house: CallbackHouse) -> None:
    """Told to the citizen's call: who rings, then his agent, or the line with his age."""
    making.live = call
    making.began.set()
    async with until_hangup(call.hung_up):
        await _answered(making, house)
        with_agent = await _joined(call, making, house)
    wanted = making.owed.wanted
    if with_agent:
        assert making.agent is not None, "an agent waits at the leg"
        making.talked = True
        house.center.stages[call.id] = Talking(
            queue=wanted.queue, agent=making.agent, asked_at=wanted.asked_at
        )
    else:
        making.in_line = True
        house.center.stages[call.id] = Waiting(
            queue=wanted.queue,
            needs=wanted.needs,
            priority=wanted.priority,
            asked_at=wanted.asked_at,
            again=True,
        )
    await house.inbound(call)


async def adopted_callback(call: LiveCall, owed: Owed, claim: Claim, house: CallbackHouse) -> None:
    """He answered when the process that had rung him was gone: the line has him, with his age."""
    making = Making(owed=owed, claim=claim, number=None, agent=None, leg=None)
    house.making[owed.call] = making
    try:
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(_keep_lease(making, house), name="callback lease")
            try:
                await _with_citizen(call, making=making, house=house)
            except CallerHungUp:
                log.info("citizen hung up", call_id=call.id)
            await _settle(making, await _verdict(making, house), house)
            keeper.cancel()
    finally:
        house.making.pop(owed.call, None)


async def _joined(call: LiveCall, making: Making, house: CallbackHouse) -> bool:
    leg = making.leg
    if leg is None or not house.ahead.is_there(leg):
        await _greeted(call, "missed_call_greeting", house)
        return False
    await _greeted(call, "callback_greeting", house)  # the 工号 comes with the join (MRG-06)
    return await house.ahead.join(call, leg)


async def _greeted(call: LiveCall, phrase: str, house: CallbackHouse) -> None:
    """Who hangs up meanwhile ends the greeting a moment before his call: no seat rings for it."""
    await call.play(house.center.phrases.say(phrase))
    if call.party.asked_to_go:
        await call.hung_up.wait()


async def _answered(making: Making, house: CallbackHouse) -> None:
    try:
        await house.engine.answered(making.claim, AttemptId(making.owed.call), house.clock.now())
    except (Conflict, Unavailable) as trouble:
        log.warning("an answer was not written down", why=str(trouble))


async def _verdict(making: Making, house: CallbackHouse) -> Outcome:
    """What the agent says (voicemail, wrong person), asked for a while after the talk."""
    if not making.talked:
        return Outcome.NO_ANSWER  # he left before anybody could speak with him
    try:
        async with asyncio.timeout(house.rules.verdict_within.total_seconds()):
            await making.said.wait()
    except TimeoutError:
        log.debug("the agent said nothing", duty=making.owed.duty.id)
    return making.verdict or Outcome.REACHED


async def _tell_agent(making: Making, house: CallbackHouse) -> None:
    """Nobody is there for him: he hears it, then his phone is free, whatever is to be stored."""
    if making.leg is None or not house.ahead.is_there(making.leg):
        return
    await house.ahead.say(making.leg, house.center.phrases.say("whisper_not_reached"))
    house.ahead.drop(making.leg)


async def _agent_leaves(making: Making, house: CallbackHouse) -> None:
    """The agent hung up while the citizen's phone rang: nobody is to answer to nobody."""
    assert making.leg is not None, "watched only where an agent is there first"
    await house.ahead.gone(making.leg)
    if making.live is None:
        making.broken_off = True
        house.dial.drop(making.owed.call)


async def _keep_lease(making: Making, house: CallbackHouse) -> None:
    while True:
        await asyncio.sleep(house.lease_for.total_seconds() / 3)
        try:
            making.claim = await house.engine.extend(making.claim, house.clock.now())
        except (Conflict, Unavailable) as trouble:
            log.warning("a callback's lease was not extended", why=str(trouble))


async def _settle(making: Making, outcome: Outcome, house: CallbackHouse) -> None:
    """Until it is written down: the database may be away for a while."""
    result = Result.COMPLETE if outcome is Outcome.REACHED else None
    attempt = AttemptId(making.owed.call)
    while True:
        try:
            await house.engine.settle(making.claim, attempt, outcome, house.clock.now(), result)
        except Unavailable as trouble:
            log.warning("a callback waits to be settled", why=str(trouble))
            await asyncio.sleep(TRY_AGAIN_S)
        except Conflict as lost:
            log.warning("a callback was settled by another", why=str(lost))
            return
        else:
            log.info("callback settled", duty=making.owed.duty.id, outcome=outcome)
            return


def who_it_is(duty: Duty, house: CallbackHouse) -> list[Sound]:
    """漏接回拨，号码尾号 幺 二 三 四."""
    phrases = house.center.phrases
    kind = phrases.say(_KINDS.get(duty.kind, "whisper_callback"))
    last = "".join(figure for figure in duty.caller[-4:] if figure.isdigit())
    return [*kind, *phrases.say("whisper_last_figures"), *digits(last)] if last else kind
