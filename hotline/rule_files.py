"""Every file that a centre edits, read and checked before the first connection is opened.

A wrong one stops the start with file, key, value and remedy, whatever servers are there. What a
file names in another file is checked here too, because no package may know another's file.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from acd.directory import Directory
from acd.experts import Experts, load_experts
from acd.policy import QueuePolicies, load_policies
from acd.seat_ratio import Districts, load_districts
from acd.seed import load_directory
from acd.staffing_rules import StaffingRules, load_staffing_rules
from acd.surge_plans import SurgeRules, load_surge
from callbacks.questions import CASE_RESULT, Survey, load_surveys
from callbacks.service_rating import ServiceRating, load_service_rating
from callbacks.settings import CallbackSettings, MissedSettings, load_callback_settings
from callbacks.workdays import Calendar, load_calendar
from cases.progress_settings import ProgressSettings, load_progress
from config.settings import Settings
from figures.inspection_rules import InspectionRules, load_inspection
from hotline.places import Places
from hotline.surge.checks import check_surge
from hotline.watch.alarm_settings import SupervisionSettings, load_supervision
from intake.catalogue import Catalogue, load_catalogue
from intake.suspects import MaliciousRules, load_malicious
from intake.ticket import CHINA
from kernel.clock import SystemClock
from kernel.errors import BadSettings
from telephony.emergency_directory import EmergencyDirectory, check_emergency, load_emergency
from telephony.levels import BadLevels, Levels, check_levels
from telephony.lines import Lines, check_lines, skills_named
from telephony.menu import Menus, check_menu_lengths, check_menus
from telephony.menu_file import load_levels, load_lines, load_menus
from telephony.navigation import check_navigation, with_inserts
from telephony.phrases import Phrases, load_phrases
from telephony.sound_files import SoundFiles, check_sounds
from telephony.speech.settings import SpeechSettings, load_speech_settings
from telephony.spoken import Sound
from telephony.utilities import Utilities, check_utilities, load_utilities


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFiles:
    """`directory` is what an empty database starts with; afterwards the database is the truth."""

    policies: QueuePolicies
    surge: SurgeRules
    menus: Menus
    lines: Lines
    levels: Levels
    utilities: Utilities
    emergency: EmergencyDirectory
    phrases: Phrases
    sounds: SoundFiles
    directory: Directory
    experts: Experts
    catalogue: Catalogue
    districts: Districts
    callbacks: CallbackSettings
    calendar: Calendar
    survey: Survey  # of a closed case
    rating: ServiceRating  # after an agent's call
    speech: SpeechSettings
    progress: ProgressSettings
    supervision: SupervisionSettings
    staffing: StaffingRules
    inspection: InspectionRules
    malicious: MaliciousRules

    @property
    def missed(self) -> MissedSettings:
        return self.callbacks.missed


def read_rule_files(settings: Settings, places: Places) -> RuleFiles:
    """Raises BadSettings with file, key, value and remedy."""
    folder = places.config
    phrases = load_phrases(folder / "phrases.yaml")
    sounds, levels = {*phrases.phrases, *phrases.tones}, load_levels(folder / "levels.yaml")
    policies, surge = load_policies(folder / "queues.yaml"), load_surge(folder / "surge.yaml")
    rules = RuleFiles(
        policies=policies.model_copy(update={"overflow_capacity": surge.capacity()}),
        surge=surge,
        menus=_menus(folder, levels),
        lines=load_lines(folder / "lines.yaml"),
        levels=levels,
        utilities=load_utilities(folder / "utilities.yaml"),
        emergency=_emergency(folder, settings),
        phrases=phrases,
        sounds=_sounds(phrases, settings, places),
        directory=load_directory(folder / "directory.yaml"),
        experts=load_experts(folder / "experts.yaml"),
        catalogue=load_catalogue(folder / "catalogue"),
        districts=load_districts(folder / "districts.yaml"),
        callbacks=load_callback_settings(folder / "callbacks.yaml"),
        calendar=load_calendar(folder / "holidays.yaml"),
        rating=load_service_rating(folder / "service_rating.yaml", sounds),
        survey=load_surveys(folder / "surveys", sounds)[CASE_RESULT],
        speech=load_speech_settings(folder / "speech.yaml"),
        progress=load_progress(folder / "progress.yaml"),
        supervision=load_supervision(folder / "supervision.yaml"),
        staffing=load_staffing_rules(folder / "staffing.yaml"),
        inspection=load_inspection(folder / "inspection.yaml"),
        malicious=_malicious(folder, phrases),
    )
    _check_queues(rules, settings)
    check_surge(rules.surge, rules.policies, rules.levels, rules.phrases.phrases)
    _check_levels(rules, settings)
    _check_experts(rules)
    check_menu_lengths(rules.menus, lambda said: rules.sounds.seconds_of(phrases.say(*said)))
    # The console may have added skills: those are checked when the database's are known.
    check_ways_in(rules, settings, skills=_skills_named(rules.menus) | skills_named(rules.lines))
    return rules


def _sounds(phrases: Phrases, settings: Settings, places: Places) -> SoundFiles:
    return check_sounds(
        phrases.texts(),
        shipped=places.shipped_sounds,
        site=places.site_sounds(settings),
        uploaded=places.uploaded_sounds,
    )


def _emergency(folder: Path, settings: Settings) -> EmergencyDirectory:
    directory = load_emergency(folder / "emergency.yaml")
    receivers = settings.hand_off.receivers
    check_emergency(directory, dialled=settings.trunk.emergency, receivers=receivers)
    return directory


def _malicious(folder: Path, phrases: Phrases) -> MaliciousRules:
    rules = load_malicious(folder / "malicious.yaml")
    if rules.measure.announcement not in phrases.phrases:
        raise BadSettings(
            f"malicious.yaml: key measure.announcement: no phrase {rules.measure.announcement!r}.",
            remedy="Use a phrase of phrases.yaml.",
        )
    return rules


def check_ways_in(rules: RuleFiles, settings: Settings, *, skills: Collection[str]) -> None:
    """Menus and lines name only queues, skills, phrases and numbers that there are.

    Raises BadMenus, BadLines.
    """
    queues, phrases = rules.policies.queues, rules.phrases.phrases
    check_menus(rules.menus, queues=queues, skills=skills, phrases=phrases)
    check_lines(
        rules.lines,
        rules.menus,
        queues=queues,
        skills=skills,
        phrases=phrases,
        numbers=settings.site.hotline_numbers,
    )


def _menus(folder: Path, levels: Levels) -> Menus:
    """The province's tree with the city's own words in it (NAV-04)."""
    menus = load_menus(folder / "menus.yaml")
    check_navigation(menus, levels.navigation)
    return with_inserts(menus, levels.inserts)


def _check_levels(rules: RuleFiles, settings: Settings) -> None:
    """Levels and utilities name only what there is, and we are who site.toml says."""
    levels, site = rules.levels, settings.site
    menus = {name: menu.choices().values() for name, menu in rules.menus.menus.items()}
    check_levels(levels, queues=rules.policies.queues, phrases=rules.phrases.phrases, menus=menus)
    if levels.here.region_code not in (None, site.region_code):
        raise BadLevels(
            f"levels.yaml: own: {levels.own!r} has the region_code {levels.here.region_code}, and "
            f"site.toml says {site.region_code}.",
            remedy="Let own name the level of this site.",
        )
    today = SystemClock().now().astimezone(CHINA).date()
    check_utilities(
        rules.utilities, is_category=lambda code: rules.catalogue.find(code, on=today) is not None
    )


def _check_experts(rules: RuleFiles) -> None:
    unknown = sorted(rules.experts.units - set(rules.catalogue.units))
    if unknown:
        raise BadSettings(
            f"experts.yaml: key duties.unit: value {unknown[0]!r}: no such unit.",
            remedy="Use an id of catalogue/units.yaml, or add the unit there.",
        )


def _skills_named(menus: Menus) -> set[str]:
    return {
        skill
        for menu in menus.menus.values()
        for choice in (menu.person, *menu.keys.values())
        for skill in choice.skills
    }


def _check_queues(rules: RuleFiles, settings: Settings) -> None:
    for name, queue in rules.policies.queues.items():
        target = queue.overflow.target if queue.overflow is not None else None
        known = {*settings.overflow_targets, *rules.surge.targets}
        if target is not None and target not in known:
            raise BadSettings(
                f"queues.yaml: key queues.{name}.overflow.target: value {target!r}: site.toml "
                "gives it no number.",
                remedy=f'Write {target} = "the number to dial" under [overflow_targets].',
            )
        for sound in queue.whisper:
            if Sound(sound) not in rules.sounds.files:
                raise BadSettings(
                    f"queues.yaml: key queues.{name}.whisper: value {sound!r}: no such sound.",
                    remedy="Use the `file` of a phrase of phrases.yaml: zh/phrases/whisper_call.",
                )
