"""The stage of a scenario: who plays, whose call rings where, and what was heard and when."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.errors import PhoneSilent
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.scene import FarDoes, FarEnd
from hotline.rehearsal.scene_compare import Played
from hotline.rehearsal.sip_message import user_in
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject, SipPhone

CITIZEN_HZ: Final = 300
AGENT_HZ: Final = 440
FAR_HZ: Final = 700
LONGEST_S: Final = 150.0
FOREVER_S: Final = 24 * 3600.0
LOOK_S: Final = 0.1


@dataclass
class Theatre:
    """All who play. `supervisor` is asked what the system says."""

    supervisor: ConsoleClient
    citizens: SipPhone
    world: SipPhone
    talk_s: float
    by_number: dict[str, Played] = field(default_factory=dict)
    asked: dict[str, Played] = field(
        default_factory=dict
    )  # 工号 of a colleague -> about whose call
    now_rung: dict[str, Played] = field(default_factory=dict)  # far number -> whose scene
    spoken: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    # number -> when a silence began -> when it ended; and when the last person left him
    silences: dict[str, dict[float, float]] = field(default_factory=lambda: defaultdict(dict))
    left_at: dict[str, float] = field(default_factory=dict)
    locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def of(self, shown: str) -> Played | None:
        """Whose call it is, by the number on a display."""
        return self.by_number.get(shown)

    def longest_silence(self, number: str) -> float:
        """While somebody was still to come or to go: not of the pause for the rating's key."""
        until = self.left_at.get(number, 0.0)
        lengths = (min(end, until) - begun for begun, end in self.silences[number].items())
        return max((0.0, *lengths))

    def far_decides(self, call: PhoneCall) -> Habit:
        number = user_in(call.invite.uri) if call.invite is not None else ""
        played = self.of(call.other) or self.now_rung.get(number)
        if played is None:
            return Reject(404)
        played.rung.append((number, call.other))
        return habit_of(far_of(played, number))


def far_of(played: Played, number: str) -> FarEnd:
    return played.performance.scene.far.get(number, FarEnd(does=FarDoes.REFUSES))


def habit_of(far: FarEnd) -> Habit:
    match far.does:
        case FarDoes.ANSWERS:
            return Answer(after=far.after_s)
        case FarDoes.BUSY:
            return Reject(486, after=far.after_s)
        case FarDoes.REFUSES:
            return Reject(603, after=far.after_s)
        case FarDoes.RINGS:
            return LetItRing()


async def until_ended(call: PhoneCall, seconds: float) -> None:
    try:
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=seconds)
    except PhoneSilent:
        return  # he still talks: the next step
