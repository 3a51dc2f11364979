"""bench pixel: from a fact to the frame in which a supervisor sees it: seat map, real Chromium.

A whole instance: SIPp's citizens, Asterisk, a phone and a window at each seat, journal, live
channel, the supervisor's page. A fact's beginning is its own time, which the program gave it just
before it wrote it to the journal; its end is the first moment after the frame in which the seat's
tile shows what the fact made of it (MutationObserver, then requestAnimationFrame, then a message
that the page takes once that frame is drawn). Both are clocks of one machine, held against each
other.
"""

import asyncio
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

from bench.chromium import build_pages, clock_ahead_ms, new_window, open_browser, sign_in
from bench.exchange import Exchange, citizens, open_exchange, steady
from bench.processes import Usage, shares, usage
from bench.report import Report
from bench.timing import percentile
from hotline.kinds import KINDS
from storage.journal_file import read_facts

CALLS_A_SECOND: Final = 5.0
RINGS_S: Final = 2.0
WRAP_UP_S: Final = 5
SETTLE_S: Final = 3.0
# What a fact makes of its seat, as the tile names it.
SHOWS: Final[Mapping[str, str]] = {
    "seat-rung": "ringing",
    "seat-answered": "talking",
    "talk-ended": "wrap_up",
    "wrap-up-ended": "idle",
    "seat-let-it-ring": "idle",
}
_COLUMNS: Final = (
    "seats", "facts", "p50 ms", "p95", "p99", "longest", "overtaken", "never shown",
)  # fmt: skip
_CPU: Final = ("hotline", "asterisk", "chromium", "bench")
_RECORD: Final = """() => {
  window.__frames = []
  let changed = [], drawn = []
  const after = new MessageChannel()
  after.port1.onmessage = () => {
    const at = performance.timeOrigin + performance.now()
    for (const [seat, shows] of drawn.splice(0)) window.__frames.push([seat, shows, at])
  }
  const frame = () => { drawn.push(...changed.splice(0)); after.port2.postMessage(0) }
  const note = (tile) => {
    if (!changed.length) requestAnimationFrame(frame)
    changed.push([tile.dataset.test.slice('seat-'.length), tile.dataset.activity])
  }
  const watch = { subtree: true, childList: true, attributeFilter: ['data-activity'] }
  new MutationObserver((all) => {
    for (const one of all)
      if (one.type === 'attributes') note(one.target)
      else for (const added of one.addedNodes) if (added.dataset?.activity) note(added)
  }).observe(document.querySelector('.tiles'), watch)
}"""

Moment = tuple[float, str]  # ms since 1970, and what the seat does


@dataclass(slots=True)
class Seen:
    """Milliseconds of each fact until its frame. `overtaken`: a later fact of the same seat came
    into the same frame; `never`: no frame showed it."""

    ms: list[float] = field(default_factory=list)
    overtaken: int = 0
    never: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    seen: Seen
    before: Usage
    after: Usage
    clock_ahead_ms: float


def run(quick: bool) -> Report:
    seats, talk_s, seconds = (40, 4.0, 15.0) if quick else (300, 30.0, 90.0)
    build_pages()
    ran = asyncio.run(_run(seats, talk_s, seconds))
    report, ms = Report(), ran.seen.ms
    used = shares(ran.before, ran.after)
    report.add(
        f"From the fact to the frame on the seat map, {CALLS_A_SECOND:.0f} calls/s",
        (*_COLUMNS, *(f"{kind} %" for kind in _CPU)),
        [
            (
                seats,
                len(ms),
                *(percentile(ms, share) for share in (0.5, 0.95, 0.99)),
                max(ms),
                ran.seen.overtaken,
                ran.seen.never,
                *(used.get(kind, 0.0) for kind in _CPU),
            )
        ],
    )
    report.bar(f"{seats} seats: fact to pixel, p95 <= 400 ms", percentile(ms, 0.95), 400, "ms")
    report.bar(f"{seats} seats: every fact is shown", float(ran.seen.never), 0, "facts")
    report.notes.append(
        f"All is real: citizens (SIPp), Asterisk, a phone and a signed-in window at each seat,"
        f" journal, live channel, the supervisor's page at 1920x1080. Phones ring {RINGS_S:.0f} s,"
        f" talks last {talk_s:.0f} s, wrap-up {WRAP_UP_S} s. The channel sends at most every"
        " 250 ms, and half of that is its median. %: of one core; all share the machine."
        f" The page's clock was {ran.clock_ahead_ms:.2f} ms ahead, which is taken off."
    )
    return report


async def _run(seats: int, talk_s: float, seconds: float) -> Ran:
    async with open_exchange(seats, talk_s, wrap_up_s=WRAP_UP_S) as exchange:
        for phone in exchange.phones:
            phone.rings_s = RINGS_S
        async with open_browser() as browser:
            page = await (await new_window(browser)).new_page()
            await _open_map(page, exchange, seats)
            ahead = await clock_ahead_ms(page)
            await page.evaluate(_RECORD)
            before = usage()
            await _ring(exchange, talk_s, seconds)
            after = usage()
            frames = await page.evaluate("window.__frames")
            facts = _transitions(exchange.stage.root / "journal")
            return Ran(matched(facts, _by_seat(frames, ahead)), before, after, ahead)


async def _open_map(page: Page, exchange: Exchange, seats: int) -> None:
    logins = exchange.stage.endpoints["logins"]
    chief = next(one for one in logins if one["role"] == "supervisor")
    await page.goto(str(exchange.stage.endpoints["console"]) + "/supervisor")
    await sign_in(page, chief["user"], chief["password"])
    await page.locator(".tiles > [data-activity]").nth(seats - 1).wait_for()


async def _ring(exchange: Exchange, talk_s: float, seconds: float) -> None:
    calls = steady(int(CALLS_A_SECOND * seconds), CALLS_A_SECOND, talk_s + 30)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with citizens(exchange, calls, Path(folder)) as (_, ringing):
            await ringing.until_done()
            await asyncio.sleep(WRAP_UP_S + SETTLE_S)


def _transitions(journal: Path) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = {}
    for fact in read_facts(journal, KINDS):
        shows = SHOWS.get(fact.kind)
        if shows is not None:
            found.setdefault(getattr(fact, "seat", ""), []).append((_ms(fact.at), shows))
    return found


def _ms(at: datetime) -> float:
    return at.timestamp() * 1000


def _by_seat(frames: Iterable[Sequence[Any]], ahead_ms: float) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = {}
    for seat, shows, at in frames:
        found.setdefault(seat, []).append((float(at) - ahead_ms, shows))
    return found


def matched(facts: Mapping[str, Sequence[Moment]], frames: Mapping[str, Sequence[Moment]]) -> Seen:
    """Each frame shows the earliest fact of its seat that is not shown yet and says the same; facts
    passed over were overtaken by it."""
    seen = Seen()
    for seat, told in facts.items():
        n = 0
        for at, shows in frames.get(seat, ()):
            fits = (k for k in range(n, len(told)) if told[k][1] == shows and told[k][0] <= at)
            k = next(fits, None)
            if k is not None:
                seen.overtaken += k - n
                seen.ms.append(at - told[k][0])
                n = k + 1
        seen.never += len(told) - n
    return seen
