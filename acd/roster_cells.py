"""One cell of a roster file: day, work number, time, word; as text or as a spreadsheet has it.

Each reader raises Wrong(code, problem, remedy) for what it cannot understand.
"""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Final

from kernel.ids import AgentNo

YES: Final = frozenset({"是", "值班长", "y", "yes", "true", "1", "√"})
NO: Final = frozenset({"", "否", "n", "no", "false", "0"})

_TIME: Final = re.compile(r"^(\d{1,2}):([0-5]\d)(?::00)?$")

Cell = object  # what a spreadsheet holds: text, number, date, time, nothing


class Wrong(Exception):
    """A cell, or a line, that cannot be understood."""

    def __init__(self, code: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.remedy = remedy


def text_of(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _read_day(cell: Cell, known: Collection[AgentNo]) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    try:
        return date(*(int(part) for part in text_of(cell).replace("/", "-").split("-")))
    except (ValueError, TypeError) as err:
        raise Wrong("roster-day", "This is no date.", "Write 2026-11-21.") from err


def _read_agent(cell: Cell, known: Collection[AgentNo]) -> AgentNo:
    agent = AgentNo(text_of(cell))
    if agent not in known:
        raise Wrong(
            "roster-agent",
            "No active agent has this work number.",
            "Correct it, or enter the agent in the directory first.",
        )
    return agent


def _read_time(cell: Cell, known: Collection[AgentNo]) -> timedelta:
    """From midnight; 24:00 is the end of the day."""
    if isinstance(cell, datetime):
        cell = cell.time()
    found = cell if isinstance(cell, timedelta) else _time_of(text_of(cell))
    if found is None or found > timedelta(days=1):
        raise Wrong("roster-time", "This is no time of day.", "Write 08:30.")
    return found


def _time_of(text: str) -> timedelta | None:
    said = _TIME.match(text.replace("：", ":"))
    return timedelta(hours=int(said[1]), minutes=int(said[2])) if said is not None else None


def _read_break(cell: Cell, known: Collection[AgentNo]) -> timedelta | None:
    return None if text_of(cell) == "" else _read_time(cell, known)


def _read_name(cell: Cell, known: Collection[AgentNo]) -> str:
    return text_of(cell)[:20]


def _read_leader(cell: Cell, known: Collection[AgentNo]) -> bool:
    said = text_of(cell).lower()
    if said not in YES | NO:
        raise Wrong("roster-leader", "This is neither yes nor no.", "Write 是 or leave it empty.")
    return said in YES


READ: Final[dict[str, Callable[[Cell, Collection[AgentNo]], object]]] = {
    "day": _read_day,
    "agent": _read_agent,
    "start": _read_time,
    "end": _read_time,
    "break_start": _read_break,
    "break_end": _read_break,
    "name": _read_name,
    "leader": _read_leader,
}
