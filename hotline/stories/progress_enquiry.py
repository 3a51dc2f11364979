"""A citizen asks by phone how his case stands (CH-05).

    ticket number -> (query code, unless he rings from the number of the case) -> told -> good-bye

Rule: the table is `cases/progress.py`. 0 is a person at any time, so are silence, a third wrong
try, a confidential case and a database that does not answer within a moment.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from cases.facts import ProgressAnswer
from cases.progress import (
    CODE_FIGURES,
    TICKET_FIGURES,
    AskCue,
    Asks,
    Enquiry,
    Question,
    Told,
    advance,
)
from cases.status import CaseStatus
from hotline.desks.progress import ProgressDesk
from telephony.live_call import LiveCall
from telephony.phrases import Phrases
from telephony.spoken import Sound, cardinal

PERSON_KEY: Final = "0"
AGAIN_KEY: Final = "1"
FIRST_KEY_WITHIN: Final = timedelta(seconds=8)
BETWEEN_KEYS: Final = timedelta(seconds=5)
_CUES: Final = {
    ProgressAnswer.TOLD: AskCue.TOLD,
    ProgressAnswer.UNKNOWN: AskCue.UNKNOWN,
    ProgressAnswer.NOT_OWNER: AskCue.NOT_OWNER,
    ProgressAnswer.WRONG_CODE: AskCue.WRONG_CODE,
    ProgressAnswer.GUARDED: AskCue.GUARDED,
    ProgressAnswer.AWAY: AskCue.AWAY,
    ProgressAnswer.PERSON: AskCue.PERSON_KEY,
}
_STATES: Final = {
    CaseStatus.SUBMITTED: "progress_accepted",
    CaseStatus.PENDING_DISPATCH: "progress_accepted",
    CaseStatus.ANSWERED_ON_CALL: "progress_answered",
    CaseStatus.NOT_ACCEPTED: "progress_not_accepted",
    CaseStatus.DISPATCHED: "progress_with_unit",
}
assert set(_STATES) == set(CaseStatus) - {CaseStatus.CLOSED}, "each state has its words"


Says = Callable[..., list[Sound]]


class ProgressEnquiry:
    """One call's enquiry. `run`: was all said? False: he wants a person, or needs one."""

    def __init__(self, call: LiveCall, desk: ProgressDesk, phrases: Phrases) -> None:
        self._call = call
        self._desk = desk
        self._say = phrases.say
        self._ticket = ""
        self._told: Told | None = None
        self._before: AskCue | None = None  # what the last question came to

    async def run(self) -> bool:
        enquiry = Enquiry()
        while enquiry.at not in (Asks.PERSON, Asks.OVER):
            match enquiry.at:
                case Asks.TICKET:
                    cue = await self._ask_ticket()
                case Asks.CODE:
                    cue = await self._ask_code()
                case _:
                    cue = await self._tell()
            if cue in (AskCue.PERSON_KEY, AskCue.SILENCE) and enquiry.at is not Asks.TELLING:
                self._desk.asked_for_a_person(self._call.id)
            self._before = cue
            enquiry = advance(enquiry, cue)
        if enquiry.at is Asks.OVER:
            await self._call.play(self._say("goodbye"))
            return True
        await self._call.play(self._say("progress_person"))
        return False

    async def _ask_ticket(self) -> AskCue:
        again = self._before is AskCue.UNKNOWN
        keys = await self._keys("progress_again" if again else "progress_ask", TICKET_FIGURES)
        if not keys or keys == PERSON_KEY:
            return AskCue.PERSON_KEY if keys else AskCue.SILENCE
        self._ticket = keys
        return await self._look_up(None)

    async def _ask_code(self) -> AskCue:
        again = self._before is AskCue.WRONG_CODE
        keys = await self._keys("progress_code_again" if again else "progress_code", CODE_FIGURES)
        if not keys or keys == PERSON_KEY:
            return AskCue.PERSON_KEY if keys else AskCue.SILENCE
        return await self._look_up(keys)

    async def _look_up(self, code: str | None) -> AskCue:
        call = self._call
        if await call.play(self._say("progress_wait"), until=PERSON_KEY):
            return AskCue.PERSON_KEY
        question = Question(ticket=self._ticket, key=call.caller_key, code=code, call=call.id)
        answer, self._told = await self._desk.enquire(question)
        return _CUES[answer]

    async def _tell(self) -> AskCue:
        assert self._told is not None, "it was looked up"
        self._call.forget_keys()  # a hash after the last figure is no answer
        said = [*in_words(self._told, self._say), *self._say("progress_then")]
        key = await self._call.collect(
            said, digits=1, first_within=FIRST_KEY_WITHIN, between=BETWEEN_KEYS, ends=""
        )
        if key == PERSON_KEY:
            return AskCue.PERSON_KEY
        return AskCue.AGAIN if key == AGAIN_KEY else AskCue.SILENCE

    async def _keys(self, asks: str, figures: int) -> str:
        """A first 0 is a person at once: no ticket number and no code begins with it."""
        self._call.forget_keys()
        first = await self._call.collect(
            self._say(asks), digits=1, first_within=FIRST_KEY_WITHIN, between=BETWEEN_KEYS, ends=""
        )
        if first in ("", PERSON_KEY, "#", "*"):
            return "" if first in ("#", "*") else first
        rest = await self._call.collect(
            [], digits=figures - 1, first_within=BETWEEN_KEYS, between=BETWEEN_KEYS
        )
        return first + rest


def in_words(told: Told, say: Says) -> list[Sound]:
    """您的诉求已经转派承办单位办理。办理期限是十一月三十日。"""
    if told.status is CaseStatus.CLOSED:
        if told.closed_on is None:
            return say("progress_with_unit")
        return [*say("progress_closed"), *day_in_words(told.closed_on, "progress_day_closed", say)]
    state = say(_STATES[told.status])
    if told.due_on is None:
        return state
    return [*state, *say("progress_due"), *day_in_words(told.due_on, "progress_day", say)]


def day_in_words(day: date, ends: str, say: Says) -> list[Sound]:
    """十一月三十日."""
    return [*cardinal(day.month), *say("survey_month"), *cardinal(day.day), *say(ends)]
