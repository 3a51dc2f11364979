"""What a loader or a cross check found wrong, as a page shows it: key, value, remedy, zh and en."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from console.settings_rules_port import RuleProblem
from kernel.errors import BadSettings

# "surge.yaml: key a.b: value 'x': no good.", "menus.yaml: menus.main.say: there is no phrase 'x'."
_PLACED: Final = re.compile(
    r"^(?P<file>[\w/.-]+\.yaml): (?:key )?(?P<key>[\w.-]+): (?:value (?P<value>'[^']*'|\S+): )?"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_QUOTED: Final = re.compile(r"'([^']*)'")
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("请补上这一项。", "Add the key."),
    "extra_forbidden": ("没有这一项，请删除或改正拼写。", "Remove the key, or correct its name."),
}
# Of pydantic's types; `{...}` stands in its context.
_VALUES: Final[Mapping[str, str]] = {
    "greater_than": "须大于 {gt}。",
    "greater_than_equal": "不得小于 {ge}。",
    "less_than": "须小于 {lt}。",
    "less_than_equal": "不得大于 {le}。",
    "enum": "只能是以下之一：{expected}。",
    "literal_error": "只能是以下之一：{expected}。",
    "string_too_short": "至少 {min_length} 个字。",
    "string_too_long": "不超过 {max_length} 个字。",
    "string_pattern_mismatch": "格式不符：{pattern}。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "不超过 {max_length} 项。",
    "int_parsing": "请填写整数。",
    "int_type": "请填写整数。",
    "int_from_float": "请填写整数。",
    "float_parsing": "请填写数字。",
    "float_type": "请填写数字。",
    "bool_parsing": "请填写是或否。",
    "string_type": "请填写文字。",
    "date_from_datetime_parsing": "请填写日期，如 2026-01-01。",
    "value_error": "前后不一致：{error}。",
}
# What our own checks advise, as far as it is said again and again.
_ADVICE: Final = (
    (re.compile(r"^Use one of: (?P<those>.*)\.$"), "只能是以下之一：{those}。"),
    (re.compile(r"cannot be taken away"), "110、119、120、122 不可删除，请补回。"),
    (
        re.compile(r"under \[trunk\] of site\.toml"),
        "请先在 site.toml 的 [trunk] emergency 中加上该号码，重新生成 Asterisk 配置并重启，"
        "再写入名录。",
    ),
    (
        re.compile(r"\[hand_off\.receivers\]"),
        "请先在 site.toml 的 [hand_off.receivers] 中写明该系统的地址并重启，或去掉此项。",
    ),
    (re.compile(r"^Use a phrase of phrases\.yaml\.$|phrase of phrases"), "请使用已有的提示音。"),
    (re.compile(r"queues? of queues\.yaml"), "请使用已有的队列。"),
    (re.compile(r"levels?\.yaml|level of"), "请使用已有的层级。"),
    (
        re.compile(r"prompts|\.wav|[Cc]onvert"),
        "请先上传这句提示音的录音（8000 Hz、16 位、单声道 WAV）。",
    ),
    (re.compile(r"[Uu]nit"), "请使用已有的承办单位。"),
    (re.compile(r"catalogue"), "请使用当前有效的分类编码。"),
    (re.compile(r"restart|next start"), "被引用的规则要到下次启动才生效，请在重启后再发布。"),
    (re.compile(r"callers still wait"), "该队列还有人在等待，请在队列清空后再删除。"),
)
_ELSE: Final = "与其他规则不一致，请按英文说明改正。"


def problems_of(bad: BadSettings) -> list[RuleProblem]:
    """All that one error says: each wrong key of a shape, or the one place of a cross check."""
    cause = bad.__cause__
    if isinstance(cause, ValidationError):
        return [_of_shape(found) for found in cause.errors()]
    return [_of_check(bad)]


def problem(key: str, value: str, problem_en: str, remedy_en: str) -> RuleProblem:
    return RuleProblem(
        key=key, value=value, problem_en=problem_en, remedy_zh=_zh(remedy_en), remedy_en=remedy_en
    )


def in_words(found: Sequence[RuleProblem]) -> str:
    return " ".join(f"{one.key}: {one.problem_en}" for one in found)


def _of_shape(found: ErrorDetails) -> RuleProblem:
    kind, said = found["type"], found["msg"]
    zh, en = _KINDS.get(kind, (_VALUES.get(kind, _ELSE), f"{said}."))
    context = {key: str(value) for key, value in found.get("ctx", {}).items()}
    return RuleProblem(
        key=".".join(str(part) for part in found["loc"]),
        value=_shown(found["input"]),
        problem_en=f"{said}.",
        remedy_zh=zh.format_map(context) if "{" in zh else zh,
        remedy_en=en,
    )


def _shown(value: object) -> str:
    text = "" if isinstance(value, Mapping | list) or value is None else str(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _of_check(bad: BadSettings) -> RuleProblem:
    placed = _PLACED.match(bad.problem)
    if placed is None:
        return problem("", _first_quoted(bad.problem), bad.problem, bad.remedy)
    value = placed["value"] or _first_quoted(placed["rest"])
    return problem(placed["key"], value.strip("'"), bad.problem, bad.remedy)


def _first_quoted(text: str) -> str:
    found = _QUOTED.search(text)
    return found[1] if found is not None else ""


def _zh(remedy_en: str) -> str:
    for pattern, zh in _ADVICE:
        found = pattern.search(remedy_en)
        if found is not None:
            return zh.format_map(found.groupdict()) if "{" in zh else zh
    return _ELSE
