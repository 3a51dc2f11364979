"""The outside's verdict on each call: whose phone rang for it, and what became of it. Pure.

When a citizen began to wait for a person is heard at his media port: hold music starts. Who left
before any music could reach him is reckoned with the median of those who heard it on his way.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from hotline.rehearsal.call_log import EndedBy
from hotline.rehearsal.evidence import CitizenSaw, SeatSaw, in_order
from hotline.rehearsal.faults import CALM, SETTLED, Upheaval

# Two ends of the wire within this: a photo finish, and either order is right.
CLOSE: Final = timedelta(milliseconds=200)
TURNED_AWAY_WITHIN: Final = timedelta(seconds=1)
CLOSED_WITHIN: Final = timedelta(seconds=1)


class Fate(StrEnum):
    ANSWERED = "answered"  # 已接听
    LEFT_LINE = "left_line"  # hung up after asking for a person  排队放弃
    LEFT_MENU = "left_menu"  # hung up before  菜单挂机
    SENT_OFF = "sent_off"  # we ended it, without a seat  系统结束
    SENT_OVER = "sent_over"  # ... because another centre has answered him  溢出
    REFUSED = "refused"  # never answered at all  未接入
    FALLBACK_TALK = "fallback_talk"  # the plain queue gave him a seat  备用队列接听
    FALLBACK_LOST = "fallback_lost"  # hung up in the plain queue  备用队列放弃


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the outside knows of one call. `fates` has several members at a photo finish, or where
    a fault of the rehearsal hid which one it was.

    `began_blind`: hotline was away at some moment before he was in the line. `told_by`: by when the
    system must know that his wait was over; None where it saw it. `seen_off_by`: likewise that he
    had left, for Asterisk may swallow his good-bye. `cut`: Asterisk died under him.
    `unwritten`: or right after his talk, before the recorder had closed its file. `by_guest`: a
    person who is no part of the rehearsal answered; his phone is not ours to hear.
    """

    citizen: CitizenSaw
    rings: tuple[SeatSaw, ...]
    talk: SeatSaw | None
    asked_at: datetime | None  # None: not known, or never asked
    fates: frozenset[Fate]
    began_blind: bool = False
    told_by: datetime | None = None
    seen_off_by: datetime | None = None
    cut: bool = False
    unwritten: bool = False
    by_guest: bool = False

    @property
    def until(self) -> datetime | None:
        """When his wait was over: the seat's answer, or the hang-up."""
        return self.talk.answered_at if self.talk is not None else self.citizen.ended_at

    @property
    def waited(self) -> timedelta | None:
        """From asking to the seat's answer, or to the hang-up."""
        until = self.until
        if self.asked_at is None or until is None:
            return None
        return max(until - self.asked_at, timedelta(0))


Claim = tuple[str, datetime]  # which seat ("": the plain queue) answered a call, and when
_CLAIM_WITHIN: Final = timedelta(seconds=1)
Way = str  # the key pressed; "" for one who presses nothing


def way_of(citizen: CitizenSaw) -> Way:
    return citizen.plan.key


def from_where(citizen: CitizenSaw) -> datetime | None:
    """The last thing that the citizen did or heard before he was in the line."""
    return citizen.pressed_at if citizen.plan.key else citizen.answered_at


def rings_by_call(
    citizens: Sequence[CitizenSaw],
    legs: Sequence[SeatSaw],
    claims: Mapping[str, Claim],
    upheaval: Upheaval = CALM,
) -> dict[str, list[SeatSaw]]:
    """Which ring was for which call: by the number shown, among the calls alive just then.

    Several withheld callers at once cannot be told apart by number: there the system's `claims`
    (by Call-ID) choose, and only among the calls that the wire allows. Of an answer that a fault
    hid the system may claim that it came by the end of the fault's window.
    """
    found: dict[str, list[SeatSaw]] = defaultdict(list)
    for leg in in_order(legs):
        alive = [one for one in citizens if _shows(leg, one) and _is_alive(one, leg.rang_at)]
        told_by = upheaval.told_by(leg.answered_at) if leg.answered_at is not None else None
        claimed = [one for one in alive if _is_claimed(leg, claims.get(one.sip_call_id), told_by)]
        claimed.sort(key=lambda one: not claims[one.sip_call_id][0])  # a seat by name goes first
        for citizen in (claimed if len(alive) > 1 and claimed else alive)[:1]:
            found[citizen.sip_call_id].append(leg)
    return found


def _is_claimed(leg: SeatSaw, claim: Claim | None, told_by: datetime | None) -> bool:
    if claim is None or leg.answered_at is None or claim[0] not in ("", leg.seat):
        return False
    latest = told_by or leg.answered_at
    return leg.answered_at - _CLAIM_WITHIN <= claim[1] <= latest + _CLAIM_WITHIN


def stray_rings(legs: Sequence[SeatSaw], given: Mapping[str, Sequence[SeatSaw]]) -> list[SeatSaw]:
    """Rings that belong to no call of the rehearsal, and to none that we owe."""
    known = {id(leg) for rings in given.values() for leg in rings}
    return [leg for leg in in_order(legs) if id(leg) not in known and not leg.is_callback]


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


