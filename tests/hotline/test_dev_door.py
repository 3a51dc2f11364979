"""The one door ./dev, and the lock from which it makes the Python environment."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOOR = ROOT / "dev"
LOCKS = ("requirements.lock", "hotline/prompts/requirements.txt")
COMMANDS = re.search(r"case \$command in\n(.*)\nesac", DOOR.read_text("utf-8"), re.S)
LABELS = re.findall(r"^([a-z][a-z |-]*)\)", COMMANDS.group(1) if COMMANDS else "", re.M)


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DOOR), *words], capture_output=True, text=True, timeout=20, check=False
    )


def entries(lock: str) -> list[str]:
    """The lock's packages, each with all its hashes as one line."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def name_in(line: str) -> str:
    """A package's name as pip compares names."""
    found = re.match(r"[A-Za-z0-9._-]+", line)
    assert found is not None, f"no package begins {line[:40]!r}"
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def test_help_lists_every_command() -> None:
    said = dev("help")
    known = [name for label in LABELS for name in re.split(r" \| ", label) if name[0] != "-"]

    assert said.returncode == 0
    assert {"run", "rehearse", "test", "replay", "audit"} <= set(known)
    listed = re.findall(r"^\./dev ([a-z-]+)", said.stdout, re.M)
    assert sorted(listed) == sorted({*known} - {"h"})


def test_without_a_command_the_door_says_what_there_is() -> None:
    assert dev().stdout == dev("help").stdout


def test_an_unknown_command_is_refused_with_the_usage() -> None:
    refused = dev("frobnicate")

    assert refused.returncode != 0
    assert "Unknown command: frobnicate" in refused.stderr
    assert "./dev rehearse" in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_package_is_one_version_with_its_hash(lock: str) -> None:
    found = entries(lock)

    assert found
    for entry in found:
        assert re.match(
            r"[A-Za-z0-9._-]+==[^ ;]+( ;[^\n]*?)?( +--hash=sha256:[0-9a-f]{64})+ *$", entry
        ), entry[:60]


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")

    assert "://" not in text
    assert not re.search(r"--(extra-)?(index|trusted|find)", text)


def test_what_the_project_needs_is_all_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = {name_in(entry) for entry in entries("requirements.lock")}

    assert {name_in(one) for one in needed} <= locked
