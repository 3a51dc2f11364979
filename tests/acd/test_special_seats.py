"""Special seats on the real floor: levels, the way back to a general seat, musts (SPC-02, 03)."""

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import count

import pytest

from acd import facts as f
from acd import happenings as h
from acd.directory import Directory
from acd.policy import QueuePolicies
from acd.view import SeatView
from kernel.ids import AgentNo, CallId, DutyId, LegId, Skill
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies

KO = "minority_lang:ko"
DONGBEI = "dialect:dongbei"
MUST = ("minority_lang:", "foreign:")


# ---- levels and relaxation


def test_spc_02_an_agent_has_several_dialects_each_with_its_level() -> None:
    """The caller asks for level 2 of one of them; the other one's level is of no account."""
    both = {"general": 1, DONGBEI: 3, "dialect:hongqi": 1}
    centre = Centre(directory({"general": 3}, both))
    centre.staff(1, 2)

    centre.call("c1", "dialect")

    assert centre.only(f.SeatRung).seat == "S002"


def test_spc_02_he_is_content_with_a_lower_level_and_then_with_a_general_seat() -> None:
    centre = Centre(directory({"general": 1}, {"general": 1, DONGBEI: 1}))
    centre.staff(1)
    centre.call("c1", "dialect")
    centre.staff(2)
    strict = len(centre.of(f.SeatRung))
    centre.wait(5)
    lower = centre.of(f.SeatRung)[-1]
    centre.end(lower.leg, LegEnd.BUSY)
    centre.wait(5)

    assert strict == 0
    assert lower.seat == "S002"
    assert centre.of(f.SeatRung)[-1].seat == "S001"
    assert [relaxed.needs for relaxed in centre.of(f.NeedsRelaxed)] == [
        {DONGBEI: 1},
        {"general": 1},
    ]


@pytest.mark.parametrize(
    ("queue", "after"), [("enterprise", 5), ("elderly", 5), ("dialect", 5), ("labour", 10)]
)
def test_spc_03_every_special_queue_but_a_must_leads_to_a_general_seat(
    queue: str, after: float
) -> None:
    """The guaranteed way back (docs/policies.md says why so soon)."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("c1", queue)
    centre.wait(after - 0.1)
    before = len(centre.of(f.SeatRung))
    centre.wait(0.1)

    assert before == 0
    assert len(centre.of(f.SeatRung)) == 1


# ---- a must


def test_spc_03_who_waits_too_long_for_a_must_is_offered_a_callback_that_keeps_it() -> None:
    centre = Centre(directory({"general": 3}, {KO: 2}))
    centre.staff(1)
    centre.call("c1", "korean")
    centre.wait(1800)
    offered = centre.of(f.CallbackOffered)
    centre.take(h.CallbackTaken(CallId("c1")))
    promised = centre.only(f.CallbackPromised)
    wanted = h.CallbackWanted(
        call=CallId("out-7-1"), duty=DutyId("d1"), queue=promised.queue, needs={}, priority=0,
        asked_at=centre.clock.now(),
    )  # fmt: skip
    centre.take(wanted)
    centre.wait(600)
    before = len(centre.of(f.SeatRung))
    centre.staff(2)

    assert (offered[0].queue, offered[-1].at) == ("korean", promised.at)  # at the limit, too
    assert before == 0
    assert (centre.only(f.SeatRung).seat, centre.only(f.SeatRung).call) == ("S002", "out-7-1")


@pytest.mark.parametrize("queue", ["general", "enterprise", "elderly", "dialect", "labour"])
def test_spc_03_a_language_that_an_agent_asks_for_is_a_must_in_every_queue(queue: str) -> None:
    """A transfer to a skill: the queue's own relaxation must not lose what he speaks."""
    centre = Centre(directory({"general": 3, "enterprise": 3, "elderly": 3, DONGBEI: 3}))
    centre.staff(1)

    centre.call("c1", queue, needs={Skill(KO): 1})
    centre.wait(600)

    assert centre.of(f.SeatRung) == []


@pytest.mark.parametrize("seed", range(30))
def test_spc_03_a_must_never_reaches_a_seat_without_it_on_random_histories(seed: int) -> None:
    history = RandomHistory(seed)

    for _ in range(250):
        history.step()

    assert history.must_rings > 0
    assert history.centre.folded().contents() == history.centre.floor.contents()


