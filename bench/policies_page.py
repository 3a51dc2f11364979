"""docs/policies.md: what stands below each `$ hotline simulate ...` is what that command prints.

    python -m bench.policies_page          runs those that have no answer yet
    python -m bench.policies_page --all    all of them anew (long)

No number on that page is typed. The page is written after each command.
"""

import argparse
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = PROJECT / "docs" / "policies.md"
_BLOCK: Final = re.compile(r"```text\n\$ (?P<command>[^\n]+)\n(?P<answer>.*?)```", re.DOTALL)
_RUN: Final = "from hotline.cli import main; raise SystemExit(main())"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="also those that have an answer")
    everything = parser.parse_args(words).all
    for number in range(len(_BLOCK.findall(PAGE.read_text("utf-8")))):
        text = PAGE.read_text("utf-8")
        found = list(_BLOCK.finditer(text))[number]
        if found["answer"].strip() and not everything:
            continue
        told = answer(found["command"])
        block = f"```text\n$ {found['command']}\n{told}\n```"
        PAGE.write_text(text[: found.start()] + block + text[found.end() :], "utf-8")
    return 0


def answer(command: str) -> str:
    """What the command prints, without blanks at the ends of lines."""
    _, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = (line.rstrip() for line in done.stdout.splitlines())
    return "\n".join(line for line in lines if line and str(PROJECT) not in line)


if __name__ == "__main__":
    sys.exit(main())
