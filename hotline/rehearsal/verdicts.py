"""The outside's verdict on each call: whose phone rang for it, and what became of it. Pure.

When a citizen began to wait for a person is heard at his media port: hold music starts. Who left
before any music could reach him is reckoned with the median of those who heard it on his way.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from hotline.rehearsal.evidence import CitizenSaw, SeatSaw, in_order

# Two ends of the wire within this: a photo finish, and either order is right.
CLOSE: Final = timedelta(milliseconds=200)


class Fate(StrEnum):
    ANSWERED = "answered"  # 已接听
    LEFT_LINE = "left_line"  # hung up after asking for a person  排队放弃
    LEFT_MENU = "left_menu"  # hung up before  菜单挂机
    SENT_OFF = "sent_off"  # we ended it, without a seat  系统结束
    REFUSED = "refused"  # never answered at all  未接入


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the outside knows of one call. `fates` has two members at a photo finish."""

    citizen: CitizenSaw
    rings: tuple[SeatSaw, ...]
    talk: SeatSaw | None
    asked_at: datetime | None  # None: not known, or never asked
    fates: frozenset[Fate]

    @property
    def waited(self) -> timedelta | None:
        """From asking to the seat's answer, or to the hang-up."""
        until = self.talk.answered_at if self.talk is not None else self.citizen.ended_at
        if self.asked_at is None or until is None:
            return None
        return max(until - self.asked_at, timedelta(0))


Claim = tuple[str, datetime]  # which seat answered a call, and when
_CLAIM_WITHIN: Final = timedelta(seconds=1)
Way = str  # the key pressed; "" for one who presses nothing


def way_of(citizen: CitizenSaw) -> Way:
    return citizen.plan.key


def from_where(citizen: CitizenSaw) -> datetime | None:
    """The last thing that the citizen did or heard before he was in the line."""
    return citizen.pressed_at if citizen.plan.key else citizen.answered_at


def rings_by_call(
    citizens: Sequence[CitizenSaw], legs: Sequence[SeatSaw], claims: Mapping[str, Claim]
) -> dict[str, list[SeatSaw]]:
    """Which ring was for which call: by the number shown, among the calls alive just then.

    Several withheld callers at once cannot be told apart by number: there the system's `claims`
    (by Call-ID) choose, and only among the calls that the wire allows.
    """
    found: dict[str, list[SeatSaw]] = defaultdict(list)
    for leg in in_order(legs):
        alive = [one for one in citizens if _shows(leg, one) and _is_alive(one, leg.rang_at)]
        claimed = [one for one in alive if _is_claimed(leg, claims.get(one.sip_call_id))]
        for citizen in (claimed if len(alive) > 1 and claimed else alive)[:1]:
            found[citizen.sip_call_id].append(leg)
    return found


def _is_claimed(leg: SeatSaw, claim: Claim | None) -> bool:
    if claim is None or leg.answered_at is None or leg.seat != claim[0]:
        return False
    return abs(leg.answered_at - claim[1]) <= _CLAIM_WITHIN


def stray_rings(legs: Sequence[SeatSaw], given: Mapping[str, Sequence[SeatSaw]]) -> list[SeatSaw]:
    """Rings that belong to no call of the rehearsal."""
    known = {id(leg) for rings in given.values() for leg in rings}
    return [leg for leg in in_order(legs) if id(leg) not in known]


def _shows(leg: SeatSaw, citizen: CitizenSaw) -> bool:
    if citizen.plan.is_withheld:
        return not any(sign.isdigit() for sign in leg.shown)
    return bool(leg.shown) and leg.shown.removeprefix("+86").lstrip(
        "0"
    ) == citizen.plan.number.lstrip("0")


def _is_alive(citizen: CitizenSaw, at: datetime) -> bool:
    if citizen.answered_at is None or at < citizen.answered_at:
        return False
    return citizen.ended_at is None or at <= citizen.ended_at + CLOSE


def menu_lengths(citizens: Sequence[CitizenSaw]) -> dict[Way, timedelta]:
    """How long each way through the menu takes, from answer or key to the music: the median."""
    heard: dict[Way, list[timedelta]] = defaultdict(list)
    for citizen in citizens:
        begun = from_where(citizen)
        if begun is not None and citizen.in_line_at is not None:
            heard[way_of(citizen)].append(citizen.in_line_at - begun)
    return {way: sorted(lengths)[len(lengths) // 2] for way, lengths in heard.items()}


def judge(citizen: CitizenSaw, rings: Sequence[SeatSaw], menus: Mapping[Way, timedelta]) -> Verdict:
    """The verdict on one call."""
    talk = next((leg for leg in rings if _talked(leg, citizen)), None)
    asked_at = citizen.in_line_at or _reckoned(citizen, menus)
    fates = _fates(citizen, talk, asked_at)
    if fates == {Fate.LEFT_MENU} or Fate.REFUSED in fates:
        asked_at = None
    return Verdict(citizen, tuple(rings), talk, asked_at, fates)


def _reckoned(citizen: CitizenSaw, menus: Mapping[Way, timedelta]) -> datetime | None:
    begun, menu = from_where(citizen), menus.get(way_of(citizen))
    return begun + menu if begun is not None and menu is not None else None


def _talked(leg: SeatSaw, citizen: CitizenSaw) -> bool:
    if leg.answered_at is None or leg.joined_at is None:
        return False
    return citizen.ended_at is None or leg.answered_at <= citizen.ended_at + CLOSE


def _fates(citizen: CitizenSaw, talk: SeatSaw | None, asked_at: datetime | None) -> frozenset[Fate]:
    if citizen.answered_at is None:
        return frozenset({Fate.REFUSED})
    ended_at = citizen.ended_at
    if talk is not None:
        assert talk.answered_at is not None, "who talked has answered"
        photo = ended_at is not None and ended_at - talk.answered_at <= CLOSE
        return frozenset({Fate.ANSWERED, Fate.LEFT_LINE} if photo else {Fate.ANSWERED})
    if not citizen.hung_up_first or ended_at is None:
        return frozenset({Fate.SENT_OFF})
    if asked_at is None:
        return frozenset({Fate.LEFT_MENU} if from_where(citizen) is None else _EITHER)
    if abs(ended_at - asked_at) <= CLOSE:
        return _EITHER
    return frozenset({Fate.LEFT_MENU if ended_at < asked_at else Fate.LEFT_LINE})


_EITHER: Final = frozenset({Fate.LEFT_MENU, Fate.LEFT_LINE})
