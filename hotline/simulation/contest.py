"""The policies that meet the same day, and the two processes in which they live it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from hotline.simulation.day import Day, auto_answered, patient
from hotline.simulation.floor_day import FloorDay
from hotline.simulation.outcome import Outcome
from hotline.simulation.plain_queue import DEFAULT, ROUND_ROBIN, TUNED, PlainQueue
from hotline.simulation.pooled import Pooled

OURS: Final = "ours"
ESTIMATED: Final = "wait_estimate"
ONE_IN: Final = 33  # 3 % of the callers never lose patience where estimates are scored
AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """`name` in JSON and CSV; the others for people."""

    name: str
    name_en: str
    name_zh: str
    live: Callable[[Day], Outcome]


def _pooled(day: Day) -> Outcome:
    return Pooled(day, rings=False).live()


def _pooled_ring(day: Day) -> Outcome:
    return Pooled(day, rings=True).live()


def _default(day: Day) -> Outcome:
    return PlainQueue(day, DEFAULT).live()


def _round_robin(day: Day) -> Outcome:
    return PlainQueue(day, ROUND_ROBIN).live()


def _tuned(day: Day) -> Outcome:
    return PlainQueue(day, TUNED).live()


def _ours(day: Day) -> Outcome:
    return FloorDay(day).live()


def _auto_answer(day: Day) -> Outcome:
    return FloorDay(auto_answered(day)).live()


def _estimated(day: Day) -> Outcome:
    return FloorDay(*patient(day, ONE_IN)).live()


POLICIES: Final = (
    Policy("pooled", "pooled bound (Erlang A)", "合池上界 (Erlang A)", _pooled),
    Policy("pooled_ring", "pooled with ring delay", "合池上界, 含振铃", _pooled_ring),
    Policy("app_queue", "app_queue leastrecent, default", "app_queue 默认", _default),
    Policy("app_queue_rrmemory", "app_queue rrmemory, default", "app_queue 轮询", _round_robin),
    Policy("app_queue_tuned", "app_queue leastrecent, tuned", "app_queue 调优", _tuned),
    Policy(OURS, "ours", "本系统", _ours),
    Policy(
        "ours_auto_answer", "ours, seats answer by themselves", "本系统, 自动应答", _auto_answer
    ),
)
ESTIMATES: Final = Policy(ESTIMATED, "wait estimate", "预计等待", _estimated)


def contest(day: Day, policies: Sequence[Policy]) -> dict[str, Outcome]:
    """Each policy's day, in the order given. The longest begin first; the day is drawn once."""
    global _DAY  # forked processes find it here, unpickled
    _DAY = day
    context = get_context("fork")
    first = sorted(policies, key=lambda one: one.name not in _LONG)
    with ProcessPoolExecutor(AT_ONCE, mp_context=context) as pool:
        lived = {one.name: pool.submit(_live, one.name) for one in first}
        return {one.name: lived[one.name].result() for one in policies}


_LONG: Final = (OURS, ESTIMATED, "app_queue_tuned")
_DAY: Day | None = None


def _live(name: str) -> Outcome:
    assert _DAY is not None, "the day is there before the process forks"
    return next(one for one in (*POLICIES, ESTIMATES) if one.name == name).live(_DAY)
