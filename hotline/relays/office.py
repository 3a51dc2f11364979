"""Who may speak with which citizen about a case, and when. Fits `console/relay_port.py`.

Rule: the case is required, its unit binds a handler, flags, stop list and night hold (FRD-03, C7,
G); nobody is rung who is on the phone with us or is being rung (I6).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from acd.desk import AcdDesk
from acd.happenings import CallBack, CallbackWanted
from acd.waits import SeatWait
from callbacks.attempts import Rules
from callbacks.ledger import history_of
from callbacks.ports import OpensDutyRows, RevealsNumbers
from callbacks.schedule import Never, Rule
from cases.facts import RelayBegun
from cases.handlers import Handler, KeepsHandlers
from cases.relay import Relay, RelayCue
from cases.relay_store import CitizenOf, KeepsRelays, OutboundCounts, RelayRecord
from console.errors import NoAgentBehindLogin, NoNumber
from console.logins import Login, Role
from console.relay_port import NotYourCase, RelayNow
from hotline.relays.house import Relaying
from hotline.relays.refusals import (
    as_a_duty,
    demand_open,
    may_not,
    no_such_relay,
    not_dialable,
    not_now,
)
from hotline.relays.relays import Relays
from kernel.clock import Clock
from kernel.ids import AgentNo, CallId, CaseId, DutyId, Epoch, LegId, NumberKey, Skill, relay_id
from kernel.phone import NumberKind, PhoneNumber

NOBODY_ELSE: Final = {Skill("relay"): 3}  # nobody has it: the floor rings who asked, and no other
_CITIZENS: Final = frozenset({NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.SERVICE})


@dataclass(frozen=True, kw_only=True)
class RelayRules:
    """`may_dial`: on the allow-list of the dialplan; emergency numbers need none (I14)."""

    schedule: Rules
    may_dial: Callable[[PhoneNumber], Awaitable[bool]]
    own_numbers: frozenset[str]
    is_emergency: Callable[[str], bool]
    rings_us: Callable[[NumberKey | None], bool]
    key_of: Callable[[PhoneNumber], NumberKey | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What one order comes to, once nothing stands in its way."""

    login: Login
    number: PhoneNumber
    key: NumberKey | None
    of: CitizenOf | None
    handler: Handler | None
    phone: PhoneNumber | None


