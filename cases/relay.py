"""A call between a citizen and who asks to speak with him about a case (FRD-03, CH-04): its steps.

    asked -> handler rings -> citizen rings -> joining -> talking -> over

Pure. The handler is rung first, so that no citizen answers to nobody. What comes after the end
changes nothing: both may hang up in the same moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cases.closing import CaseFlag
from cases.facts import RelayEnded, RelayOutcome, RelayStep, RelayStepped
from kernel.fact import Fact
from kernel.ids import CallId


class RelayCue(StrEnum):
    RING_HANDLER = "ring_handler"
    HANDLER_THERE = "handler_there"
    HANDLER_SILENT = "handler_silent"
    HANDLER_BUSY = "handler_busy"
    HANDLER_REFUSES = "handler_refuses"
    HANDLER_AWAY = "handler_away"  # no phone registered, no way to it
    HANDLER_LEFT = "handler_left"
    CITIZEN_THERE = "citizen_there"
    CITIZEN_SILENT = "citizen_silent"
    CITIZEN_BUSY = "citizen_busy"
    CITIZEN_REFUSES = "citizen_refuses"
    CITIZEN_OFF = "citizen_off"
    CITIZEN_EMPTY = "citizen_empty"
    CITIZEN_NETWORK = "citizen_network"
    CITIZEN_NOT_RUNG = "citizen_not_rung"
    CITIZEN_LEFT = "citizen_left"
    JOINED = "joined"
    NOT_JOINED = "not_joined"
    STOPPED = "stopped"  # by who asked for it, at the console
    DIED = "died"  # our process; found by the next one


_S, _C, _O = RelayStep, RelayCue, RelayOutcome

STEPS: Final[Mapping[tuple[RelayStep, RelayCue], RelayStep]] = {
    (_S.ASKED, _C.RING_HANDLER): _S.HANDLER,
    (_S.HANDLER, _C.HANDLER_THERE): _S.CITIZEN,
    (_S.CITIZEN, _C.CITIZEN_THERE): _S.JOINING,
    (_S.JOINING, _C.JOINED): _S.TALKING,
}
# Each way to the end, and what is written down of it.
ENDS: Final[Mapping[tuple[RelayStep, RelayCue], RelayOutcome]] = {
    (_S.HANDLER, _C.HANDLER_SILENT): _O.HANDLER_NO_ANSWER,
    (_S.HANDLER, _C.HANDLER_BUSY): _O.HANDLER_BUSY,
    (_S.HANDLER, _C.HANDLER_REFUSES): _O.HANDLER_REJECTED,
    (_S.HANDLER, _C.HANDLER_AWAY): _O.HANDLER_UNREACHABLE,
    (_S.CITIZEN, _C.CITIZEN_SILENT): _O.NO_ANSWER,
    (_S.CITIZEN, _C.CITIZEN_BUSY): _O.BUSY,
    (_S.CITIZEN, _C.CITIZEN_REFUSES): _O.REJECTED,
    (_S.CITIZEN, _C.CITIZEN_OFF): _O.POWERED_OFF,
    (_S.CITIZEN, _C.CITIZEN_EMPTY): _O.EMPTY_NUMBER,
    (_S.CITIZEN, _C.CITIZEN_NETWORK): _O.NETWORK_FAILURE,
    (_S.CITIZEN, _C.CITIZEN_NOT_RUNG): _O.NOT_DIALLED,
    (_S.CITIZEN, _C.CITIZEN_LEFT): _O.CITIZEN_LEFT,  # gone again before we had our turn
    (_S.CITIZEN, _C.HANDLER_LEFT): _O.BROKEN_OFF,
    (_S.JOINING, _C.CITIZEN_LEFT): _O.CITIZEN_LEFT,
    (_S.JOINING, _C.HANDLER_LEFT): _O.BROKEN_OFF,
    (_S.JOINING, _C.NOT_JOINED): _O.NOT_JOINED,
    (_S.TALKING, _C.CITIZEN_LEFT): _O.TALKED,
    (_S.TALKING, _C.HANDLER_LEFT): _O.TALKED,
    **{(step, _C.STOPPED): _O.BROKEN_OFF for step in (_S.ASKED, _S.HANDLER, _S.CITIZEN)},
    (_S.JOINING, _C.STOPPED): _O.BROKEN_OFF,
    (_S.TALKING, _C.STOPPED): _O.TALKED,
    **{(step, _C.DIED): _O.LOST for step in (_S.ASKED, _S.HANDLER, _S.CITIZEN, _S.JOINING)},
    (_S.TALKING, _C.DIED): _O.TALKED,
}
assert not STEPS.keys() & ENDS.keys(), "a step leads to one place"

# Flags that keep everybody from ringing the citizen about his case (CBK-01, C7).
BARS_CALLS: Final = (CaseFlag.CONFIDENTIAL, CaseFlag.WHISTLEBLOWER, CaseFlag.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Relay:
    """One call, as far as it has come. `joined_at`: since when both talk."""

    call: CallId
    step: RelayStep = RelayStep.ASKED
    joined_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.step is RelayStep.OVER


def advance(relay: Relay, cue: RelayCue, now: datetime) -> tuple[Relay, tuple[Fact, ...]]:
    """The call after `cue`, and what is written down. A cue that does not fit changes nothing."""
    outcome = ENDS.get((relay.step, cue))
    if outcome is not None:
        began = relay.joined_at
        talked = max(now - began, timedelta()) if began is not None else timedelta()
        over = Relay(relay.call, RelayStep.OVER, began)
        return over, (RelayEnded(at=now, call=relay.call, outcome=outcome, talked=talked),)
    step = STEPS.get((relay.step, cue))
    if step is None:
        return relay, ()
    joined_at = now if step is RelayStep.TALKING else relay.joined_at
    return Relay(relay.call, step, joined_at), (RelayStepped(at=now, call=relay.call, step=step),)
