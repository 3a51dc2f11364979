"""Hand-offs without a telephone: the table is the real one."""

from collections.abc import Sequence
from dataclasses import replace

from cases.hand_offs import HandOffRecord
from kernel.ids import AgentNo, CallId
from telephony.emergency import Command, Cue, HandOff, Owner, State, advance, permit
from telephony.errors import WrongPhase
from tests.fakes.emergency_lines import DIRECTORY
from tests.fakes.fake_clock import FakeClock


class FakeHandOffs:
    """Fits `console/emergency_port.py: RunsHandOffs`."""

    directory = DIRECTORY

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.going_on: dict[CallId, HandOff] = {}
        self.records: list[HandOffRecord] = []
        self.asked_by: list[str] = []
        self.incidents: dict[CallId, tuple[str, str]] = {}
        self.notes: list[tuple[AgentNo, str, str]] = []

    def of(self, call: CallId) -> HandOff | None:
        return self.going_on.get(call)

    async def ask(self, call: CallId, code: str, *, agent: AgentNo | None, by: str) -> HandOff:
        self.directory.line(code)
        self.asked_by.append(by)
        self.going_on[call] = HandOff(
            id="7-e1",
            call=call,
            code=code,
            agent=agent,
            asked_at=self.clock.now(),
            state=State.ASKED if agent else State.ASKED_ALONE,
        )
        return self.going_on[call]

    def hears(self, call: CallId, cue: Cue) -> None:
        after = advance(self.going_on[call], cue, self.clock.now())
        assert after is not None, "the cue fits"
        self.going_on[call] = after

    async def leave(self, call: CallId) -> None:
        permit(self._open(call), Command.LEAVE)
        self.hears(call, Cue.AGENT_LEFT)

    def not_ours(self, call: CallId, owner: Owner, agent: AgentNo) -> HandOff:
        permit(self._open(call), Command.NOT_OURS)
        self.going_on[call] = replace(self.going_on[call], owner=owner)
        return self.going_on[call]

    def let_go(self, call: CallId) -> None:
        permit(self._open(call), Command.LET_GO)
        self.hears(call, Cue.FAR_GONE)

    def note(self, call: CallId, agent: AgentNo, receiver_no: str, incident_no: str) -> HandOff:
        self.notes.append((agent, receiver_no, incident_no))
        return self._open(call)

    def came_with(self, call: CallId, incident_no: str, by: str) -> None:
        self.incidents[call] = incident_no, by

    async def page(
        self, *, code: str | None, call: CallId | None, before: str | None, limit: int
    ) -> Sequence[HandOffRecord]:
        fitting = [record for record in self.records if code in (None, record.code)]
        return fitting[:limit]

    def _open(self, call: CallId) -> HandOff:
        found = self.going_on.get(call)
        if found is None or found.is_over:
            raise WrongPhase(f"No emergency line for {call}.", remedy="Look again.")
        return found
