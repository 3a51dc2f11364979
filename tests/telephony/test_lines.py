"""By which number a citizen came in, and what stands between him and a person."""

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from kernel.errors import BadSettings
from telephony.lines import Arrival, BadLines, Line, Lines, check_lines, skills_named
from telephony.menu import BadMenus, Menus, check_menu_lengths
from telephony.menu_file import load_lines, load_menus
from telephony.phrases import load_phrases

CONFIG = Path(__file__).parents[2] / "config"
MENUS = load_menus(CONFIG / "menus.yaml")
SHIPPED = load_lines(CONFIG / "lines.yaml")
TODAY = date(2026, 11, 21)
NAMED: dict[str, str] = {"name_zh": "甲", "name_en": "A"}
OWN: dict[str, Any] = {**NAMED, "kind": "own", "menu": "main"}


def lines(**more: Any) -> Lines:
    """Our own line, and these."""
    changed = {"own": "main", "greeting": ["welcome"], "lines": {"main": OWN}, **more}
    changed["lines"] = {"main": OWN, **changed["lines"]}
    return Lines.model_validate(changed)


def arrival(dialled: str = "12345", **known: Any) -> Arrival:
    return Arrival(dialled=dialled, today=TODAY, **known)


def merged(**more: Any) -> dict[str, Any]:
    return {**NAMED, "kind": "merged", "dialled": ["12333"], "menu": "main", **more}


def test_a_number_that_no_line_claims_is_our_own_and_gets_the_menu() -> None:
    entrance = SHIPPED.entrance(arrival("043112345"), MENUS)

    assert (entrance.line, entrance.why) == ("main", "menu")
    assert entrance.menu == MENUS.menus["main"]
    assert entrance.answer is None
    assert entrance.pass_on is None


def test_mrg_01_a_merged_number_lands_with_those_who_know_its_matters() -> None:
    """MRG-01: the number is given up, the skill of its former agents is asked for."""
    entrance = SHIPPED.entrance(arrival("12333"), MENUS)

    assert (entrance.line, entrance.why) == ("labour", "line")
    assert entrance.say == ("welcome", "recording_notice")
    assert entrance.answer is not None
    assert entrance.answer.queue == "labour"


def test_mrg_02_a_dual_number_without_seats_of_its_own_gets_its_menu() -> None:
    """MRG-02."""
    kept = lines(lines={"water": merged(kind="dual", dialled=["96123"])})

    assert kept.entrance(arrival("96123"), MENUS).menu == MENUS.menus["main"]


@pytest.mark.parametrize("kind", ["seated", "branch"])
def test_mrg_03_the_callers_of_a_line_with_seats_of_its_own_are_passed_on(kind: str) -> None:
    """MRG-03, MRG-04: also for one who is on a list of ours."""
    tax = {**NAMED, "kind": kind, "dialled": ["12366"], "number": "043112366"}
    known = lines(lines={"tax": tax}, lists={"elderly": skipping("elderly")})

    entrance = known.entrance(arrival("12366", lists={"elderly"}), MENUS)

    assert entrance.pass_on == "043112366"
    assert (entrance.menu, entrance.answer) == (None, None)


def test_a_call_from_110_goes_straight_to_a_person_whoever_rings() -> None:
    """EMG-02, I14: no list, no language, no menu is asked."""
    police = {
        **NAMED,
        "kind": "emergency",
        "dialled": ["043199110"],
        "straight": {"queue": "police"},
    }
    known = lines(lines={"police": police}, lists={"elderly": skipping("elderly")})

    entrance = known.entrance(arrival("043199110", lists={"elderly"}), MENUS)

    assert entrance.answer is not None
    assert entrance.answer.queue == "police"
    assert entrance.why == "line"
    assert entrance.say == ()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 20), ()),
        (date(2026, 11, 21), ("line_moved",)),
        (date(2026, 11, 30), ("line_moved",)),
        (date(2026, 12, 1), ()),
    ],
)
def test_mrg_07_the_transition_is_announced_from_its_first_day_to_its_last(
    day: date, said: tuple[str, ...]
) -> None:
    """MRG-07."""
    notice = {"say": ["line_moved"], "first_day": "2026-11-21", "last_day": "2026-11-30"}
    known = lines(lines={"labour": merged(notice=notice)})

    assert known.entrance(Arrival(dialled="12333", today=day), MENUS).say == said


def skipping(queue: str) -> dict[str, Any]:
    return {**NAMED, "skips_menu": True, "to": {"queue": queue}}


def test_an_elderly_caller_hears_no_menu() -> None:
    """SPC-03."""
    entrance = SHIPPED.entrance(arrival(lists={"elderly"}), MENUS)

    assert entrance.why == "list:elderly"
    assert entrance.say == ("welcome", "recording_notice")
    assert entrance.answer is not None
    assert entrance.answer.queue == "elderly"
    assert entrance.menu is None


def test_an_enterprise_gets_its_seats_by_silence_and_keeps_every_key() -> None:
    """SPC-01."""
    menu = SHIPPED.entrance(arrival(lists={"enterprise"}), MENUS).menu

    assert menu is not None
    assert answered(menu.after("")) == "enterprise"
    assert answered(menu.after("0")) == "general"
    assert answered(menu.after("2")) == "dialect"


def answered(answer: Any) -> str:
    assert answer is not None
    return str(answer.queue)


def test_who_is_on_two_lists_is_served_by_the_first_of_the_file() -> None:
    entrance = SHIPPED.entrance(arrival(lists={"enterprise", "elderly"}), MENUS)

    assert entrance.why == "list:elderly"


