"""Each agent at sign-in gets what callers hear on connect: 工号 1001 为您服务 (MRG-06)."""

from collections.abc import Sequence

from acd.facts import AgentSignedIn
from acd.view import FloorView
from hotline.rule_files import RuleFiles
from kernel.fact import Fact
from kernel.ids import AgentNo, Extension
from telephony.call_control import AmiCallControl
from telephony.greetings import Greetings
from telephony.phrases import Phrases


class SeatGreetings:
    """An onlooker of the journal."""

    def __init__(self, control: AmiCallControl, greetings: Greetings, phrases: Phrases) -> None:
        self._control = control
        self._greetings = greetings
        self._phrases = phrases

    def use(self, rules: RuleFiles) -> None:
        """For whoever signs in from now on: all of them joined anew would hold up the calls."""
        self._phrases = rules.phrases

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, AgentSignedIn):
                self._prepare(fact.agent, fact.phone)

    def prepare(self, floor: FloorView) -> None:
        """After a start: of those who are signed in."""
        for seat in floor.seats:
            self._prepare(seat.agent, seat.phone)

    def _prepare(self, agent: AgentNo, phone: Extension) -> None:
        self._control.greet_with(phone, self._greetings.join(self._phrases.agent(agent)))
