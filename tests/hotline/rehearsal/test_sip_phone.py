"""The test phone against itself over real sockets of the loopback: no server, no sleep."""

import asyncio

import pytest

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import STEPS, EndedBy, News, Phase
from hotline.rehearsal.errors import PhoneSilent, RegistrationRefused, WrongPhoneState
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_message import Address, SipMessage
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject, SipPhone
from tests.hotline.rehearsal.conftest import Phones, Registrar

SOON = 20.0


async def _pair(phones: Phones, habit: Habit) -> tuple[SipPhone, SipPhone]:
    seat = await phones.open("8001", lambda _call: habit)
    citizen = await phones.open("13800001111", server=seat.address)
    return citizen, seat


async def _talking(phones: Phones) -> tuple[PhoneCall, PhoneCall]:
    citizen, seat = await _pair(phones, Answer())
    ours = citizen.dial("8001", name="市民")
    theirs = await seat.next_call(within=SOON)
    await theirs.log.until_seen(News.CONFIRMED, within=SOON)
    return ours, theirs


async def test_a_phone_registers_with_digest_and_goes_away_again(
    phones: Phones, registrar: Registrar
) -> None:
    phone = await phones.open("8001", server=registrar.address, password="secret")

    await phone.register(expires=60)
    assert registrar.bindings == {"8001": 60}

    await phone.unregister()
    assert registrar.bindings == {"8001": 0}


async def test_a_lost_register_is_sent_again(phones: Phones, registrar: Registrar) -> None:
    registrar.deaf_for = 1
    phone = await phones.open("8001", server=registrar.address, password="secret")

    await phone.register(within=SOON)

    assert registrar.asked >= 3  # a busy machine may send it once more


async def test_a_phone_registers_again_before_it_lapses(
    phones: Phones, registrar: Registrar
) -> None:
    phone = await phones.open("8001", server=registrar.address, password="secret")
    await phone.register(expires=1)
    registrar.bindings.clear()
    registrar.renewed.clear()

    async with asyncio.timeout(SOON):
        await registrar.renewed.wait()

    assert registrar.bindings == {"8001": 1}


async def test_a_wrong_password_is_told(phones: Phones, registrar: Registrar) -> None:
    phone = await phones.open("8001", server=registrar.address, password="wrong")

    with pytest.raises(RegistrationRefused):
        await phone.register()


@pytest.mark.parametrize("we_end_it", [True, False])
async def test_a_phone_is_silent_before_its_bye_or_its_answer_to_one_goes(
    phones: Phones, monkeypatch: pytest.MonkeyPatch, we_end_it: bool
) -> None:
    """The server may give the port that we sent to to another call as soon as it reads that."""
    citizen, seat = await _pair(phones, Answer())
    ours = citizen.dial("8001")
    theirs = await seat.next_call(within=SOON)
    await theirs.log.until_seen(News.CONFIRMED, within=SOON)
    theirs.sound.play(tone(440))
    was_open: list[bool] = []
    send = seat.send

    def watch(message: SipMessage, to: Address) -> None:
        was_open.append(theirs.sound.is_open)
        send(message, to)

    monkeypatch.setattr(seat, "send", watch)
    (theirs if we_end_it else ours).hang_up()
    await theirs.log.until(lambda log: log.phase is Phase.ENDED, within=SOON)

    assert set(was_open) == {False}
    theirs.sound.play(tone(440))  # too late: nothing is sent any more
    assert not theirs.sound.is_open


async def test_an_answered_call_is_seen_alike_on_both_sides(phones: Phones) -> None:
    ours, theirs = await _talking(phones)

    assert (theirs.other, theirs.other_name) == ("13800001111", "市民")
    assert theirs.call_id == ours.call_id
    assert [one.what for one in theirs.log.seen] == [
        News.INVITED,
        News.RINGING,
        News.ANSWERED,
        News.CONFIRMED,
    ]


