"""A broken file stops the start with file, key, value and remedy, before any server is needed.

`hotline run` as a process of its own, in a folder where no PostgreSQL, Valkey or Asterisk is.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage.field_cipher import FieldKeys

ROOT = Path(__file__).parents[2]
NOWHERE = {
    "HOTLINE_DATABASE_DSN": "postgresql://nobody:nothing@127.0.0.1:1/none",
    "HOTLINE_VALKEY_URL": "redis://127.0.0.1:1/0",
}


def run_with(
    folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    told = NOWHERE | FieldKeys.new_environment() if environment is None else environment
    return subprocess.run(
        [sys.executable, "-c", "import sys; from hotline.cli import main; sys.exit(main(['run']))"],
        cwd=ROOT,
        env={
            **told,
            "PATH": "/usr/bin:/bin",
            "HOTLINE_CONFIG_DIR": str(folder),
            "HOTLINE_INSTANCE_DIR": str(folder.parent / "instance"),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


@pytest.mark.parametrize(
    ("file", "good", "bad", "told"),
    [
        (
            "queues.yaml",
            "when_full: refuse",
            "when_full: send_home",
            ["when_full", "'send_home'", "'offer_callback'", "Give the key a value"],
        ),
        (
            "queues.yaml",
            "overflow: null",
            "overflow: {target: moon}",
            ["overflow.target", "'moon'", "[overflow_targets]"],
        ),
        (
            "queues.yaml",
            "whisper: []",
            "whisper: [zh/phrases/no_such]",
            ["queues.general.whisper", "'zh/phrases/no_such'", "phrases.yaml"],
        ),
        (
            "menus.yaml",
            '"1": {queue: enterprise}',
            '"1": {queue: enterprises}',
            ["menus.main.keys.1.queue", "'enterprises'", "Use one of: ", "enterprise"],
        ),
        (
            "menus.yaml",
            "first_key_within_s: 3",
            "first_key_within_s: 30",
            ["menus.main.first_key_within_s", "30", "Give the key a value"],
        ),
        (
            "menus.yaml",
            '"2": {queue: dialect',
            '"1": {queue: dialect',
            ["'1' stands twice", "Mend the line"],
        ),
        (
            "site.toml",
            'region_code = "220100"',
            'region_code = "Changchun"',
            ["site.region_code", "'Changchun'", "Give the key a value"],
        ),
        (
            "site.toml",
            'home_area = "0431"',
            'home_aera = "0431"',
            ["site.home_aera", "'0431'", "correct its spelling"],
        ),
        (
            "phrases.yaml",
            "welcome: {zh: 您好，这里是一二三四五",
            "welcome: {zh: 您好，这里是12345",
            ["phrases.welcome.zh", "12345", "Give the key a value"],
        ),
        (
            "directory.yaml",
            "employer_kind: third_party",
            "employer_kind: cousin",
            ["employer_kind", "'cousin'", "Give the key a value"],
        ),
        ("districts.yaml", "population: ", "population: minus ", ["population", "minus"]),
        (
            "speech.yaml",
            "margin: 4.5",
            "margin: -1",
            ["whisper.margin", "-1", "Give the key a value"],
        ),
    ],
)
def test_a_broken_file_stops_the_start_with_file_key_value_and_remedy(
    folder: Path, file: str, good: str, bad: str, told: list[str]
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert good in text
    (folder / file).write_text(text.replace(good, bad, 1), encoding="utf-8")

    done = run_with(folder)

    assert done.returncode == 1
    assert [word for word in [file, *told] if word not in done.stderr] == []
    assert "Traceback" not in done.stderr
    assert not (folder.parent / "instance").exists()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "callbacks.yaml").unlink()

    done = run_with(folder)

    assert done.returncode == 1
    assert str(folder / "callbacks.yaml") in done.stderr


def test_missing_keys_of_the_vault_are_named_with_the_command_that_makes_them(folder: Path) -> None:
    done = run_with(folder, dict(NOWHERE))

    assert done.returncode == 1
    assert "HOTLINE_FIELD_KEYS" in done.stderr
    assert "head -c 32" in done.stderr


def test_with_sound_files_the_first_thing_missed_is_the_database(folder: Path) -> None:
    done = run_with(folder)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "PostgreSQL" in done.stderr
    assert "nothing@" not in done.stderr + done.stdout
