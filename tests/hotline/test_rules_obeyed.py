"""Rule files that are obeyed at once: whoever keeps a piece of them is handed the next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from acd.directory import Directory
from acd.staffing_rules import Understaffed
from acd.view import FloorView
from hotline.callback_wiring import make_callbacks
from hotline.desks.figures import FiguresDesk
from hotline.duties_wiring import make_duties
from hotline.experts_wiring import expert_side
from hotline.inspection_wiring import SilenceListener, make_inspections
from hotline.malicious_wiring import make_malicious, tagged_callers
from hotline.progress_wiring import make_progress
from hotline.releases.in_force import RulesInForce, RulesRead
from hotline.releases.rule_book import RULE_FILES
from hotline.rule_files import RuleFiles
from hotline.staffing_wiring import StaffingWatch, make_staffing
from hotline.supervision_wiring import service_watch
from hotline.survey_wiring import make_surveys
from hotline.wall_wiring import make_wall
from hotline.watch.service_rules import Cluster
from kernel.ids import Epoch
from storage.feed import FactFeed
from tests.console.rules_room import CONFIG, shipped_rules, shipped_settings
from tests.console.staffing_office import StaffingOffice
from tests.fakes.fake_clock import FakeClock
from tests.hotline.test_staffing_wiring import busy_from
from tests.stories.test_rules_released import with_release

PAGE = (CONFIG.parent / "docs/settings.md").read_text(encoding="utf-8")


def empty_floor() -> FloorView:
    return FloorView(at=FakeClock().now(), seats=(), waiting=(), queues=())


@dataclass
class Around:
    """What wiring builds upon, as far as it needs it: a ground, a hall and boards without servers.

    Nothing here is asked anything: only what the parts are handed is looked at.
    """

    in_force: RulesInForce = field(
        default_factory=lambda: RulesInForce(shipped_rules(), shipped_rules().texts)
    )

    def __post_init__(self) -> None:
        nothing: Any = None
        self.pool = self.cipher = nothing
        self.settings, self.clock, self.feed = shipped_settings(), FakeClock(), FactFeed()
        self.recorder = SimpleNamespace(write=lambda facts: None)
        self.places = SimpleNamespace(instance=CONFIG)
        desk = SimpleNamespace(snapshot=empty_floor, order=nothing)
        self.hall = SimpleNamespace(desk=desk, directory=nothing)
        figures = SimpleNamespace(hours=dict)
        self.boards = SimpleNamespace(facts=nothing, figures=figures, alarms=nothing, calls=nothing)
        entrances = SimpleNamespace(measures=SimpleNamespace(see=lambda facts: None))
        self.center = SimpleNamespace(errands={}, entrances=entrances)
        board = SimpleNamespace(mirror=SimpleNamespace(), is_ready=False)
        self.telephone = SimpleNamespace(switchboard=board, link=nothing)
        self.epoch, self.vault = Epoch(7), nothing
        self.papers = SimpleNamespace(callers=nothing, cases=nothing)

    @property
    def ground(self) -> Any:
        return self

    @property
    def rules(self) -> RuleFiles:
        return self.in_force.now

    @property
    def hotline(self) -> Any:
        return cast(Any, self)

    def release(self, name: str, change: Callable[[Any], None]) -> None:
        read = shipped_rules()
        self.in_force.obey(RulesRead(rules=with_release(name, change), texts=read.texts))


def test_another_roster_of_experts_is_asked_at_once() -> None:
    around = Around()
    side = expert_side(around.ground)

    around.release("experts", lambda experts: experts.update(flag_below=0.5, duties=[]))

    assert (side.roster.flag_below, side.roster.duties) == (0.5, ())


def test_the_next_score_and_the_next_recording_are_judged_by_the_new_rules() -> None:
    around = Around()
    office = make_inspections(around.ground)
    nothing: Any = None
    listener = SilenceListener(nothing, CONFIG, around.rules.inspection, around.clock)
    around.in_force.follow(listener.use)

    def change(inspection: Any) -> None:
        inspection["scorecard"]["pass_mark"] = 85
        inspection["listening"]["silent_below"] = 400

    around.release("inspection", change)

    assert office.rules.scorecard.pass_mark == 85
    assert listener._rules.silent_below == 400


def test_mal_01_who_is_suspected_and_how_long_a_measure_may_last_change_at_once() -> None:
    around = Around()
    nothing: Any = None
    side = make_malicious(around.hotline, nothing)
    card = tagged_callers(around.hotline)

    def change(malicious: Any) -> None:
        malicious["measure"]["at_most_days"] = 7
        malicious["suspect"]["calls_a_day"] = 9

    around.release("malicious", change)

    desk: Any = side.callers
    tagged: Any = card
    assert (desk.rules.measure.at_most_days, tagged.rules.calls_a_day) == (7, 9)


def test_ch_05_limits_and_words_of_progress_change_at_once() -> None:
    around = Around()
    desk = make_progress(around.hotline)

    around.release("progress", lambda progress: progress["due_workdays"].update(consult=3))

    assert desk.settings.due_workdays["consult"] == 3


def test_seat_01_another_ratio_holds_for_staffing_figures_and_wall() -> None:
    around = Around()
    office = StaffingOffice(
        around.clock, empty_floor, lambda facts: None, lambda: Directory({}, {}, {})
    )
    nothing: Any = None
    figures = FiguresDesk(
        live_figures=nothing,
        reports=nothing,
        districts=around.rules.districts,
        directory=nothing,
        desk=nothing,
        site="220100",
    )
    sources: Any = SimpleNamespace(today=nothing, missed=nothing, surveys=nothing, planner=nothing)
    wall = make_wall(around.hotline, sources)
    for use in (office.planner.use, figures.use):
        around.in_force.follow(use)

    def change(districts: Any) -> None:
        districts["seats_per_million"] = 20
        next(iter(districts["districts"].values()))["name_zh"] = "新区"

    around.release("districts", change)

    assert office.planner.ratio()[0].seats_per_million == 20
    assert figures.districts.seats_per_million == 20
    assert "新区" in wall.districts.values()


async def test_seat_02_the_day_is_planned_anew_by_other_rules() -> None:
    around = Around()
    office = StaffingOffice(
        around.clock, empty_floor, lambda facts: None, lambda: Directory({}, {}, {})
    )
    before = await office.planner.today()

    around.in_force.follow(office.planner.use)
    around.release("staffing", lambda staffing: staffing["goal"].update(least=200))

    after = await office.planner.today()
    assert {half.needed for half in after.staffed} == {200}
    assert max(half.needed for half in before.staffed) < 200


def test_hr_02_whoever_watches_over_people_does_so_by_the_new_rules() -> None:
    around = Around()
    side = make_staffing(around.hotline)
    around.feed.tell(busy_from(around.clock.now()))

    def change(staffing: Any) -> None:
        staffing["wellbeing"]["within_minutes"] = 10
        staffing["occupancy"]["at_work_minutes"] = 5

    around.clock.advance(600)
    early = side.occupancy.look()
    around.release("staffing", change)

    assert (early, side.occupancy.look()) == ("", "1001 100%")
    wellbeing: Any = side.wellbeing
    assert wellbeing.within == timedelta(minutes=10)


def test_seat_03_too_few_people_are_measured_by_the_new_rule() -> None:
    around = Around()
    nothing: Any = None
    watch = StaffingWatch(
        planner=nothing,
        occupancy=nothing,
        alarms=nothing,
        rule=Understaffed(share=0.1, seats=1, minutes=5),
        clock=around.clock,
    )
    around.in_force.follow(watch.use)

    around.release("staffing", lambda staffing: staffing["understaffed"].update(minutes=9))

    assert watch.rule.minutes == 9


def test_e2_8_what_is_an_alarm_is_judged_by_the_new_limits() -> None:
    around = Around()
    watch = service_watch(around.hotline, around.rules.supervision.alarms, {})

    def change(supervision: Any) -> None:
        supervision["alarms"] = {"longest_wait_s": 90, "burst": {"tickets": 25}}

    around.release("supervision", change)

    assert watch.rules.settings.longest_wait_s == 90
    ((_, few, _), (_, many, _)) = (watch.rules.of_tickets([cluster(n)]) for n in (24, 25))
    assert (few, many) == (False, True)


def cluster(tickets: int) -> Cluster:
    return Cluster(category="0201", district="朝阳区", tickets=tickets)


def test_g_whoever_rings_people_is_handed_the_new_schedule() -> None:
    around = Around()
    nothing: Any = None
    duties = make_duties(around.hotline, {})
    dialling: Any = SimpleNamespace(
        out=nothing, inbound=nothing, next_attempt=nothing, story=nothing,
        add=lambda kinds, adopt, finish: None,
    )  # fmt: skip
    line: Any = make_callbacks(around.hotline, duties, dialling)
    surveys: Any = make_surveys(around.hotline, duties, dialling)

    def change(callbacks: Any) -> None:
        callbacks["schedule"]["people"]["ring_for"] = "PT21S"
        callbacks["schedule"]["survey"]["ring_for"] = "PT22S"
        callbacks["schedule"]["survey"]["trunk_share"] = 0.11
        callbacks["schedule"]["survey"]["trunk_lines"] = 60

    around.release("callbacks", change)

    assert line._house.rules.ring_for == timedelta(seconds=21)
    assert surveys.office.rules.survey.trunk_share == 0.11
    assert surveys.robot._of.rules is surveys.office.rules
    assert surveys.office.phone._ring_for == timedelta(seconds=22)
    assert surveys.office.phone._now.lines == 60


def test_the_page_says_of_each_file_whether_it_is_obeyed_at_once() -> None:
    said = {
        name
        for row in PAGE.splitlines()
        if "| at once |" in row
        for name in row.split("|")[1].replace("`", "").replace(" ", "").split(",")
    }
    at_once = {name for name, file in RULE_FILES.items() if file.applies.value == "at_once"}

    assert {"catalogue" if "catalogue" in name else name for name in at_once} == {
        name.removesuffix(".*") for name in said
    }
