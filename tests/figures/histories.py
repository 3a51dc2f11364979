"""Facts of calls and agents, made by hand or at random (seeded)."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from acd import facts as acd
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason, QueueName, SeatId
from telephony import facts as telephony

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # 12:00 in Changchun
GENERAL = QueueName("general")
QUEUES = (GENERAL, QueueName("enterprise"))


def s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def at(seconds: float) -> datetime:
    return NOON + s(seconds)


@dataclass
class ACall:
    """Writes the facts of one call; each method returns one. Seconds count from noon."""

    name: str
    asked: float = 0
    queue: QueueName = GENERAL
    agent: str = "1001"

    @property
    def call(self) -> CallId:
        return CallId(self.name)

    def arrived(self, when: float) -> Fact:
        return telephony.CallArrived(
            at=at(when),
            call=self.call,
            sip_call_id=self.name,
            dialled="12345",
            caller="138****5678",
            caller_key=None,
            trunk="in",
        )

    def queued(self, when: float | None = None, *, again: bool = False) -> Fact:
        return acd.CallQueued(
            at=at(self.asked if when is None else when),
            call=self.call,
            queue=self.queue,
            needs={},
            priority=1,
            again=again,
            asked_at=at(self.asked),
            turn_at=at(self.asked),
        )

    def answered(self, when: float, *, again: bool = False) -> Fact:
        return acd.SeatAnswered(
            at=at(when),
            leg=LegId("1-000001"),
            seat=SeatId("S" + self.agent),
            agent=AgentNo(self.agent),
            call=self.call,
            queue=self.queue,
            waited=s(when - self.asked),
            again=again,
        )

    def talk_ended(self, when: float, talked: float) -> Fact:
        return acd.TalkEnded(
            at=at(when),
            leg=LegId("1-000001"),
            seat=SeatId("S" + self.agent),
            agent=AgentNo(self.agent),
            call=self.call,
            talked=s(talked),
        )

    def held(self, when: float) -> Fact:
        return telephony.CallHeld(at=at(when), call=self.call)

    def resumed(self, when: float) -> Fact:
        return telephony.CallResumed(at=at(when), call=self.call)

    def wrap_up(self, when: float) -> Fact:
        return acd.WrapUpStarted(
            at=at(when),
            seat=SeatId("S" + self.agent),
            agent=AgentNo(self.agent),
            call=self.call,
            until=at(when + 60),
        )

    def abandoned(self, when: float) -> Fact:
        return acd.CallAbandoned(
            at=at(when),
            call=self.call,
            queue=self.queue,
            waited=s(when - self.asked),
            short=when - self.asked <= 5,
            while_ringing=False,
        )

    def fate(self, kind: str, when: float) -> Fact:
        """Any of the eight, by the name of its counter."""
        same = {"at": at(when), "call": self.call, "queue": self.queue}
        waited = s(when - self.asked)
        match kind:
            case "answered":
                return self.answered(when)
            case "abandoned":
                return self.abandoned(when)
            case "overflowed":
                why = acd.Limit.LINE_FULL
                return acd.CallOverflowed(**same, to="province", why=why, waited=waited)
            case "callback_promised":
                return acd.CallbackPromised(**same, waited=waited)
            case "blocked":
                return acd.CallBlocked(**same, by="9001", reason="harassment", waited=waited)
            case "failed":
                return acd.CallFailed(**same, why=acd.Limit.LINE_FULL, waited=waited)
            case "fallback_answered":
                return acd.FallbackAnswered(**same)
            case _:
                return acd.FallbackLost(**same, waited=waited)


FATES = (
    "answered",
    "abandoned",
    "overflowed",
    "callback_promised",
    "blocked",
    "failed",
    "fallback_answered",
    "fallback_lost",
)


@dataclass
class AnAgent:
    name: str = "1001"

    def _who(self, when: float) -> dict[str, object]:
        return {"at": at(when), "agent": AgentNo(self.name), "seat": SeatId("S" + self.name)}

    def signed_in(self, when: float) -> Fact:
        return acd.AgentSignedIn(
            **self._who(when), phone=Extension("8001"), skills={}, auto_answer=False
        )

    def signed_out(self, when: float) -> Fact:
        return acd.AgentSignedOut(**self._who(when), by=acd.Who.AGENT)

    def available(self, when: float) -> Fact:
        return acd.AgentAvailable(**self._who(when), by=acd.Who.AGENT)

    def paused(self, when: float) -> Fact:
        return acd.AgentPaused(
            **self._who(when), reason=PauseReason("lunch"), until=None, by=acd.Who.AGENT
        )

    def wrapped_up(self, when: float) -> Fact:
        return acd.WrapUpEnded(**self._who(when), by=acd.Who.AGENT)


@dataclass
class History:
    """A seeded day of calls: facts in the order of time, and what became of each call."""

    seed: int
    calls: int = 40
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        for number in range(self.calls):
            self._call(ACall(f"c{number}", 0, chance.choice(QUEUES), f"{number}"), chance)
        self.facts.sort(key=lambda fact: fact.at)

    def _call(self, call: ACall, chance: random.Random) -> None:
        arrived = chance.uniform(-36 * 3600, 36 * 3600)
        self.facts.append(call.arrived(arrived))
        if chance.random() < 0.15:
            return  # left in the menu
        call.asked = arrived + chance.uniform(0.1, 30)
        self.facts.append(call.queued())
        if chance.random() < 0.1:
            return  # still in line
        when = call.asked + chance.choice([1, 4.9, 5, 14.999, 15, 15.0004, 90, 1200])
        kind = chance.choice((*FATES, "answered", "answered", "answered"))
        self.facts.append(call.fate(kind, when))
        if kind == "answered":
            self._talk(call, chance, when)

    def _talk(self, call: ACall, chance: random.Random, when: float) -> None:
        talked = chance.uniform(1, 2000)
        if chance.random() < 0.3:
            self.facts += [call.held(when + talked / 4), call.resumed(when + talked / 2)]
        self.facts.append(call.talk_ended(when + talked, talked))
        if chance.random() < 0.3:  # back to the line, and answered again
            again = when + talked + 1
            self.facts += [call.queued(again, again=True), call.answered(again + 5, again=True)]
            self.facts.append(call.talk_ended(again + 65, 60))


def shuffled(facts: Sequence[Fact], seed: int) -> list[Fact]:
    copy = list(facts)
    random.Random(seed).shuffle(copy)
    return copy
