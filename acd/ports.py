"""What the desk needs from outside. `telephony.AmiCallControl` fits RingsSeats by shape."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

from kernel.fact import Fact
from kernel.ids import CallId, Extension, LegId

# Writes facts in order before anything is done; never raises for a database trouble.
WritesFacts = Callable[[Sequence[Fact]], None]


class RingsSeats(Protocol):
    """Starts and ends rings. Both return at once; what becomes of a leg is a happening."""

    def ring(
        self,
        leg: LegId,
        phone: Extension,
        caller: CallId,
        *,
        ring_for: timedelta,
        auto_answer: bool,
        whisper: tuple[str, ...],
    ) -> None:
        """Ring the phone under this leg id. `whisper` names sounds the agent hears first."""
        ...

    def drop(self, leg: LegId) -> None:
        """Hang the leg up, whether it rings, talks or is gone already."""
        ...