async def test_who_hangs_up_is_seen_on_both_sides(phones: Phones) -> None:
    ours, theirs = await _talking(phones)

    theirs.hang_up()
    await ours.log.until_seen(News.BYE_HEARD, within=SOON)

    assert (ours.ended_by, theirs.ended_by) == (EndedBy.THEM, EndedBy.US)
    assert theirs.log.phase is Phase.ENDED


async def test_a_caller_who_gives_up_while_it_rings_is_terminated(phones: Phones) -> None:
    citizen, seat = await _pair(phones, LetItRing())
    ours = citizen.dial("8001")
    await ours.log.until_seen(News.RINGING, within=SOON)

    ours.cancel()
    await ours.log.until_seen(News.CANCELLED, within=SOON)

    assert ours.code == 487
    assert seat.calls[0].log.when(News.CANCELLED) is not None


@pytest.mark.parametrize("code", [480, 486, 603])
async def test_a_phone_refuses_with_the_code_it_was_told(phones: Phones, code: int) -> None:
    citizen, _ = await _pair(phones, Reject(code))

    ours = citizen.dial("8001")
    await ours.log.until_seen(News.REFUSED, within=SOON)

    assert (ours.code, ours.ended_by) == (code, EndedBy.THEM)


async def test_a_second_call_finds_the_phone_busy(phones: Phones) -> None:
    citizen, seat = await _pair(phones, LetItRing())
    first = citizen.dial("8001")
    await first.log.until_seen(News.RINGING, within=SOON)

    second = citizen.dial("8001")
    await second.log.until_seen(News.REFUSED, within=SOON)

    assert second.code == 486
    assert seat.calls[0].log.phase is Phase.RINGING


async def test_auto_answer_is_honoured_when_the_invite_asks_for_it(phones: Phones) -> None:
    citizen, seat = await _pair(phones, LetItRing())

    citizen.dial("8001", extra=[("Call-Info", "<sip:x>;answer-after=0"), ("X-CC-Call", "cc1-1.2")])
    call = await seat.next_call(within=SOON)
    await call.log.until_seen(News.CONFIRMED, within=SOON)

    assert call.header("X-CC-Call") == "cc1-1.2"


async def test_hold_and_resume_are_heard_at_the_other_end(phones: Phones) -> None:
    ours, theirs = await _talking(phones)

    theirs.hold()
    await ours.log.until_seen(News.HELD, within=SOON)
    await theirs.log.until_seen(News.HOLDING, within=SOON)
    assert ours.is_held

    theirs.resume()
    await ours.log.until_seen(News.RESUMED, within=SOON)
    await theirs.log.until_seen(News.RESUMING, within=SOON)
    assert not ours.is_held


async def test_a_tone_is_heard_with_its_pitch(phones: Phones) -> None:
    ours, theirs = await _talking(phones)

    ours.sound.play(tone(600)[:10], loop=False)
    await theirs.sound.until(lambda heard: heard.packets == 10, within=SOON)

    assert theirs.sound.heard.pitch((440, 600, 900), 0.2) == 600
    assert theirs.sound.heard.loudness(0.2) > 3000


async def test_keys_arrive_as_telephone_events(phones: Phones) -> None:
    ours, theirs = await _talking(phones)

    ours.press("10#")
    await theirs.sound.until(lambda heard: len(heard.keys) == 3, within=SOON)

    assert theirs.sound.heard.keys == "10#"


async def test_what_a_call_does_not_allow_is_refused(phones: Phones) -> None:
    ours, _ = await _talking(phones)

    with pytest.raises(WrongPhoneState):
        ours.cancel()


async def test_waiting_in_vain_says_what_was_seen(phones: Phones) -> None:
    ours, _ = await _talking(phones)

    with pytest.raises(PhoneSilent, match="dialled, ringing, answered"):
        await ours.log.until_seen(News.HELD, within=0.01)


def test_an_end_is_final_and_only_a_call_that_is_not_up_can_be_answered() -> None:
    assert not [step for step in STEPS if step[0] is Phase.ENDED]
    answered = {phase for phase, news in STEPS if news is News.ANSWERED}
    assert answered == {Phase.RINGING, Phase.CALLING}
