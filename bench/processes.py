"""CPU and memory of the processes below us, by what they are. Linux only (/proc)."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KINDS: Final = ("chromium", "sipp", "postgres", "valkey", "asterisk", "keep", "hotline")
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TO_STATE: Final = 2  # fields of /proc/PID/stat after the name in parentheses, from 3


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds of each kind so far; `hotline_bytes` and `hotline_pid` of our own program."""

    at: float
    cpu_s: dict[str, float]
    hotline_bytes: int
    hotline_pid: int | None


def usage() -> Usage:
    cpu: dict[str, float] = {"bench": time.process_time()}
    memory, ours = 0, None
    for pid, words in _below(os.getpid()):
        kind = _kind(words)
        spent = _cpu_s(pid)
        if kind is None or spent is None:
            continue
        cpu[kind] = cpu.get(kind, 0.0) + spent
        if kind == "hotline":
            memory, ours = _resident(pid), pid
    return Usage(time.monotonic(), cpu, memory, ours)


def shares(before: Usage, after: Usage) -> dict[str, float]:
    """Per cent of one core of each kind between the two."""
    span = after.at - before.at
    return {
        kind: 100 * (spent - before.cpu_s.get(kind, 0.0)) / span
        for kind, spent in sorted(after.cpu_s.items())
    }


def _kind(words: str) -> str | None:
    if "hotline.cli" in words:
        return "keep" if "\0keep\0" in words else "hotline"
    return next((kind for kind in KINDS if kind in words), None)


def _below(pid: int) -> Iterator[tuple[int, str]]:
    """All descendants with their command lines; who ends meanwhile is left out."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    todo = list(children.get(pid, ()))
    while todo:
        one = todo.pop()
        todo += children.get(one, ())
        try:
            yield one, Path(f"/proc/{one}/cmdline").read_text("utf-8", "replace")
        except OSError:
            continue


def _stat(pid: int) -> list[str]:
    """Fields from the state on."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cpu_s(pid: int) -> float | None:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else None


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
