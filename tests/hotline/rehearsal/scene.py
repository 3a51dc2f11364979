"""A small stage for the pure parts: calls and rings at seconds after T0."""

from datetime import UTC, datetime, timedelta

from hotline.rehearsal.call_log import EndedBy
from hotline.rehearsal.ears import Onset
from hotline.rehearsal.evidence import CitizenSaw, SeatSaw
from hotline.rehearsal.plan import Behaviour, PlannedCall

T0 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NUMBER = "19904310001"


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else T0 + s(seconds)


def planned(key: str = "", number: str = NUMBER) -> PlannedCall:
    return PlannedCall(0, Behaviour.WAITS, number, "", 0, 60_000, key)


def sound(*onsets: tuple[float, float]) -> tuple[Onset, ...]:
    """Beginnings of sound: (seconds after T0, seconds of silence before it)."""
    return tuple(Onset(T0 + s(begun), s(pause)) for begun, pause in onsets)


def citizen(
    call_id: str,
    *,
    answered: float | None = None,
    pressed: float | None = None,
    left: float | None = None,
    sent_off: float | None = None,
    refused: int = 0,
    key: str = "",
    number: str = NUMBER,
    heard: tuple[Onset, ...] = (),
) -> CitizenSaw:
    return CitizenSaw(
        call_id,
        planned(key, number),
        rang_at=at(answered or 0),
        answered_at=at(answered),
        pressed_at=at(pressed),
        left_at=at(left),
        sent_off_at=at(sent_off),
        refused=refused,
        heard=heard,
    )


def ring(
    seat: str,
    *,
    rang: float,
    answered: float | None = None,
    ended: float | None = None,
    shown: str = NUMBER,
) -> SeatSaw:
    return SeatSaw(
        seat=seat,
        shown=shown,
        rang_at=T0 + s(rang),
        answered_at=at(answered),
        joined_at=at(answered),
        ended_at=at(ended),
        ended_by=EndedBy.US if ended else None,
        packets_sent=round(50 * ((ended or 0) - (answered or 0))) if ended and answered else 0,
    )
