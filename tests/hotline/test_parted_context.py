"""Who is left alone in a conference stays where the backend can send him elsewhere ([conf])."""

import re
import shutil
from pathlib import Path

import pytest

from hotline.asterisk_site import PROJECT, render
from hotline.commands.asterisk_files import site_from


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The applications of [conf], in order."""
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "a-long-enough-secret")
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))
    render(site_from(config, None), tmp_path / "etc")
    text = (tmp_path / "etc" / "extensions.conf").read_text(encoding="utf-8")
    conf = text.partition("\n[conf]")[2].partition("\n[")[0]
    return re.findall(r"(?m)^ *(?:exten|same) => [^;\n]*?,(\w+)\(", conf)


def test_between_conference_and_music_no_goto_can_undo_a_redirect(steps: list[str]) -> None:
    """Asterisk keeps the place of a Redirect and the flag that asks for it apart: a Goto that is
    just running writes its own place over it, and he went to [handback] instead of [aftercall]."""
    after = steps[steps.index("ConfBridge") + 1 :]

    assert after[: after.index("MusicOnHold")] == ["Set", "Set", "GotoIf", "GotoIf"]
