"""Where an audit reads: the journal's files, Asterisk's records, a running instance's board."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
import orjson

import acd.facts
import telephony.facts
from figures.audit_lines import READ, Difference, Line, Micros, micros, moment_of
from figures.audit_seal import Place, Sealed, sealed_line
from figures.audit_sip import SipRecords, read_queue_log, read_records
from figures.live import KEEP, LiveFigures
from kernel.errors import NotAllowed
from kernel.fact import FactKinds
from storage.journal_file import segments

_KINDS: Final = FactKinds([*acd.facts.FACTS, *telephony.facts.FACTS])
_ASK_WITHIN: Final = aiohttp.ClientTimeout(total=10)


class AuditLoginRefused(NotAllowed):
    code = "audit-login-refused"


@dataclass(frozen=True, slots=True)
class StoppedClock:
    """The clock of a board that is folded for one moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def raw_lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(where, line with its newline) of all files; a torn last line is left out."""
    for segment in segments(folder):
        if segment.path.exists():  # shipped long ago, it may have been removed just now
            yield from _raw_lines_in(segment.path)


def _raw_lines_in(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                yield f"{path.name}:{number}", line


def lines_of(folder: Path, since: Micros, until: Micros) -> list[Line]:
    """What an audit reads of them, in order; what is no line is the seal's matter."""
    found = []
    for _, raw in raw_lines(folder):
        try:
            told = orjson.loads(raw)
            line = Line(told["epoch"], told["n"], micros(told["at"]), told["kind"], told["body"])
        except (ValueError, KeyError, TypeError):
            continue
        if line.kind in READ and since <= line.at < until:
            found.append(line)
    return found


def sealed_lines(folder: Path, differences: list[Difference]) -> Iterator[Sealed]:
    """In order; what is no line or stands out of order goes to `differences`."""
    before: Place = (0, 0)
    for where, raw in raw_lines(folder):
        line = sealed_line(raw)
        if line is None:
            zh, en = f"流水账文件 {where} 不是流水账的行。", f"{where} is no line of a journal."
            differences.append(Difference(where, zh, en))
        elif line.place <= before:
            zh = f"流水账文件 {where} 是第 {line.shown} 行, 顺序不对。"
            en = f"{where} is line {line.shown}, out of order."
            differences.append(Difference(where, zh, en))
        else:
            before = line.place
            yield line


def shipped(folder: Path) -> Place:
    """Up to where the shipper says that PostgreSQL has all; (0, 0) when it does not say."""
    try:
        mark = json.loads((folder / "shipped").read_bytes())
        return mark["epoch"], mark["n"]
    except (OSError, ValueError, KeyError):
        return 0, 0


def sip_records(log: Path) -> tuple[SipRecords, list[Difference]] | None:
    """Of Asterisk's log folder, rotated files too; None when it has no CDR file."""
    cdr, queue_log = _whole(log / "cdr-custom" / "hotline.csv"), _whole(log / "queue_log")
    if cdr is None:
        return None
    records, damaged = read_records(cdr)
    if queue_log is None:
        return SipRecords(calls=records), damaged
    connects, starts = read_queue_log(queue_log)
    return SipRecords(calls=records, connects=connects, starts=starts), damaged


def _whole(path: Path) -> str | None:
    """The file with those that were rotated away (`NAME.1`, `NAME-20261121.gz`), oldest first."""
    files = [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]
    if not files:
        return None
    files.sort(key=lambda file: (file == path, file.stat().st_mtime_ns))
    texts = [_read(file) for file in files]
    ended = [text if text.endswith("\n") or not text else text + "\n" for text in texts[:-1]]
    return "".join([*ended, texts[-1]])


def _read(file: Path) -> str:
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    return content.decode("utf-8", errors="replace")


def recent(lines: Sequence[Line], at: Micros) -> list[Line]:
    """What a board that starts at `at` is fed: the last 48 hours, as on each start of hotline."""
    since = micros(moment_of(at) - KEEP)
    return [line for line in lines if since <= line.at <= at]


def folded_board(lines: Sequence[Line], at: Micros) -> dict[str, int]:
    """The board as `figures/live.py` would show it at `at`, folded afresh from these lines."""
    live = LiveFigures(StoppedClock(moment_of(at)))
    live.take([_KINDS.decode(line.kind, orjson.dumps(line.body)) for line in lines])
    view = live.now()
    return view.counts.as_json() | {"waiting": view.waiting}


@dataclass(frozen=True, slots=True)
class Console:
    url: str
    user: str
    password: str = field(repr=False)


def console_of(endpoints: Path) -> Console | None:
    """The administrator's demo login; None when the instance has never been started."""
    if not endpoints.exists():
        return None
    known = json.loads(endpoints.read_text(encoding="utf-8"))
    login = next(one for one in known["logins"] if one["role"] == "administrator")
    return Console(known["console"], login["user"], login["password"])


async def running_board(console: Console) -> dict[str, int] | None:
    """The live board's counts; None when nobody answers. Raises AuditLoginRefused."""
    jar = aiohttp.CookieJar(unsafe=True)  # the address may be a number
    try:
        async with aiohttp.ClientSession(
            console.url, cookie_jar=jar, timeout=_ASK_WITHIN
        ) as session:
            return await _asked(session, console)
    except (aiohttp.ClientConnectionError, TimeoutError):
        return None


async def _asked(session: aiohttp.ClientSession, console: Console) -> dict[str, int]:
    form = {"name": console.user, "password": console.password}
    async with session.post("/api/login", json=form) as answer:
        if answer.status != 200:
            raise AuditLoginRefused(
                f"The console refused the administrator's login ({answer.status}).",
                remedy="Check the login in endpoints.json; it must be the running instance's.",
            )
    async with session.get("/api/figures/live") as answer:
        answer.raise_for_status()
        shown: dict[str, Any] = await answer.json()
    async with session.post("/api/logout") as answer:
        await answer.read()
    counts: dict[str, int] = shown["counts"]
    return counts
