"""The figures as plain values, to be kept and put back: a cache of what the facts say. Pure."""

from dataclasses import dataclass
from datetime import datetime

from figures.agent_tally import AgentTally
from figures.call_tally import CallTally
from figures.counts import Counts, SeatCounts
from figures.fold import Figures
from kernel.ids import QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresImage:
    calls: list[CallTally]
    agents: list[AgentTally]
    queues: list[tuple[datetime, QueueName, Counts]]
    seats: list[tuple[datetime, SeatCounts]]


def image_of(figures: Figures) -> FiguresImage:
    return FiguresImage(
        calls=list(figures.calls.values()),
        agents=list(figures.agents.values()),
        queues=[(quarter, queue, counts) for (quarter, queue), counts in figures.queues.items()],
        seats=list(figures.seats.items()),
    )


def figures_from(image: FiguresImage) -> Figures:
    figures = Figures(image.calls, image.agents)
    figures.queues.update({(quarter, queue): counts for quarter, queue, counts in image.queues})
    figures.seats.update(image.seats)
    return figures
