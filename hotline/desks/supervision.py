"""What supervisors ask for, checked against the floor, written down, then done (E2.2, E2.3, E2.8).

Rule: hearing a conversation changes nothing for it. At which phone a supervisor hears the floor
says: at that of his own seat while the line does not ring it, or at one where nobody sits.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from acd.desk import AcdDesk
from acd.happenings import LegEnded, LendSeat
from acd.order_happenings import MoveCaller, PrioritiseCaller
from acd.seat import Activity, Presence
from acd.view import SeatView
from console.alarms_shown import AlarmRow
from console.call_card import CallCard
from console.errors import NoPhoneToListen, PhoneInUse
from console.party import Kind
from console.ports import KeepsDirectory
from console.supervision_port import Hearing, Supervisor
from hotline.rule_files import RuleFiles
from hotline.watch.alarms import Alarms
from kernel.errors import HotlineError
from kernel.ids import CallId, Epoch, Extension, LegId, QueueName
from kernel.legs import LegEnd
from telephony.errors import WrongPhase
from telephony.legs import Leg
from telephony.place import Place
from telephony.supervision_control import Beep, SupervisionControl
from telephony.supervision_facts import (
    Mode,
    SupervisionAsked,
    SupervisionEnded,
    SupervisorStep,
)
from telephony.switchboard import Switchboard

LOOK_EVERY: Final = 2.0  # seconds
FindsCard = Callable[[CallId], CallCard | None]


@dataclass(frozen=True, slots=True)
class Said:
    """Why, and where he hears."""

    reason: str
    leg: LegId | None = None
    phone: Extension | None = None


class SupervisionDesk:
    """Fits `console/supervision_port.py: Supervises`."""

    def __init__(
        self,
        control: SupervisionControl,
        switchboard: Switchboard,
        desk: AcdDesk,
        directory: KeepsDirectory,
        alarms: Alarms,
    ) -> None:
        self._control = control
        self._switchboard = switchboard
        self._desk = desk
        self._directory = directory
        self._alarms = alarms
        self._legs: Iterator[LegId] = iter(())
        self._find: FindsCard = lambda _: None

    def open(self, epoch: Epoch, find: FindsCard) -> "SupervisionDesk":
        """`find` gives a call's card: who was on its roster before us."""
        self._legs = (LegId(f"{epoch}-s{n:06}") for n in count(1))
        self._find = find
        return self

    def use(self, rules: RuleFiles) -> None:
        self._control.beep = rules.supervision.listening.beep

    @property
    def beeps(self) -> bool:
        return self._control.beep is not Beep.NONE

    # ---- conversations

    def hearing(self) -> list[Hearing]:
        return [_hearing(leg) for leg in self._control.listeners() if leg.caller is not None]

    async def listen(
        self, by: Supervisor, call: CallId, mode: Mode, phone: Extension | None, reason: str
    ) -> Hearing:
        seat = self._seat(call)
        self._control.demand_heard(call, mode)
        at, auto_answer = self._phone(by, phone, seat)
        leg = next(self._legs)
        self._ask(by, call, SupervisorStep(mode), Said(reason, leg, at), seat)
        await self._control.listen(call, leg, at, mode, auto_answer=auto_answer)
        return Hearing(call=call, leg=leg, phone=at, mode=mode)

    async def switch(
        self, by: Supervisor, call: CallId, leg: LegId, mode: Mode, reason: str
    ) -> Hearing:
        seat = self._seat(call)
        known = self._control.demand_listener(call, leg)
        self._control.demand_heard(call, mode)
        phone = Extension(known.target)
        self._ask(by, call, SupervisorStep(mode), Said(reason, leg, phone), seat)
        await self._control.switch(call, leg, mode)
        return Hearing(call=call, leg=leg, phone=phone, mode=mode)

    async def stop(self, by: Supervisor, call: CallId, leg: LegId, reason: str) -> None:
        known = self._control.demand_listener(call, leg)
        phone = Extension(known.target)
        said, seat = Said(reason, leg, phone), self._seat(call)
        self._ask(by, call, SupervisorStep.STOP, said, seat)
        await self._control.stop(call, leg)

    async def take_over(
        self, by: Supervisor, call: CallId, where: LegId | Extension | None, reason: str
    ) -> None:
        """At the phone of his own seat the conversation is his as if the line had given it to him;
        at another it is one with somebody outside."""
        seat = self._seat(call)
        self._control.demand_taken(call)
        leg, phone = self._where(by, call, where, seat)
        own = self._own_seat(by)
        lent = own is not None and own.phone == phone
        if lent and by.agent is not None:
            await self._desk.order(LendSeat(by.agent, call, seat.agent, leg))
        self._ask(by, call, SupervisorStep.TAKE_OVER, Said(reason, leg, phone), seat)
        try:
            await self._control.take_over(call, leg, phone, lent=lent)
        except HotlineError:
            self._give_back(leg)
            raise

    async def hang_up(self, by: Supervisor, call: CallId, reason: str) -> None:
        seat = self._seat(call)
        self._ask(by, call, SupervisorStep.HANG_UP, Said(reason), seat)
        await self._control.hang_up(call)

    # ---- the line, the alarms

    async def move(self, by: Supervisor, call: CallId, queue: QueueName, reason: str) -> None:
        await self._desk.order(MoveCaller(by.login, call, queue, reason))
        self._remember(call, lambda place: replace(place, queue=queue, needs=None))

    async def prioritise(self, by: Supervisor, call: CallId, priority: int, reason: str) -> None:
        await self._desk.order(PrioritiseCaller(by.login, call, priority, reason))
        self._remember(call, lambda place: replace(place, priority=priority))

    def acknowledge(self, by: Supervisor, alarm: str, note: str) -> AlarmRow:
        return self._alarms.acknowledge(alarm, by.login, note, self._switchboard.clock.now())

    # ---- what nobody asks for

    async def run(self) -> None:
        """For ever: who listens to nobody any more, and whose end went by unheard."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._switchboard.is_ready:
                self.look()

    def look(self) -> None:
        self._control.end_the_lost()
        legs, now = self._switchboard.mirror.legs, self._switchboard.clock.now()
        for call in self._switchboard.mirror.calls:
            card = self._find(call)
            lost = [
                SupervisionEnded(at=now, call=call, leg=LegId(party.key), why="lost")
                for party in (card.parties if card is not None else ())
                if party.kind is Kind.SUPERVISOR and legs.get(party.key) is None
            ]
            if lost:
                self._switchboard.ears.write(lost)

    # ---- within

    def _seat(self, call: CallId) -> SeatView:
        """Raises WrongPhase."""
        seat = self._desk.snapshot().seat_with(call)
        if seat is None or seat.activity is not Activity.TALKING:
            raise WrongPhase(f"No seat talks on call {call}.", remedy="Load the floor again.")
        return seat

    def _own_seat(self, by: Supervisor) -> SeatView | None:
        return None if by.agent is None else self._desk.snapshot().seat_of(by.agent)

    def _where(
        self, by: Supervisor, call: CallId, where: LegId | Extension | None, seat: SeatView
    ) -> tuple[LegId, Extension]:
        """The leg on which he listens, or a new one to a phone."""
        if where is not None and "-" in where:
            known = self._control.demand_listener(call, LegId(where))
            return known.id, Extension(known.target)
        phone, _ = self._phone(by, Extension(where) if where is not None else None, seat)
        return next(self._legs), phone

    def _phone(
        self, by: Supervisor, named: Extension | None, heard: SeatView
    ) -> tuple[Extension, bool]:
        """Where he hears, and whether that phone answers by itself. Raises NoPhoneToListen,
        PhoneInUse."""
        own = self._own_seat(by)
        phone = named or (own.phone if own is not None else None)
        places = {place.phone for place in self._directory.directory.seats.values()}
        if phone is None or phone not in places:
            raise NoPhoneToListen(
                f"The login {by.login} sits at no seat, or {phone} is no seat's phone.",
                remedy="Sign in at a seat, or name a seat's phone that nobody uses.",
            )
        at = next((seat for seat in self._desk.snapshot().seats if seat.phone == phone), None)
        is_own = at is not None and own is not None and at.seat == own.seat
        rests = at is None or (is_own and at.is_at_rest and at.presence is not Presence.AVAILABLE)
        busy = any(leg.target == phone for leg in self._control.listeners())
        if not rests or busy or phone == heard.phone:
            raise PhoneInUse(
                f"The phone {phone} is in use, or the line may ring it.",
                remedy="Take a break at your seat first, or name a phone that nobody uses.",
            )
        return phone, at is not None and at.auto_answer

    def _ask(
        self, by: Supervisor, call: CallId, step: SupervisorStep, said: Said, seat: SeatView
    ) -> None:
        asked = SupervisionAsked(
            at=self._switchboard.clock.now(),
            call=call,
            step=step,
            agent=seat.agent,
            by=by.login,
            supervisor=by.agent,
            phone=said.phone,
            leg=said.leg,
            reason=said.reason,
        )
        self._switchboard.ears.write([asked])

    def _remember(self, call: CallId, place: Callable[[Place], Place]) -> None:
        """On his channel too: it is what is left of his place should journal and floor be gone."""
        live = self._switchboard.calls.get(call)
        if live is not None and live.place is not None:
            live.remember(place(live.place))

    def _give_back(self, leg: LegId) -> None:
        """It was never rung, or in vain: the telephone may have nothing to tell of it."""
        if any(seat.lent_leg == leg for seat in self._desk.snapshot().seats):
            self._desk.tell(LegEnded(leg, LegEnd.FAILED))


def _hearing(leg: Leg) -> Hearing:
    assert leg.caller is not None, "a listener hears a call"
    mode = Mode(leg.mode) if leg.mode else None
    return Hearing(call=leg.caller, leg=leg.id, phone=Extension(leg.target), mode=mode)
