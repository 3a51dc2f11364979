"""`hotline replay`: a captured stream through link, call table and the real story (issue 2, 6)."""

from pathlib import Path

import pytest

from hotline import cli
from hotline.commands.replay_story import Replay, tell_story
from hotline.private.places import PROJECT
from telephony.facts import StageEntered

CAPTURES = Path(__file__).parents[1] / "captures"


def told(name: str) -> Replay:
    return tell_story((CAPTURES / f"{name}.ami").read_text("utf-8"), PROJECT / "config")


def stages(replay: Replay) -> list[str]:
    return [fact.stage for fact in replay.facts if isinstance(fact, StageEntered)]


@pytest.mark.parametrize(
    ("name", "entered", "fate"),
    [
        ("answered_call", ["menu", "waiting", "talking", "after_call"], "seat-answered"),
        ("answered_call_caller_hangs_up", ["menu", "waiting", "talking"], "seat-answered"),
        ("abandoned_queue", ["menu", "waiting"], "call-abandoned"),
        ("agent_no_answer", ["menu", "waiting"], "call-abandoned"),
    ],
)
def test_a_captured_call_goes_through_its_stages_to_one_fate(
    name: str, entered: list[str], fate: str
) -> None:
    replay = told(name)

    fates = {"seat-answered", "call-abandoned", "call-failed", "call-sent-to-fallback"}
    assert stages(replay) == entered
    assert [fact.kind for fact in replay.facts if fact.kind in fates] == [fate]


def test_who_leaves_the_menu_has_no_fate() -> None:
    replay = told("abandoned_ivr")

    assert stages(replay) == ["menu"]
    assert [fact.kind for fact in replay.facts][-1] == "call-hung-up"


def test_what_our_side_asks_of_asterisk_is_noted() -> None:
    asked = told("answered_call").asterisk.asked

    assert any("STREAM FILE" in one and "welcome" in one for one in asked)
    assert any(one.startswith("Ring 8001") for one in asked)


@pytest.mark.parametrize("file", sorted(CAPTURES.glob("*.ami")), ids=lambda file: file.stem)
def test_no_capture_breaks_the_telling(file: Path) -> None:
    replay = tell_story(file.read_text("utf-8"), PROJECT / "config")

    assert not replay.failed


def test_the_command_prints_the_stages_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["replay", str(CAPTURES / "answered_call.ami")]) == 0

    printed = capsys.readouterr().out.splitlines()
    entered = [line for line in printed if line.startswith("stage-entered ")]
    wanted = ["menu", "waiting", "talking", "after_call"]
    for line, stage in zip(entered, wanted, strict=True):
        assert f'"stage":"{stage}"' in line
