"""The `hotline` command: one door, and each refusal says what to do."""

from pathlib import Path

import pytest

from hotline import cli


def test_without_a_command_it_tells_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    said = capsys.readouterr().out

    assert [name for name in cli.COMMANDS if f"\n{name}" not in said] == []


def test_an_unknown_command_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehears"]) == 2

    assert "'rehears'" in capsys.readouterr().err


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])

    assert ended.value.code == 0
    assert f"hotline {name}" in capsys.readouterr().out


def test_an_unknown_option_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["migrate", "--nonsense"])

    assert ended.value.code == 2
    assert "--nonsense" in capsys.readouterr().err


def test_what_a_person_can_mend_is_told_with_code_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback: the file, what is wrong, what to do."""
    assert cli.main(["render-asterisk", str(tmp_path / "out"), "--config", str(tmp_path)]) == 1
    told = capsys.readouterr().err

    assert told.startswith("bad-settings: ")
    assert str(tmp_path) in told
    assert "Traceback" not in told
