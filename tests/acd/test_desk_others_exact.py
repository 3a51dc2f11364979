"""What others see of the floor through the desk, and what they say to who waits (EMG-05)."""

from acd.desk import AcdDesk
from acd.floor import Floor
from acd.happenings import SeatWanted
from acd.surge_facts import Measures, PlanName
from acd.surge_happenings import ActivateSurge
from acd.waits import Announce, Told
from kernel.fact import Fact
from kernel.ids import CallId, QueueName
from tests.acd.centre import EPOCH, directory, policies
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_seats import FakeRings

C1, GENERAL = CallId("c1"), QueueName("general")


class House:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.floor = Floor(policies(), directory(), EPOCH)
        self.facts: list[Fact] = []
        self.desk = AcdDesk(self.floor, self.facts.extend, FakeRings(), self.clock)

    def wanted(self) -> SeatWanted:
        asked_at = self.clock.now()
        return SeatWanted(call=C1, queue=GENERAL, needs={}, priority=0, asked_at=asked_at)


async def test_emg_05_who_waits_is_told_what_concerns_him() -> None:
    house = House()
    wait = house.desk.wait_for_seat(house.wanted())
    house.desk.turn()

    said = house.desk.say(C1, ("incident-heat",))

    assert said is True
    news = [await anext(wait), await anext(wait)]
    assert isinstance(news[0], Announce)
    assert news[1] == Told(("incident-heat",))


async def test_emg_05_of_whom_no_story_of_ours_knows_it_is_said_so() -> None:
    assert House().desk.say(C1, ("incident-heat",)) is False


async def test_srg_01_the_line_and_the_plans_are_those_of_the_floor() -> None:
    house = House()
    house.desk.wait_for_seat(house.wanted())
    plan = ActivateSurge(plan=PlanName("surge"), measures=Measures(), by="chief", why="")
    house.desk.tell(plan)
    house.desk.turn()

    assert house.desk.line_of((GENERAL,)) == house.desk.line_of(()) == (1, house.clock.now())
    assert list(house.desk.standing.active) == ["surge"]
