"""The outside's verdicts against what the system says, call by call by SIP Call-ID. Pure.

Each difference is one sentence in Chinese and one in English; numbers only masked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from hotline.rehearsal.duties_owed import Owed, Settled, reckon
from hotline.rehearsal.evidence import SeatSaw
from hotline.rehearsal.rtp import TICK
from hotline.rehearsal.system_says import SystemCall, SystemDuty, SystemSays, SystemTicket
from hotline.rehearsal.verdicts import Fate, Verdict
from kernel.phone import PhoneNumber

WAIT_TOLERANCE: Final = timedelta(milliseconds=200)
RECORDING_TOLERANCE_S: Final = 1.5
_SHORTEST_RECORDED_S: Final = 0.5
_GREETING_S: Final = 4.0  # the agent's 工号 is said, and recorded, to its end even if he hangs up

# What the system may call each fate; None: no fate, because nobody was asked for.
SAID: Final[Mapping[Fate, frozenset[str | None]]] = {
    Fate.ANSWERED: frozenset({"answered"}),
    Fate.LEFT_LINE: frozenset({"abandoned"}),
    Fate.LEFT_MENU: frozenset({None}),
    Fate.SENT_OFF: frozenset({"overflowed", "callback_promised", "blocked", "failed"}),
    Fate.SENT_OVER: frozenset({"overflowed"}),
    Fate.REFUSED: frozenset({None, "failed"}),
    Fate.FALLBACK_TALK: frozenset({"fallback_answered"}),
    Fate.FALLBACK_LOST: frozenset({"fallback_lost"}),
}
_WAITED: Final = (Fate.ANSWERED, Fate.LEFT_LINE, Fate.FALLBACK_TALK, Fate.FALLBACK_LOST)
_TALKED: Final = (Fate.ANSWERED, Fate.FALLBACK_TALK)
_TOLERANCE_S: Final = WAIT_TOLERANCE.total_seconds()
# From the end of the menu to the music that tells a silent caller of it; 0.11 s on a quiet machine.
_HEARD_LATE_S: Final = 0.1
# From a page's 200 to its bridge: its browser wants the cores just then. 22 of pages: median 3 ms,
# p90 127, most 164; 111 of phones on tables: p90 5 (two cores, `rehearse --browser`).
_PAGE_LATE_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which outside and system do not agree."""

    about: str  # Call-ID, duty or ticket
    zh: str
    en: str

    @property
    def sentence(self) -> str:
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, slots=True)
class Filed:
    """What a seat was told when it filed its form."""

    seat: str
    call: str  # the system's call id, from the offer on the desk
    ticket_no: str


def compare(
    verdicts: Sequence[Verdict], filed: Sequence[Filed], says: SystemSays
) -> list[Difference]:
    """Every difference; an empty list is a good rehearsal."""
    known = {call.sip_call_id: call for call in says.calls}
    found: list[Difference] = []
    settled: list[Settled] = []
    for verdict in verdicts:
        call = known.get(verdict.citizen.sip_call_id)
        settled.append(settle(verdict, call))
        found += _of_call(settled[-1], call)
    found += _of_tickets(settled, filed, says)
    found += _of_duties(reckon(settled), says)
    return found


def settle(verdict: Verdict, call: SystemCall | None) -> Settled:
    """At a photo finish the system's word stands; else there is nothing to choose."""
    said = call.fate if call is not None else None
    fits = [fate for fate in verdict.fates if said in SAID[fate]]
    fate = min(fits or verdict.fates)
    sent_over = fate is Fate.SENT_OFF and said == "overflowed"
    return Settled(verdict, Fate.SENT_OVER if sent_over else fate)


def _of_call(settled: Settled, call: SystemCall | None) -> Iterator[Difference]:
    verdict, about = settled.verdict, settled.verdict.citizen.sip_call_id
    if verdict.citizen.rang_at is None:
        yield Difference(about, f"来电 {about} 没有拨出。", f"Call {about} was never dialled.")
        return
    if call is None:
        if settled.fate is not Fate.REFUSED:
            yield Difference(
                about, f"系统没有来电 {about} 的记录。", f"The system knows no call {about}."
            )
        return
    if call.fate not in SAID[settled.fate]:
        yield Difference(
            about,
            f"来电 {about} 的结果：外部为 {settled.fate}，系统为 {call.fate}。",
            f"Call {about} was {settled.fate} outside, {call.fate} in the system.",
        )
        return
    yield from _of_wait(settled, call)
    yield from _of_seat(settled, call)
    yield from _of_recording(settled, call)


