"""In the line: a callback is offered, and promised to the number that he agrees to (virtual queue).

Nobody is pushed: until he has agreed he goes on waiting, and a seat may take him at any moment.
"""

from datetime import timedelta
from typing import Final

from acd.happenings import CallbackTaken
from hotline.center import Center
from hotline.facts import CallbackNumberGiven
from kernel.errors import BadPhoneNumber
from kernel.phone import NumberKind, PhoneNumber
from telephony.live_call import LiveCall
from telephony.spoken import digits

KEY_AFTER_OFFER: Final = timedelta(seconds=4)
KEY_AFTER_NUMBER: Final = timedelta(seconds=6)
FIGURE_AFTER_FIGURE: Final = timedelta(seconds=5)
YES: Final = "1"
ANOTHER: Final = "2"
TURNS: Final = 4  # questions about the number, before he simply waits on
MOST_FIGURES: Final = 13  # one more than any number has: its hash is waited for
_CAN_BE_RUNG: Final = frozenset({NumberKind.MOBILE, NumberKind.LANDLINE})


async def promise_callback(key: str, call: LiveCall, center: Center) -> None:
    """Tells the desk once he has agreed; his place is kept by the duty that follows from it."""
    if call.caller.is_withheld:
        return  # nobody could ring him back
    call.forget_keys()
    offer = center.phrases.say("offer_callback")
    if (await call.play(offer, until=key) or await call.next_key(KEY_AFTER_OFFER)) != key:
        return
    number = await _agreed(call, center)
    if number is None:
        return
    given = center.key_of(number) if number != call.caller else None
    if given is not None:
        fact = CallbackNumberGiven(
            at=center.clock.now(), call=call.id, caller_key=given, caller=number.masked()
        )
        center.write([fact])
    center.desk.tell(CallbackTaken(call.id))


async def _agreed(call: LiveCall, center: Center) -> PhoneNumber | None:
    """The number is read back; 1 takes it, 2 asks for another. None: he waits on."""
    number, said = call.caller, "callback_number"
    for _ in range(TURNS):
        key = await _read_back(said, number, call, center)
        if key == YES:
            return number
        if key != ANOTHER or not call.where:
            return None
        entered = await _entered(call, center)
        if entered is not None:
            number, said = entered, "callback_entered"
        else:
            await call.play(center.phrases.say("callback_bad_number"))
    return None


async def _read_back(said: str, number: PhoneNumber, call: LiveCall, center: Center) -> str:
    phrases = center.phrases
    figures = "".join(figure for figure in number.national if figure.isdigit())
    question = [
        *phrases.say(said),
        *digits(figures),
        *phrases.say("callback_confirm", "callback_other"),
    ]
    return await call.collect(
        question, digits=1, first_within=KEY_AFTER_NUMBER, between=KEY_AFTER_NUMBER, ends=""
    )


async def _entered(call: LiveCall, center: Center) -> PhoneNumber | None:
    """None: no number that a citizen can be rung at."""
    keys = await call.collect(
        center.phrases.say("callback_enter"),
        digits=MOST_FIGURES,
        first_within=KEY_AFTER_NUMBER,
        between=FIGURE_AFTER_FIGURE,
    )
    try:
        number = PhoneNumber.parse(keys)
    except BadPhoneNumber:
        return None
    return number if number.kind in _CAN_BE_RUNG else None
