"""Builds the console's side of the hotline: what people at desks and boards ask of it."""

import json
from pathlib import Path

from acd.directory import EmployerKind
from callbacks.store import PgDutyStore
from cases.open_places import PgOpenPlaces
from config.settings import Settings
from console.collaborators import CallSide, CaseSide, Console, FloorSide, LoginSide
from console.desk_rules import DeskRules
from console.first_logins import ensure_logins
from console.live_feed import LiveFeed, LiveSources
from console.logins import LoginBrake, NewLogin, Passwords, Role
from console.ports import KeepsDirectory
from console.recordings import Recordings
from console.recordings_store import PgRecordings
from console.sessions import Sessions
from console.staffing_port import StaffingSide
from console.store import PgLogins
from figures.report import FigureReports
from figures.store import FiguresStore
from hotline.branch_wiring import line_side
from hotline.branches import Branches
from hotline.desks.emergency import EmergencyDesk
from hotline.desks.figures import FiguresDesk
from hotline.desks.supervision import SupervisionDesk
from hotline.experts_wiring import expert_side
from hotline.inspection_wiring import agent_card_rows, make_agent_cards, make_inspections
from hotline.malicious_wiring import make_malicious, tagged_callers
from hotline.owed.duty_desk import DutyDesk
from hotline.owed_wiring import Owed
from hotline.passing_wiring import make_levels, make_utilities
from hotline.releases_wiring import make_settings
from hotline.rule_files import RuleFiles
from hotline.softphone_wiring import make_softphones
from hotline.staffing_wiring import make_staffing
from hotline.stories.wrap_up import WrapUp
from hotline.surge_wiring import make_surge
from hotline.wall_wiring import WallSources, make_wall
from hotline.watch.health import Health
from hotline.wiring import Ground, Hotline
from intake.repeats import RepeatLookup
from kernel.ids import AgentNo
from telephony.supervision_control import Beep


def make_console(
    hotline: Hotline,
    owed: Owed,
    branches: Branches,
    hand_offs: EmergencyDesk,
    supervision: SupervisionDesk,
) -> Console:
    ground, figures, office = hotline.ground, _figures(hotline), owed.surveys.office
    staffing, recordings = make_staffing(hotline), _recordings(ground)
    return Console(
        floor=_floor_side(hotline, owed.duty_desk),
        calls=_call_side(hotline, hand_offs),
        cases=_case_side(hotline),
        figures=figures,
        staffing=staffing,
        wall=make_wall(hotline, _wall(figures, owed, staffing)),
        lines=line_side(hotline, branches),
        experts=expert_side(ground),
        logins=_login_side(hotline),
        recordings=recordings,
        duties=owed.duty_desk,
        surveys=office,
        case_steps=office,
        by_phone=owed.relays.by_phone,
        levels=make_levels(hotline),
        utilities=make_utilities(hotline),
        softphones=make_softphones(hotline),
        desk=_desk(ground),
        rules=make_settings(hotline),
        supervision=supervision,
        surge=make_surge(hotline),
        malicious=make_malicious(hotline, recordings),
        inspections=make_inspections(ground),
        agent_cards=make_agent_cards(ground),
        health=_health(hotline),
        settings=ground.settings.console,
        clock=ground.clock,
        write=ground.recorder.write,
    )


def _wall(figures: FiguresDesk, owed: Owed, staffing: StaffingSide) -> WallSources:
    return WallSources(
        today=figures,
        missed=owed.duty_desk,
        surveys=owed.surveys.office,
        planner=staffing.planner,
    )


def _desk(ground: Ground) -> DeskRules:
    rules = ground.rules
    desk = DeskRules(
        pause_reasons=rules.policies.pause_reasons,
        queues=rules.policies.queues,
        districts=rules.districts.districts,
        lines=rules.lines,
        levels=rules.levels,
        utilities=rules.utilities,
        region_code=ground.settings.site.region_code,
    )

    def use(rules: RuleFiles) -> None:
        desk.pause_reasons, desk.queues = rules.policies.pause_reasons, rules.policies.queues
        desk.districts, desk.utilities = rules.districts.districts, rules.utilities

    ground.in_force.follow(use)
    return desk


def _recordings(ground: Ground) -> Recordings:
    settings = ground.settings
    return Recordings(
        PgRecordings(ground.pool),
        settings.recordings.directory,
        ground.recorder.write,
        ground.clock,
        settings.console,
    )


