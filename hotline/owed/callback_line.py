"""Keeps what people owe in the floor's line: puts in what may be made now, takes out what is over.

Rule: a duty stands in line once; who is on the phone with us already is not rung (I6); a duty that
was settled (the citizen rang again first) leaves the line, its ring stops.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog

from acd.desk import AcdDesk
from acd.errors import WrongState
from acd.happenings import CallBack, CallbackOver, CallbackWanted
from acd.policy import QueuePolicies
from acd.waits import SeatWait
from callbacks.duty import AttemptId, Duty, Outcome
from callbacks.promised import CallbacksByPeople, Standing
from callbacks.schedule_settings import First
from hotline.owed.callback_house import CallbackHouse, Making, Owed
from hotline.rule_files import RuleFiles
from hotline.stories.callback_call import callback_call
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, DutyId

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=1)
SAID_BY_AGENTS: Final = frozenset({Outcome.VOICEMAIL, Outcome.WRONG_PERSON, Outcome.REACHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackLines:
    """What the line is kept from."""

    people: CallbacksByPeople
    policies: QueuePolicies
    next_attempt: Callable[[], AttemptId]
    is_ready: Callable[[], bool]  # in step with Asterisk


class CallbackLine:
    """Runs in the leader alone."""

    def __init__(self, house: CallbackHouse, lines: CallbackLines) -> None:
        self._house = house
        self._of = lines
        self._standing: dict[DutyId, Owed] = {}
        self._group = asyncio.TaskGroup()

    @property
    def desk(self) -> AcdDesk:
        return self._house.desk

    def use(self, rules: RuleFiles) -> None:
        self._of = replace(self._of, policies=rules.policies)

    async def run(self) -> None:
        async with self._group:
            while True:
                if self._of.is_ready():
                    await self._look_if_possible()
                await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def _look_if_possible(self) -> None:
        try:
            await self.look()
        except Unavailable as trouble:
            log.warning("callbacks wait for the database", why=str(trouble))

    def standing(self) -> Sequence[Owed]:
        return tuple(self._standing.values())

    def find(self, call: CallId) -> Owed | None:
        return next((owed for owed in self._standing.values() if owed.call == call), None)

    def talks(self, call: CallId) -> bool:
        """Citizen and agent speak, or have."""
        making = self._house.making.get(call)
        return making is not None and making.talked

    def see(self, facts: Sequence[Fact]) -> None:
        self._house.see(facts)

    async def look(self) -> None:
        """One look at the duties. Raises Unavailable."""
        now = self._house.clock.now()
        ready = await self._of.people.ready(now)
        owed = [duty for duty in ready if not self._house.is_on_the_phone(duty.caller_key)]
        self._take_out({duty.id: duty for duty in owed})
        new = [duty for duty in owed if duty.id not in self._standing]
        for standing in await self._of.people.standing(new, now):
            wanted = self._wanted(standing)
            if standing.duty.id not in self._standing:  # an agent may have taken it by hand
                self._begin(Owed(standing.duty, wanted), self.desk.wait_for_callback(wanted))

    def _take_out(self, owed: dict[DutyId, Duty]) -> None:
        for duty_id, stands in self._standing.items():
            making = self._house.making.get(stands.call)
            if making is not None:
                self._stop_if_he_rings_us(making)
            elif duty_id not in owed or owed[duty_id].kind is not stands.duty.kind:
                self.desk.tell(CallbackOver(stands.call))

    def _stop_if_he_rings_us(self, making: Making) -> None:
        key = making.claim.number_key
        if making.live is None and self._house.is_on_the_phone(key):
            making.broken_off = True
            self._house.dial.drop(making.owed.call)

    def _begin(self, owed: Owed, wait: SeatWait) -> None:
        self._standing[owed.duty.id] = owed
        self._group.create_task(self._tell(owed, wait), name=f"callback {owed.duty.id}")

    async def _tell(self, owed: Owed, wait: SeatWait) -> None:
        """One callback's boundary: its fault ends nobody else's."""
        try:
            await callback_call(owed, self._house, wait)
        except Exception:
            log.exception("a callback failed", duty=owed.duty.id)
            self._house.dial.drop(owed.call)
            self.desk.tell(CallbackOver(owed.call))
        if self._standing.get(owed.duty.id) is owed:
            del self._standing[owed.duty.id]

    async def owed_of(self, duty: Duty, call: CallId) -> Owed:
        """Of a callback that is being made already. Raises Unavailable."""
        stands = await self._of.people.stands(duty, self._house.clock.now())
        return Owed(duty, self._wanted(stands, call))

    def _wanted(self, standing: Standing, call: CallId | None = None) -> CallbackWanted:
        duty, place = standing.duty, standing.place
        queue = place.queue if place is not None else self._of.policies.default_queue
        needs = place.needs if place is not None else dict(self._of.policies.of(queue).needs)
        return CallbackWanted(
            call=call or CallId(self._of.next_attempt()),
            duty=duty.id,
            queue=queue,
            needs=needs,
            priority=place.priority if place is not None else 0,
            asked_at=standing.asked_at,
            spare_until=standing.spare_until,
            citizen_first=self._house.rules.first is First.CITIZEN,
        )

    # ---- by hand

    async def call_back(self, duty: Duty, agent: AgentNo) -> CallId:
        """The agent's own phone rings for it. Raises WrongState, Unavailable."""
        now = self._house.clock.now()
        found = await self._of.people.standing([duty], now)
        if not found or self._house.is_on_the_phone(duty.caller_key):
            raise WrongState(
                f"The duty {duty.id} cannot be called back now.",
                remedy="Look at its state and its next moment: settled, taken, night, or too soon.",
            )
        before = self._standing.get(duty.id)
        wanted = self._wanted(found[0])
        wait = await self.desk.call_back(CallBack(agent, wanted))
        if before is not None and self._standing.get(duty.id) is before:
            del self._standing[duty.id]  # its own task hears that it was taken
        self._begin(Owed(duty, wanted), wait)
        return wanted.call

    def say(self, duty_id: DutyId, agent: AgentNo, outcome: Outcome) -> None:
        """What the agent found: voicemail, the wrong person. Raises WrongState."""
        making = next(
            (one for one in self._house.making.values() if one.owed.duty.id == duty_id), None
        )
        if making is None or making.agent != agent or not making.talked:
            raise WrongState(
                f"Agent {agent} is not calling back the duty {duty_id}.",
                remedy="It is said during the call or right after it, by the agent who made it.",
            )
        assert outcome in SAID_BY_AGENTS, "the form allows no other"
        making.verdict = outcome
        making.said.set()
