"""A citizen whom the robot rang wants a person: on to the line, like any other caller.

He takes his place at the end; [room] holds him from now on, so that the plain queue has him if we
fall.
"""

from acd.policy import QueuePolicies
from hotline.center import Center
from hotline.stories.inbound_call import inbound_call
from hotline.stories.stages import Waiting
from kernel.clock import Clock
from telephony.ami_actions import ROOM
from telephony.hangup import until_hangup
from telephony.live_call import LiveCall


async def hand_over(call: LiveCall, center: Center) -> None:
    """Raises CallerHungUp."""
    if call.place is None:  # else he comes back out of the plain queue
        center.stages[call.id] = _asks(center.policies, center.clock)
        call.send_to(ROOM)  # wherever he seems to be: [called] ends a call that nobody renews
        call.out_of_hand()
        async with until_hangup(call.hung_up):
            await call.in_hand()
    await inbound_call(call, center)


def _asks(policies: QueuePolicies, clock: Clock) -> Waiting:
    queue = policies.default_queue
    policy = policies.of(queue)
    return Waiting(
        queue=queue, needs=dict(policy.needs), priority=policy.priority, asked_at=clock.now()
    )