def _case_side(hotline: Hotline) -> CaseSide:
    papers = hotline.papers
    side = CaseSide(
        forms=papers.intake,
        finishes=_wrap_up(hotline),
        cases=papers.cases,
        callers=tagged_callers(hotline),
        repeats=RepeatLookup(
            PgOpenPlaces(hotline.ground.pool, hotline.ground.cipher), hotline.ground.clock
        ),
        catalogue=hotline.ground.rules.catalogue,
        duties=PgDutyStore(hotline.ground.pool),
    )

    def use(rules: RuleFiles) -> None:
        side.catalogue = papers.rules.catalogue = rules.catalogue

    hotline.ground.in_force.follow(use)
    return side


def _call_side(hotline: Hotline, hand_offs: EmergencyDesk) -> CallSide:
    return CallSide(
        view=hotline.boards.calls,
        control=hotline.contacts,
        traces=hotline.boards.facts,
        numbers=hotline.ground.vault,
        hand_offs=hand_offs,
    )


def _login_side(hotline: Hotline) -> LoginSide:
    ground, settings = hotline.ground, hotline.ground.settings.console
    store = PgLogins(ground.pool)
    return LoginSide(
        store=store,
        sessions=Sessions(
            store,
            ground.clock,
            lasts=settings.session_lasts,
            wall_lasts=settings.wall_session_lasts,
        ),
        passwords=Passwords(settings.password),
        brake=LoginBrake(),
    )


def _floor_side(hotline: Hotline, duties: DutyDesk) -> FloorSide:
    ground = hotline.ground
    sources = LiveSources(
        floor=hotline.hall.desk,
        directory=hotline.hall.directory,
        calls=hotline.boards.calls,
        callers=tagged_callers(hotline),
        alarms=hotline.boards.alarms.standing,
        callbacks=duties,
        beeps=lambda: ground.rules.supervision.listening.beep is not Beep.NONE,
    )
    live = LiveFeed(sources, ground.clock, ground.settings.console)
    ground.feed.add("live channel", live.see)
    hotline.boards.alarms.on_change(lambda: live.see(()))
    return FloorSide(floor=hotline.hall.desk, directory=hotline.hall.directory, live=live)


def _wrap_up(hotline: Hotline) -> WrapUp:
    return WrapUp(
        intake=hotline.papers.intake,
        calls=hotline.boards.calls,
        vault=hotline.ground.vault,
        directory=hotline.hall.directory,
        site=hotline.ground.settings.site,
    )


def _figures(hotline: Hotline) -> FiguresDesk:
    ground = hotline.ground
    site = ground.settings.site.region_code
    desk = FiguresDesk(
        live_figures=hotline.boards.figures,
        reports=FigureReports(FiguresStore(ground.pool, site), agent_card_rows(ground).quality),
        districts=ground.rules.districts,
        directory=hotline.hall.directory,
        desk=hotline.hall.desk,
        site=site,
    )
    ground.in_force.follow(desk.use)
    return desk


def _health(hotline: Hotline) -> Health:
    ground, telephone = hotline.ground, hotline.telephone
    return Health(
        pool=ground.pool,
        journal=ground.journal,
        shipper=ground.shipper,
        projections=ground.projections,
        feed=ground.feed,
        desk=hotline.hall.desk,
        floor=hotline.hall.floor,
        board=hotline.boards.alarms,
        link=telephone.link,
        switchboard=telephone.switchboard,
        floor_copy=ground.floor_copy,
        clock=ground.clock,
    )


async def make_first_logins(console: Console, instance: Path, settings: Settings) -> int:
    """The demo logins of a private instance, or a site's first administrator; how many are new.

    Raises Unavailable without the database.
    """
    wanted = _demo_logins(instance / "endpoints.json", console.floor.directory)
    first = settings.console.first_administrator.get_secret_value()
    if first:
        wanted.append(NewLogin("administrator", first, Role.ADMINISTRATOR))
    side = console.logins
    return await ensure_logins(side.store, side.passwords, console.clock, wanted)


def _demo_logins(file: Path, directory: KeepsDirectory) -> list[NewLogin]:
    if not file.exists():
        return []
    known = directory.directory.agents
    found = []
    for login in json.loads(file.read_text(encoding="utf-8")).get("logins", []):
        agent = AgentNo(login["agent_no"]) if login.get("agent_no") else None
        person = known.get(agent) if agent is not None else None
        third = person is not None and person.employer_kind is EmployerKind.THIRD_PARTY
        found.append(NewLogin(login["user"], login["password"], Role(login["role"]), agent, third))
    return found
