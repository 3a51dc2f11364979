"""Who makes tables of the journal, each by its own name and at its own pace."""

from callbacks.store import MissedProjector
from cases.hand_off_store import HandOffProjector
from cases.progress_store import ProgressEnquiries
from cases.relay_store import RelayCalls
from config.settings import Settings
from console.recordings_store import RecordingIndex
from console.staffing_port import RestFrom
from figures.experts_store import ExpertsProjector
from figures.inspection_store import TalkProjector
from figures.lines_store import LinesProjector
from figures.passed_on_store import PassedOnProjector
from figures.staffing_store import PatienceProjector
from figures.store import FiguresProjector
from figures.suspect_store import MaliciousProjector
from hotline.releases.in_force import RulesInForce
from hotline.staffing_facts import WellbeingBreakTaken
from intake.caller_store import CallerLanguages
from kernel.fact import Fact
from kernel.ids import CallId
from storage.projection import Projector


def projectors(settings: Settings, in_force: RulesInForce) -> list[Projector]:
    rules = in_force.now
    figures = FiguresProjector(settings.site.region_code)
    lines = LinesProjector(settings.site.region_code, rules.lines.line_of, rules.lines.own)
    passed = PassedOnProjector(settings.site.region_code)
    missed, recordings = MissedProjector(rules.missed), RecordingIndex()
    hand_offs = HandOffProjector(lambda: in_force.now.emergency.told)
    experts = ExpertsProjector(settings.site.region_code)
    by_phone: list[Projector] = [RelayCalls(), ProgressEnquiries(), TalkProjector()]
    of_calls: list[Projector] = [figures, lines, passed, experts, missed, recordings]
    patience = PatienceProjector(settings.site.region_code)
    return [*of_calls, malicious_callers(), patience, CallerLanguages(), hand_offs, *by_phone]


def malicious_callers() -> MaliciousProjector:
    """MAL-01: whose mark says that a call was abusive, it is not told elsewhere."""
    return MaliciousProjector(WellbeingBreakTaken.kind, _abusive)


def _abusive(fact: Fact) -> CallId | None:
    """The agent's own button says so (HR-02)."""
    if isinstance(fact, WellbeingBreakTaken) and fact.why == RestFrom.ABUSE.value:
        return fact.call
    return None
