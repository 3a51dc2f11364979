"""Hand-offs to emergency lines for the console, and what they mean for line, story and alarms.

Rule (I14): nothing of ours stands in front of one: no list, cap, hour, limit of the line or role
of the agent's kind. Whose call it is the console has asked; a supervisor may act on every call.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from acd.call_facts import Withdrawal
from acd.desk import AcdDesk
from acd.happenings import CallWithdrawn
from cases.hand_off_store import PgHandOffs
from cases.hand_offs import HandOffRecord
from hotline.center import Center
from hotline.rule_files import RuleFiles
from hotline.stories.stages import Talking, entered
from hotline.watch.alarms import Alarms
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId
from telephony import emergency_facts as facts
from telephony.call import Phase
from telephony.emergency import SLOW, HandOff, Owner
from telephony.emergency_control import EmergencyControl
from telephony.emergency_directory import EmergencyDirectory
from telephony.facts import ConferenceJoined, PictureMended
from telephony.place import Place
from telephony.switchboard import Switchboard

log = structlog.get_logger(__name__)

FIRST: Final = 3  # the highest priority there is (config/queues.yaml)
LOOK_EVERY: Final = 2.0  # seconds
_WITHOUT_AGENT: Final = frozenset({Phase.IN_HAND, Phase.FALLBACK})


class EmergencyDesk:
    """Fits `console/emergency_port.py: RunsHandOffs`."""

    def __init__(
        self,
        control: EmergencyControl,
        switchboard: Switchboard,
        center: Center,
        records: PgHandOffs,
        directory: EmergencyDirectory,
    ) -> None:
        self._control = control
        self._switchboard = switchboard
        self._center = center
        self._records = records
        self.directory = directory

    def use(self, rules: RuleFiles) -> None:
        """One that is under way ends as it began."""
        self.directory = rules.emergency

    def of(self, call: CallId) -> HandOff | None:
        return self._control.of(call)

    async def ask(self, call: CallId, code: str, *, agent: AgentNo | None, by: str) -> HandOff:
        """Ring it for him. If it fails and nobody is with him he is first in line, at his age."""
        line = self.directory.line(code)
        known = self._switchboard.mirror.calls.get(call)
        waits = known is not None and known.phase in _WITHOUT_AGENT
        self._keep_place(call, waits=waits)
        return await self._control.ask(call, line, agent=agent, by=by, in_line=waits)

    async def leave(self, call: CallId) -> None:
        await self._control.leave(call)

    def not_ours(self, call: CallId, owner: Owner, agent: AgentNo) -> HandOff:
        return self._control.not_ours(call, owner, agent)

    def let_go(self, call: CallId) -> None:
        self._control.let_go(call)

    def note(self, call: CallId, agent: AgentNo, receiver_no: str, incident_no: str) -> HandOff:
        return self._control.note(call, agent, receiver_no, incident_no)

    def came_with(self, call: CallId, incident_no: str, by: str) -> None:
        """A call from 110: their incident's number, as the agent was told it (EMG-02)."""
        now = self._center.clock.now()
        self._center.write([facts.IncidentTold(at=now, call=call, incident_no=incident_no, by=by)])

    async def page(
        self, *, code: str | None, call: CallId | None, before: str | None, limit: int
    ) -> Sequence[HandOffRecord]:
        return await self._records.page(code=code, call=call, before=before, limit=limit)

    def _keep_place(self, call: CallId, *, waits: bool) -> None:
        """On his channel, and for our own story: it outlives us and the story that he was in."""
        now, policies = self._center.clock.now(), self._center.policies
        live = self._switchboard.calls.get(call)
        if live is None:  # adopted while he talked: his channel has the place he once had
            return
        place = live.place
        queue = place.queue if place is not None else policies.default_queue
        asked_at = place.asked_at if place is not None else live.arrived_at
        live.remember(Place(queue, asked_at, FIRST))
        if waits:  # he has asked for a person before: a second time it is no new request
            stage = Talking(queue=queue, agent=AgentNo(""), asked_at=asked_at)
            self._center.stages[call] = stage
            self._center.write([entered(stage, call, now)])


class EmergencyWatch:
    """Who hears of hand-offs: the floor, that he left the line; supervisors, that one failed."""

    def __init__(self, desk: AcdDesk, alarms: Alarms, clock: Clock) -> None:
        self._desk = desk
        self._alarms = alarms
        self._clock = clock
        self._asked: dict[str, tuple[str, datetime]] = {}  # not yet ringing: its number, since when

    def see(self, told: Sequence[Fact]) -> None:
        """Fits the fact feed."""
        for fact in told:
            match fact:
                case facts.HandOffAsked():
                    self._asked[fact.hand_off] = fact.code, fact.at
                case ConferenceJoined(leg=None) | PictureMended(how="hand_off"):
                    self._leaves_line(fact.call)
                case facts.HandOffRung() | facts.HandOffAnswered():
                    self._rung(fact.hand_off, fact.at)
                case facts.HandOffFailed():
                    self._asked.pop(fact.hand_off, None)
                    self._raise("hand-off-failed", f"{fact.hand_off} {fact.why}")
                case facts.HandOffEnded():
                    self._asked.pop(fact.hand_off, None)
                case facts.HandOffTold(answer="reject"):
                    self._raise("hand-off-rejected", f"{fact.hand_off} {fact.reference}")
                case _:
                    continue

    def _leaves_line(self, call: CallId | None) -> None:
        """He is in company, and his story over: nobody is to be rung for him any more.

        Not when the key is pressed: the end of the line is news for a story that still lives.
        """
        if any(row.call == call for row in self._desk.snapshot().waiting) and call is not None:
            self._desk.tell(CallWithdrawn(call, Withdrawal.TRANSFERRED_AWAY))

    async def run(self) -> None:
        """For ever: what rings too late, and what is calm again."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.look(self._clock.now())

    def look(self, now: datetime) -> None:
        late = [code for code, since in self._asked.values() if now - since > SLOW]
        if late:
            self._raise("hand-off-slow", f"{', '.join(late)} does not ring yet")
        else:
            self._alarms.look("hand-off-slow", now, wrong=False)
        for name in ("hand-off-failed", "hand-off-rejected"):
            self._alarms.look(name, now, wrong=False)

    def _rung(self, hand_off: str, at: datetime) -> None:
        code, since = self._asked.pop(hand_off, ("", at))
        if at - since > SLOW:
            self._raise("hand-off-slow", f"{code} rang after {(at - since).total_seconds():.1f} s")

    def _raise(self, name: str, why: str) -> None:
        self._alarms.look(name, self._clock.now(), wrong=True, why=why)