def _of_wait(settled: Settled, call: SystemCall) -> Iterator[Difference]:
    verdict, about = settled.verdict, settled.verdict.citizen.sip_call_id
    if settled.fate not in _WAITED or verdict.waited is None:
        return
    is_told_late = verdict.began_blind or verdict.told_by is not None
    if len(verdict.fates) > 1 and not is_told_late:
        return  # a photo finish: there were two ends to wait for
    ours = verdict.waited.total_seconds()
    if is_told_late:
        agrees = _bounds_agree(verdict, call)
    else:
        late = 0.0 if verdict.citizen.plan.key else _HEARD_LATE_S
        if verdict.talk is not None and verdict.talk.is_of_a_page:
            late += _PAGE_LATE_S
        agrees = (
            call.waited is not None and -_TOLERANCE_S <= call.waited - ours <= _TOLERANCE_S + late
        )
    if not agrees:
        said = "-" if call.waited is None else f"{call.waited:.3f}"
        yield Difference(
            about,
            f"来电 {about} 的等待时长：外部 {ours:.3f} 秒，系统 {said} 秒。",
            f"Call {about} waited {ours:.3f} s outside, {said} s in the system.",
        )


def _bounds_agree(verdict: Verdict, call: SystemCall) -> bool:
    """Both ends of a wait that a fault touched, each by itself: an end that it did not touch must
    agree as ever; one that it did may be told late, by the end of its window at the latest."""
    begun, until, answered_at = verdict.asked_at, verdict.until, verdict.citizen.answered_at
    if call.asked_at is None or call.waited is None or until is None or answered_at is None:
        return False
    ended = call.asked_at + timedelta(seconds=call.waited)
    latest = verdict.told_by or until
    if not until - WAIT_TOLERANCE <= ended <= latest + WAIT_TOLERANCE:
        return False
    if verdict.began_blind or begun is None:
        return answered_at - WAIT_TOLERANCE <= call.asked_at <= latest + WAIT_TOLERANCE
    return abs(call.asked_at - begun) <= WAIT_TOLERANCE


def _of_seat(settled: Settled, call: SystemCall) -> Iterator[Difference]:
    about, talk = settled.verdict.citizen.sip_call_id, settled.verdict.talk
    if settled.fate not in _TALKED or talk is None or call.seat == talk.seat:
        return
    if settled.fate is Fate.FALLBACK_TALK and call.seat is None:
        return  # the plain queue rings phones, not seats: the system may not name one
    yield Difference(
        about,
        f"来电 {about} 由座席 {talk.seat} 接听，系统记为 {call.seat}。",
        f"Call {about} was answered at seat {talk.seat}, the system says {call.seat}.",
    )


def _of_recording(settled: Settled, call: SystemCall) -> Iterator[Difference]:
    about, talk = settled.verdict.citizen.sip_call_id, settled.verdict.talk
    if settled.fate not in _TALKED or talk is None:
        return
    if settled.verdict.cut or settled.verdict.unwritten:
        return  # who writes the file died with the call: its end was never written
    begun, ends = talk.joined_at, [talk.ended_at, settled.verdict.citizen.left_at]
    if begun is None or talk.ended_at is None:
        return
    # Asterisk swallows his good-bye while the greeting plays; with us away the seat hears it late.
    talked = longest = (min(end for end in ends if end is not None) - begun).total_seconds()
    if settled.verdict.seen_off_by is not None:
        longest = (min(talk.ended_at, settled.verdict.seen_off_by) - begun).total_seconds()
    if talked < _SHORTEST_RECORDED_S:
        return
    # Our citizens say nothing: of a hold there is no sound that could be written.
    least = min(talked - talk.held_s, _sound_s(talk, talked)) - RECORDING_TOLERANCE_S
    most = max(longest + RECORDING_TOLERANCE_S, _GREETING_S)
    if call.recording_s is None or not least <= call.recording_s <= most:
        said = "-" if call.recording_s is None else f"{call.recording_s:.1f}"
        sent = "?" if talk.packets_sent is None else talk.packets_sent
        yield Difference(
            about,
            f"来电 {about} 通话 {talked:.1f} 秒，录音 {said} 秒（话机发出 {sent} 包）。",
            f"Call {about} talked {talked:.1f} s, its recording has {said} s"
            f" (the seat sent {sent} packets).",
        )


