"""What a citizen hears on a day on which too many call: plans, overflow, incidents."""

from acd.facts import CallQueued
from acd.surge_facts import (
    CallSentOver,
    IncidentCall,
    IncidentId,
    IncidentKind,
    Measures,
    PlanName,
)
from acd.surge_happenings import (
    ActivateSurge,
    CloseIncident,
    OpenIncident,
    OverflowReached,
    ReturnSurge,
)
from kernel.ids import CallId, QueueName
from kernel.phone import PhoneNumber
from telephony.passed_on import CameFromLevel
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, open_house

C1 = CallId("c1")
PLAN = PlanName("surge")
OVER = "jilin_city/overflow//theirs-7.1/1/220200"  # CC_FROM of a call that came by overflow
HERE = PhoneNumber.parse("043181234567")


async def surge(house: House, **measures: object) -> None:
    told = Measures(**measures)  # type: ignore[arg-type]  # fields of Measures by name
    await house.desk.order(ActivateSurge(plan=PLAN, measures=told, by="chief", why="drill"))


async def heat(house: House, *areas: str) -> None:
    await house.desk.order(
        OpenIncident(
            incident=IncidentId("heat-1"),
            about=IncidentKind.HEAT,
            title="供热中断",
            areas=areas,
            announcement="incident_heat",
            key="9",
            queue=QueueName("incident"),
            by="chief",
            why="管网爆裂",
        )
    )


def test_srg_01_whoever_joins_the_line_hears_the_plans_announcement_until_it_returns() -> None:
    async def story() -> None:
        async with open_house() as house:
            await surge(house, announcement="surge_busy")
            first = house.rings_up()
            await house.passes(SILENT + 1)
            await house.desk.order(ReturnSurge(PLAN, "chief", "over"))
            second = house.rings_up("c2")
            await house.passes(SILENT + 1)

            assert "surge_busy" in first.heard
            assert "surge_busy" not in second.heard

    at_once(story())


def test_srg_02_he_is_sent_to_the_province_with_hops_and_home() -> None:
    async def story() -> None:
        async with open_house() as house:
            await surge(house, overflow_after_s=20.0, overflow_to=("jilin",))
            told = house.rings_up()
            await house.passes(SILENT + 25)

            assert house.only(CallSentOver).to == "jilin"
            assert told.heard[-1] == "overflow_transfer"
            assert told.line.sent_to == [("level", "043180012345")]
            assert told.line.variables["CC_CARRY"] == "c1^overflow^^^1^220100"

    at_once(story())


def test_srg_02_whom_nobody_answers_there_waits_on_with_his_age_and_is_told_so() -> None:
    async def story() -> None:
        async with open_house() as house:
            await surge(house, overflow_after_s=20.0, overflow_to=("jilin",))
            told = house.rings_up()
            await house.passes(SILENT + 25)
            asked_at = house.only(CallQueued).asked_at
            place = told.line.live.place

            back = house.rings_up(where="room", place=place)
            back.line.party.away_failed = "NOANSWER/19"
            await house.passes(60)

            assert back.heard[0] == "overflow_back"
            assert [queued.asked_at for queued in house.of(CallQueued)] == [asked_at, asked_at]
            assert len(house.of(CallSentOver)) == 1
            assert back.line.party.away_failed == ""
            assert house.fates() == []

    at_once(story())


def test_srg_02_who_came_by_overflow_is_never_sent_on() -> None:
    async def story() -> None:
        async with open_house() as house:
            await surge(house, overflow_after_s=5.0, overflow_to=("jilin",))
            house.rings_up(handed=OVER)
            await house.passes(120)

            assert house.only(CallQueued).stays is True
            came = house.only(CameFromLevel)
            assert (came.level, came.reason, came.home) == ("jilin_city", "overflow", "220200")
            assert house.of(CallSentOver) == []

    at_once(story())


def test_srg_02_a_second_site_is_rung_by_its_number() -> None:
    async def story() -> None:
        async with open_house() as house:
            await surge(house, overflow_after_s=0.0, overflow_to=("second_site",))
            told = house.rings_up()
            await house.passes(SILENT + 5)
            house.desk.tell(OverflowReached(C1))
            await house.passes(1)

            assert told.line.sent_to == [("transfer", "043187912345")]
            assert house.fates() == ["call-overflowed"]

    at_once(story())


def test_emg_05_who_presses_the_key_of_an_incident_stands_in_its_own_queue_and_is_tagged() -> None:
    async def story() -> None:
        async with open_house() as house:
            await heat(house)
            told = house.rings_up()
            await house.passes(0.5)
            house.telephone.press(C1, "9")
            await house.passes(1)

            assert told.heard[0] == "incident_heat"
            assert house.only(CallQueued).queue == "incident"
            tagged = house.only(IncidentCall)
            assert (tagged.call, tagged.incident, tagged.by) == ("c1", "heat-1", "key")

    at_once(story())


def test_emg_05_who_does_not_press_hears_the_menu_as_ever() -> None:
    async def story() -> None:
        async with open_house() as house:
            await heat(house)
            told = house.rings_up()
            await house.passes(SILENT + 10)

            assert told.heard[:3] == ["incident_heat", "incident_key", "welcome"]
            assert house.only(CallQueued).queue == "general"
            assert house.of(IncidentCall) == []

    at_once(story())


def test_emg_05_a_key_of_the_menu_pressed_into_it_is_the_menus() -> None:
    async def story() -> None:
        async with open_house() as house:
            await heat(house)
            house.rings_up()
            await house.passes(0.5)
            house.telephone.press(C1, "1")
            await house.passes(1)

            assert house.only(CallQueued).queue == "enterprise"

    at_once(story())


def test_emg_05_it_is_announced_in_its_area_only() -> None:
    async def story() -> None:
        async with open_house() as house:
            await heat(house, "0432")
            elsewhere = house.rings_up("c1", caller=HERE)
            nobody_knows = house.rings_up("c2")
            there = house.rings_up("c3", caller=PhoneNumber.parse("043261234567"))
            await house.passes(3)

            assert "incident_heat" not in elsewhere.heard
            assert nobody_knows.heard[0] == there.heard[0] == "incident_heat"

    at_once(story())


def test_emg_05_after_it_is_closed_nobody_hears_of_it() -> None:
    async def story() -> None:
        async with open_house() as house:
            await heat(house)
            await house.desk.order(CloseIncident(IncidentId("heat-1"), "chief", "修复"))
            told = house.rings_up()
            await house.passes(3)

            assert told.heard[0] == "welcome"

    at_once(story())


def test_emg_05_who_waits_already_is_told_and_waits_on() -> None:
    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up()
            await house.passes(SILENT + 5)
            assert house.desk.say(C1, ("incident_heat",)) is True
            await house.passes(5)

            assert "incident_heat" in told.heard
            assert told.heard[-1] == "music"
            assert house.desk.say(CallId("nobody"), ("incident_heat",)) is False

    at_once(story())
