"""Progress of cases as phones and agents ask for it (CH-05): one rule, a fact for each enquiry."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from acd.ports import WritesFacts
from callbacks.workdays import Calendar
from cases.errors import UnknownTicket
from cases.facts import ProgressAnswer, ProgressAsked
from cases.numbering import CHINA
from cases.progress import (
    GuardedCase,
    NotTheOwner,
    Progress,
    Question,
    Told,
    WrongQueryCode,
    judge,
    ticket_of,
)
from cases.progress_settings import ProgressSettings
from cases.progress_store import LooksUpProgress
from cases.status import CaseStatus
from hotline.rule_files import RuleFiles
from kernel.clock import Clock
from kernel.errors import HotlineError, Unavailable
from kernel.ids import CallId, TicketNo

log = structlog.get_logger(__name__)

LOOK_UP_WITHIN: Final = timedelta(seconds=1.5)  # a caller hears "one moment" meanwhile
_REFUSALS: Final[dict[ProgressAnswer, tuple[type[HotlineError], str, str]]] = {
    ProgressAnswer.UNKNOWN: (
        UnknownTicket,
        "There is no such ticket.",
        "Ask for the number again: 20 figures, or day and sequence.",
    ),
    ProgressAnswer.NOT_OWNER: (
        NotTheOwner,
        "The ticket belongs to another number.",
        "Ask for the query code that came with the ticket.",
    ),
    ProgressAnswer.WRONG_CODE: (
        WrongQueryCode,
        "The query code is wrong.",
        "Ask for it again; after five wrong ones a day only a person tells.",
    ),
    ProgressAnswer.GUARDED: (
        GuardedCase,
        "Nothing is said of this case.",
        "Hand it to whoever may see the case.",
    ),
}


@dataclass(kw_only=True)
class ProgressDesk:
    """Fits `console.relay_port.TellsProgress`."""

    keeps: LooksUpProgress
    code_of: Callable[[TicketNo], str]
    region_code: str
    settings: ProgressSettings
    calendar: Calendar
    write: WritesFacts
    clock: Clock
    zone: ZoneInfo = CHINA

    def use(self, rules: RuleFiles) -> None:
        self.calendar, self.settings = rules.calendar, rules.progress

    async def enquire(self, question: Question) -> tuple[ProgressAnswer, Told | None]:
        """Never raises: a database that is away is an answer too. `Told` only with TOLD."""
        ticket_no = ticket_of(question.ticket, self.region_code)
        try:
            found = await self._found(ticket_no)
        except (Unavailable, TimeoutError) as trouble:
            log.warning("progress not looked up", why=repr(trouble))
            self._note(question, None, "", ProgressAnswer.AWAY)
            return ProgressAnswer.AWAY, None
        right = self.code_of(found.ticket_no) if found is not None else ""
        answer, way = judge(found, question.key, question.code, right)
        self._note(question, found, way, answer)
        told = self._told(found) if found is not None and answer is ProgressAnswer.TOLD else None
        return answer, told

    async def tell(self, question: Question) -> Told:
        """For an agent. Raises UnknownTicket, NotTheOwner, WrongQueryCode, GuardedCase,
        Unavailable."""
        answer, told = await self.enquire(question)
        if told is not None:
            return told
        if answer is ProgressAnswer.AWAY:
            raise Unavailable("The cases cannot be reached.", remedy="Try again in a moment.")
        kind, problem, remedy = _REFUSALS[answer]
        raise kind(problem, remedy=remedy)

    def receipt(self, ticket_no: TicketNo) -> tuple[str, str]:
        """The query code of a ticket, and the words to send with it."""
        code = self.code_of(ticket_no)
        return code, self.settings.sms(ticket_no, code)

    def asked_for_a_person(self, call: CallId) -> None:
        self._note(Question(ticket="", call=call), None, "", ProgressAnswer.PERSON)

    async def _found(self, ticket_no: TicketNo | None) -> Progress | None:
        if ticket_no is None:
            return None
        async with asyncio.timeout(LOOK_UP_WITHIN.total_seconds()):
            return await self.keeps.look_up(ticket_no, self.clock.now())

    def _note(
        self, question: Question, found: Progress | None, way: str, answer: ProgressAnswer
    ) -> None:
        self.write(
            [
                ProgressAsked(
                    at=self.clock.now(),
                    call=question.call,
                    agent=question.agent,
                    ticket_no=found.ticket_no if found is not None else None,
                    way=way,
                    answer=answer,
                )
            ]
        )

    def _told(self, found: Progress) -> Told:
        return Told(
            ticket_no=found.ticket_no,
            status=found.status,
            unit=found.unit,
            due_on=self._due_on(found),
            closed_on=self._day(found.closed_at),
        )

    def _due_on(self, found: Progress) -> date | None:
        """LIM-01: so many working days from dispatch on."""
        days = self.settings.due_workdays.get(found.request_type)
        began = self._day(found.dispatched_at)
        if found.status is not CaseStatus.DISPATCHED or days is None or began is None:
            return None
        return self.calendar.plus_workdays(began, days)

    def _day(self, moment: datetime | None) -> date | None:
        return None if moment is None else moment.astimezone(self.zone).date()
