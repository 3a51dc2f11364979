"""The report of a rehearsal: figures and differences, Chinese first; and the same as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

import orjson

from hotline.rehearsal.compare import Difference, settle
from hotline.rehearsal.faults import Struck
from hotline.rehearsal.own_day import OwnDay, of_days
from hotline.rehearsal.system_says import SystemSays
from hotline.rehearsal.verdicts import Fate, Verdict, Way

_SHOWN_AT_MOST: Final = 40
_FATES_ZH: Final[Mapping[Fate, str]] = {
    Fate.ANSWERED: "已接听",
    Fate.LEFT_LINE: "排队中挂机",
    Fate.LEFT_MENU: "菜单中挂机",
    Fate.SENT_OFF: "系统结束",
    Fate.SENT_OVER: "溢出",
    Fate.REFUSED: "未接入",
    Fate.FALLBACK_TALK: "备用队列接听",
    Fate.FALLBACK_LOST: "备用队列放弃",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What came out. `verdicts` are the outside's, `says` the system's."""

    seed: int
    verdicts: Sequence[Verdict]
    menus: Mapping[Way, float]  # measured seconds from key or answer to the line
    says: SystemSays
    differences: Sequence[Difference]
    faults: Sequence[Struck] = ()
    days: Sequence[OwnDay] = ()  # as the desks in browsers show them

    def with_days(self, days: Sequence[OwnDay]) -> "Report":
        """The same, and what the desks show compared with what the system says."""
        found = [*self.differences, *of_days(days, self.says)]
        return replace(self, days=tuple(days), differences=found)

    @property
    def exit_code(self) -> int:
        """1 on a difference, and where a server died by itself though every call is accounted."""
        return 1 if self.differences or any(one.by_itself for one in self.faults) else 0

    def figures(self) -> dict[str, int]:
        """The system's numbers, of this rehearsal's calls only (D-01: offered = asked for a
        person)."""
        asked = [call for call in self.says.calls if call.asked_at is not None]
        fates = Counter(call.fate for call in asked)
        return {
            "calls": len(self.verdicts),
            "offered": len(asked),
            "answered": fates["answered"],
            "abandoned": fates["abandoned"],
            "fallback_answered": fates["fallback_answered"],
            "fallback_lost": fates["fallback_lost"],
            "tickets": len(self.says.tickets),
            "cases": len(self.says.cases),
            "duties": len(self.says.duties),
            "guests": sum(one.by_guest for one in self.verdicts),
        }

    def json(self) -> bytes:
        sentences = [difference.sentence for difference in self.differences]
        outside = Counter("|".join(sorted(one.fates)) for one in self.verdicts)
        whole = self.figures() | {
            "seed": self.seed,
            "outside": dict(outside),
            "menu_seconds": {way or "silent": round(s, 3) for way, s in self.menus.items()},
            "faults": [_struck(one) for one in self.faults],
            "desks": [asdict(day) for day in self.days],
            "differences": sentences,
        }
        return orjson.dumps(whole, option=orjson.OPT_INDENT_2)

    def text(self) -> str:
        """For the person at the terminal."""
        return "\n".join([*self._chinese(), "", *self._english(), ""])

    def _outside(self) -> Counter[Fate]:
        """Each call's one fate: where the outside leaves it open, what the system says of it."""
        said = {call.sip_call_id: call for call in self.says.calls}
        return Counter(settle(one, said.get(one.citizen.sip_call_id)).fate for one in self.verdicts)

    def _faults(self) -> str:
        """kill 3 (1.9 s), freeze 1 (2.4 s): how often, and the longest until ready again."""
        lasted: dict[str, list[float]] = {}
        for one in self.faults:
            lasted.setdefault(one.name, []).append((one.over - one.begun).total_seconds())
        return ", ".join(f"{k} {len(s)} (<= {max(s):.1f} s)" for k, s in lasted.items()) or "-"

    def _days(self, answered: str, tickets: str) -> str:
        """S001: 接听 5 工单 5; S002: ..."""
        return "; ".join(
            f"{day.seat}: {answered} {day.answered} {tickets} {day.tickets}" for day in self.days
        )

    def _chinese(self) -> list[str]:
        n, seen = self.figures(), self._outside()
        fates = "，".join(f"{_FATES_ZH[fate]} {count}" for fate, count in sorted(seen.items()))
        return [
            f"演练报告（种子 {self.seed}）",
            f"  外部所见：来电 {n['calls']}：{fates}",
            f"  系统所记：请求人工 {n['offered']}，接听 {n['answered']}，放弃 {n['abandoned']}，"
            f"工单 {n['tickets']}，事项 {n['cases']}，回拨任务 {n['duties']}",
            f"  故障：{self._faults()}；备用队列接听 {n['fallback_answered']}，"
            f"备用队列放弃 {n['fallback_lost']}",
            *([f"  网页座席：{self._days('接听', '工单')}"] if self.days else ()),
            *([f"  来宾接听：{n['guests']}"] if n["guests"] else ()),
            f"  逐通核对差异：{len(self.differences)}",
            *(f"  - {one.zh}" for one in self.differences[:_SHOWN_AT_MOST]),
        ]

    def _english(self) -> list[str]:
        n, seen = self.figures(), self._outside()
        fates = ", ".join(f"{fate} {count}" for fate, count in sorted(seen.items()))
        return [
            f"Report of the rehearsal (seed {self.seed})",
            f"  seen outside: {n['calls']} calls: {fates}",
            f"  kept by the system: offered {n['offered']}, answered {n['answered']}, "
            f"abandoned {n['abandoned']}, tickets {n['tickets']}, cases {n['cases']}, "
            f"duties {n['duties']}",
            f"  faults: {self._faults()}; in the plain queue {n['fallback_answered']} answered, "
            f"{n['fallback_lost']} lost",
            *([f"  desks in browsers: {self._days('answered', 'tickets')}"] if self.days else ()),
            *([f"  answered by guests: {n['guests']}"] if n["guests"] else ()),
            f"  differences, call by call: {len(self.differences)}",
            *(f"  - {one.en}" for one in self.differences[:_SHOWN_AT_MOST]),
        ]


def _struck(one: Struck) -> dict[str, object]:
    seconds = (one.over - one.begun).total_seconds()
    return {
        "kind": one.kind,
        "at": one.begun.isoformat(),
        "ready_after_s": round(seconds, 3),
        "by_itself": one.by_itself,
    }
