"""Figures of a level with all that is below it (NAV-06: 省统筹、市主接). Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from figures.counts import Counts, total


@dataclass(frozen=True, slots=True)
class RolledUp:
    own: Counts
    with_below: Counts


def rolled_up(
    below: Mapping[str, Collection[str]], own: Mapping[str, Counts]
) -> dict[str, RolledUp]:
    """By level. `below`: each level with itself and all under it; `own`: those that have figures.

    Sums are of calls, so each call counts once at each level above it; rates are made of the sums.
    """
    return {
        level: RolledUp(
            own=own.get(level, Counts()),
            with_below=total(own[one] for one in sorted(under) if one in own),
        )
        for level, under in below.items()
    }
