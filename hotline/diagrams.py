"""Draws the tables of steps as Mermaid state diagrams (`./dev diagrams`, `--check`).

The tables are the truth; a diagram that differs from its table fails the check.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

import acd.seat
import callbacks.duty
import cases.status
import intake.ticket_state
import telephony.call

FOLDER: Final = Path(__file__).parent.parent / "docs" / "diagrams"

Table = Mapping[tuple[StrEnum, StrEnum], StrEnum]


def tables() -> dict[str, Table]:
    """File name -> table of steps."""
    return {
        "seat-activity": acd.seat.STEPS,
        "seat-presence": acd.seat.PRESENCE_STEPS,
        "call": telephony.call.STEPS,
        "duty": callbacks.duty.STEPS,
        "ticket": intake.ticket_state.STEPS,
        "case": cases.status.STEPS,
    }


def draw(table: Table) -> str:
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {state.value} --> {after.value}: {cue.value}" for (state, cue), after in table.items()
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, table in tables().items():
        file = FOLDER / f"{name}.mmd"
        drawn = draw(table)
        if check and (not file.exists() or file.read_text() != drawn):
            stale.append(file.name)
        elif not check:
            file.write_text(drawn)
    if stale:
        sys.stderr.write(
            f"Diagrams differ from their tables: {', '.join(stale)}. Run ./dev diagrams.\n"
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
