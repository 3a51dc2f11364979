"""The break after a hard call (HR-02): no limit and no minimum stands in its way."""

from acd.happenings import Pause
from acd.seat import WELLBEING, Presence
from kernel.ids import AgentNo, PauseReason
from tests.acd.centre import Centre, directory, policies

ONE, TWO = AgentNo("1001"), AgentNo("1002")


def presence(centre: Centre, agent: AgentNo) -> Presence:
    seat = centre.floor.view(centre.clock.now()).seat_of(agent)
    assert seat is not None
    return seat.presence


def test_hr_02_a_minimum_does_not_make_it_wait() -> None:
    minimum = {"queue": "general", "at_least": 2}
    centre = Centre(directory(*[{"general": 1}] * 2), policies(minimums=[minimum]))
    centre.staff(1, 2)

    centre.take(Pause(ONE, PauseReason("rest")))
    held = presence(centre, ONE)
    centre.take(Pause(TWO, WELLBEING))

    assert held is Presence.AVAILABLE, "an ordinary break waits"
    assert presence(centre, TWO) is Presence.PAUSED


def test_hr_02_a_limit_of_agents_at_once_does_not_refuse_it() -> None:
    rules = policies()
    wellbeing = rules.pause_reasons[WELLBEING].model_copy(update={"max_agents_at_once": 1})
    reasons = {**rules.pause_reasons, WELLBEING: wellbeing}
    limited = rules.model_copy(update={"pause_reasons": reasons})
    centre = Centre(directory(*[{"general": 1}] * 2), limited)
    centre.staff(1, 2)

    centre.take(Pause(ONE, WELLBEING))
    centre.take(Pause(TWO, WELLBEING))

    assert {presence(centre, ONE), presence(centre, TWO)} == {Presence.PAUSED}
