"""What a desk in the browser shows of its agent's day, against what the system says of it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.rehearsal.compare import Difference
from hotline.rehearsal.system_says import SystemCall, SystemSays


@dataclass(frozen=True, slots=True)
class OwnDay:
    """`answered` calls and `tickets` since `begun`; None: the page has not been told yet."""

    seat: str
    answered: int
    tickets: int
    begun: datetime | None

    def since(self, earlier: "OwnDay") -> "OwnDay":
        """What was added; at midnight the page begins anew, with nothing to take away."""
        if self.begun != earlier.begun:
            return self
        added = self.answered - earlier.answered, self.tickets - earlier.tickets
        return replace(self, answered=added[0], tickets=added[1])


def of_days(days: Sequence[OwnDay], says: SystemSays) -> Iterator[Difference]:
    """A desk's own figures must be those of the calls that its seat answered."""
    for day in days:
        mine = [call for call in says.calls if _counts(call, day)]
        tickets = sum(len(call.tickets) for call in mine)
        if (day.answered, day.tickets) != (len(mine), tickets):
            yield Difference(
                day.seat,
                f"座席 {day.seat} 的工作台显示接听 {day.answered}、工单 {day.tickets}，"
                f"系统为 {len(mine)}、{tickets}。",
                f"The desk of seat {day.seat} shows {day.answered} answered, {day.tickets} tickets;"
                f" the system says {len(mine)} and {tickets}.",
            )


def _counts(call: SystemCall, day: OwnDay) -> bool:
    is_mine = call.seat == day.seat and call.fate == "answered"
    return is_mine and (day.begun is None or call.asked_at is None or call.asked_at >= day.begun)
