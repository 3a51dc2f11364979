"""What a look at Asterisk tells of what went by while nobody listened. Pure."""

from collections.abc import Sequence
from datetime import datetime

from kernel.ids import CallId
from telephony.call import Phase
from telephony.facts import RecordingStarted
from telephony.found import Found
from telephony.mirror import Mirror
from telephony.mirror_effects import Effect


def note_channels(mirror: Mirror, found: Sequence[Found]) -> None:
    """A leg whose channel was made unheard: it has one, and its end will be told."""
    for item in found:
        leg = mirror.legs.get(item.uniqueid)
        if leg is not None and not leg.ami_name:
            leg.ami_name = item.name


def note_recorders(mirror: Mirror, found: Sequence[Found]) -> None:
    """Who is recorded, also where the news of it went by unheard: his first talk says so then."""
    for item in found:
        party = mirror.parties.get(CallId(item.uniqueid))
        if party is not None and item.recorder:
            party.recorded = True


def recorded_unheard(item: Found, mirror: Mirror, now: datetime) -> list[Effect]:
    """He has talked while nobody listened: there is a file, and nobody has told of it."""
    party = mirror.parties.get(CallId(item.uniqueid))
    if party is None or party.recording_told or not item.was_heard:
        return []
    party.recording_told = True
    call = CallId(item.uniqueid)
    return [RecordingStarted(at=now, call=call, path=f"{call}.wav")]


def served_unheard(mirror: Mirror, call: CallId | None) -> bool:
    """By a seat that is gone, though its answer was never heard: he is where the dialplan leads
    after a talk, or alone in its bridge, which he leaves up to half a second after the seat."""
    found = mirror.calls.get(call) if call is not None else None
    if found is None:
        return False
    alone = found.phase is Phase.TALKING and mirror.legs.seat(found.id) is None
    return alone or found.where == "aftercall"
