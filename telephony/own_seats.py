"""What goes along with a call to a line that has kept its own seats (MRG-03, MRG-04). Pure.

SIP headers of the INVITE: which call, from which queue, its ticket; no personal data.
"""

from dataclasses import dataclass

from kernel.ids import CallId, QueueName
from telephony.peer import Peer


@dataclass(frozen=True, slots=True)
class CallData:
    call: CallId
    queue: QueueName | str = ""
    ticket_no: str = ""

    @property
    def headers(self) -> dict[str, str]:
        told = {"Call": self.call, "Queue": self.queue, "Ticket": self.ticket_no}
        return {f"X-12345-{name}": value for name, value in told.items() if value}

    @property
    def carried(self) -> str:
        """As the dialplan's [carry] takes them: call, reason, ticket, queue."""
        return f"{self.call}^^{self.ticket_no}^{self.queue}"


def peer_of(line: str, number: str, told: CallData) -> Peer:
    """Rung by the trunk out, showing our own number until the citizen himself is sent."""
    return Peer(
        name=line, number=number, trunk="", shows="", headers=told.headers, carried=told.carried
    )
