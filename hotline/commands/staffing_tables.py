"""What `hotline staffing` shows: each a table for people, and JSON for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from acd.day_plan import WhatIf, peak_of, seat_hours
from acd.roster import gap_en, gap_zh
from acd.seat_ratio import Districts, Staffing
from acd.shifts import Proposal
from acd.staffing import Goal, Load, seats_needed, seats_needed_c
from console.shifts_shown import proposal_shown
from console.staffing_port import StaffingDay
from console.staffing_shown import day_shown, what_if_shown

WIDTH: Final = 150
# calls/s, the rows of the known table at AHT 213 s and patience 300 s
KNOWN_LOADS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 7.5, 10.0, 140.0)


def drawn(heads: Sequence[str], rows: Sequence[Sequence[object]], words: int = 1) -> list[str]:
    """Aligned, 汉字 being two wide. The first `words` columns are words, the rest numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for n, head in enumerate(heads):
        table.add_column(head, justify="left" if n < words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    file = StringIO()
    Console(file=file, width=WIDTH, no_color=True, color_system=None).print(table)
    return [line.rstrip() for line in file.getvalue().splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class DayTable:
    day: StaffingDay

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = day_shown(self.day).model_dump(mode="json")
        for row, half in zip(plain["half_hours"], self.day.plan, strict=True):
            row |= {"erlangs": round(half.erlangs, 2), "manned": half.manned}
            row |= {"answered": round(half.answered, 4), "in_time": round(half.in_time, 4)}
        return plain

    def csv(self) -> str:
        heads = "start,calls,erlangs,manned,needed,answered,in_time,rostered\n"
        rows = zip(self.day.plan, self.day.staffed, strict=True)
        return heads + "".join(
            f"{self.day.day} {half.start:%H:%M},{half.calls:.1f},{half.erlangs:.2f},{half.manned},"
            f"{half.seats},{half.answered:.4f},{half.in_time:.4f},"
            f"{'' if staffed.rostered is None else staffed.rostered}\n"
            for half, staffed in rows
        )

    def lines(self) -> list[str]:
        basis, peak = self.day.basis, peak_of(self.day.plan)
        heads = ["时段 half hour", "来电 calls", "erl", "到席 manned", "需排 needed", "接通 %"]
        heads += ["15 s %", "排班 rostered", "缺口 gap"]
        rows = [
            (
                half.label,
                f"{half.calls:.0f}",
                f"{half.erlangs:.1f}",
                half.manned,
                half.seats,
                f"{100 * half.answered:.1f}",
                f"{100 * half.in_time:.1f}",
                staffed.rostered,
                staffed.gap,
            )
            for half, staffed in zip(self.day.plan, self.day.staffed, strict=True)
        ]
        learned = f"学自 {basis.days} 天 learned of {basis.days} days"
        source = learned if basis.learned else "典型日 the typical day of staffing.yaml"
        provisional = "，假日安排未定 holidays provisional" if basis.provisional else ""
        said = [
            f"{self.day.day} ({basis.of.value})，{source}{provisional}",
            f"来电 calls {basis.calls:.0f}，处理 AHT {basis.aht_s:.0f} s"
            f"{_measured(basis.aht_measured)}，耐心 patience {basis.patience_s:.0f} s"
            f"{_measured(basis.patience_measured)}",
            *drawn(heads, rows),
            f"峰值 peak {peak.label}: {peak.seats} 席 seats；全天 {seat_hours(self.day.plan):.1f} "
            "席时 seat hours",
        ]
        now = self.day.now
        return said if now is None else [*said, f"现在：{gap_zh(now)}", f"Now: {gap_en(now)}"]


def _measured(measured: bool) -> str:
    return "（实测 measured）" if measured else "（设定 set）"


@dataclass(frozen=True, slots=True)
class RatioTable:
    districts: Districts
    rows: Sequence[Staffing]

    def as_json(self) -> dict[str, Any]:
        rows = [asdict(row) | {"as_of": row.as_of.isoformat()} for row in self.rows]
        whole = asdict(self.districts.together(self.districts.districts))
        return {"rounding": self.districts.rounding.value, "rows": rows, "together": whole}

    def lines(self) -> list[str]:
        known = self.districts
        whole = known.together(known.districts)
        heads = ["地区 district", "人口 population", "截至 as of", "计算 raw", "应配 seats"]
        heads += ["应配 agents", "现有 seats", "现有 agents", "缺 seats", "配置率 ratio"]
        rows: list[tuple[object, ...]] = [
            (
                f"{row.name_zh} {row.district}",
                f"{row.population:,}",
                row.as_of,
                f"{float(known.raw_seats(row.population)):.4f}",
                row.required_seats,
                row.required_agents,
                row.configured_seats,
                row.configured_agents,
                row.seat_gap,
                f"{100 * row.seat_ratio:.0f} %",
            )
            for row in self.rows
        ]
        rows.append(
            ("合计 sum", f"{whole.population:,}", "", f"{whole.raw_seats:.4f}", whole.seats_apart)
        )
        rows.append(("整体 as one", "", "", "", whole.seats, whole.agents))
        rule = f"{known.seats_per_million} 席/百万人，1 席 {known.agents_per_seat} 人"
        return [
            f"SEAT-01: {rule}；取整 rounding: {known.rounding.value}",
            *drawn(heads, rows),
        ]


@dataclass(frozen=True, slots=True)
class WhatIfTable:
    found: WhatIf

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = what_if_shown(self.found).model_dump(mode="json")
        return plain

    def lines(self) -> list[str]:
        heads = ["中心 centre", "来电/日 calls", "峰值席 peak", "席时 hours", "利用率 occupancy"]
        each = (*self.found.apart, self.found.together)
        names = [planned.name for planned in self.found.apart] + ["合并 together"]
        rows = [
            (
                name,
                f"{planned.calls_per_day:.0f}",
                planned.peak_seats,
                f"{planned.seat_hours:.1f}",
                f"{100 * planned.occupancy:.0f} %",
            )
            for name, planned in zip(names, each, strict=True)
        ]
        saved = self.found.seats_saved
        return [
            *drawn(heads, rows),
            f"合并可省 merging saves {saved} 席 seats (of {self.found.seats_apart})，"
            f"{self.found.hours_saved:.1f} 席时 seat hours a day",
        ]


@dataclass(frozen=True, slots=True)
class ProposalTable:
    day: date
    found: Proposal

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = proposal_shown(self.day, self.found).model_dump(mode="json")
        return plain

    def lines(self) -> list[str]:
        shown = proposal_shown(self.day, self.found)
        rows = [(row.shift, row.agents, f"{row.hours:.1f}") for row in shown.shifts]
        return [
            *drawn(["班次 shift", "人数 agents", "工时 hours each"], rows),
            f"{shown.heads} 人 agents，{shown.worked_hours:.1f} 工时 hours，需要 needed "
            f"{shown.needed_hours:.1f}，富余 surplus {100 * shown.surplus:.1f} % ({shown.way})",
        ]


@dataclass(frozen=True, slots=True)
class KnownTable:
    """Seats at AHT 213 s and patience 300 s, by each constraint."""

    def rows(self) -> list[tuple[object, ...]]:
        return [_known(arrivals) for arrivals in KNOWN_LOADS]

    def as_json(self) -> dict[str, Any]:
        return {"aht_s": 213, "patience_s": 300, "rows": [list(row) for row in self.rows()]}

    def lines(self) -> list[str]:
        heads = ["calls/s", "erlang", "A: 95 %", "A: 98 %", "A: 95 %, 80/15", "A: 95 %, 95/15"]
        return drawn([*heads, "C: 80/15", "C: 95/15"], self.rows(), words=0)


def _known(arrivals: float) -> tuple[object, ...]:
    load = Load(arrivals, 213.0, 300.0)
    goals = (
        Goal(in_time=None),
        Goal(answered=0.98, in_time=None),
        Goal(in_time=0.80),
        Goal(in_time=0.95),
    )
    by_a = (seats_needed(load, goal) for goal in goals)
    by_c = (seats_needed_c(load, share, 15.0) for share in (0.80, 0.95))
    return arrivals, round(load.erlangs, 1), *by_a, *by_c
