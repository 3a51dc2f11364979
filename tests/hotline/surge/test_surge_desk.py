"""An incident is opened while people wait; a plan that stops surveys (EMG-05, SRG-01)."""

from types import SimpleNamespace
from typing import Any

from acd.surge_facts import IncidentKind, IncidentOpened, Measures, PlanName
from acd.surge_happenings import ActivateSurge, ReturnSurge
from console.surge_port import NewIncident
from hotline.facts import NoticeTold
from hotline.surge.desk import SurgeDesk
from hotline.surge_wiring import surveys_stopped
from kernel.phone import PhoneNumber
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, SURGE, House, Told, open_house

HERE, THERE = PhoneNumber.parse("043181234567"), PhoneNumber.parse("043261234567")


def desk_of(house: House, *told: Told) -> SurgeDesk:
    return SurgeDesk(
        rules=SURGE,
        floor=house.desk,
        notices=house.center.notices,
        calls={one.line.live.id: one.line.live for one in told},
        tickets=lambda _call: [],
        write=house.recorder.write,
        clock=house.clock,
    )


def storm(*areas: str) -> NewIncident:
    return NewIncident(
        about=IncidentKind.STORM, title="暴雪", areas=areas, by="chief", why="红色预警"
    )


def test_emg_05_who_waits_in_its_area_is_told_at_once_and_it_is_written_down() -> None:
    async def story() -> None:
        async with open_house() as house:
            here = house.rings_up("c1", caller=HERE)
            there = house.rings_up("c2", caller=THERE)
            nobody_knows = house.rings_up("c3")
            await house.passes(SILENT + 5)

            incident = await desk_of(house, here, there, nobody_knows).open_incident(storm("0432"))
            await house.passes(5)

            assert house.only(IncidentOpened).announcement == "incident_storm"
            told = house.of(NoticeTold)
            assert [(fact.call, fact.phrase, fact.why) for fact in told] == [
                ("c2", "incident_storm", incident),
                ("c3", "incident_storm", incident),
            ]
            assert "incident_storm" in there.heard
            assert "incident_storm" not in here.heard

    at_once(story())


def test_emg_05_two_incidents_of_one_second_have_names_of_their_own() -> None:
    async def story() -> None:
        async with open_house() as house:
            desk = desk_of(house)
            first = await desk.open_incident(storm())
            second = await desk.open_incident(storm())

            assert first != second
            assert set(desk.standing.incidents) == {first, second}

    at_once(story())


def test_emg_05_for_whom_a_seat_rings_already_is_told_nothing() -> None:
    async def story() -> None:
        async with open_house() as house:
            await house.staff(1)
            rings = house.rings_up()
            await house.passes(SILENT + 1)
            await desk_of(house, rings).open_incident(storm())
            await house.passes(1)

            assert house.of(NoticeTold) == []

    at_once(story())


def test_srg_01_a_plan_stops_surveys_as_long_as_it_stands() -> None:
    async def story() -> None:
        async with open_house() as house:
            hotline: Any = SimpleNamespace(hall=SimpleNamespace(desk=house.desk))
            plan, measures = PlanName("surge"), Measures(stop_surveys=True)
            before = surveys_stopped(hotline)
            await house.desk.order(
                ActivateSurge(plan=plan, measures=measures, by="chief", why="drill")
            )
            during = surveys_stopped(hotline)
            await house.desk.order(ReturnSurge(plan, "chief", "over"))

            assert (before, during, surveys_stopped(hotline)) == (False, True, False)

    at_once(story())
