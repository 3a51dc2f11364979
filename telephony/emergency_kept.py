"""A hand-off as the citizen's own channel keeps it (CC_HANDOFF): it survives us. Pure.

Free of what AMI or the dialplan read as syntax.
"""

from datetime import datetime
from typing import Final

from kernel.ids import AgentNo, CallId
from telephony.emergency import HandOff, State
from telephony.stamps import moment

VARIABLE: Final = "CC_HANDOFF"
FAR: Final = "CC_FAR"  # "here", or since when (epoch seconds) the far end is gone
FAR_WHY: Final = "CC_FARWHY"
ANSWERED: Final = "CC_ANSWERED"  # "<hand-off>~<epoch seconds>"


def encode(hand_off: HandOff) -> str:
    pairs = {
        "id": hand_off.id,
        "code": hand_off.code,
        "agent": hand_off.agent or "",
        "asked": _stamp(hand_off.asked_at),
        "state": hand_off.state.value,
        "trunk": hand_off.trunk,
        "rung": _stamp(hand_off.rung_at),
        "answered": _stamp(hand_off.answered_at),
    }
    return ";".join(f"{name}:{value}" for name, value in pairs.items() if value)


def decode(call: CallId, text: str) -> HandOff | None:
    """None for a call without one, or a value that we did not write."""
    pairs = dict(part.split(":", 1) for part in text.split(";") if ":" in part)
    try:
        asked_at = moment(pairs["asked"])
        if asked_at is None:
            return None
        return HandOff(
            id=pairs["id"],
            call=call,
            code=pairs["code"],
            agent=AgentNo(pairs["agent"]) if pairs.get("agent") else None,
            asked_at=asked_at,
            state=State(pairs["state"]),
            trunk=pairs.get("trunk", ""),
            rung_at=moment(pairs.get("rung", "")),
            answered_at=moment(pairs.get("answered", "")),
        )
    except (KeyError, ValueError):
        return None


def _stamp(at: datetime | None) -> str:
    return "" if at is None else f"{at.timestamp():.6f}"
