import argparse
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from hotline.rehearsal.command import add_arguments, rate, seconds, share
from hotline.rehearsal.compare import Difference
from hotline.rehearsal.faults import FaultKind, Struck
from hotline.rehearsal.privacy import scan, words_to_find
from hotline.rehearsal.report import Report
from tests.hotline.rehearsal.scene import T0, planned, s
from tests.hotline.rehearsal.test_compare import SAYS, scene

GAP = Difference("a", "来电 a 没有工单。", "Call a has no ticket.")


def report(*differences: Difference) -> Report:
    return Report(7, scene(), {"": 10.0}, SAYS, differences)


def test_the_json_has_the_figures_and_the_sentences() -> None:
    told = orjson.loads(report(GAP).json())

    figures = ("offered", "answered", "abandoned", "tickets", "cases", "duties")
    assert {name: told[name] for name in figures} == {
        "offered": 5,
        "answered": 2,
        "abandoned": 2,
        "tickets": 2,
        "cases": 2,
        "duties": 2,
    }
    assert told["differences"] == ["来电 a 没有工单。 / Call a has no ticket."]


def test_only_a_rehearsal_without_differences_ends_with_zero() -> None:
    assert (report().exit_code, report(GAP).exit_code) == (0, 1)


def test_a_server_that_died_by_itself_is_named_and_is_no_success() -> None:
    struck = [
        Struck(FaultKind.ASTERISK_RESTART, T0, T0 + s(2), by_itself) for by_itself in (False, True)
    ]
    asked, died = (replace(report(), faults=[one]) for one in struck)

    assert (asked.exit_code, died.exit_code) == (0, 1)
    assert "asterisk-restart 1 (<= 2.0 s)" in asked.text()
    assert "asterisk-restart 自行 by itself 1 (<= 2.0 s)" in died.text()
    assert [one["by_itself"] for one in orjson.loads(died.json())["faults"]] == [True]


def test_the_text_is_chinese_first_and_then_english() -> None:
    text = report(GAP).text()

    assert text.index("演练报告") < text.index("来电 a 没有工单") < text.index("Report of")
    assert "Call a has no ticket." in text


def test_a_number_in_a_log_is_found_in_any_form_and_not_repeated(tmp_path: Path) -> None:
    """SEC-01: no personal data in any log line or journal row."""
    (tmp_path / "journal").mkdir()
    (tmp_path / "hotline.log").write_text("caller +8619904310001 rang")
    (tmp_path / "journal" / "1.jsonl").write_text('{"caller": "199****0001"}')

    found = list(scan(tmp_path, words_to_find([planned()])))

    assert [one.about for one in found] == ["hotline.log"]
    assert "19904310001" not in found[0].sentence


def test_the_options_are_read_as_people_write_them() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    read = parser.parse_args(["--rate", "5/s", "--no-answer", "2%", "--talk", "20s"])

    assert (read.rate, read.no_answer, read.talk) == (5.0, 0.02, 20.0)
    assert (rate("1.5"), seconds("60"), share("0.5")) == (1.5, 60.0, 0.5)


@pytest.mark.parametrize("text", ["fast", "-1/s", "0"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        rate(text)
