"""Builds the survey campaign: work list, robot, its telephone and the desk of its story."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from callbacks.attempts import Claim
from callbacks.duty import AttemptId, DutyKind
from callbacks.ports import ClosedCase, RevealsNumbers
from callbacks.questions import Survey
from callbacks.store import PgDutyStore
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_plan import SurveyPlan
from callbacks.survey_records import KeepsSurveys
from callbacks.survey_robot import Campaign, SurveyRobot
from callbacks.survey_store import PgSurveyStore
from callbacks.surveys import SurveyList
from cases.closing import ClosesCases
from cases.closing_store import PgCaseClosing
from figures.survey_store import PgSurveyFigures
from hotline.duties_wiring import Duties
from hotline.owed.dialling import Dialling
from hotline.owed.longest_wait import LongestWait
from hotline.owed.survey_office import SurveyOffice
from hotline.owed.survey_phone import SurveyPhone, TrunkNow
from hotline.rule_files import RuleFiles
from hotline.stories.hand_over import hand_over
from hotline.stories.survey_call import SurveyDesk
from hotline.surge_wiring import surveys_stopped
from hotline.wiring import Hotline
from kernel.errors import Unavailable
from kernel.ids import CallId, CaseId
from telephony import ami_actions as act
from telephony.facts import RecordingStarted
from telephony.live_call import LiveCall
from telephony.speech import listens


class NobodyListens:
    """Fits `Listens` where no worker understands speech: every survey goes by keys."""

    def hears(self, language: listens.Language) -> bool:
        return False

    async def choice(self, call: LiveCall, question: listens.Question) -> listens.Answer:
        return listens.KeysOnly("no recogniser is installed")

    async def comment(self, call: LiveCall, question: listens.OpenQuestion) -> listens.Comment:
        return listens.KeysOnly("no recogniser is installed")


@dataclass(frozen=True, kw_only=True)
class Surveys:
    """All of it, in the leader."""

    robot: SurveyRobot
    office: SurveyOffice

    async def run(self) -> None:
        await self.office.finish_judged()
        await self.robot.run()


class ClosedCases:
    """The case store's side of the work list: fits `callbacks.ports.ListsClosedCases`."""

    def __init__(self, closing: ClosesCases, numbers: RevealsNumbers) -> None:
        self._closing = closing
        self._numbers = numbers

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> Sequence[ClosedCase]:
        found = []
        for one in await self._closing.closed(since, limit, behind):
            number = await self._numbers.reveal(one.number_key) if one.number_key else None
            found.append(
                ClosedCase(
                    case=one.case,
                    round=one.round,
                    contact_key=one.number_key if number is not None else None,
                    contact=number.masked() if number is not None else "",
                    closed_at=one.closed_at,
                    unit=one.unit,
                )
            )
        return found

    async def barred(self, cases: Collection[CaseId]) -> Mapping[CaseId, str]:
        return await self._closing.barred(cases)


def make_surveys(
    hotline: Hotline, duties: Duties, dialling: Dialling, listener: listens.Listens | None = None
) -> Surveys:
    """Before the switchboard runs."""
    ground, rules = hotline.ground, duties.settings.schedule
    desk = _desk(hotline, duties, listener or NobodyListens())
    cases = ClosedCases(PgCaseClosing(ground.pool), ground.vault)
    work_list = SurveyList(duties.store, cases, duties.rules)
    phone = SurveyPhone(
        dialling,
        desk,
        _trunk_now(hotline, rules.survey.trunk_lines),
        ring_for=rules.survey.ring_for,
        asked_last=AskedLast(hotline, desk.keeps),
        language_of=LanguageOf(PgCaseClosing(ground.pool), ground.rules.survey),
    )
    campaign = Campaign(
        work_list=work_list,
        engine=duties.engine,
        keeps=desk.keeps,
        numbers=ground.vault,
        rules=rules,
    )
    robot = SurveyRobot(campaign, phone, ground.clock)
    ground.feed.add("survey robot", robot.see)
    dialling.add({DutyKind.SURVEY}, phone.adopt, phone.finish)
    office = _office(hotline, duties, work_list, phone)

    def use(_: RuleFiles) -> None:
        """After `duties.rules` has it."""
        campaign.rules = office.rules = duties.rules.settings.schedule
        phone.use(campaign.rules.survey)

    ground.in_force.follow(use)
    return Surveys(robot=robot, office=office)


