"""The rules in force: those of the file, amended by every surge plan that stands. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from acd.policy import Overflow, QueuePolicies, QueuePolicy
from acd.surge_facts import Measures
from kernel.ids import QueueName


def amended(policies: QueuePolicies, measures: Iterable[Measures]) -> QueuePolicies:
    """Of two plans the sharper rule holds; whoever came first says where overflow goes."""
    standing = list(measures)
    if not standing:
        return policies
    return policies.model_copy(update={"queues": amended_queues(policies.queues, standing)})


def amended_queues(
    queues: Mapping[QueueName, QueuePolicy], standing: Sequence[Measures]
) -> dict[QueueName, QueuePolicy]:
    return {
        name: _amended(queue, [one for one in standing if _concerns(one, name)])
        for name, queue in queues.items()
    }


def _concerns(measures: Measures, queue: QueueName) -> bool:
    return not measures.queues or queue in measures.queues


def _amended(queue: QueuePolicy, standing: list[Measures]) -> QueuePolicy:
    changes: dict[str, Any] = {}
    limits = [one.wrap_up_limit_s for one in standing if one.wrap_up_limit_s is not None]
    if limits and min(limits) < queue.wrap_up.limit_s:
        shorter = {"limit_s": min(limits), "extensions": 0}
        changes["wrap_up"] = queue.wrap_up.model_copy(update=shorter)
    offers = [one.callback_after_s for one in standing if one.callback_after_s is not None]
    if offers and queue.callback is not None and min(offers) < queue.callback.after_s:
        changes["callback"] = queue.callback.model_copy(update={"after_s": min(offers)})
    opened = [one for one in standing if one.overflow_to and one.overflow_after_s is not None]
    if opened and may_overflow(queue):
        first = opened[0]
        changes["overflow_after_s"] = min(one.overflow_after_s or 0.0 for one in opened)
        changes["overflow"] = Overflow(target=first.overflow_to[0], then=first.overflow_to[1:])
    return queue.model_copy(update=changes) if changes else queue


def may_overflow(queue: QueuePolicy) -> bool:
    """Nobody of the highest priority (110) is sent away (I14); a queue that overflows into another
    of this house goes on doing so."""
    inside = queue.overflow is not None and queue.overflow.queue is not None
    return queue.priority < 3 and not inside