class RandomHistory:
    """Calls of all queues, asking for more or not, sent on, relaxed, moved by overflow; rings that
    fail, seats whose skills change. Only an agent may hand a citizen to a colleague of his choice;
    nobody does that here."""

    KINDS = (
        {"general": 2},
        {"general": 1, KO: 1},
        {"general": 2, KO: 3, DONGBEI: 2},
        {"general": 1, "enterprise": 2, "elderly": 2},
        {"general": 1, "foreign:en": 2},
    )
    MORE: tuple[Mapping[str, int], ...] = ({}, {}, {KO: 1}, {KO: 3}, {"foreign:en": 1})
    QUEUES = ("general", "enterprise", "elderly", "dialect", "korean", "labour", "expert")

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        people = directory(*(self.dice.choice(self.KINDS) for _ in range(6)), {"general": 1, KO: 3})
        self.centre = Centre(people, self._rules())
        self.centre.staff(*range(1, 8))
        self.must_rings = 0
        self._names = (f"c{n}" for n in count(1))
        self._asked: dict[CallId, dict[str, int]] = {}  # musts since he joined
        self._seen = 0
        self._look()

    @staticmethod
    def _rules() -> QueuePolicies:
        moves = {"max_waiting": 3, "when_full": "overflow", "overflow": {"queue": "elderly"}}
        return policies({**moves, "sticky_grace_s": 5})

    def step(self) -> None:
        dice = self.dice
        moves = (self._call, self._call, self._wait, self._rings, self._rings, self._talks)
        dice.choice((*moves, self._hang_up, self._teach))()
        self._look()

    def _call(self) -> None:
        more = {Skill(s): level for s, level in self.dice.choice(self.MORE).items()}
        sticky = AgentNo(f"100{self.dice.randint(1, 7)}") if self.dice.random() < 0.2 else None
        queue = self.dice.choice(self.QUEUES)
        self.centre.call(next(self._names), queue, needs=more, sticky_to=sticky)

    def _wait(self) -> None:
        self.centre.wait(self.dice.choice((1, 6, 12, 40)))

    def _rings(self) -> None:
        legs = [s.leg for s in self._seats() if s.activity == "ringing" and s.leg]
        if legs:
            why = self.dice.choice((LegEnd.BUSY, LegEnd.NO_ANSWER, None, None))
            leg = self.dice.choice(legs)
            _ = self.centre.answer(leg) if why is None else self.centre.end(leg, why)

    def _talks(self) -> None:
        """Hung up, or sent on to another queue with a skill; then the seat is free again."""
        talking = [s for s in self._seats() if s.activity == "talking" and s.leg and s.call]
        if talking:
            seat = self.dice.choice(talking)
            if self.dice.random() < 0.5 and seat.call:
                more = {Skill(s): level for s, level in self.dice.choice(self.MORE).items()}
                queue = self.dice.choice(self.QUEUES)
                self.centre.call(seat.call, queue, needs=more, again=True)
            elif seat.leg:
                self.centre.end(seat.leg)
            self._look()
        for seat in self._seats():
            if seat.activity == "wrap_up":
                self.centre.take(h.FinishWrapUp(seat.agent))
            if seat.presence == "paused" and seat.activity == "idle":
                self.centre.take(h.GoAvailable(seat.agent))
            self._look()

    def _hang_up(self) -> None:
        waiting = self.centre.floor.view(self.centre.clock.now()).waiting
        if waiting:
            self.centre.take(h.CallerLeft(self.dice.choice(waiting).call))

    def _teach(self) -> None:
        """An idle agent learns or loses skills."""
        idle = [seat.agent for seat in self._seats() if seat.activity == "idle"]
        if idle:
            agents = dict(self.centre.directory.agents)
            no = self.dice.choice(idle)
            skills = {Skill(s): level for s, level in self.dice.choice(self.KINDS).items()}
            agents[no] = replace(agents[no], skills=skills)
            self.centre.directory = Directory(agents, self.centre.directory.seats, {})
            self.centre.take(h.DirectoryLoaded(self.centre.directory))

    def _seats(self) -> tuple[SeatView, ...]:
        return self.centre.floor.view(self.centre.clock.now()).seats

    def _look(self) -> None:
        """What was asked, by the facts; the skills, by the directory."""
        for fact in self.centre.facts[self._seen :]:
            if isinstance(fact, f.CallQueued):
                self._asked[fact.call] = musts(fact.needs)
            if isinstance(fact, f.SeatRung):
                skills = self.centre.directory.agents[fact.agent].skills
                for skill, level in self._asked[fact.call].items():
                    self.must_rings += 1
                    assert skills.get(Skill(skill), 0) >= level, f"{fact.seat} has no {skill}"
        self._seen = len(self.centre.facts)


def musts(needs: Mapping[Skill, int]) -> dict[str, int]:
    return {skill: level for skill, level in needs.items() if skill.startswith(MUST)}


def test_spc_03_who_needs_one_of_few_seats_is_told_by_those_seats_how_long_he_waits() -> None:
    """Nine others are free sooner, and none of them is for him."""
    korean = {"general": 1, "minority_lang:ko": 2}
    centre = Centre(directory(korean, *[{"general": 1}] * 9))
    centre.staff(*range(1, 11))
    for n in range(10):
        centre.call(f"busy{n}")
    for n in range(10):
        centre.answer(LegId(f"7-{n + 1:06d}"))
    centre.call("anybody")
    centre.call("speaks Korean", "korean")

    told = {fact.call: fact for fact in centre.of(f.AnnouncementDue)}

    assert told[CallId("anybody")].high is not None
    assert told[CallId("speaks Korean")].high is not None
    assert told[CallId("speaks Korean")].high > 3 * told[CallId("anybody")].high
