"""The way of one citizen's call, from the greeting to the good-bye. Read this first.

    InMenu -> Waiting -> Talking -> AfterCall         each journaled before it is entered

The story owns neither the call (Asterisk does) nor its fate (the floor does): it says what the
citizen hears and asks the desk for a seat. Only a hang-up tells the floor that the caller left
(`hotline/tidings.py`); a fault of the story is caught by the switchboard, which sends the caller to
the fallback queue; an orderly shutdown says nothing, so that the next process adopts the call.
"""

import asyncio

from acd.waits import (
    Announce,
    Connected,
    Gone,
    News,
    OfferCallback,
    Overflow,
    Refused,
    Told,
    YourTurn,
)
from callbacks.service_rating import ServiceRating
from hotline.center import Center
from hotline.entrances import way_in
from hotline.stories.coming_back import back_in_line
from hotline.stories.incident_notice import incident_notice
from hotline.stories.promise_callback import promise_callback
from hotline.stories.stages import AfterCall, InMenu, Stage, Talking, Waiting, entered
from kernel.ids import AgentNo
from telephony.facts import ServiceRated
from telephony.hangup import CallerHungUp, until_hangup
from telephony.ivr import run_menu
from telephony.live_call import LiveCall
from telephony.place import Place


async def inbound_call(call: LiveCall, center: Center) -> None:
    """One citizen's call, entered at the stage where it is. Raises CallerHungUp when he leaves."""
    stage = center.stage_of(call)
    async with until_hangup(call.hung_up):
        while stage is not None:
            center.write([entered(stage, call.id, center.clock.now())])
            stage = await _through(stage, call, center)
        if call.hung_up.is_set():
            raise CallerHungUp  # the desk told it before the watcher did


async def _through(stage: Stage, call: LiveCall, center: Center) -> Stage | None:
    """Live through one stage; the next one, or None at the end."""
    match stage:
        case InMenu():
            return await _in_menu(call, center)
        case Waiting():
            return await _waiting(stage, call, center)
        case Talking():
            return await _talking(stage, call, center)
        case AfterCall():
            await _after_call(stage.agent, call, center)
            return None


async def _in_menu(call: LiveCall, center: Center) -> Waiting | None:
    """By his line and his lists: at once to a person, or greeting and one level of keys.

    0 or silence is a person (NAV-03, CH-06); a line with seats of its own gets him passed on.
    """
    await call.in_hand()
    entrance = await center.entrances.of(call)
    await call.play(center.phrases.say(*entrance.say))
    answer, menu = entrance.answer, entrance.menu
    if menu is not None:
        answer = await incident_notice(call, menu, center)
        answer = answer or await run_menu(call, menu, center.phrases)
    center.write(way_in(call, entrance, answer, center.clock.now()))
    onward = center.entrances.onward(call, entrance, answer)
    if onward is not None:
        center.write(onward.facts)
        await call.play(center.phrases.say("transferring"))
        call.set_variable("CC_CARRY", onward.carries)
        call.send_to(onward.context, onward.number)
        return None
    assert answer is not None, "who is not passed on has been answered where he stands"
    if answer.errand in center.errands and await center.errands[answer.errand](call):
        return None
    policy = center.policies.of(answer.queue)
    return Waiting(
        queue=answer.queue,
        needs=dict(policy.needs) | dict(answer.skills),
        priority=policy.priority,
        asked_at=center.clock.now(),
        sticky_to=center.last_agent_of(call.caller_key),
    )


async def _waiting(stage: Waiting, call: LiveCall, center: Center) -> Stage | None:
    """In line: music, place, estimate, perhaps a callback; then a seat, or why there is none."""
    wanted = center.notices.kept(stage.wanted(call.id), call)
    wait = center.desk.wait_for_seat(center.entrances.measured(wanted, call))
    await asyncio.sleep(0)  # the desk has its turn: a free phone rings before Asterisk is told more
    call.remember(Place(stage.queue, stage.asked_at, stage.priority, stage.needs))
    await call.play(center.phrases.say(*_why_here(stage, call)), though_rung=True)
    await call.music()
    said = () if stage.again else center.notices.in_line()
    if said:
        await call.play(center.phrases.say(*said))
    async for news in wait:
        match news:
            case Connected(agent=agent):
                return Talking(queue=stage.queue, agent=agent, asked_at=stage.asked_at)
            case Announce():
                await call.play(center.place_and_wait(news))
            case Told(phrases=phrases):
                await call.play(center.phrases.say(*phrases))
            case OfferCallback(key=key):
                await promise_callback(key, call, center)
            case YourTurn():
                continue  # told to callbacks alone (stories/callback_call.py)
            case Overflow() | Refused() | Gone():
                await _no_seat(news, call, center)
                return None
    return None


def _why_here(stage: Waiting, call: LiveCall) -> tuple[str, ...]:
    """Why he stands in the line (again)."""
    if stage.say or stage.again:
        return (stage.say,) if stage.say else ()
    failed, call.party.away_failed = call.party.away_failed, ""
    return ("overflow_back",) if failed else ()


async def _no_seat(news: News, call: LiveCall, center: Center) -> None:
    """The line ended without a seat: say what happens now; the duty is made from the facts."""
    await call.silence()  # no music after the last word
    match news:
        case Overflow(to=target):
            await call.play(center.phrases.say("overflow_transfer"))
            onward = center.way_over(target, call)
            if onward.carries:
                call.set_variable("CC_CARRY", onward.carries)
            call.send_to(onward.context, onward.number)
        case Refused():
            promise = () if call.caller.is_withheld else ("call_back_later",)
            await call.play(center.phrases.say("line_full", *promise))
            call.hang_up()
        case Gone(fact_kind="callback-promised"):
            await call.play(center.phrases.say("callback_confirmed", "callback_promised"))
            call.hang_up()
        case Gone(fact_kind="call-blocked"):
            call.hang_up()
        case _:
            return  # he left, or the plain queue has him


async def _talking(stage: Talking, call: LiveCall, center: Center) -> Stage:
    """With a person: hold, consultation and three-way are done by call control, not here."""
    where = await call.conversation_over()
    agent = center.desk.last_agent_of(call.id) or stage.agent  # a colleague may have taken over
    if where == "aftercall":
        return AfterCall(agent=agent)
    return back_in_line(stage, agent, call, center.policies)


async def _after_call(agent: AgentNo | None, call: LiveCall, center: Center) -> None:
    """The seat has hung up: how was the answering service (SAT-01, five levels of B4)?"""
    asks = center.rating  # who hears the question answers this one
    answer = await _rating(call, center, asks)
    level = asks.keys.get(answer)
    center.write(
        [ServiceRated(at=center.clock.now(), call=call.id, agent=agent, level=level, answer=answer)]
    )
    await call.play(center.phrases.say(*(asks.thanks if level else ()), "goodbye"))
    call.hang_up()


async def _rating(call: LiveCall, center: Center, asks: ServiceRating) -> str:
    call.forget_keys()
    question, within = center.phrases.say(*asks.say), asks.answer_within
    for _ in range(asks.ask_at_most):
        key = await call.collect(question, digits=1, first_within=within, between=within, ends="")
        if key != asks.again:
            return key
    return ""
