"""The survey file: what is accepted, and how a wrong one is refused."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from callbacks.questions import CASE_RESULT, BadSurvey, load_survey, load_surveys
from telephony.phrases import load_phrases

CONFIG = Path(__file__).parents[2] / "config"
FILE = CONFIG / "surveys" / "case_result.yaml"
RAW: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
BOOK = load_phrases(CONFIG / "phrases.yaml")
PHRASES = {*BOOK.phrases, *BOOK.tones}


def test_the_shipped_survey_stores_levels_by_the_files_own_map() -> None:
    """B4, C5: the map from key to level stands in the file."""
    survey = load_surveys(CONFIG / "surveys", PHRASES)[CASE_RESULT]

    keys = survey.questions["satisfaction"].keys
    assert {key: choice.level for key, choice in keys.items()} == {
        "1": 5, "2": 4, "3": 3, "4": 2, "5": 1,
    }  # fmt: skip
    assert (survey.commands.again, survey.commands.person, survey.commands.never) == ("9", "0", "*")
    assert survey.first == "identity"  # nothing of the case is said before (G)


def test_a_site_may_turn_the_scale_round(tmp_path: Path) -> None:
    raw = deepcopy(RAW)
    keys = raw["questions"]["satisfaction"]["keys"]
    raw["questions"]["satisfaction"]["keys"] = {str(6 - int(k)): v for k, v in keys.items()}

    survey = load_survey(written(tmp_path, raw), PHRASES)

    assert survey.questions["satisfaction"].keys["5"].level == 5


def no_solved(raw: dict[str, Any]) -> None:
    del raw["questions"]["solved"]
    raw["questions"]["contacted"]["silence"] = {"next": "satisfaction"}
    for choice in raw["questions"]["contacted"]["keys"].values():
        choice["next"] = "satisfaction"


def set_in(*path: str, to: object) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        at = raw
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (no_solved, "'solved' is missing"),
        (set_in("questions", "contacted", "silence", to={"next": "identity"}), "no later question"),
        (set_in("questions", "contacted", "silence", to={}), "either `next`"),
        (set_in("questions", "satisfaction", "keys", "2", "level", to=5), "each of the levels"),
        (set_in("questions", "solved", "keys", "1", "level", to=5), "only satisfaction has levels"),
        (set_in("questions", "solved", "keys", "1", "value", to="maybe"), "which no key means"),
        (set_in("questions", "reason", "keys", "1", "value", to="maybe"), "unknown value 'maybe'"),
        (set_in("commands", "again", to="1"), "is a command"),
        (set_in("commands", "again", to="0"), "three keys"),
        (set_in("greeting", to=["no_such_phrase"]), "no such phrase"),
        (set_in("questions", "identity", "words", "later", to=["是"]), "same words"),
        (
            set_in("questions", "comment", "keys", to={"1": {"value": "x", "end": "complete"}}),
            "either",
        ),
        (set_in("name", to="other"), "the file is called case_result"),
        (set_in("each", to="identity"), "no question after the first"),
    ],
)
def test_a_wrong_file_stops_the_start_with_the_remedy(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    raw = deepcopy(RAW)
    change(raw)

    with pytest.raises(BadSurvey, match=said) as refused:
        load_survey(written(tmp_path, raw), PHRASES)

    assert refused.value.remedy
    assert "case_result.yaml" in str(refused.value)


def test_a_folder_without_the_survey_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSurvey, match="is missing"):
        load_surveys(tmp_path, PHRASES)


def written(folder: Path, raw: dict[str, Any]) -> Path:
    file = folder / "case_result.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file
