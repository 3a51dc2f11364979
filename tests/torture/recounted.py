"""I9, I10 of the figures: the live fold of a whole day against the auditor's own recount of it."""

from collections.abc import Sequence
from typing import Final

from figures.audit import of_conservation, of_fates, of_quarters, of_seats
from figures.audit_lines import Span, micros
from figures.audit_recount import recount
from figures.fold import Figures
from kernel.fact import Fact
from tests.figures.audit_lines_of import lines_of
from tests.torture.violation import demand

ALWAYS: Final = Span(0, 1 << 62)


def check_figures(journal: Sequence[Fact]) -> None:
    """When all is quiet: every counter of every quarter, all seat time, one fate a call."""
    figures = Figures()
    for fact in journal:
        figures.take(fact)
    read, now = recount(lines_of(journal)), micros(journal[-1].at)
    queues = {(micros(at), str(q)): counts.as_json() for (at, q), counts in figures.queues.items()}
    seats = {micros(at): counts.as_json() for at, counts in figures.seats.items()}
    unlike = [
        *of_fates(read, ALWAYS, now),
        *of_conservation(read, ALWAYS, now),
        *of_quarters(read, queues, ALWAYS),
        *of_seats(read, seats, ALWAYS),
    ]
    demand(not unlike, "I10", f"fold and recount differ: {[one.en for one in unlike[:3]]}")
