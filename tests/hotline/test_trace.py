"""The life of one call, read from the journal, in Chinese and in English."""

import argparse
from pathlib import Path

import pytest

from console.trace_words import SENTENCES, sentence
from hotline.commands import trace
from kernel.errors import NotFound
from kernel.ids import Epoch
from storage.journal import Journal
from storage.settings import JournalSettings
from tests.figures.histories import ACall
from tests.golden.known import facts_of, packages


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Two calls, one of them over a restart of the leader."""
    one, other = ACall("cc1-1.1", asked=0.5), ACall("cc1-1.11", asked=0.7)
    first = Journal.open(tmp_path / "journal", Epoch(1), JournalSettings())
    first.write([one.arrived(0), one.queued(), other.queued()])
    await first.close()
    second = Journal.open(tmp_path / "journal", Epoch(2), JournalSettings())
    second.write([one.answered(12.75), other.abandoned(20), one.talk_ended(100.75, 88)])
    await second.close()
    return tmp_path / "journal"


@pytest.fixture(autouse=True)
def nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_INSTANCE_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_DATABASE_DSN", raising=False)


def printed(capsys: pytest.CaptureFixture[str], folder: Path, call: str, *words: str) -> list[str]:
    parser = argparse.ArgumentParser()
    trace.add_arguments(parser)
    assert trace.main(parser.parse_args([call, "--journal", str(folder), *words])) == 0
    return capsys.readouterr().out.splitlines()


def test_a_call_is_told_in_chinese_by_the_clock_of_china(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(capsys, folder, "cc1-1.1") == [
        "来电 cc1-1.1: 4 条记录",
        "2026-11-20 12:00:00.000    +0.000  来电 138****5678 拨打 12345, 中继 in",
        "2026-11-20 12:00:00.500    +0.500  请求人工, 进入队列 general",
        "2026-11-20 12:00:12.750   +12.750  座席 S1001 (工号 1001) 接听, 等待 12.2 秒",
        "2026-11-20 12:01:40.750  +100.750  与座席 S1001 的通话结束, 88.0 秒",
    ]


def test_another_call_is_told_in_english(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, folder, "cc1-1.11", "--lang", "en")

    assert lines[0] == "call cc1-1.11: 2 facts"
    assert lines[2].endswith("gave up after 19.3 s")


def test_an_unknown_call_is_refused_with_where_to_look(folder: Path) -> None:
    parser = argparse.ArgumentParser()
    trace.add_arguments(parser)

    with pytest.raises(NotFound, match=r"knows no call 'cc1-9.9'"):
        trace.main(parser.parse_args(["cc1-9.9", "--journal", str(folder)]))


def test_every_fact_of_a_call_has_words_in_both_languages() -> None:
    for package in packages():
        for fact in facts_of(package):
            fields = set(fact.__dataclass_fields__)
            if "call" not in fields or fact.kind not in SENTENCES:
                assert "call" not in fields, f"{fact.kind} needs words in console/trace_words.py"
                continue
            body = {name: "x" for name in fields}
            told = [sentence(fact.kind, body, lang) for lang in ("zh", "en")]
            assert not any("?" in words for words in told), fact.kind
            assert told[0] != told[1]


def test_a_kind_without_words_shows_its_fields() -> None:
    told = sentence("new-kind", {"at": "now", "call": "c", "why": "其他"}, "zh")

    assert told == "new-kind why=其他"
