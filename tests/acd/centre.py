"""A small centre for tests of the floor: policies with a few keys changed, people, a clock."""

import copy
from pathlib import Path
from typing import Any, TypeVar

import yaml

from acd.directory import Agent, Directory, EmployerKind, Grade, SeatPlace
from acd.floor import Floor
from acd.happenings import (
    GoAvailable,
    Happening,
    LegAnswered,
    LegEnded,
    SeatWanted,
    SignIn,
    TimePassed,
)
from acd.policy import QueuePolicies
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch, Extension, LegId, QueueName, SeatId, Skill
from kernel.legs import LegEnd
from tests.fakes.fake_clock import FakeClock

ROOT = Path(__file__).parent.parent.parent
QUEUES = ROOT / "config" / "queues.yaml"
EPOCH = Epoch(7)
F = TypeVar("F", bound=Fact)


def policies(general: dict[str, Any] | None = None, **top: Any) -> QueuePolicies:
    """config/queues.yaml with keys of the queue "general" and of the top changed."""
    raw = copy.deepcopy(yaml.safe_load(QUEUES.read_text(encoding="utf-8")))
    raw["queues"]["general"] |= general or {}
    return QueuePolicies.model_validate(raw | top)


def agent(n: int, skills: dict[str, int], kind: EmployerKind = EmployerKind.OWN) -> Agent:
    return Agent(
        no=AgentNo(str(1000 + n)),
        name=f"话务员{n}",
        employer_kind=kind,
        grade=Grade.FIVE,
        district="220100",
        skills={Skill(skill): level for skill, level in skills.items()},
    )


def place(n: int, *, auto_answer: bool = False, phone: bool = True) -> SeatPlace:
    return SeatPlace(
        id=SeatId(f"S{n:03d}"),
        phone=Extension(str(8000 + n)) if phone else None,
        district="220100",
        auto_answer=auto_answer,
    )


def directory(*skills: dict[str, int]) -> Directory:
    """Agent 1001 at seat S001 with phone 8001, and so on; without arguments three generalists."""
    people = skills or ({"general": 1},) * 3
    agents = [agent(n, each) for n, each in enumerate(people, start=1)]
    seats = [place(n) for n in range(1, len(people) + 1)]
    return Directory({a.no: a for a in agents}, {s.id: s for s in seats}, {})


class Centre:
    """Drives a floor. `facts` are all facts so far, `last` those of the last happening."""

    def __init__(self, people: Directory | None = None, rules: QueuePolicies | None = None) -> None:
        self.directory = people or directory()
        self.policies = rules or policies()
        self.clock = FakeClock()
        self.floor = Floor(self.policies, self.directory, EPOCH)
        self.facts: list[Fact] = []
        self.last: list[Fact] = []

    def take(self, happening: Happening) -> list[Fact]:
        self.last = self.floor.take(happening, self.clock.now())
        self.facts += self.last
        return self.last

    def staff(self, *numbers: int) -> None:
        """Signs these in, one second after another, and makes them available."""
        for n in numbers:
            self.clock.advance(1)
            self.take(SignIn(AgentNo(str(1000 + n)), SeatId(f"S{n:03d}")))
            self.take(GoAvailable(AgentNo(str(1000 + n))))

    def call(self, name: str, queue: str = "general", **more: Any) -> list[Fact]:
        wanted = SeatWanted(
            call=CallId(name),
            queue=QueueName(queue),
            needs=more.pop("needs", {}),
            priority=more.pop("priority", 0),
            asked_at=more.pop("asked_at", self.clock.now()),
            **more,
        )
        return self.take(wanted)

    def answer(self, leg: LegId) -> list[Fact]:
        return self.take(LegAnswered(leg))

    def end(self, leg: LegId, why: LegEnd = LegEnd.HUNG_UP) -> list[Fact]:
        return self.take(LegEnded(leg, why))

    def wait(self, seconds: float) -> list[Fact]:
        """Lets time pass, deadline by deadline, as the desk would. Returns the facts of it."""
        until = self.clock.now().timestamp() + seconds
        found: list[Fact] = []
        while (due := self.floor.next_deadline()) is not None and due.timestamp() <= until:
            self.clock.advance(max(0.0, (due - self.clock.now()).total_seconds()))
            found += self.take(TimePassed())
        self.clock.advance(max(0.0, until - self.clock.now().timestamp()))
        self.last = found
        return found

    def of(self, kind: type[F]) -> list[F]:
        """All facts of this kind so far."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def only(self, kind: type[F]) -> F:
        """The one fact of this kind in the last happening."""
        (found,) = [fact for fact in self.last if isinstance(fact, kind)]
        return found

    def folded(self) -> Floor:
        """A floor made of the facts alone, as recovery does."""
        floor = Floor(self.policies, self.directory, EPOCH)
        for fact in self.facts:
            floor.apply(fact)
        return floor
