"""The drawn state diagrams are those of the tables."""

from pathlib import Path

import pytest

from acd.seat import STEPS
from hotline.commands import diagrams


def test_every_step_of_a_table_is_drawn() -> None:
    drawn = diagrams.draw(STEPS).splitlines()

    assert drawn[0] == "stateDiagram-v2"
    assert len(drawn) == 1 + len(STEPS)
    for (state, cue), after in STEPS.items():
        assert f"    {state.value} --> {after.value}: {cue.value}" in drawn


def test_a_diagram_that_is_missing_or_differs_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(diagrams, "FOLDER", tmp_path / "diagrams")
    assert diagrams.main(["--check"]) == 1

    assert diagrams.main([]) == 0
    assert diagrams.main(["--check"]) == 0

    (tmp_path / "diagrams" / "call.mmd").write_text("stateDiagram-v2\n")
    capsys.readouterr()
    assert diagrams.main(["--check"]) == 1
    assert "call.mmd" in capsys.readouterr().err


def test_the_diagrams_in_the_documents_are_up_to_date() -> None:
    assert diagrams.main(["--check"]) == 0
