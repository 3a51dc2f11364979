"""The shorter tables of `hotline staffing`: patience, seasons, rosters, tests, this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from acd.patience import Patience
from acd.roster import CHINA, Shift
from acd.roster_store import RosterTaken
from console.staffing_shown import outlook_row
from figures.seasons import Outlook
from hotline.commands.staffing_tables import drawn
from kernel.ids import QueueName


@dataclass(frozen=True, slots=True)
class PatienceTable:
    found: Mapping[QueueName, Patience | None]

    def as_json(self) -> dict[str, Any]:
        return {
            queue: None if one is None else asdict(one) for queue, one in sorted(self.found.items())
        }

    def lines(self) -> list[str]:
        heads = [
            "队列 queue",
            "耐心 patience s",
            "± s",
            "放弃 gave up",
            "来电 callers",
            "放弃者均等 naive s",
        ]
        rows = [
            (queue, f"{one.mean_s:.0f}", f"{one.error_s:.0f}", one.gave_up, one.callers,
             f"{one.naive_s:.0f}")
            if one is not None
            else (queue, "", "", 0)
            for queue, one in sorted(self.found.items())
        ]  # fmt: skip
        return drawn(heads, rows)


@dataclass(frozen=True, slots=True)
class SeasonsTable:
    found: Sequence[Outlook]
    names: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        rows = [outlook_row(one, self.names.get(one.category, "")) for one in self.found]
        return {"outlooks": [row.model_dump(mode="json") for row in rows]}

    def lines(self) -> list[str]:
        months = [f"{month.first:%Y-%m}" for month in self.found[0].months] if self.found else []
        heads = ["诉求 category", "季 season", "日均 a day", *months, "高峰 peak", "预案 plan by"]
        rows = [
            (
                f"{one.category} {self.names.get(one.category, '')}".strip()
                or "全部来电 all calls",
                one.season,
                f"{one.per_day:.1f}",
                *(f"{month.expected:.0f}" for month in one.months),
                "" if one.peak is None else f"{one.peak.starts:%m-%d} ×{one.peak.times:.1f}",
                "" if one.peak is None else one.peak.prepare_by,
            )
            for one in self.found
        ]
        return drawn(heads, rows, words=2)


@dataclass(frozen=True, slots=True)
class RosterTable:
    shifts: Sequence[Shift]

    def as_json(self) -> dict[str, Any]:
        return {
            "shifts": [
                {key: _plain(value) for key, value in asdict(one).items()} for one in self.shifts
            ]
        }

    def lines(self) -> list[str]:
        rows = [
            (
                one.agent,
                one.name + ("（值班长 leader）" if one.leader else ""),
                f"{one.start.astimezone(CHINA):%m-%d %H:%M}",
                f"{one.end.astimezone(CHINA):%m-%d %H:%M}",
            )
            for one in self.shifts
        ]
        return drawn(["工号 agent", "班次 shift", "开始 start", "结束 end"], rows, words=2)


def _plain(value: object) -> object:
    return value if isinstance(value, str | bool | type(None)) else str(value)


@dataclass(frozen=True, slots=True)
class TakenTable:
    taken: RosterTaken

    def as_json(self) -> dict[str, Any]:
        return asdict(self.taken) | {"days": [str(day) for day in self.taken.days]}

    def lines(self) -> list[str]:
        days = f"{self.taken.days[0]} … {self.taken.days[-1]} ({len(self.taken.days)})"
        return [
            f"已导入 {self.taken.shifts} 个班次，替换 {self.taken.replaced} 个；{days}",
            f"{self.taken.shifts} shifts taken over, {self.taken.replaced} replaced; days {days}",
        ]


@dataclass(frozen=True, slots=True)
class TestTable:
    """Weighted absolute error by half hour, one day ahead."""

    days: int
    last: int
    ours: float
    plain: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        heads = ["方法 method", "误差 WAPE"]
        rows = [
            ("水平×星期×日形 level x class x profile", f"{100 * self.ours:.2f} %"),
            ("前四周同星期均值 mean of 4 same weekdays", f"{100 * self.plain:.2f} %"),
        ]
        return [f"{self.days} 天 days，后 {self.last} 天逐日预测 the last forecast one by one",
                *drawn(heads, rows)]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NowTable:
    """The answer of GET /api/staffing/today."""

    found: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return dict(self.found)

    def lines(self) -> list[str]:
        rows = [self.found["now"], *self.found["next"]]
        said = [f"{row['words_zh']}\n    {row['words_en']}" for row in rows]
        roll = self.found["roll"]
        if roll is None:
            return [*said, "今日未录入排班 no roster was entered for today"]
        missing = "、".join(roll["missing"]) or "无 nobody"
        leaders = "、".join(roll["leaders"]) or "无 none"
        here = "在岗 here" if roll["leader_here"] else "未签入 not signed in"
        return [*said, f"未到岗 missing: {missing}", f"值班长 leaders: {leaders} ({here})"]
