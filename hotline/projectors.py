"""Who makes tables of the journal, each by its own name and at its own pace."""

from callbacks.store import MissedProjector
from cases.hand_off_store import HandOffProjector
from cases.progress_store import ProgressEnquiries
from cases.relay_store import RelayCalls
from config.settings import Settings
from console.recordings_store import RecordingIndex
from figures.experts_store import ExpertsProjector
from figures.lines_store import LinesProjector
from figures.passed_on_store import PassedOnProjector
from figures.staffing_store import PatienceProjector
from figures.store import FiguresProjector
from hotline.rule_files import RuleFiles
from intake.caller_store import CallerLanguages
from storage.projection import Projector


def projectors(settings: Settings, rules: RuleFiles) -> list[Projector]:
    figures = FiguresProjector(settings.site.region_code)
    lines = LinesProjector(settings.site.region_code, rules.lines.line_of, rules.lines.own)
    passed = PassedOnProjector(settings.site.region_code)
    missed, recordings = MissedProjector(rules.missed), RecordingIndex()
    hand_offs = HandOffProjector(settings.hand_off.receivers)
    experts = ExpertsProjector(settings.site.region_code)
    by_phone: list[Projector] = [RelayCalls(), ProgressEnquiries()]
    of_calls: list[Projector] = [figures, lines, passed, experts, missed, recordings]
    patience = PatienceProjector(settings.site.region_code)
    return [*of_calls, patience, CallerLanguages(), hand_offs, *by_phone]
