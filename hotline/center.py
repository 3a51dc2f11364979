"""What a story needs of the house, by name. Built in `hotline/wiring.py`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from acd.desk import AcdDesk
from acd.policy import QueuePolicies
from acd.ports import WritesFacts
from acd.waits import Announce
from callbacks.service_rating import ServiceRating
from hotline.entrances import Entrances, Onward
from hotline.rule_files import RuleFiles
from hotline.stories.coming_back import back_in_line
from hotline.stories.stages import AfterCall, InMenu, Stage, Talking, Waiting
from hotline.surge.notices import Notices
from kernel.clock import Clock
from kernel.ids import AgentNo, CallId, NumberKey, Skill
from kernel.phone import PhoneNumber
from telephony.entry import Entry
from telephony.live_call import LiveCall
from telephony.phrases import Phrases
from telephony.place import Place
from telephony.spoken import Sound

Errand = Callable[[LiveCall], Awaitable[bool]]


@dataclass(kw_only=True)
class Center:
    """`stages` are those of calls that lived before us, from the journal; `key_of` the vault's."""

    desk: AcdDesk
    write: WritesFacts
    clock: Clock
    policies: QueuePolicies
    entrances: Entrances
    phrases: Phrases
    last_agent_of: Callable[[NumberKey | None], AgentNo | None]
    overflow_targets: Mapping[str, str]
    stages: dict[CallId, Stage]
    rating: ServiceRating = field(default_factory=ServiceRating)
    key_of: Callable[[PhoneNumber], NumberKey | None]
    errands: dict[str, Errand] = field(default_factory=dict)  # of menus: is all done for him?
    notices: Notices = field(default_factory=Notices)  # of surges, incidents, overflow

    def use(self, rules: RuleFiles) -> None:
        self.policies, self.phrases, self.rating = rules.policies, rules.phrases, rules.rating
        self.entrances.use(rules)

    def stage_of(self, call: LiveCall) -> Stage | None:
        """A new call begins in the menu; one that lived before goes on where it was.

        What Asterisk says goes before what we remember: a caller whom AGI holds in [aftercall] has
        talked; one with a place on his channel waits, with his age.
        """
        known = self.stages.pop(call.id, None)
        if call.where == "aftercall":
            agent = known.agent if isinstance(known, Talking | AfterCall) else None
            return AfterCall(agent=agent)
        if isinstance(known, Talking) and not call.where:
            return known
        if call.place is not None and isinstance(known, Talking):
            return back_in_line(known, known.agent, call, self.policies)
        if call.place is not None:
            return Waiting(
                queue=call.place.queue,
                needs=known.needs if isinstance(known, Waiting) else self._needs_at(call.place),
                priority=call.place.priority,
                asked_at=call.place.asked_at,
            )
        if call.entry is Entry.RETURNED and not isinstance(known, Waiting):
            return self._asks_for_a_person()  # as he does who stands in the plain queue
        return known or InMenu()

    def _needs_at(self, place: Place) -> dict[Skill, int]:
        return dict(self.policies.of(place.queue).needs) | dict(place.needs or {})

    def _asks_for_a_person(self) -> Waiting:
        policy = self.policies.of(self.policies.default_queue)
        return Waiting(
            queue=self.policies.default_queue,
            needs=dict(policy.needs),
            priority=policy.priority,
            asked_at=self.clock.now(),
        )

    def place_and_wait(self, news: Announce) -> list[Sound]:
        """您当前排在第三位，预计等待时间大约一到三分钟; without an estimate only the place."""
        said = self.phrases.place_in_line(news.position)
        if news.low is None or news.high is None:
            return said
        return said + self.phrases.wait(news.low.total_seconds(), news.high.total_seconds())

    def way_over(self, target: str, call: LiveCall) -> Onward:
        """To an overflow target of site.toml or config/surge.yaml (checked at start)."""
        number = self.overflow_targets.get(target)
        return self.notices.way_over(target, call) if number is None else Onward("transfer", number)
