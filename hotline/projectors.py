"""Who makes tables of the journal, each by its own name and at its own pace."""

from callbacks.store import MissedProjector
from config.settings import Settings
from console.recordings_store import RecordingIndex
from figures.passed_on_store import PassedOnProjector
from figures.store import FiguresProjector
from hotline.rule_files import RuleFiles
from intake.caller_store import CallerLanguages
from storage.projection import Projector


def projectors(settings: Settings, rules: RuleFiles) -> list[Projector]:
    figures = FiguresProjector(settings.site.region_code)
    passed = PassedOnProjector(settings.site.region_code)
    return [figures, passed, MissedProjector(rules.missed), RecordingIndex(), CallerLanguages()]
