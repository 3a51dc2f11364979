"""A caller's place in the line, kept on his call in Asterisk (variable CC_Q). Pure.

Enough to put him back where he was without a database, should we or the journal be gone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from kernel.ids import QueueName


@dataclass(frozen=True, slots=True)
class Place:
    queue: QueueName
    asked_at: datetime  # when he asked for a person; aware, UTC
    priority: int = 0

    def encode(self) -> str:
        """Free of what the dialplan reads as syntax: "q:general;t:1767603600.125;p:2"."""
        return f"q:{self.queue};t:{self.asked_at.timestamp():.3f};p:{self.priority}"

    @classmethod
    def decode(cls, text: str) -> "Place | None":
        """None for a call that never asked, or a value that we did not write."""
        fields = dict(part.split(":", 1) for part in text.split(";") if ":" in part)
        try:
            asked_at = datetime.fromtimestamp(float(fields["t"]), UTC)
            return cls(QueueName(fields["q"]), asked_at, int(fields["p"]))
        except (KeyError, ValueError, OverflowError):
            return None
