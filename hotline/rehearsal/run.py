"""One rehearsal from the first ring to the report."""

import asyncio
import secrets
import tempfile
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from hotline.private.progress import Say
from hotline.rehearsal.blows import Blows
from hotline.rehearsal.cast import Cast, Casting, address_of, open_cast
from hotline.rehearsal.citizens import Citizens, Trunk, crowds, ringing
from hotline.rehearsal.compare import Difference, compare
from hotline.rehearsal.console_client import PATIENT_S
from hotline.rehearsal.evidence import CitizenSaw
from hotline.rehearsal.faults import CALM, SETTLED, FaultKind, Upheaval, draw_faults
from hotline.rehearsal.guests import believed, filed_by_guests, guests_calls
from hotline.rehearsal.mended import mended
from hotline.rehearsal.plan import PlannedCall, Scale, draw_plan
from hotline.rehearsal.privacy import scan, words_to_find
from hotline.rehearsal.report import Report
from hotline.rehearsal.seats import Manner, Trouble
from hotline.rehearsal.stage import Stage
from hotline.rehearsal.system_says import SystemSays
from hotline.rehearsal.verdicts import (
    cut_citizen,
    judge,
    menu_lengths,
    rings_by_call,
    stray_rings,
)
from hotline.rehearsal.witness import ask_system
from kernel.clock import SystemClock

# About how long greeting, notice and menu speak to one who presses nothing (NAV-04: 15 s at most).
MENU_S: Final = 16.0
_BOARD_EVERY_S: Final = 2.0
_DRAIN_WITHIN_S: Final = 90.0
_SETTLE_WITHIN_S: Final = 25.0  # recordings are measured, projections catch up
_LOOK_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line; seconds, calls a second, a share from 0 to 1."""

    seats: int = 12
    calls: int = 200
    rate: float = 1.5
    seed: int = 12345
    no_answer: float = 0.02
    talk: float = 20.0
    patience: float = 60.0
    faults: Mapping[FaultKind, int] = field(default_factory=dict)
    browsers: int = 0  # of the seats: desks in Chromium

    def casting(self, plan: Sequence[PlannedCall]) -> Casting:
        """Those who answer, for that plan's citizens."""
        return Casting(
            self.seats,
            Manner(self.talk, self.no_answer),
            self.seed,
            browsers=self.browsers,
            patience=PATIENT_S if self.faults else 0.0,
            busy={call.number for call in plan},
        )

    def plan(self, *, is_fresh: bool) -> list[PlannedCall]:
        """On an instance with a past the numbers are new, so that old duties stay as they are."""
        scale = Scale(self.calls, self.rate, self.talk, self.patience, MENU_S)
        numbers = self.seed if is_fresh else secrets.randbits(64)
        return draw_plan(scale, self.seed, numbers_seed=numbers)


Beside = Callable[[Cast], Coroutine[None, None, None]]


async def rehearse_on(
    stage: Stage, wishes: Wishes, tell: Say, *, beside: Beside | None = None
) -> Report:
    """Rings, drains, asks, compares. Raises what keeps the rehearsal from taking place at all.

    `beside` goes on as long as anybody rings or talks.
    """
    plan = wishes.plan(is_fresh=stage.is_fresh)
    run = f"rh{secrets.token_hex(4)}"
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        async with open_cast(stage, wishes.casting(plan)) as cast:
            tell(f"{len(cast.seats)} 个座席已示闲 / seats available; 种子 seed {wishes.seed}")
            scene = _Scene(stage, wishes, plan, run, Path(folder), tell)
            began = SystemClock().now()
            saw, upheaval = await _rung_and_drained(scene, cast, beside)
            report = await _settled(cast, scene, saw, upheaval)
    found = list(scan(stage.root, words_to_find(plan)))
    found += mended(stage.root / "journal", began, upheaval)
    return replace(report, differences=[*report.differences, *found])


@dataclass(frozen=True, slots=True)
class _Scene:
    """What one rehearsal is given; `run` begins the Call-ID of each of its calls."""

    stage: Stage
    wishes: Wishes
    plan: list[PlannedCall]
    run: str
    folder: Path
    tell: Say


async def _rung_and_drained(
    scene: _Scene, cast: Cast, beside: Beside | None
) -> tuple[list[CitizenSaw], Upheaval]:
    async with asyncio.TaskGroup() as tasks:
        more = [tasks.create_task(beside(cast), name="beside")] if beside is not None else []
        rung = await _ring(scene, cast)
        await _drain(cast)
        for task in more:
            task.cancel()
    return rung


