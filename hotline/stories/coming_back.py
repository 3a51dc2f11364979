"""A citizen who has talked stands in line again: why, who gets him, and what he hears.

Three ways: an agent put him there (a queue, a skill, a colleague by 工号); he was sent away in vain
and goes back first to the agent who sent him, urgently; or whoever had him is gone. His age stays.
"""

from typing import Final

from acd.policy import QueuePolicies
from hotline.stories.stages import Talking, Waiting
from kernel.ids import AgentNo
from telephony.live_call import LiveCall
from telephony.place import Place

URGENT: Final = 2  # of 0-3; what comes from 110 goes before


def back_in_line(
    stage: Talking, agent: AgentNo, call: LiveCall, policies: QueuePolicies
) -> Waiting:
    """`agent`: who had him last."""
    place = call.place or Place(stage.queue, stage.asked_at)
    failed, call.party.away_failed = bool(call.party.away_failed), ""
    policy = policies.of(place.queue)
    sent = place.sent_by is not None and not failed
    return Waiting(
        queue=place.queue,
        needs=dict(policy.needs) | dict(place.needs or {}),
        priority=max(policy.priority, place.priority, URGENT if failed else 0),
        asked_at=stage.asked_at,
        again=True,
        sticky_to=None if sent or failed else agent,
        handed_to=place.handed_to if sent else None,
        back_to=_sender(place, agent, failed=failed, sent=sent),
        say=_said(failed=failed, sent=sent),
    )


def _sender(place: Place, agent: AgentNo, *, failed: bool, sent: bool) -> AgentNo | None:
    if failed:
        return agent
    return place.sent_by if sent and place.handed_to is not None else None


def _said(*, failed: bool, sent: bool) -> str:
    """A phrase of phrases.yaml."""
    if failed:
        return "transfer_failed"
    return "transferring" if sent else "waiting_music_intro"
