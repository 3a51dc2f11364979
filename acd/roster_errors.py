"""Why a roster was refused, or no shifts can be proposed.

BadInput     BadRoster
BadSettings  NoShiftCovers
Unavailable  SolverMissing
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kernel.errors import BadInput, BadSettings, Unavailable


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One wrong cell. `line` counts from 1, the heads included; 0: against what stands already.

    `code` is API, never renamed.
    """

    line: int
    column: str  # "" where the whole line or file is meant
    value: str
    code: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "the roster that stands"
        where += f", {self.column}" if self.column else ""
        said = f" {self.value!r}:" if self.value else ""
        return f"{where}:{said} {self.problem} {self.remedy}"


class BadRoster(BadInput):
    """Nothing of the file was taken over; `faults` says why, by line."""

    code = "bad-roster"

    def __init__(self, name: str, faults: Sequence[RosterFault]) -> None:
        assert faults, "a bad roster says what is bad about it"
        self.name = name
        self.faults = tuple(faults)
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        where = str(faults[0]).removesuffix(faults[0].remedy).rstrip()
        super().__init__(f"{name}: {where}{more}", remedy=faults[0].remedy)


class NoShiftCovers(BadSettings):
    code = "no-shift-covers"


class SolverMissing(Unavailable):
    code = "solver-missing"
