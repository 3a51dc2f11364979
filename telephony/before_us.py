"""What the journal says of calls that lived before we did: asked when they are adopted."""

from collections.abc import Callable, Set
from dataclasses import dataclass

from kernel.ids import CallId


@dataclass(slots=True)
class BeforeUs:
    """`sent_away`: it was told where to. `arrived`: whether his arrival was told.

    The channel's own CC_CALL is no proof of that: it is set a moment after the fact was written,
    and stays where the fact was lost with its leader's folder.
    """

    sent_away: Set[CallId] = frozenset()
    arrived: Callable[[CallId], bool] | None = None  # None: as CC_CALL says

    def told_of(self, call: CallId, marked: bool) -> bool:
        return marked if self.arrived is None else self.arrived(call)
