"""Times of single steps, and their percentiles. Microseconds."""

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

R = TypeVar("R")


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


class Steps:
    """Steps of one kind. `wall` includes what others did on the machine, `cpu` does not."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def time(self, step: Callable[..., R], *arguments: Any) -> R:
        cpu, wall = time.thread_time_ns(), time.perf_counter_ns()
        result = step(*arguments)
        self.wall.append((time.perf_counter_ns() - wall) / 1000)
        self.cpu.append((time.thread_time_ns() - cpu) / 1000)
        return result

    def __len__(self) -> int:
        return len(self.wall)

    @property
    def per_second(self) -> float:
        """Steps in a second of one core."""
        return len(self.cpu) / sum(self.cpu) * 1e6 if self.cpu else float("nan")

    def p(self, share: float) -> float:
        return percentile(self.wall, share)

    def pcpu(self, share: float) -> float:
        return percentile(self.cpu, share)

    @property
    def mean(self) -> float:
        return sum(self.wall) / len(self.wall) if self.wall else float("nan")

    @property
    def longest_cpu(self) -> float:
        return max(self.cpu, default=float("nan"))

    @classmethod
    def together(cls, *parts: "Steps") -> "Steps":
        whole = cls()
        for part in parts:
            whole.wall += part.wall
            whole.cpu += part.cpu
        return whole

    @classmethod
    def usual(cls, runs: "Sequence[Steps]") -> "Steps":
        """The same work done several times: each step's median, so that a neighbour's burst on
        the machine does not count, and what the step itself costs does."""
        whole = cls()
        whole.wall = [median(times) for times in zip(*(run.wall for run in runs), strict=True)]
        whole.cpu = [median(times) for times in zip(*(run.cpu for run in runs), strict=True)]
        return whole


class Collections:
    """Pauses of Python's cyclic garbage collector while in use; ms of CPU each."""

    def __init__(self) -> None:
        self.pauses_ms: list[float] = []
        self._began = 0

    def __enter__(self) -> "Collections":
        gc.callbacks.append(self._on_phase)
        return self

    def __exit__(self, *why: object) -> None:
        gc.callbacks.remove(self._on_phase)

    def _on_phase(self, phase: str, details: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.thread_time_ns()
        else:
            self.pauses_ms.append((time.thread_time_ns() - self._began) / 1e6)

    @property
    def longest_ms(self) -> float:
        return max(self.pauses_ms, default=0.0)