async def _ring(scene: _Scene, cast: Cast) -> tuple[list[CitizenSaw], Upheaval]:
    """All citizens have rung and gone, and the last fault is over."""
    endpoints, wishes = scene.stage.endpoints, scene.wishes
    trunk = Trunk(endpoints["sip_source"], address_of(endpoints["sip"]))
    blows = Blows(scene.stage, SystemClock(), scene.tell, cast.lines_died)
    span = max(call.starts for call in scene.plan) / 1000 + wishes.talk
    faults = draw_faults(wishes.faults, span, wishes.seed)
    parts = crowds(scene.run, scene.plan)
    async with (
        blows.watching(),
        ringing(parts, trunk, scene.folder) as citizens,
        asyncio.TaskGroup() as tasks,
    ):
        board = tasks.create_task(_board(citizens, cast, scene.tell))
        struck = tasks.create_task(blows.strike_all(faults))
        await citizens.until_done()
        await struck
        board.cancel()
    upheaval = Upheaval(tuple(blows.struck))
    return [cut_citizen(one, upheaval) for one in citizens.saw()], upheaval


async def _board(citizens: Citizens, cast: Cast, tell: Say) -> None:
    """One line every two seconds: what the outside sees."""
    begun_at = asyncio.get_running_loop().time()
    while True:
        await asyncio.sleep(_BOARD_EVERY_S)
        saw = citizens.saw()
        rung = sum(one.rang_at is not None for one in saw)
        over = sum(one.ended_at is not None for one in saw)
        filed = sum(len(seat.filed) for seat in cast.seats)
        seconds = int(asyncio.get_running_loop().time() - begun_at)
        tell(
            f"{seconds // 60:02}:{seconds % 60:02} 来电 calls {rung}/{len(saw)} "
            f"在线 on line {rung - over} 通话 talking {cast.talking} 工单 tickets {filed}"
        )


async def _drain(cast: Cast) -> None:
    """Until everybody at the seats is done; who never is shows up in the report."""
    try:
        async with asyncio.timeout(_DRAIN_WITHIN_S):
            await cast.all_idle()
    except TimeoutError:
        for seat in cast.seats:
            if not seat.idle.is_set():
                late = f"still busy {_DRAIN_WITHIN_S} s after the end"
                seat.troubles.append(
                    Trouble(f"{seat.seat}: {late}; its phone saw {seat.last_seen}")
                )


async def _settled(cast: Cast, scene: _Scene, saw: list[CitizenSaw], upheaval: Upheaval) -> Report:
    """The report as soon as it has no difference, or as it is after the time to settle."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _SETTLE_WITHIN_S
    while True:
        says = await ask_system(cast.supervisor, scene.run)
        report = judged(cast, saw, says, scene.wishes.seed, upheaval)
        report = report.with_days(await cast.own_days())
        if not report.differences or loop.time() > deadline:
            return report
        await asyncio.sleep(_LOOK_EVERY_S)


def judged(
    cast: Cast, saw: list[CitizenSaw], says: SystemSays, seed: int, upheaval: Upheaval = CALM
) -> Report:
    """Everything but the scan of the logs."""
    legs = [leg for seat in cast.seats for leg in seat.saw()]
    claims = {
        call.sip_call_id: (call.seat or "", call.asked_at + timedelta(seconds=call.waited))
        for call in says.calls
        if (call.seat or call.fate == "fallback_answered")
        and call.asked_at is not None
        and call.waited is not None
    }
    rings = rings_by_call(saw, legs, claims, upheaval)
    menus = menu_lengths(saw, upheaval)
    verdicts = [judge(one, rings.get(one.sip_call_id, ()), menus, upheaval) for one in saw]
    guests = guests_calls(verdicts, says, {seat.agent for seat in cast.seats})
    verdicts = [believed(one, guests.get(one.citizen.sip_call_id)) for one in verdicts]
    filed = [form for seat in cast.seats for form in seat.filed]
    found = compare(verdicts, filed + filed_by_guests(guests, says), says)
    for leg in stray_rings(legs, rings):
        found.append(
            Difference(
                leg.seat,
                f"座席 {leg.seat} 于 {leg.rang_at:%H:%M:%S} 振铃，但没有对应的来电。",
                f"Seat {leg.seat} rang at {leg.rang_at:%H:%M:%S} for none of our calls.",
            )
        )
    for trouble in cast.troubles:
        if not _is_explained(trouble, upheaval):
            said = trouble.sentence
            found.append(Difference("seat", f"座席遇到问题：{said}", f"A seat met trouble: {said}"))
    lengths = {way: menu.total_seconds() for way, menu in menus.items()}
    return Report(seed, verdicts, lengths, says, found, upheaval.struck)


def _is_explained(trouble: Trouble, upheaval: Upheaval) -> bool:
    """A ring that no desk showed, while hotline was away: the plain queue rang that phone, or what
    was to be shown died with the process. Whether a form is owed for it, `compare` says."""
    if trouble.ring is None:
        return False
    rang_at, answered_at = trouble.ring
    return upheaval.was_blind(rang_at - SETTLED, answered_at)
