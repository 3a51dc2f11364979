"""Calls about cases and progress in memory. Fits `console.relay_port`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from cases.errors import UnknownTicket
from cases.facts import RelayOutcome, RelayStep
from cases.progress import GuardedCase, NotTheOwner, Question, Told, WrongQueryCode
from cases.relay_store import OutboundCounts, RelayRecord
from cases.status import CaseStatus
from cases.store import unknown_case
from console.logins import Login
from console.relay_port import ByPhone, MayNotBeRung, NotDialable, RelayNow
from hotline.relays.refusals import no_such_relay
from kernel.clock import Clock
from kernel.ids import CallId, CaseId, NumberKey, TicketNo
from kernel.phone import PhoneNumber
from tests.fakes.fake_relays import FakeHandlers

CASE, SECRET_CASE = CaseId("case-1"), CaseId("case-2")
CALL = CallId("out-7-r1")
TICKET, SECRET_TICKET = TicketNo("22010020261121000042"), TicketNo("22010020261121000043")
OWNER, CODE = PhoneNumber.parse("13812345678"), "481516"


def key_of(number: PhoneNumber) -> NumberKey | None:
    return None if number.is_withheld else NumberKey(f"key-{number.value[-4:]}")


class FakeRelayDesk:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.asked: list[tuple[str, str, str]] = []
        self.stopped: list[CallId] = []

    async def about(self, case: CaseId, login: Login) -> CallId:
        if case not in (CASE, SECRET_CASE):
            raise unknown_case(case)
        if case == SECRET_CASE:
            raise MayNotBeRung("It is confidential.", remedy="Ask the supervisor.")
        self.asked.append(("about", case, login.name))
        return CALL

    async def dial(self, number: PhoneNumber, login: Login, case: CaseId | None) -> CallId:
        if number.value == "12345":
            raise NotDialable("It is our own.", remedy="Dial another.")
        self.asked.append((number.value, case or "", login.name))
        return CALL

    async def now(self, call: CallId, login: Login) -> RelayNow:
        if call != CALL:
            raise no_such_relay(call)
        return RelayNow(call=call, case=CASE, step=RelayStep.CITIZEN)

    def stop(self, call: CallId, login: Login) -> None:
        if call != CALL:
            raise no_such_relay(call)
        self.stopped.append(call)

    async def of_case(self, case: CaseId, login: Login) -> Sequence[RelayRecord]:
        if case != CASE:
            raise unknown_case(case)
        now = self._clock.now()
        return [
            RelayRecord(
                call=CALL, case=case, ticket_no=TICKET, login="handler", work_no="H001",
                agent=None, unit="环保局", leg=None, caller=OWNER.masked(), begun_at=now,
                step=RelayStep.OVER, joined_at=now, ended_at=now + timedelta(seconds=60),
                outcome=RelayOutcome.TALKED, talked=timedelta(seconds=60),
            )
        ]  # fmt: skip

    async def outbound(self, since: datetime, before: datetime) -> OutboundCounts:
        return OutboundCounts(made=3, talked=2, not_reached=1, talked_for=timedelta(seconds=90))

    # ---- progress

    async def tell(self, question: Question) -> Told:
        if question.ticket not in (TICKET, SECRET_TICKET):
            raise UnknownTicket("There is no such ticket.", remedy="Ask again.")
        if question.key != key_of(OWNER) and question.code is None:
            raise NotTheOwner("Another number.", remedy="Ask for the code.")
        if question.key != key_of(OWNER) and question.code != CODE:
            raise WrongQueryCode("Wrong.", remedy="Ask again.")
        if question.ticket == SECRET_TICKET:
            raise GuardedCase("Confidential.", remedy="Hand it on.")
        return Told(
            ticket_no=TICKET, status=CaseStatus.DISPATCHED, unit="环保局",
            due_on=date(2026, 11, 30), closed_on=None,
        )  # fmt: skip

    def receipt(self, ticket_no: TicketNo) -> tuple[str, str]:
        return CODE, f"工单号{ticket_no}，查询码{CODE}"

    def by_phone(self, handlers: FakeHandlers) -> ByPhone:
        return ByPhone(relays=self, handlers=handlers, progress=self, key_of=key_of)