def cut_citizen(citizen: CitizenSaw, upheaval: Upheaval) -> CitizenSaw:
    """His call as it was: over when Asterisk died, whatever his phone went on to do."""
    died_at = upheaval.died(citizen.answered_at, citizen.ended_at)
    return citizen if died_at is None else replace(citizen, left_at=None, sent_off_at=died_at)


def menu_lengths(citizens: Sequence[CitizenSaw], upheaval: Upheaval = CALM) -> dict[Way, timedelta]:
    """How long each way through the menu takes, from answer or key to the music: the median.

    Of those only whose way no fault disturbed.
    """
    heard: dict[Way, list[timedelta]] = defaultdict(list)
    for citizen in citizens:
        begun, in_line_at = from_where(citizen), citizen.in_line_at
        if begun is None or in_line_at is None or upheaval.was_blind(citizen.rang_at, in_line_at):
            continue
        heard[way_of(citizen)].append(in_line_at - begun)
    return {way: sorted(lengths)[len(lengths) // 2] for way, lengths in heard.items()}


def judge(
    citizen: CitizenSaw,
    rings: Sequence[SeatSaw],
    menus: Mapping[Way, timedelta],
    upheaval: Upheaval = CALM,
) -> Verdict:
    """The verdict on one call, which `cut_citizen` has seen."""
    talked = [leg for leg in rings if _talked(leg, citizen)]
    talk = next((leg for leg in talked if not _was_turned_away(leg, citizen, upheaval)), None)
    asked_at = citizen.in_line_at or _reckoned(citizen, menus)
    plain = Verdict(citizen, tuple(rings), talk, asked_at, _fates(citizen, talk, asked_at))
    verdict = _under_faults(plain, upheaval)
    fates = verdict.fates
    if fates == {Fate.LEFT_MENU} or Fate.REFUSED in fates:
        return replace(verdict, asked_at=None)
    return verdict


def _under_faults(plain: Verdict, upheaval: Upheaval) -> Verdict:
    """The same verdict with what the windows of faults allow besides, and nothing more."""
    citizen, until = plain.citizen, plain.until
    if until is None or Fate.REFUSED in plain.fates:
        return plain
    asked_at = plain.asked_at or until
    told_by, left_at = upheaval.told_by(until), citizen.left_at
    seen_off_by = upheaval.told_by(left_at) if left_at is not None else None
    verdict = replace(
        plain,
        began_blind=upheaval.was_blind(citizen.rang_at, min(asked_at, until)),
        told_by=told_by if told_by > until else None,
        seen_off_by=seen_off_by if seen_off_by != left_at else None,
        cut=citizen.ended_at is not None
        and citizen.ended_at == upheaval.died(citizen.answered_at, None),
        unwritten=_is_unwritten(plain.talk, upheaval),
    )
    return replace(verdict, fates=verdict.fates | _hidden_fates(verdict, upheaval))


def _is_unwritten(talk: SeatSaw | None, upheaval: Upheaval) -> bool:
    """The recorder writes its header when it closes, a moment after the hang-up."""
    if talk is None or talk.ended_at is None:
        return False
    return upheaval.died(talk.ended_at, talk.ended_at + CLOSED_WITHIN) is not None


def _hidden_fates(verdict: Verdict, upheaval: Upheaval) -> frozenset[Fate]:
    """Fates that the outside cannot tell from its own, because hotline was away just then."""
    until, asked_at = verdict.until, verdict.asked_at
    assert until is not None, "only a wait that is over is looked at"
    in_plain_queue = upheaval.was_blind(until - SETTLED, until)  # he may have been given to it
    if verdict.talk is not None:  # who was sent there as he came may be answered there much later
        there = in_plain_queue or verdict.began_blind
        return frozenset({Fate.FALLBACK_TALK} if there else ())
    if Fate.SENT_OFF in verdict.fates and not verdict.cut:
        return frozenset()
    hidden: set[Fate] = {Fate.FALLBACK_LOST} if in_plain_queue else set()
    if verdict.cut:
        hidden.add(Fate.LEFT_MENU if asked_at is None or until < asked_at else Fate.LEFT_LINE)
    return frozenset(hidden | (_EITHER if verdict.began_blind else set()))


def _reckoned(citizen: CitizenSaw, menus: Mapping[Way, timedelta]) -> datetime | None:
    begun, menu = from_where(citizen), menus.get(way_of(citizen))
    return begun + menu if begun is not None and menu is not None else None


def _talked(leg: SeatSaw, citizen: CitizenSaw) -> bool:
    if leg.answered_at is None or leg.joined_at is None:
        return False
    return citizen.ended_at is None or leg.answered_at <= citizen.ended_at + CLOSE


def _was_turned_away(leg: SeatSaw, citizen: CitizenSaw, upheaval: Upheaval) -> bool:
    """Answered while hotline was away or just back, and let go at once by Asterisk, the citizen
    staying: the dialplan gives nobody to a leg that an older leader rang. Never in calm times."""
    if leg.answered_at is None or leg.ended_at is None or leg.ended_by is not EndedBy.THEM:
        return False
    if leg.ended_at - leg.answered_at > TURNED_AWAY_WITHIN:
        return False
    stays = citizen.ended_at is None or citizen.ended_at > leg.ended_at + CLOSE
    return stays and upheaval.was_blind(leg.rang_at, leg.answered_at)


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
