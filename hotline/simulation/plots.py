"""The pictures of `hotline simulate`, as PNG and SVG: waits, 接通率, occupancy, seats.

Chinese labels only where a font on this machine has the signs; matplotlib brings none.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hotline.simulation.contest import ESTIMATED, OURS, POLICIES
from hotline.simulation.day import HALF_HOUR_S, Day
from hotline.simulation.figures import by_half_hour
from hotline.simulation.outcome import Fate, Outcome

FORMATS: Final = ("png", "svg")
SHOWN: Final = ("pooled_ring", "app_queue", "app_queue_tuned", OURS)
_CHINESE: Final = ("Noto Sans CJK SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei")
_WIDE: Final = (9.0, 4.5)
_LONGEST_S: Final = 120

Words = tuple[str, str]


def write_plots(folder: Path, day: Day, outcomes: Mapping[str, Outcome]) -> list[Path]:
    """The files written."""
    folder.mkdir(parents=True, exist_ok=True)
    font = chinese_font()
    lived = {name: one for name, one in outcomes.items() if name != ESTIMATED}
    drawn = {name: one for name, one in lived.items() if name in SHOWN} or lived
    if not drawn:
        return []
    halves = {name: by_half_hour(day, one) for name, one in drawn.items()}
    with mpl.rc_context({"font.family": [font or "DejaVu Sans"], "svg.hashsalt": "hotline"}):
        pen = _Pen(folder, in_chinese=font is not None)
        pen.draw("waits", ("wait s", "等待 s"), lambda axes: _waits(axes, day, drawn, pen))
        pen.lines("answered", ("answered %", "接通率 %"), halves, "answered_share")
        pen.lines("occupancy", ("occupancy %", "占用率 %"), halves, "occupancy")
        pen.draw(
            "seats", ("from the beginning, h", "开始后 h"), lambda axes: _seats(axes, halves, pen)
        )
    return pen.written


def chinese_font() -> str | None:
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _CHINESE if name in known), None)


class _Pen:
    def __init__(self, folder: Path, *, in_chinese: bool) -> None:
        self._folder = folder
        self._in_chinese = in_chinese
        self.written: list[Path] = []

    def say(self, words: Words) -> str:
        return words[self._in_chinese]

    def name(self, policy: str) -> str:
        one = next(one for one in POLICIES if one.name == policy)
        return one.name_zh if self._in_chinese else one.name_en

    def draw(self, name: str, below: Words, fill: Callable[[Axes], None]) -> None:
        figure = Figure(figsize=_WIDE, layout="constrained")
        axes = figure.add_subplot()
        fill(axes)
        axes.set_xlabel(self.say(below))
        axes.grid(alpha=0.3)
        for kind in FORMATS:
            path = self._folder / f"{name}.{kind}"
            figure.savefig(path, metadata={"Date": None} if kind == "svg" else None)
            self.written.append(path)

    def lines(
        self, name: str, what: Words, halves: Mapping[str, Sequence[Mapping[str, float]]], key: str
    ) -> None:
        def fill(axes: Axes) -> None:
            for policy, rows in halves.items():
                at = [row["begins_s"] / 3600 for row in rows]
                values = [100 * row[key] for row in rows]
                axes.step(at, values, where="post", label=self.name(policy))
            axes.set_ylabel(self.say(what))
            axes.legend()

        self.draw(name, ("from the beginning, h", "开始后 h"), fill)


def _waits(axes: Axes, day: Day, outcomes: Mapping[str, Outcome], pen: _Pen) -> None:
    """Share of all who asked that was answered within so many seconds."""
    for policy, outcome in outcomes.items():
        chosen = [n for n, one in enumerate(day.citizens) if day.counts(one)]
        waits = sorted(outcome.wait_s[n] for n in chosen if outcome.fate[n] is Fate.ANSWERED)
        steps: list[Any] = [100 * (n + 1) / max(1, len(chosen)) for n in range(len(waits))]
        axes.plot(waits, steps, label=pen.name(policy))
    axes.set_xlim(0, _LONGEST_S)
    axes.set_ylabel(pen.say(("answered within, %", "此时限内接通 %")))
    axes.legend(loc="lower right")


def _seats(axes: Axes, halves: Mapping[str, Sequence[Mapping[str, float]]], pen: _Pen) -> None:
    rows = next(iter(halves.values()))
    at = [row["begins_s"] / 3600 for row in rows]
    axes.step(at, [row["seats"] for row in rows], where="post", label=pen.say(("seats", "座席")))
    axes.set_ylabel(pen.say(("seats signed in", "签入座席")))
    calls = axes.twinx()
    calls.step(
        at,
        [row["calls"] / HALF_HOUR_S * 3600 for row in rows],
        where="post",
        color="tab:orange",
    )
    calls.set_ylabel(pen.say(("calls per hour (orange)", "每小时来电 (橙)")))
    axes.set_ylim(bottom=0)
    calls.set_ylim(bottom=0)
    axes.legend(loc="lower right")
