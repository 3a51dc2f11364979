"""The view of the floor: what no fact has changed is handed out again, what has changed is new."""

import random

from acd import happenings as h
from acd.view import FloorView
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, Extension, PauseReason, SeatId, Skill
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory

PEOPLE = 4


def anything(chance: random.Random, centre: Centre, n: int) -> h.Happening:
    """One of all the things that can happen to a seat."""
    agent = AgentNo(str(1000 + chance.randint(1, PEOPLE)))
    leg = chance.choice([fact.leg for fact in centre.facts if hasattr(fact, "leg")] or ["7-000001"])
    phone = Extension(str(8000 + chance.randint(1, PEOPLE)))
    options: list[h.Happening] = [
        h.SignIn(agent, SeatId(f"S{int(agent) - 1000:03d}")),
        h.GoAvailable(agent),
        h.GoAvailable(agent),
        h.Pause(agent, PauseReason("rest")),
        h.SignOut(agent),
        h.FinishWrapUp(agent),
        h.ExtendWrapUp(agent),
        h.PhoneSeen(phone, chance.random() < 0.8),
        h.LegAnswered(leg),
        h.LegAnswered(leg),
        h.LegEnded(leg, chance.choice(list(LegEnd))),
        h.CallerLeft(CallId(f"c{chance.randint(0, n)}")),
    ]
    return chance.choice(options)


def fresh_view(centre: Centre) -> FloorView:
    """As a floor that was made from the facts just now shows it."""
    return centre.folded().view(centre.clock.now())


def test_after_each_happening_the_view_is_as_if_made_anew() -> None:
    centre, chance = Centre(directory(*({"general": 2},) * PEOPLE)), random.Random(7)
    changed = 0

    for n in range(400):
        before = centre.floor.view(centre.clock.now()).seats
        try:
            if n % 3 == 0:
                centre.call(f"c{n}")
            else:
                centre.take(anything(chance, centre, n))
        except HotlineError as refused:
            assert refused.remedy
        centre.wait(chance.choice((0, 1, 12)))
        view = centre.floor.view(centre.clock.now())
        assert view == fresh_view(centre)
        changed += view.seats != before

    assert changed > 40, "the history does something to the seats"


def test_a_seat_that_nothing_has_changed_is_the_very_same_object() -> None:
    centre = Centre()
    centre.staff(1, 2)
    before = centre.floor.view(centre.clock.now())

    centre.call("c1")
    after = centre.floor.view(centre.clock.now())

    assert after.seats[1] is before.seats[1]
    assert after.seats[0] != before.seats[0]
    assert after.seats[0].call == "c1"


def test_new_skills_are_seen_in_the_view() -> None:
    centre = Centre()
    centre.staff(1)
    centre.floor.view(centre.clock.now())

    people = directory({"general": 1, "enterprise": 2})
    centre.take(h.DirectoryLoaded(people))

    (seat,) = centre.floor.view(centre.clock.now()).seats
    assert seat.skills == {Skill("general"): 1, Skill("enterprise"): 2}