def _desk(hotline: Hotline, duties: Duties, listener: listens.Listens) -> SurveyDesk:
    ground = hotline.ground
    desk = SurveyDesk(
        survey=ground.rules.survey,
        phrases=ground.rules.phrases,
        listener=listener,
        keeps=PgSurveyStore(ground.pool, ground.cipher),
        engine=duties.engine,
        write=ground.recorder.write,
        clock=ground.clock,
        zone=ZoneInfo(duties.settings.schedule.zone),
        record=Recorder(hotline),
        to_line=lambda call: hand_over(call, hotline.center),
    )
    ground.in_force.follow(desk.use)
    return desk


def _office(
    hotline: Hotline, duties: Duties, work_list: SurveyList, phone: SurveyPhone
) -> SurveyOffice:
    ground, desk = hotline.ground, phone.desk
    closing = PgCaseClosing(ground.pool)
    cases = ClosedCases(closing, ground.vault)
    return SurveyOffice(
        keeps=desk.keeps,
        closing=closing,
        work_list=work_list,
        plan=SurveyPlan(duties.lists, duties.store, cases, duties.rules),
        lists=duties.lists,
        duties=PgDutyStore(ground.pool),
        made=PgSurveyFigures(ground.pool, desk.zone),
        phone=phone,
        rules=duties.settings.schedule,
        listener=desk.listener,
        clock=ground.clock,
    )


class LanguageOf:
    """The citizen's own, when the survey is spoken in it; else Chinese."""

    def __init__(self, cases: ClosesCases, survey: Survey) -> None:
        self._cases = cases
        self._spoken = set(survey.languages)

    async def __call__(self, claim: Claim) -> listens.Language:
        case = claim.duties[0].case
        try:
            said = await self._cases.language(case) if case is not None else ""
        except Unavailable:
            said = ""
        known = said == listens.Language.KO and listens.Language.KO in self._spoken
        return listens.Language.KO if known else listens.Language.ZH


class AskedLast:
    """Where a survey call is: by the journal, or by the table when that is newer."""

    def __init__(self, hotline: Hotline, keeps: KeepsSurveys) -> None:
        self._facts = hotline.boards.facts
        self._keeps = keeps

    async def __call__(self, call: CallId) -> SurveyAsked | None:
        told = [f for f in await self._facts.facts_of(call) if isinstance(f, SurveyAsked)]
        kept = await self._keeps.asked_last(AttemptId(call))
        both = [*told[-1:], *([kept] if kept is not None else [])]
        return max(both, key=lambda fact: fact.at, default=None)


class Recorder:
    """The whole call is recorded: it is said so, and the reason is in it."""

    def __init__(self, hotline: Hotline) -> None:
        self._switchboard = hotline.telephone.switchboard
        self._write = hotline.ground.recorder.write
        self._clock = hotline.ground.clock

    def __call__(self, call: LiveCall) -> None:
        party = self._switchboard.mirror.parties.get(call.id)
        if (
            party is None
            or party.recording_told
            or not self._switchboard.settings.recording.enabled
        ):
            return
        party.recording_told = True
        self._switchboard.tell(act.agi(call.ami_name, "GOSUB record whole 1", f"record/{call.id}"))
        started = RecordingStarted(at=self._clock.now(), call=call.id, path=f"{call.id}.wav")
        self._write([started])
        self._switchboard.seal_left([call.id])


def _trunk_now(hotline: Hotline, lines: int) -> TrunkNow:
    switchboard, ground = hotline.telephone.switchboard, hotline.ground
    waits = LongestWait(hotline.hall.desk.snapshot())
    ground.feed.add("longest wait", waits.see)

    def answer_rate() -> float | None:
        counts = hotline.boards.figures.running()
        by_person = counts.answered + counts.fallback_answered
        return by_person / counts.settled if counts.settled else None

    return TrunkNow(
        lines=lines,
        is_up=lambda: switchboard.is_ready and not surveys_stopped(hotline),
        busy=lambda: len(switchboard.mirror.calls),
        answer_rate=answer_rate,
        longest_wait=lambda: waits.at(ground.clock.now()),
    )
