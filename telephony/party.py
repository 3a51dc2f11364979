"""Who a citizen on the phone is, beside what his call does. Changed by `telephony/mirror.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.errors import BadPhoneNumber
from kernel.fact import Fact
from kernel.ids import CallId, NumberKey
from kernel.phone import WITHHELD, PhoneNumber
from telephony import facts


@dataclass(slots=True)
class Party:
    """Who the citizen is, beside what his call does."""

    caller: PhoneNumber
    caller_key: NumberKey | None
    caller_name: str
    dialled: str
    trunk: str
    arrived_at: datetime
    sip_call_id: str = ""
    announced: bool = False  # CallArrived was said
    recorded: bool = False  # Asterisk will write a recording, from his first talk on
    recording_told: bool = False  # RecordingStarted was said
    asked_to_go: bool = False  # the far end sent BYE
    sent_home: bool = False  # we hung up
    away_how: facts.Transfer = facts.Transfer.BLIND
    away_to: str = ""
    times_away: int = 0
    away_failed: str = ""  # why he came back from there, until his story has dealt with it
    handed: str = ""  # what the level said from whose trunk he comes (telephony/levels.py)

    def told(self, arguments: Sequence[str]) -> None:
        """What the dialplan says of him: SIP call id, number dialled, and who handed him over."""
        self.sip_call_id, self.dialled, *more = arguments
        self.handed = more[0] if more else self.handed


def recording_begun(party: Party, call: CallId, now: datetime) -> list[Fact]:
    """With his first talk; once, though the recorder is begun anew (ADR 0014)."""
    if not party.recorded or party.recording_told:
        return []
    party.recording_told = True
    return [facts.RecordingStarted(at=now, call=call, path=f"{call}.wav")]


def caller_number(text: str, home_area: str) -> PhoneNumber:
    """What the trunk sent as a number; what cannot be one counts as withheld."""
    try:
        return PhoneNumber.parse(text, home_area=home_area)
    except BadPhoneNumber:
        return WITHHELD
