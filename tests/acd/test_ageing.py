"""Priority that ages (SPC-06): who is urgent goes first, and nobody starves, on the real floor."""

import pytest

from acd import facts as f
from acd import happenings as h
from tests.acd.centre import Centre, directory, policies

SEATS, TALK_S = 10, 30.0
FLOODS = {"all three": (1, 2, 3), "the highest alone": (3,), "enterprises": (1,)}


def test_spc_06_an_enterprise_jumps_normal_calls_of_equal_wait() -> None:
    centre = Centre(directory({"general": 1, "enterprise": 1}))
    for n in range(3):
        centre.call(f"normal{n}")
    centre.call("firm", "enterprise")
    centre.clock.advance(1)

    centre.staff(1)

    assert centre.only(f.SeatRung).call == "firm"


@pytest.mark.parametrize("which", FLOODS)
def test_spc_06_a_flood_of_priorities_starves_nobody(which: str) -> None:
    """Who comes later than his boost after a general caller stands behind him: the bound.

    Twice what the seats can serve comes with priority, for ever. Before a general caller go those
    who stood there, and of each priority those of the next `priority_boost_s` seconds, no more.
    """
    flood, gap = FLOODS[which], TALK_S / SEATS / 2
    centre = Centre(
        directory(*({"general": 1},) * SEATS), policies({"max_waiting": 9_999, "max_wait_s": 9_999})
    )
    boosts = [centre.policies.priority_boost_s[priority] for priority in flood]
    work = Shift(centre)
    for n in range(60):
        work.comes(f"before{n}", flood[n % len(flood)], gap)
    ahead = len(centre.floor.view(centre.clock.now()).waiting)
    work.comes("general", 0, 0)
    came = centre.clock.now()
    overtaking = sum(boost / (gap * len(flood)) for boost in boosts)
    bound = (ahead + overtaking + len(flood)) * TALK_S / SEATS + TALK_S

    n = 0
    while "general" not in work.served and n < 1_000:
        n += 1
        work.comes(f"after{n}", flood[n % len(flood)], gap)

    waited = (centre.clock.now() - came).total_seconds()
    assert waited <= bound
    assert waited > max(boosts) / 2, "the flood was one: with priority goes before without"
    assert work.overtook("general") <= max(boosts)


class Shift:
    """Seats that answer at once, talk for half a minute and go on; no wrap-up."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.served: dict[str, float] = {}
        self._asked: dict[str, float] = {}
        self._talks: list[tuple[float, f.SeatRung]] = []
        self._seen = 0
        centre.staff(*range(1, SEATS + 1))

    def comes(self, name: str, priority: int, gap: float) -> None:
        self._asked[name] = self._now()
        self.centre.call(name, priority=priority)
        self._answer()
        until = self._now() + gap
        while self._talks and self._talks[0][0] <= until:
            when, rung = self._talks.pop(0)
            self.centre.wait(max(0.0, when - self._now()))
            self.centre.end(rung.leg)
            self.centre.take(h.FinishWrapUp(rung.agent))
            self._answer()
        self.centre.wait(max(0.0, until - self._now()))

    def overtook(self, name: str) -> float:
        """How long after him the latest came who was served before him."""
        before = [c for c in self.served if self.served[c] < self.served[name]]
        return max(self._asked[c] for c in before) - self._asked[name]

    def _answer(self) -> None:
        for fact in self.centre.facts[self._seen :]:
            if isinstance(fact, f.SeatRung):
                self.served[fact.call] = self._now()
                self.centre.answer(fact.leg)
                self._talks.append((self._now() + TALK_S, fact))
        self._seen = len(self.centre.facts)

    def _now(self) -> float:
        return self.centre.clock.now().timestamp()
