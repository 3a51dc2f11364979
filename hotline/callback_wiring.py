"""Builds what people's callbacks stand on: the house of their story, and the line that is kept."""

from callbacks.attempts import Abandoned
from callbacks.duty import Outcome, Result
from callbacks.place_store import PgCallbackPlaces
from callbacks.promised import MADE_BY_PEOPLE, CallbacksByPeople
from console.calls_view import CallsView
from hotline.duties_wiring import Duties
from hotline.owed.callback_house import CallbackHouse
from hotline.owed.callback_line import CallbackLine, CallbackLines
from hotline.owed.dialling import Dialling
from hotline.rule_files import RuleFiles
from hotline.stories.callback_call import adopted_callback
from hotline.wiring import Hotline
from kernel.ids import CallId, NumberKey, is_out, is_relay
from telephony.ahead import SeatAhead
from telephony.live_call import LiveCall
from telephony.story_teller import Story


def make_callbacks(hotline: Hotline, duties: Duties, dialling: Dialling) -> CallbackLine:
    """Before the switchboard runs."""
    ground, telephone = hotline.ground, hotline.telephone
    switchboard = telephone.switchboard
    house = CallbackHouse(
        desk=hotline.hall.desk,
        engine=duties.engine,
        dial=dialling.out,
        ahead=SeatAhead(switchboard),
        numbers=ground.vault,
        center=hotline.center,
        inbound=dialling.inbound,
        rules=duties.settings.schedule.people,
        lease_for=duties.settings.schedule.engine.dial_for,
        is_on_the_phone=RingsUs(hotline),
    )
    lines = CallbackLines(
        people=CallbacksByPeople(duties.store, PgCallbackPlaces(ground.pool), duties.rules),
        policies=ground.rules.policies,
        next_attempt=dialling.next_attempt,
        is_ready=lambda: switchboard.is_ready,
    )
    line = CallbackLine(house, lines)

    def use(released: RuleFiles) -> None:
        """After `duties.rules` has it."""
        schedule = duties.rules.settings.schedule
        house.rules, house.lease_for = schedule.people, schedule.engine.dial_for
        line.use(released)

    ground.in_force.follow(use)
    left = LeftBehind(hotline.boards.calls, line, house)
    dialling.add(set(MADE_BY_PEOPLE), left.adopts, left.finishes)
    ground.feed.add("callbacks", line.see)
    return line


class RingsUs:
    """Has somebody with this number a call of his own with us, or is spoken with about a case?"""

    def __init__(self, hotline: Hotline) -> None:
        self._mirror = hotline.telephone.switchboard.mirror

    def __call__(self, key: NumberKey | None) -> bool:
        parties = self._mirror.parties.items()
        return key is not None and any(
            party.caller_key == key and (not is_out(call) or is_relay(call))
            for call, party in parties
        )


class LeftBehind:
    """Callbacks of a process before us: never rung again by the same attempt."""

    def __init__(self, calls: CallsView, line: CallbackLine, house: CallbackHouse) -> None:
        self._calls = calls
        self._line = line
        self._house = house

    async def adopts(self, call: LiveCall, found: Abandoned) -> Story:
        """He answered while nobody of us lived: he waits, with his age. Raises Unavailable."""
        owed = await self._line.owed_of(found.claim.duties[0], call.id)

        async def story(live: LiveCall) -> None:
            await adopted_callback(live, owed, found.claim, self._house)

        return story

    async def finishes(self, found: Abandoned) -> None:
        """Its call is over, unseen. Raises Unavailable, LeaseLost."""
        outcome = self._outcome(found)
        result = Result.COMPLETE if outcome is Outcome.REACHED else None
        await self._house.engine.settle(
            found.claim, found.attempt.id, outcome, self._house.clock.now(), result
        )

    def _outcome(self, found: Abandoned) -> Outcome:
        card = self._calls.find(CallId(found.attempt.id))
        if card is not None and "talking" in card.stages:
            return Outcome.REACHED
        return Outcome.LOST if found.attempt.answered_at is None else Outcome.NO_ANSWER
