"""Draws the tables of steps as Mermaid state diagrams (`./dev diagrams`, `--check`).

The tables are the truth; a diagram that differs from its table fails the check.
"""

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import acd.seat
import callbacks.duty
import cases.status
import figures.inspection
import intake.ticket_state
import telephony.call
import telephony.emergency

FOLDER: Final = Path(__file__).parents[2] / "docs" / "diagrams"

State = TypeVar("State", bound=StrEnum)
Cue = TypeVar("Cue", bound=StrEnum)


def drawings() -> dict[str, str]:
    """File name -> the table of steps, drawn."""
    return {
        "seat-activity": draw(acd.seat.STEPS),
        "seat-presence": draw(acd.seat.PRESENCE_STEPS),
        "call": draw(telephony.call.STEPS),
        "hand-off": draw(telephony.emergency.STEPS),
        "duty": draw(callbacks.duty.STEPS),
        "ticket": draw(intake.ticket_state.STEPS),
        "case": draw(cases.status.STEPS),
        "inspection": draw(figures.inspection.STEPS),
    }


def draw(table: Mapping[tuple[State, Cue], State]) -> str:
    lines = ["stateDiagram-v2"]
    lines += [
        f"    {state.value} --> {after.value}: {cue.value}" for (state, cue), after in table.items()
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    FOLDER.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, drawn in drawings().items():
        file = FOLDER / f"{name}.mmd"
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