def _sound_s(talk: SeatSaw, talked: float) -> float:
    """What its phone sent: none of ours sends while the machine has no time for it. Who sent less
    than two thirds was silent for another reason, and that is a difference."""
    if talk.packets_sent is None:
        return talked
    return max(talk.packets_sent * TICK, talked * 2 / 3)


def _of_tickets(
    settled: Sequence[Settled], filed: Sequence[Filed], says: SystemSays
) -> Iterator[Difference]:
    by_number = {ticket.ticket_no: ticket for ticket in says.tickets}
    sip_ids = {call.call: call.sip_call_id for call in says.calls}
    talked = {one.verdict.citizen.sip_call_id: one for one in settled if one.fate in _TALKED}
    ours = (about for about, one in talked.items() if not one.verdict.by_guest)
    owing = {about for about in ours if talked[about].fate is Fate.ANSWERED}
    with_form = set()
    for form in filed:
        about = sip_ids.get(form.call, form.call)
        with_form.add(about)
        ticket, one = by_number.get(form.ticket_no), talked.get(about)
        yield from _of_ticket(form, about, ticket, one)
    for about in owing - with_form:
        yield Difference(
            about, f"来电 {about} 没有工单。", f"Call {about} was answered but has no ticket."
        )
    for number in by_number.keys() - {form.ticket_no for form in filed}:
        yield Difference(
            number, f"工单 {number} 无人提交。", f"Ticket {number} was filed by nobody of ours."
        )


def _of_ticket(
    form: Filed, about: str, ticket: SystemTicket | None, one: Settled | None
) -> Iterator[Difference]:
    number = form.ticket_no
    if ticket is None or one is None:
        yield Difference(
            about,
            f"工单 {number}（来电 {about}）在系统中不存在，或来电未被接听。",
            f"Ticket {number} of call {about} is not stored, or the call was not answered.",
        )
        return
    if ticket.call != form.call:
        yield Difference(
            number,
            f"工单 {number} 属于来电 {form.call}，系统记为 {ticket.call}。",
            f"Ticket {number} belongs to call {form.call}, the system says {ticket.call}.",
        )
    shown = PhoneNumber.parse(one.verdict.citizen.plan.number).masked()
    if ticket.caller != shown:
        yield Difference(
            number,
            f"工单 {number} 的号码应为 {shown}，系统为 {ticket.caller}。",
            f"Ticket {number} should carry {shown}, it has {ticket.caller}.",
        )
    if not ticket.case_id:
        yield Difference(number, f"工单 {number} 没有事项。", f"Ticket {number} has no case.")


def _of_duties(owed: Sequence[Owed], says: SystemSays) -> Iterator[Difference]:
    """By the call that opened it: state, and which missed calls share it."""
    sip_ids = {call.call: call.sip_call_id for call in says.calls}
    stored = {_opened_by(duty, sip_ids): duty for duty in says.duties}
    for one in owed:
        about = one.calls[0]
        duty = stored.pop(about, None)
        if duty is None:
            yield Difference(
                about,
                f"漏接来电 {about} 没有回拨任务。",
                f"The missed call {about} left no duty.",
            )
            continue
        yield from _of_duty(one, duty, tuple(sip_ids.get(call, call) for call in duty.calls))
    for about, duty in stored.items():
        yield Difference(
            about,
            f"回拨任务 {duty.duty} 没有对应的漏接来电。",
            f"Duty {duty.duty} stands for no missed call.",
        )


def _opened_by(duty: SystemDuty, sip_ids: Mapping[str, str]) -> str:
    first = duty.calls[0] if duty.calls else duty.duty
    return sip_ids.get(first, first)


def _of_duty(owed: Owed, duty: SystemDuty, calls: tuple[str, ...]) -> Iterator[Difference]:
    about = owed.calls[0]
    if not owed.allows(duty.state):
        yield Difference(
            about,
            f"来电 {about} 的回拨任务应为 {owed.state}，系统为 {duty.state}。",
            f"The duty of call {about} should be {owed.state}, it is {duty.state}.",
        )
    if calls != owed.calls:
        yield Difference(
            about,
            f"来电 {about} 的回拨任务应合并 {len(owed.calls)} 个来电，系统为 {len(calls)} 个。",
            f"The duty of call {about} should merge {len(owed.calls)} calls, it has {len(calls)}.",
        )
