"""The optimal shifts, by OR-Tools (CP-SAT). The only module that knows it; an optional extra.

Rule: every half hour is covered; of all such proposals that with the fewest hours worked, and of
those the one with the fewest agents. The plain proposal is where it begins.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from acd.roster_errors import SolverMissing
from acd.shifts import Proposal, ShiftKind, propose_plainly

# A half hour worked weighs more than a head.
_PER_HALF_HOUR = 100


def propose(
    needed: Sequence[int], kinds: Sequence[ShiftKind], *, within_s: float = 10.0
) -> Proposal:
    """Raises SolverMissing without the extra, NoShiftCovers."""
    cp, plain = _cp_model(), propose_plainly(needed, kinds)
    model = cp.CpModel()
    most = max(needed, default=0)
    agents = [model.new_int_var(0, most, f"agents {n}") for n in range(len(kinds))]
    for n, kind in enumerate(kinds):
        model.add_hint(agents[n], plain.agents.get(kind, 0))
    for half, need in enumerate(needed):
        model.add(sum(agents[n] for n, kind in enumerate(kinds) if half in kind.covers) >= need)
    worked = sum(kind.worked * agents[n] for n, kind in enumerate(kinds))
    model.minimize(_PER_HALF_HOUR * worked + sum(agents))
    solver = cp.CpSolver()
    solver.parameters.max_time_in_seconds = within_s
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status not in (cp.OPTIMAL, cp.FEASIBLE):
        raise SolverMissing(
            f"The solver found no shifts ({solver.status_name(status)}) in {within_s:.0f} s.",
            remedy="Ask with --plain.",
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