class RelayOffice:
    def __init__(
        self,
        relays: Relays,
        keeps: tuple[KeepsRelays, KeepsHandlers, OpensDutyRows, RevealsNumbers],
        rules: RelayRules,
        desk: AcdDesk,
        epoch: Epoch,
    ) -> None:
        self._relays = relays
        self._keeps, self._handlers, self._duties, self._numbers = keeps
        self._rules = rules
        self._desk = desk
        self._epoch = epoch
        self._turns = count(1)

    @property
    def _clock(self) -> Clock:
        return self._relays.house.center.clock

    async def about(self, case: CaseId, login: Login) -> CallId:
        of = await self._keeps.citizen_of(case)
        handler = await self._handler_of(login, of)
        demand_open(of)
        number = await self._reveal(of.number_key)
        assert of.number_key is not None, "it was revealed"
        await self._demand_now(of.number_key, urgent=of.urgent)
        if number.kind not in _CITIZENS:
            raise not_dialable(number)
        await self._demand_dialable(number)
        phone = await self._reveal(handler.phone_key) if handler is not None else None
        if phone is not None:
            await self._demand_dialable(phone)
        return await self._begin(
            _Call(
                login=login,
                number=number,
                key=of.number_key,
                of=of,
                handler=handler,
                phone=phone,
            )
        )

    async def dial(self, number: PhoneNumber, login: Login, case: CaseId | None) -> CallId:
        of = None
        if case is not None:
            of = await self._keeps.citizen_of(case)
            demand_open(of)
        if not self._rules.is_emergency(number.value):
            await self._demand_dialable(number)
        key = self._rules.key_of(number)
        return await self._begin(
            _Call(login=login, number=number, key=key, of=of, handler=None, phone=None)
        )

    async def now(self, call: CallId, login: Login) -> RelayNow:
        relay = self._relays.find(call)
        if relay is not None and not relay.is_over:
            if relay.login != login.name:
                raise no_such_relay(call)
            since = relay.relay.joined_at
            return RelayNow(call=call, case=relay.case, step=relay.step, joined_at=since)
        record = await self._keeps.find(call)
        if record is None or record.login != login.name:
            raise no_such_relay(call)
        return RelayNow(
            call=call,
            case=record.case,
            step=record.step,
            outcome=record.outcome,
            joined_at=record.joined_at,
            talked_s=None if record.outcome is None else int(record.talked.total_seconds()),
        )

    def stop(self, call: CallId, login: Login) -> None:
        relay = self._relays.find(call)
        if relay is None or relay.login != login.name:
            raise no_such_relay(call)
        relay.take(RelayCue.STOPPED)

    async def of_case(self, case: CaseId, login: Login) -> Sequence[RelayRecord]:
        await self._handler_of(login, await self._keeps.citizen_of(case))
        return await self._keeps.of_case(case)

    async def outbound(self, since: datetime, before: datetime) -> OutboundCounts:
        return await self._keeps.outbound(since, before)

    # ---- what may stand in the way

    async def _handler_of(self, login: Login, of: CitizenOf) -> Handler | None:
        """None: an agent, who may speak about any case. Raises NotYourCase, UnknownHandler."""
        if login.role is not Role.HANDLER:
            return None
        handler = await self._handlers.handler(login.name)
        if handler.unit != of.unit:
            raise NotYourCase(
                f"Case {of.case} is not with the unit of {login.name}.",
                remedy="Take a case that was dispatched to your unit.",
            )
        return handler

    async def _reveal(self, key: NumberKey | None) -> PhoneNumber:
        number = await self._numbers.reveal(key) if key is not None else None
        if number is None:
            raise NoNumber(
                "No number is kept for it.", remedy="He withheld it, or its time is over."
            )
        return number

    async def _demand_dialable(self, number: PhoneNumber) -> None:
        if number.value in self._rules.own_numbers or not await self._rules.may_dial(number):
            raise not_dialable(number)

    async def _demand_now(self, key: NumberKey, *, urgent: bool) -> None:
        """Raises MayNotBeRung for the stop list, NotRungNow for the night and for a busy number."""
        now = self._clock.now()
        if self._rules.rings_us(key) or self._relays.is_rung(key):
            raise not_now(Rule.OUTSTANDING)
        rules = self._rules.schedule
        async with self._duties.rows() as rows:
            history = await history_of(rows, key, (), now, rules.settings.schedule.engine)
        if history.stopped:
            raise may_not("the citizen asked not to be rung")
        when = rules.when(as_a_duty(key, now, urgent=urgent), history, now)
        if isinstance(when, Never) or when.at > now:
            raise not_now(when.rule)

    # ---- the call itself

    async def _begin(self, wanted: _Call) -> CallId:
        call, now = relay_id(self._epoch, next(self._turns)), self._clock.now()
        agent = wanted.login.agent if wanted.handler is None else None
        leg = LegId(f"{self._epoch}-r{call.rpartition('r')[2]}")
        relay = Relaying(
            relay=Relay(call),
            write=self._relays.house.center.write,
            clock=self._clock,
            login=wanted.login.name,
            work_no=wanted.handler.work_no if wanted.handler is not None else str(agent),
            case=wanted.of.case if wanted.of is not None else None,
            number=wanted.number,
            asked_at=now,
            agent=agent,
            phone=wanted.phone,
            leg=leg if wanted.handler is not None else None,
        )
        with self._relays.known(relay, wanted.key):
            if wanted.handler is None:
                relay.wait = await self._ring_seat(call, wanted.login, now)
        relay.write([_begun(relay, wanted)])
        self._relays.begin(relay)
        return call

    async def _ring_seat(self, call: CallId, login: Login, now: datetime) -> SeatWait:
        """By the floor, as a callback by hand: it knows that he talks. Raises WrongState."""
        if login.agent is None:
            raise NoAgentBehindLogin(
                f"The login {login.name!r} belongs to no agent.",
                remedy="Sign in with an agent's login, or set its 工号.",
            )
        queue = self._relays.house.center.policies.default_queue
        wanted = CallbackWanted(
            call=call,
            duty=DutyId(f"relay:{call}"),
            queue=queue,
            needs=NOBODY_ELSE,
            priority=0,
            asked_at=now,
        )
        return await self._desk.call_back(CallBack(AgentNo(login.agent), wanted))


def _begun(relay: Relaying, wanted: _Call) -> RelayBegun:
    handler, of = wanted.handler, wanted.of
    return RelayBegun(
        at=relay.asked_at,
        call=relay.call,
        case=relay.case,
        ticket_no=of.ticket_no if of is not None else None,
        login=relay.login,
        work_no=relay.work_no,
        agent=relay.agent,
        unit=handler.unit if handler is not None else "",
        leg=relay.leg,
        caller=wanted.number.masked(),
        caller_key=wanted.key,
    )
