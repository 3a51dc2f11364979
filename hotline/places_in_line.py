"""Where a citizen stands whom an agent puts back into the line. Pure.

His age goes with him. A skill without a queue means the queue that is made for it, if there is one.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeAlias

from acd.errors import UnknownQueue, UnknownSkill
from acd.policy import QueuePolicies
from kernel.ids import AgentNo, QueueName, Skill
from telephony.place import Place

Known: TypeAlias = tuple[QueuePolicies, Collection[Skill]]


def place_in_queue(
    before: Place,
    queue: QueueName | None,
    skills: Mapping[Skill, int],
    agent: AgentNo,
    known: Known,
) -> Place:
    """`skills` are minimum levels. Raises UnknownQueue, UnknownSkill."""
    policies, known_skills = known
    for skill in skills:
        if skill not in known_skills:
            raise UnknownSkill(
                f"There is no skill {skill!r}.",
                remedy=f"Choose one of {', '.join(sorted(known_skills))}.",
            )
    if queue is not None and queue not in policies.queues:
        raise UnknownQueue(
            f"There is no queue {queue!r}.",
            remedy=f"Choose one of {', '.join(sorted(policies.queues))}.",
        )
    to = queue or _queue_for(skills, policies) or before.queue
    return Place(
        queue=to,
        asked_at=before.asked_at,
        priority=policies.of(to).priority,
        needs=dict(policies.of(to).needs) | dict(skills),
        sent_by=agent,
    )


def place_with_colleague(before: Place, colleague: AgentNo, agent: AgentNo) -> Place:
    """In the queue where he was, but the colleague is rung first."""
    return replace(before, handed_to=colleague, sent_by=agent)


def _queue_for(skills: Mapping[Skill, int], policies: QueuePolicies) -> QueueName | None:
    fitting = (
        name
        for name, policy in policies.queues.items()
        if skills and all(skill in policy.needs for skill in skills)
    )
    return next(fitting, None)
