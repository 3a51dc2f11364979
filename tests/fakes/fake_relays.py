"""Calls about cases, in memory: honest, because the contract runs on it and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cases.closing import BARRING
from cases.facts import RelayBegun, RelayEnded, RelayOutcome, RelayStep, RelayStepped
from cases.handlers import Handler, unknown_handler, work_number_taken
from cases.relay_store import CitizenOf, OutboundCounts, RelayRecord
from cases.store import unknown_case
from kernel.fact import Fact
from kernel.ids import CallId, CaseId, Epoch
from tests.fakes.fake_case_closing import FakeCaseClosing


@dataclass
class FakeRelays:
    """Fits `cases.relay_store.KeepsRelays`; `see` is what the projector does.

    The citizens of cases are those of `closing`, or those that a test has put into `citizens`.
    """

    closing: FakeCaseClosing | None = None
    citizens: dict[CaseId, CitizenOf] = field(default_factory=dict)
    records: dict[CallId, RelayRecord] = field(default_factory=dict)
    rung: set[CallId] = field(default_factory=set)  # whose citizens' phones were rung

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            match fact:
                case RelayBegun():
                    self.records.setdefault(fact.call, _begun(fact))
                case RelayStepped():
                    self._stepped(fact)
                case RelayEnded():
                    self._ended(fact)
                case _:
                    continue

    def _stepped(self, fact: RelayStepped) -> None:
        before = self.records[fact.call]
        if fact.step is RelayStep.CITIZEN:
            self.rung.add(fact.call)
        joined = fact.at if fact.step is RelayStep.TALKING else before.joined_at
        self.records[fact.call] = replace(before, step=fact.step, joined_at=joined)

    def _ended(self, fact: RelayEnded) -> None:
        before = self.records[fact.call]
        if before.ended_at is None:
            self.records[fact.call] = replace(
                before,
                step=RelayStep.OVER,
                ended_at=fact.at,
                outcome=fact.outcome,
                talked=fact.talked,
            )

    async def citizen_of(self, case: CaseId) -> CitizenOf:
        if case in self.citizens:
            return self.citizens[case]
        if self.closing is None:
            raise unknown_case(case)
        file, standing = await self.closing.store.case(case), await self.closing.standing(case)
        filings = [self.closing.store.filing_of(one.ticket_key) for one in file.tickets]
        keys = [one.contact_key or one.caller_key for one in filings]
        last = max((n for n, key in enumerate(keys) if key is not None), default=-1)
        return CitizenOf(
            case=case,
            ticket_no=file.tickets[last].ticket_no,
            number_key=keys[last],
            status=standing.status,
            flags=standing.flags & frozenset(BARRING),
            unit=standing.lead_unit,
            urgent=file.summary.urgency != "normal",
        )

    async def of_case(self, case: CaseId) -> Sequence[RelayRecord]:
        return [one for one in self.records.values() if one.case == case]

    async def find(self, call: CallId) -> RelayRecord | None:
        return self.records.get(call)

    async def left_open(self, before: Epoch) -> Sequence[RelayRecord]:
        return [
            one
            for one in self.records.values()
            if one.ended_at is None and int(one.call.split("-")[1]) < before
        ]

    async def outbound(self, since: datetime, before: datetime) -> OutboundCounts:
        made = [one for one in self.records.values() if since <= one.begun_at < before]
        in_vain = [
            one
            for one in made
            if one.call in self.rung and one.outcome not in (None, RelayOutcome.TALKED)
        ]
        return OutboundCounts(
            made=len(made),
            talked=sum(one.outcome is RelayOutcome.TALKED for one in made),
            not_reached=len(in_vain),
            talked_for=sum((one.talked for one in made), timedelta()),
        )


def _begun(fact: RelayBegun) -> RelayRecord:
    return RelayRecord(
        call=fact.call,
        case=fact.case,
        ticket_no=fact.ticket_no,
        login=fact.login,
        work_no=fact.work_no,
        agent=fact.agent,
        unit=fact.unit,
        leg=fact.leg,
        caller=fact.caller,
        begun_at=fact.at,
        step=RelayStep.ASKED,
    )


@dataclass
class FakeHandlers:
    """Fits `cases.handlers.KeepsHandlers`. `logins`: those whose role is a handler's."""

    logins: set[str] = field(default_factory=set)
    handlers: dict[str, Handler] = field(default_factory=dict)

    async def handler(self, login: str) -> Handler:
        if login not in self.handlers:
            raise unknown_handler(login)
        return self.handlers[login]

    async def save(self, handler: Handler, *, by: str, at: datetime) -> None:
        if handler.login not in self.logins:
            raise unknown_handler(handler.login)
        others = [one for one in self.handlers.values() if one.login != handler.login]
        if any(one.work_no == handler.work_no for one in others):
            raise work_number_taken(handler.work_no)
        self.handlers[handler.login] = handler
