"""Which rule files there are, how they are called, what shape they have, when a release is obeyed.

A file's name is its path below the config folder, without extension, with dots: queues,
catalogue.units. `directory.yaml` is none of them: the database is its truth since the first start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from acd.experts import Experts
from acd.policy import QueuePolicies
from acd.seat_ratio import Districts
from acd.staffing_rules import StaffingRules
from acd.surge_plans import SurgeRules
from callbacks.questions import Survey
from callbacks.service_rating import ServiceRating
from callbacks.settings import CallbackSettings
from callbacks.workdays import Calendar
from cases.progress_settings import ProgressSettings
from console.settings_rules_port import Applies, UnknownRuleFile
from figures.inspection_rules import InspectionRules
from hotline.watch.alarm_settings import SupervisionSettings
from intake.catalogue import Contents, Node, Unit
from intake.suspects import MaliciousRules
from telephony.emergency_directory import EmergencyDirectory
from telephony.levels import Levels
from telephony.lines import Lines
from telephony.menu import Menus
from telephony.phrases import Phrases
from telephony.speech.settings import SpeechSettings
from telephony.utilities import Utilities

NEXT: Final = Applies.NEXT_START
AT_ONCE: Final = Applies.AT_ONCE


@dataclass(frozen=True, slots=True)
class RuleFile:
    """`of`: the model of the document."""

    title_zh: str
    title_en: str
    of: Any
    applies: Applies = NEXT


# What names something of another file is checked together with it, whenever either is obeyed.
RULE_FILES: Final[Mapping[str, RuleFile]] = {
    "queues": RuleFile("队列与话务分配", "Queues and the floor", QueuePolicies, AT_ONCE),
    "menus": RuleFile("语音导航", "Menus", Menus, AT_ONCE),
    "phrases": RuleFile("提示音与话术", "Phrases", Phrases, AT_ONCE),
    "holidays": RuleFile("节假日与调休", "Holidays", Calendar, AT_ONCE),
    "catalogue.catalogue": RuleFile("分类目录：版本", "Catalogue: version", Contents, AT_ONCE),
    "catalogue.units": RuleFile("承办单位", "Units", dict[str, Unit], AT_ONCE),
    "utilities": RuleFile("公共事业名录", "Utilities", Utilities, AT_ONCE),
    "emergency": RuleFile("紧急电话名录", "Emergency lines", EmergencyDirectory, AT_ONCE),
    "levels": RuleFile("省市县层级", "Levels", Levels),
    "lines": RuleFile("热线归并与名单", "Lines and lists", Lines),
    "surge": RuleFile("高峰预案与溢出", "Surge plans and overflow", SurgeRules),
    "experts": RuleFile("专家坐席", "Experts", Experts, AT_ONCE),
    "districts": RuleFile("区划与座席配比", "Districts and seat ratio", Districts, AT_ONCE),
    "callbacks": RuleFile("回拨与回访规则", "Callbacks", CallbackSettings, AT_ONCE),
    "service_rating": RuleFile("服务评价", "Service rating", ServiceRating, AT_ONCE),
    "surveys.case_result": RuleFile("办件回访问卷", "Survey of a closed case", Survey),
    "speech": RuleFile("语音识别", "Speech recognition", SpeechSettings),
    "progress": RuleFile("办理进度查询", "Progress by phone", ProgressSettings, AT_ONCE),
    "supervision": RuleFile("班长监听与告警", "Listening and alarms", SupervisionSettings, AT_ONCE),
    "staffing": RuleFile("排班与预测", "Staffing", StaffingRules, AT_ONCE),
    "inspection": RuleFile("质检评分", "Quality inspection", InspectionRules, AT_ONCE),
    "malicious": RuleFile("恶意来电处置", "Malicious callers", MaliciousRules, AT_ONCE),
}
_TREE: Final = "catalogue."


def path_of(name: str) -> str:
    """Below the config folder."""
    return name.replace(".", "/") + ".yaml"


def rule_file(name: str, top: object = None) -> RuleFile:
    """`top`: what stands in it, for the name of a tree of the catalogue. Raises UnknownRuleFile."""
    known = RULE_FILES.get(name)
    if known is not None:
        return known
    if not name.startswith(_TREE):
        raise unknown_file(name)
    said = top.get("name") if isinstance(top, Mapping) else None
    title = said if isinstance(said, str) else name.removeprefix(_TREE)
    return RuleFile(f"分类目录：{title}", f"Catalogue: {title}", Node, AT_ONCE)


def unknown_file(name: str) -> UnknownRuleFile:
    return UnknownRuleFile(f"There is no rule file {name!r}.", remedy="Choose one of the list.")


def names_among(paths: Iterable[str]) -> list[str]:
    """The rule files among these paths, in the order of the list; trees of the catalogue after."""
    found = {path.removesuffix(".yaml").replace("/", ".") for path in paths}
    trees = sorted(name for name in found if name.startswith(_TREE) and name not in RULE_FILES)
    return [name for name in RULE_FILES if name in found] + trees


@cache
def shape_of(name: str) -> dict[str, Any]:
    """The document's JSON schema."""
    return TypeAdapter(rule_file(name).of).json_schema()
