"""The solver of shifts is an extra: without it the error says what to install."""

import sys

import pytest

from acd.roster_errors import SolverMissing
from acd.shifts import kinds_of
from hotline.desks.shift_solver import propose
from tests.console.staffing_office import RULES


def test_without_the_extra_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """OR-Tools is optional."""
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)

    with pytest.raises(SolverMissing, match="not installed") as missing:
        propose([1] * 48, kinds_of(RULES.shifts.types))

    assert "hotline-12345[shifts]" in missing.value.remedy
