"""The figures as the console asks for them: live from memory, quarters from the database."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from acd.desk import AcdDesk
from acd.seat_ratio import Districts, Staffing, staffing
from console import figures_shown as shown
from console.ports import KeepsDirectory
from figures.counts import Counts
from figures.definitions import ALL, Measured
from figures.live import LiveFigures
from figures.periods import PeriodRow, Step
from figures.quality import CARD, QUALITY
from figures.report import FigureReports
from hotline.rule_files import RuleFiles


@dataclass(slots=True, kw_only=True)
class FiguresDesk:
    """Fits `console/ports.py: ReadsFigures`."""

    live_figures: LiveFigures
    reports: FigureReports
    districts: Districts
    directory: KeepsDirectory
    desk: AcdDesk
    site: str

    def use(self, rules: RuleFiles) -> None:
        self.districts = rules.districts

    def live(self) -> shown.FiguresNow:
        now = self.live_figures.now()
        figures = [_figure(one, None) for one in now.figures]
        for queue in now.queues:
            figures += [_figure(one, queue.queue) for one in queue.figures]
        counts = _counts(now.counts) | {
            "waiting": now.waiting,
            "longest_wait_s": int(now.longest_wait.total_seconds()),
        }
        return shown.FiguresNow(at=now.at, counts=counts, figures=figures)

    async def intervals(self, start: datetime, end: datetime) -> Sequence[shown.Interval]:
        return [
            shown.Interval(
                start=quarter.start,
                queue=quarter.queue,
                site=self.site,
                counts=_counts(quarter.counts),
                figures=_figures(quarter.figures, quarter.queue),
            )
            for quarter in await self.reports.intervals(start, end)
        ]

    async def rows(self, start: datetime, end: datetime, step: Step) -> list[PeriodRow]:
        return await self.reports.rows(start, end, step)

    def definitions(self) -> Sequence[shown.Definition]:
        return [shown.definition(one) for one in (*ALL, *QUALITY, *CARD)]

    def staffing(self) -> Sequence[Staffing]:
        return staffing(self.districts, self.directory.directory, self.desk.snapshot())


def _counts(counts: Counts) -> dict[str, int]:
    return asdict(counts) | {"in_progress": counts.offered - counts.settled}


def _figures(measured: Iterable[Measured], queue: str | None) -> list[shown.Figure]:
    return [_figure(one, queue) for one in measured]


def _figure(one: Measured, queue: str | None) -> shown.Figure:
    return shown.Figure(id=one.definition.id, queue=queue, value=one.value, n=one.ratio.n)
