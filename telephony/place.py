"""A caller's place in the line, kept on his call in Asterisk (variable CC_Q). Pure.

Enough to put him back where he was without a database, should we or the journal be gone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kernel.ids import AgentNo, QueueName, Skill

_PLAIN: Final = re.compile(r"[\w:.-]+", re.ASCII)  # what the dialplan does not read as syntax


@dataclass(frozen=True, slots=True)
class Place:
    """`needs` are minimum levels, None those of the queue. `handed_to`: a colleague who is to take
    him first; `sent_by`: the agent who sent him here."""

    queue: QueueName
    asked_at: datetime  # when he asked for a person; aware, UTC
    priority: int = 0
    needs: Mapping[Skill, int] | None = None
    handed_to: AgentNo | None = None
    sent_by: AgentNo | None = None

    def encode(self) -> str:
        """Free of what the dialplan reads as syntax: "q:general;t:1767603600.125;p:2;n:ko=2"."""
        fields = {
            "q": self.queue,
            "t": f"{self.asked_at.timestamp():.3f}",
            "p": str(self.priority),
            "n": _written(self.needs),
            "a": self.handed_to or "",
            "b": self.sent_by or "",
        }
        return ";".join(f"{name}:{value}" for name, value in fields.items() if value)

    @classmethod
    def decode(cls, text: str) -> "Place | None":
        """None for a call that never asked, or a value that we did not write."""
        fields = dict(part.split(":", 1) for part in text.split(";") if ":" in part)
        try:
            return cls(
                QueueName(fields["q"]),
                datetime.fromtimestamp(float(fields["t"]), UTC),
                int(fields["p"]),
                _read(fields["n"]) if "n" in fields else None,
                AgentNo(fields["a"]) if "a" in fields else None,
                AgentNo(fields["b"]) if "b" in fields else None,
            )
        except (KeyError, ValueError, OverflowError):
            return None


def _written(needs: Mapping[Skill, int] | None) -> str:
    return "+".join(f"{s}={level}" for s, level in (needs or {}).items() if _PLAIN.fullmatch(s))


def _read(text: str) -> dict[Skill, int]:
    pairs = (part.rpartition("=") for part in text.split("+"))
    return {Skill(skill): int(level) for skill, _, level in pairs}
