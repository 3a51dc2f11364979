"""Duties folded from their facts alone: what the journal says must be what the rows say. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from callbacks import facts
from callbacks.duty import AttemptId, DutyState, Outcome
from kernel.fact import Fact
from kernel.ids import DutyId, NumberKey


@dataclass
class DutyFold:
    """Bears facts that are told twice. `states`: of every duty that took a step."""

    states: dict[DutyId, DutyState] = field(default_factory=dict)
    attempts: dict[AttemptId, tuple[DutyId, ...]] = field(default_factory=dict)
    outcomes: dict[AttemptId, Outcome] = field(default_factory=dict)
    stopped: set[NumberKey] = field(default_factory=set)

    def apply(self, told: Iterable[Fact]) -> None:
        for fact in told:
            self._apply(fact)

    def _apply(self, fact: Fact) -> None:
        match fact:
            case facts.DutyOwed(duty=duty, caller_key=key):
                state = DutyState.OPEN if key else DutyState.UNCALLABLE
                self.states.setdefault(duty, state)
            case facts.DutyClaimed(duty=duty, agent=agent):
                self.states[duty] = DutyState.CLAIMED if agent is None else DutyState.ASSIGNED
            case facts.AttemptBegun(attempt=attempt, duties=duties):
                self.attempts[attempt] = duties
                self._all(duties, DutyState.DIALLING)
            case facts.AttemptAnswered(attempt=attempt):
                self._all(self.attempts.get(attempt, ()), DutyState.REACHED)
            case facts.AttemptSettled(attempt=attempt, outcome=outcome):
                self.outcomes[attempt] = outcome
            case facts.DutyStepped(duty=duty, state=state):
                self.states[duty] = state
            case facts.SurveysStopped(caller_key=key, allowed=allowed):
                (self.stopped.discard if allowed else self.stopped.add)(key)
            case _:  # an SMS, and facts of others, change no duty
                return

    def _all(self, duties: Iterable[DutyId], state: DutyState) -> None:
        self.states.update(dict.fromkeys(duties, state))

    def outstanding(self) -> set[AttemptId]:
        return set(self.attempts) - set(self.outcomes)
