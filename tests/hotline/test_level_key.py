"""The key with which a city tells its figures to its province (NAV-06)."""

import argparse
import shutil
from pathlib import Path

import pytest

from hotline.commands import level_key as command
from hotline.level_feed import level_key
from hotline.places import PROJECT
from kernel.errors import BadSettings


@pytest.fixture
def province(tmp_path: Path) -> Path:
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
    levels = config / "levels.yaml"
    text = levels.read_text(encoding="utf-8")
    levels.write_text(text.replace("own: changchun", "own: jilin"), encoding="utf-8")
    return config


def ask(config: Path, level: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.main(parser.parse_args([level, "--config", str(config)]))


def test_nav_06_each_level_below_has_a_key_of_its_own(
    province: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_LEVEL_SECRET", "the province's own secret")

    assert ask(province, "changchun") == 0
    assert ask(province, "yanbian") == 0

    keys = capsys.readouterr().out.split()
    assert keys[0] == level_key("the province's own secret", "changchun")
    assert len(set(keys)) == 2
    assert "province" not in keys[0]


@pytest.mark.parametrize("level", ["jilin", "moon"])
def test_nav_06_nobody_else_gets_one(
    province: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setenv("HOTLINE_LEVEL_SECRET", "the province's own secret")

    with pytest.raises(command.NoLevelBelow, match=f"{level!r} is no level below jilin"):
        ask(province, level)


def test_nav_06_without_a_secret_there_is_no_key(
    province: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTLINE_LEVEL_SECRET", raising=False)

    with pytest.raises(BadSettings, match="HOTLINE_LEVEL_SECRET"):
        ask(province, "changchun")