def test_the_area_he_rings_from_fits_him_unless_a_list_does() -> None:
    area = {"0433": {**NAMED, "to": {"queue": "korean"}}}
    known = lines(areas=area, lists={"enterprise": {**NAMED, "to": {"queue": "enterprise"}}})

    by_area = known.entrance(arrival(area="0433"), MENUS)
    by_list = known.entrance(arrival(area="0433", lists={"enterprise"}), MENUS)

    assert by_area.menu is not None
    assert by_list.menu is not None
    assert answered(by_area.menu.after("")) == "korean"
    assert answered(by_list.menu.after("")) == "enterprise"
    assert known.entrance(arrival(area="0431"), MENUS).why == "menu"


def test_who_chose_a_language_last_time_gets_it_again_by_silence() -> None:
    """SPC-02: before list and area, because he said so himself."""
    entrance = SHIPPED.entrance(arrival(lists={"enterprise"}, language="dongbei"), MENUS)

    assert entrance.why == "language:dongbei"
    assert entrance.menu is not None
    assert answered(entrance.menu.after("")) == "dialect"
    assert answered(entrance.menu.after("0")) == "general"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({**OWN, "straight": {"queue": "general"}}, "exactly one"),
        ({**NAMED, "kind": "merged"}, "exactly one"),
        ({**NAMED, "kind": "seated", "menu": "main"}, "the number of its seats"),
        ({**NAMED, "kind": "merged", "number": "12366"}, "menu or straight"),
        ({**NAMED, "kind": "emergency", "menu": "main"}, "straight to a person"),
    ],
)
def test_a_line_that_leads_nowhere_or_to_two_places_is_refused(
    line: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValidationError, match=problem):
        Line.model_validate(line)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"own": "tax"}, "there is no line 'tax'"),
        ({"own": "labour", "lines": {"labour": merged()}}, "not of kind own"),
        ({"lines": {"a": merged(), "b": merged()}}, "12333 belongs to two lines"),
        ({"areas": {"433": {**NAMED, "to": {"queue": "korean"}}}}, "pattern"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(changed: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        lines(**changed)


def test_the_last_day_of_a_notice_is_not_before_its_first() -> None:
    notice = {"say": ["line_moved"], "first_day": "2026-11-21", "last_day": "2026-11-20"}

    with pytest.raises(ValidationError, match="last_day lies before first_day"):
        lines(lines={"labour": merged(notice=notice)})


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"lines": {"labour": merged(menu="no")}}, "lines.labour.menu: there is no menu 'no'"),
        (
            {"lines": {"labour": merged(menu=None, straight={"queue": "no"})}},
            "lines.labour.straight.queue: there is no queue 'no'",
        ),
        ({"lists": {"old": skipping("no")}}, "lists.old.to.queue: there is no queue 'no'"),
        ({"areas": {"0433": skipping("no")}}, "areas.0433.to.queue: there is no queue 'no'"),
        ({"languages": {"ko": {"queue": "no"}}}, "languages.ko.queue: there is no queue 'no'"),
        (
            {"languages": {"ko": {"queue": "general", "skills": {"no": 1}}}},
            "languages.ko.skills: there is no skill 'no'",
        ),
        (
            {
                "lines": {
                    "labour": merged(notice={"say": ["no"], "first_day": TODAY, "last_day": TODAY})
                }
            },
            "lines.labour.notice.say: there is no phrase 'no'",
        ),
    ],
)
def test_what_a_line_names_and_is_not_there_stops_the_start(
    changed: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadLines, match=where) as refused:
        check(lines(**changed), queues=["general"], phrases=["welcome"])

    assert refused.value.remedy


def test_the_shipped_lines_name_only_what_is_shipped() -> None:
    phrases = load_phrases(CONFIG / "phrases.yaml")
    queues = ["general", "labour", "police", "elderly", "enterprise", "dialect", "korean"]

    check(SHIPPED, queues=queues, phrases=phrases.phrases, numbers=["12333", "12345110"])


def check(
    known: Lines, *, queues: Iterable[str], phrases: Iterable[str], numbers: Collection[str] = ()
) -> None:
    numbers = numbers or ["12333"]
    check_lines(known, MENUS, queues=queues, skills=["ko"], phrases=phrases, numbers=numbers)


def test_a_line_whose_number_the_dialplan_does_not_take_stops_the_start() -> None:
    with pytest.raises(BadLines, match=r"lines\.labour\.dialled: no call to 12333") as refused:
        check(lines(lines={"labour": merged()}), queues=[], phrases=["welcome"], numbers=["1"])

    assert "hotline_numbers" in refused.value.remedy


def test_the_skills_and_the_emergency_numbers_that_the_file_names_are_known() -> None:
    korean = {"queue": "general", "skills": {"minority_lang:ko": 2}}

    assert skills_named(lines(languages={"ko": korean})) == {"minority_lang:ko"}
    assert SHIPPED.emergency_numbers == ("12345110",)


def test_nothing_is_looked_up_where_it_could_change_nothing() -> None:
    assert SHIPPED.is_straight("12345110")
    assert not SHIPPED.is_straight("12345")


def test_a_key_that_stands_twice_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "lines.yaml"
    file.write_text("own: a\nown: b\n", encoding="utf-8")

    with pytest.raises(BadSettings, match="'own' stands twice"):
        load_lines(file)


@pytest.mark.parametrize(("seconds", "refused"), [(15.0, False), (15.1, True)])
def test_a_menu_longer_than_fifteen_seconds_stops_the_start(seconds: float, refused: bool) -> None:
    """NAV-04: as its sounds really last."""

    def check(menus: Menus) -> None:
        check_menu_lengths(menus, lambda said: seconds if "menu" in said else 0.0)

    if refused:
        with pytest.raises(BadMenus, match=r"menus\.main\.say: its sounds last 15\.1 s"):
            check(MENUS)
    else:
        check(MENUS)
