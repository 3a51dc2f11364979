"""Who a citizen on the phone is, beside what his call does. Changed by `telephony/mirror.py`."""

from dataclasses import dataclass
from datetime import datetime

from kernel.errors import BadPhoneNumber
from kernel.ids import NumberKey
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


def caller_number(text: str, home_area: str) -> PhoneNumber:
    """What the trunk sent as a number; what cannot be one counts as withheld."""
    try:
        return PhoneNumber.parse(text, home_area=home_area)
    except BadPhoneNumber:
        return WITHHELD
