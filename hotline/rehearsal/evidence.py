"""What the outside saw of each call: SIPp's short message log and the seats' phones. Pure.

Nothing here comes from the system under rehearsal. Times are aware and UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from hotline.rehearsal.call_log import CallLog, EndedBy, News
from hotline.rehearsal.ears import AFTER_KEY, AFTER_SILENCE, SWITCH, Onset, music_after_menu
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.plan import PlannedCall

OWN_NUMBER: Final = "12345"  # what citizens dial, and what is shown to those whom we ring
_ENDS: Final = (News.BYE_SENT, News.BYE_HEARD, News.CANCELLED, News.REFUSED, News.LOST)
_COLUMNS: Final = 7  # day, time, epoch seconds, S|R, Call-ID, "CSeq:n METHOD", first line


@dataclass(frozen=True, slots=True)
class CitizenSaw:
    """One citizen's call by its own messages; None for what did not happen."""

    sip_call_id: str
    plan: PlannedCall
    rang_at: datetime | None = None  # INVITE sent
    answered_at: datetime | None = None  # 200 heard
    pressed_at: datetime | None = None  # INFO sent
    left_at: datetime | None = None  # our BYE sent
    sent_off_at: datetime | None = None  # their BYE heard
    refused: int = 0  # final status of an INVITE that failed
    heard: tuple[Onset, ...] = ()  # beginnings of sound at his media port

    @property
    def ended_at(self) -> datetime | None:
        ends = [at for at in (self.left_at, self.sent_off_at) if at is not None]
        return min(ends, default=None)

    @property
    def in_line_at(self) -> datetime | None:
        """When he came into the line, by the hold music; None when he heard none.

        After a prompt that a key cut short music begins SWITCH later, else AFTER_SILENCE later.
        """
        if not self.plan.key:
            music_at = music_after_menu(self.heard)
            return None if music_at is None else music_at - AFTER_SILENCE
        pressed_at = self.pressed_at
        if pressed_at is None:
            return None
        later = (one.at for one in self.heard if pressed_at < one.at <= pressed_at + AFTER_KEY)
        begun = next(later, None)
        return None if begun is None else max(begun - SWITCH, pressed_at)

    @property
    def hung_up_first(self) -> bool:
        return self.left_at is not None and self.left_at == self.ended_at


@dataclass(frozen=True, slots=True)
class SeatSaw:
    """One ring at a seat's phone."""

    seat: str
    shown: str  # the number on the display
    rang_at: datetime
    answered_at: datetime | None = None  # 200 sent
    joined_at: datetime | None = None  # ACK heard
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None
    packets_sent: int | None = None  # of sound, 50 a second; None: a page does not count them
    held_s: float = 0.0  # so long it kept the citizen on hold

    @property
    def is_of_a_page(self) -> bool:
        return self.packets_sent is None

    @property
    def is_callback(self) -> bool:
        """Rung for a call that we owe: its citizen is rung once the agent is there."""
        return self.shown == OWN_NUMBER


def read_short_log(
    text: str, planned: Mapping[str, PlannedCall], heard: Mapping[str, tuple[Onset, ...]]
) -> list[CitizenSaw]:
    """Folds SIPp's -trace_shortmsg lines into calls, in the order of the plan.

    `planned` and `heard` are keyed by Call-ID; a call without any line is given as one that never
    rang.
    """
    saw = {
        call_id: CitizenSaw(call_id, call, heard=heard.get(call_id, ()))
        for call_id, call in planned.items()
    }
    for line in text.splitlines():
        columns = line.split("\t")
        if len(columns) >= _COLUMNS and columns[4] in saw:
            saw[columns[4]] = _after(saw[columns[4]], columns)
    return sorted(saw.values(), key=lambda one: one.plan.n)


def _after(saw: CitizenSaw, columns: Sequence[str]) -> CitizenSaw:
    """The first of each kind of message counts: later ones are repetitions."""
    at = datetime.fromtimestamp(float(columns[2]), UTC)
    sent, method, first_line = columns[3] == "S", columns[5].rpartition(" ")[2], columns[6]
    is_response = first_line.startswith("SIP/2.0 ")
    if sent and not is_response:
        return _after_sent(saw, method, at)
    if not sent and not is_response and method == "BYE":
        return replace(saw, sent_off_at=saw.sent_off_at or at)
    if not sent and is_response and method == "INVITE":
        status = int(first_line.split(" ")[1])
        if 200 <= status < 300:
            return replace(saw, answered_at=saw.answered_at or at)
        return replace(saw, refused=status if status >= 300 else saw.refused)
    return saw


def _after_sent(saw: CitizenSaw, method: str, at: datetime) -> CitizenSaw:
    match method:
        case "INVITE":
            return replace(saw, rang_at=saw.rang_at or at)
        case "INFO":
            return replace(saw, pressed_at=saw.pressed_at or at)
        case "BYE":
            return replace(saw, left_at=saw.left_at or at)
        case _:
            return saw


def seat_saw(seat: str, call: PhoneCall) -> SeatSaw:
    """One incoming call of the phone at `seat` as evidence."""
    return leg_saw(seat, call.other, call.log, call.ended_by, call.sound.sent)


def leg_saw(
    seat: str, shown: str, log: CallLog, ended_by: EndedBy | None, packets_sent: int | None = None
) -> SeatSaw:
    """One ring by its log; `packets_sent` is None for a page, which does not count them."""
    rang_at = log.when(News.INVITED)
    assert rang_at is not None, "an incoming call begins with its INVITE"
    ended = [at for at in map(log.when, _ENDS) if at is not None]
    return SeatSaw(
        seat=seat,
        shown=shown,
        rang_at=rang_at,
        answered_at=log.when(News.ANSWERED),
        joined_at=log.when(News.CONFIRMED),
        ended_at=min(ended, default=None),
        ended_by=ended_by,
        packets_sent=packets_sent,
    )


def in_order(legs: Iterable[SeatSaw]) -> list[SeatSaw]:
    return sorted(legs, key=lambda leg: leg.rang_at)
