"""The figures as the console asks for them: 0 of 0 is no data, never 0 % or 100 %."""

from datetime import datetime
from typing import Any

from acd.seat_ratio import load_districts
from console.figures_shown import Figure
from figures.counts import Counts
from figures.definitions import measure_queue
from figures.live import LiveFigures
from figures.report import IntervalReport
from hotline.desks.figures import FiguresDesk
from kernel.ids import CallId, QueueName
from tests.fakes.fake_clock import MONDAY_NINE
from tests.fakes.virtual_time import at_once
from tests.stories.stage import CONFIG, House, open_house

C1 = CallId("c1")


class FakeReports:
    """Two quarters as they were stored."""

    async def intervals(self, start: datetime, end: datetime) -> list[IntervalReport]:
        stored = {"": Counts(arrived=5), "general": Counts(offered=4, answered=3, abandoned=1)}
        return [
            IntervalReport(
                start=start,
                queue=QueueName(queue),
                counts=counts,
                figures=tuple(measure_queue(counts)),
            )
            for queue, counts in stored.items()
        ]


class People:
    def __init__(self, house: House) -> None:
        self.directory = house.people


def figures_of(house: House, live: LiveFigures) -> FiguresDesk:
    parts: dict[str, Any] = {"reports": FakeReports(), "directory": People(house)}
    return FiguresDesk(
        live_figures=live,
        districts=load_districts(CONFIG / "districts.yaml"),
        desk=house.desk,
        site="220100",
        **parts,
    )


def named(figures: list[Figure], name: str, queue: str | None) -> Figure:
    (found,) = [one for one in figures if (one.id, one.queue) == (name, queue)]
    return found


def test_before_the_first_call_there_is_no_figure_at_all() -> None:
    async def story() -> None:
        async with open_house() as house:
            now = figures_of(house, LiveFigures(house.clock)).live()

            assert {one.value for one in now.figures} == {None}
            assert (now.counts["offered"], now.counts["waiting"]) == (0, 0)

    at_once(story())


def test_a_caller_who_waits_is_in_progress_and_settles_no_figure() -> None:
    async def story() -> None:
        async with open_house() as house:
            live = LiveFigures(house.clock)
            house.rings_up()
            await house.passes(16.1)
            live.take(house.facts)
            now = figures_of(house, live).live()

            assert now.counts["in_progress"] == 1
            assert (now.counts["waiting"], now.counts["longest_wait_s"]) == (1, 10)
            assert named(now.figures, "D-01", None).value is None

    at_once(story())


def test_an_answered_call_and_an_abandoned_one_are_one_half() -> None:
    async def story() -> None:
        async with open_house() as house:
            live = LiveFigures(house.clock)
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(0.5)
            house.rings_up("c2")
            await house.passes(7)
            house.telephone.seat_answers()
            await house.passes(5)
            house.telephone.citizen_hangs_up(CallId("c2"))
            await house.passes(1)
            live.take(house.facts)
            now = figures_of(house, live).live()

            for queue in (None, "general"):
                rate = named(now.figures, "D-01", queue)
                assert (rate.value, rate.n) == (0.5, 2)
            assert (now.counts["answered"], now.counts["abandoned"]) == (1, 1)

    at_once(story())


def test_quarters_carry_site_queue_and_what_is_still_running() -> None:
    async def story() -> None:
        async with open_house() as house:
            desk = figures_of(house, LiveFigures(house.clock))
            nobody, general = await desk.intervals(MONDAY_NINE, MONDAY_NINE)

            assert (general.site, general.queue, general.start) == (
                "220100",
                "general",
                MONDAY_NINE,
            )
            assert general.counts["in_progress"] == 0
            assert named(general.figures, "D-01", "general").value == 0.75
            assert named(nobody.figures, "D-01", "").value is None

    at_once(story())


def test_each_figure_is_defined_in_both_languages_with_its_formula() -> None:
    async def story() -> None:
        async with open_house() as house:
            desk = figures_of(house, LiveFigures(house.clock))
            defined = {one.id: one for one in desk.definitions()}

            shown = {one.id for one in desk.live().figures}
            assert shown <= defined.keys()
            assert "接通率" in defined["D-01"].name_zh
            assert all(" / " in one.formula for one in defined.values())

    at_once(story())


def test_staffing_counts_who_is_signed_in_at_this_moment() -> None:
    """SEAT-01."""

    async def story() -> None:
        async with open_house() as house:
            desk = figures_of(house, LiveFigures(house.clock))
            await house.staff(1, 2)
            rows = {row.district: row for row in desk.staffing()}

            assert rows["220100"].signed_in == 2
            assert rows["220100"].required_seats == 137

    at_once(story())
