"""The hold key of the agent's own phone: a re-INVITE that our side never asked for."""

from hotline.rehearsal.audio import RATE, octets_of
from hotline.rehearsal.call_log import News
from hotline.rehearsal.rtp import Heard
from kernel.fact import Fact
from telephony import facts
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    SOUNDS,
    hear_each_other,
    new_stage,
    wait_with_music,
)

MUSIC = octets_of(SOUNDS / "moh/hold.wav")
A_WHILE = RATE // 2  # half a second of A-law


def is_music(heard: Heard) -> bool:
    """The latest sound is a piece of the hold music, byte for byte."""
    return len(heard.sound) > A_WHILE and bytes(heard.sound[-A_WHILE:]) in MUSIC * 2


async def test_the_hold_key_of_the_phone_gives_the_citizen_music_and_then_the_agent_again(
    asterisk: RunningAsterisk,
) -> None:
    """Held and resumed are facts of the call; the leg, the bridge and the story stay."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        citizen, call = await stage.caller()
        leg = await stage.talking("8001", call)
        agent = seat.calls[0]
        await hear_each_other(citizen, agent)
        assert not is_music(citizen.sound.heard)

        agent.hold()
        await agent.log.until_seen(News.HOLDING, within=PATIENCE)
        await stage.until_said(facts.CallHeld)
        await citizen.sound.until(is_music, within=PATIENCE)
        assert not stage.said(facts.CallResumed)
        agent.resume()
        await agent.log.until_seen(News.RESUMING, within=PATIENCE)
        await stage.until_said(facts.CallResumed)
        await hear_each_other(citizen, agent)

        assert stage.board.calls[call.id] is call
        assert stage.end_of(leg) is None
    told: list[Fact] = [f for f in stage.facts if isinstance(f, facts.CallHeld | facts.CallResumed)]
    assert [type(fact) for fact in told] == [facts.CallHeld, facts.CallResumed]


async def test_a_citizen_who_hangs_up_while_the_phone_holds_ends_the_call_and_the_leg(
    asterisk: RunningAsterisk,
) -> None:
    """I2: on hold nobody is left behind, neither the agent nor a story."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        citizen, call = await stage.caller()
        leg = await stage.talking("8001", call)
        seat.calls[0].hold()
        await stage.until_said(facts.CallHeld)

        citizen.hang_up()

        await stage.ended(leg)
        await call.hung_up.wait()
        await seat.calls[0].log.until_seen(News.BYE_HEARD, within=PATIENCE)
        (ended,) = await stage.until_said(facts.CallHungUp)
        assert ended.by is facts.HungUpBy.CITIZEN
