"""The optimal shifts, by OR-Tools (CP-SAT). The only module that knows it; an optional extra.

Rule: every half hour is covered; of all such proposals that with the fewest hours worked, and of
those the one with the fewest different shifts.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from acd.roster_errors import SolverMissing
from acd.shifts import Proposal, ShiftKind, check_coverable

# An hour worked weighs more than any number of different shifts.
_PER_HALF_HOUR = 1_000


def propose(
    needed: Sequence[int], kinds: Sequence[ShiftKind], *, at_most: int, within_s: float = 10.0
) -> Proposal:
    """`at_most` different shifts. Raises SolverMissing without the extra, NoShiftCovers."""
    check_coverable(needed, kinds)
    cp = _cp_model()
    model = cp.CpModel()
    most = max(needed, default=0)
    agents = [model.new_int_var(0, most, f"agents {n}") for n in range(len(kinds))]
    used = [model.new_bool_var(f"used {n}") for n in range(len(kinds))]
    for n in range(len(kinds)):
        model.add(agents[n] <= most * used[n])
    model.add(sum(used) <= max(at_most, 1))
    for half, need in enumerate(needed):
        model.add(sum(agents[n] for n, kind in enumerate(kinds) if half in kind.covers) >= need)
    worked = sum(kind.worked * agents[n] for n, kind in enumerate(kinds))
    model.minimize(_PER_HALF_HOUR * worked + sum(used))
    solver = cp.CpSolver()
    solver.parameters.max_time_in_seconds = within_s
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status not in (cp.OPTIMAL, cp.FEASIBLE):
        raise SolverMissing(
            f"The solver found no shifts ({solver.status_name(status)}) in {within_s:.0f} s.",
            remedy="Allow more different shifts (shifts.longest_names), or ask with --plain.",
        )
    found = {kind: int(solver.value(agents[n])) for n, kind in enumerate(kinds)}
    way = "optimal" if status == cp.OPTIMAL else "feasible"
    return Proposal({kind: n for kind, n in found.items() if n}, tuple(needed), way)


def _cp_model() -> Any:  # OR-Tools' own module, which has no place in our types
    try:
        return import_module("ortools.sat.python.cp_model")
    except ImportError as err:
        raise SolverMissing(
            "The solver OR-Tools is not installed.",
            remedy="pip install 'hotline-12345[shifts]', or ask with --plain.",
        ) from err
