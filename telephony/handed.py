"""What another centre says of a call that it hands or sends over to us. Pure."""

from dataclasses import dataclass
from typing import Final

OVERFLOW: Final = "overflow"  # the reason in its header: too many call there (SRG-02)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What another level told us of a call on its own trunk; "" where it said nothing. `hops` over
    0: it sent him over because too many call there (SRG-02); `home`: his region's code."""

    level: str
    reason: str = ""
    ticket_no: str = ""
    their_call: str = ""
    hops: int = 0
    home: str = ""

    @classmethod
    def decode(cls, told: str) -> "Handed | None":
        """`CC_FROM` of the dialplan: level/reason/ticket/call[/hops/home]."""
        level, *said = told.split("/")
        if len(said) not in (3, 5) or not level:
            return None
        reason, ticket_no, call, hops, home = said if len(said) == 5 else (*said, "0", "")
        known = {"level": level, "reason": reason, "ticket_no": ticket_no, "their_call": call}
        return cls(**known, hops=int(hops or 0), home=home)

    @property
    def came_over(self) -> bool:
        """By overflow: he is not sent on (no ping-pong)."""
        return self.hops > 0
