"""Where a call's story is. Journaled at each step, so that a restart can enter in the middle.

Rule: a stage holds all that it needs, as plain text in `detail`; nothing lives only in a variable.
"""

from dataclasses import dataclass
from datetime import datetime

import orjson

from acd.happenings import SeatWanted
from kernel.ids import AgentNo, CallId, QueueName, Skill
from telephony.facts import StageEntered


@dataclass(frozen=True, slots=True)
class InMenu:
    """Greeting and menu 语音导航."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """In line 排队. `asked_at` is when this call first asked for a person (D-01, D-04).

    Of one who comes back: `handed_to` and `back_to` as in SeatWanted, `say` a phrase that he
    hears once: it is not kept.
    """

    queue: QueueName
    needs: dict[Skill, int]
    priority: int
    asked_at: datetime
    sticky_to: AgentNo | None = None
    again: bool = False
    handed_to: AgentNo | None = None
    back_to: AgentNo | None = None
    say: str = ""

    def wanted(self, call: CallId) -> SeatWanted:
        return SeatWanted(
            call=call,
            queue=self.queue,
            needs=self.needs,
            priority=self.priority,
            asked_at=self.asked_at,
            sticky_to=self.sticky_to,
            again=self.again,
            handed_to=self.handed_to,
            back_to=self.back_to,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """With a person 通话, on hold, in consultation or in a conference: all of it."""

    queue: QueueName
    agent: AgentNo
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterCall:
    """The seat has hung up 话后: the citizen may rate the service (SAT-01)."""

    agent: AgentNo | None


Stage = InMenu | Waiting | Talking | AfterCall


def entered(stage: Stage, call: CallId, at: datetime) -> StageEntered:
    match stage:
        case InMenu():
            return StageEntered(at=at, call=call, stage="menu", detail={})
        case Waiting():
            detail = {
                "queue": stage.queue,
                "needs": orjson.dumps(stage.needs).decode(),
                "priority": str(stage.priority),
                "asked_at": stage.asked_at.isoformat(),
                "sticky_to": stage.sticky_to or "",
                "again": "yes" if stage.again else "",
            }
            detail |= _of_one_who_came_back(stage)
            return StageEntered(at=at, call=call, stage="waiting", detail=detail)
        case Talking():
            detail = {
                "queue": stage.queue,
                "agent": stage.agent,
                "asked_at": stage.asked_at.isoformat(),
            }
            return StageEntered(at=at, call=call, stage="talking", detail=detail)
        case AfterCall():
            detail = {"agent": stage.agent or ""}
            return StageEntered(at=at, call=call, stage="after_call", detail=detail)


def stage_of(fact: StageEntered) -> Stage:
    """The stage again, as the journal kept it."""
    detail = fact.detail
    match fact.stage:
        case "waiting":
            return Waiting(
                queue=QueueName(detail["queue"]),
                needs={Skill(s): int(level) for s, level in orjson.loads(detail["needs"]).items()},
                priority=int(detail["priority"]),
                asked_at=datetime.fromisoformat(detail["asked_at"]),
                sticky_to=AgentNo(detail["sticky_to"]) if detail["sticky_to"] else None,
                again=bool(detail["again"]),
                handed_to=AgentNo(detail["handed_to"]) if detail.get("handed_to") else None,
                back_to=AgentNo(detail["back_to"]) if detail.get("back_to") else None,
            )
        case "talking":
            return Talking(
                queue=QueueName(detail["queue"]),
                agent=AgentNo(detail["agent"]),
                asked_at=datetime.fromisoformat(detail["asked_at"]),
            )
        case "after_call":
            return AfterCall(agent=AgentNo(detail["agent"]) if detail["agent"] else None)
        case _:
            return InMenu()


def _of_one_who_came_back(stage: Waiting) -> dict[str, str]:
    said = {"handed_to": stage.handed_to, "back_to": stage.back_to}
    return {name: value for name, value in said.items() if value}
