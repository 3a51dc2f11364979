"""The live channel: the floor to everybody who watches, an offer to the agent whose phone rings.

It hears each fact after it was written. The floor is not read at each fact but at most four times a
second, and what changed is encoded once for all who have the same rights.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from acd.facts import SeatRung
from acd.view import FloorView
from console.alarms_shown import AlarmRow
from console.callbacks_shown import NoCallbacks, ShowsCallbacks
from console.calls_view import CallsView
from console.floor_shown import FloorShown
from console.listeners import seen_by_agents
from console.live_board import LiveBoard, Pace, Rows, frame
from console.live_clients import Audience, LiveClient, LiveClients
from console.parties import PartiesShown, agents, rows
from console.party import Parties
from console.ports import KeepsDirectory, KnowsCallers, RunsFloor
from console.settings import ConsoleSettings
from console.surveyed import survey_row
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSources:
    """What the channel shows."""

    floor: RunsFloor
    directory: KeepsDirectory
    calls: CallsView
    callers: KnowsCallers
    alarms: Callable[[], Sequence[AlarmRow]] = lambda: ()
    callbacks: ShowsCallbacks = field(default_factory=NoCallbacks)
    beeps: Callable[[], bool] = lambda: False  # agents are told that a supervisor listens


class LiveFeed:
    look_up_within: Final = 2.0  # s; the first ring lasts four
    look_up_at_once: Final = 3

    def __init__(self, sources: LiveSources, clock: Clock, settings: ConsoleSettings) -> None:
        self._from = sources
        self._clock = clock
        self._pace = Pace(settings.live_every)
        self._boards = {audience: LiveBoard() for audience in Audience}
        self._shown = {audience: FloorShown(audience) for audience in Audience}
        self._offers: asyncio.Queue[SeatRung] = asyncio.Queue(maxsize=10_000)
        self._stirred = asyncio.Event()
        self.clients = LiveClients(settings.live_backlog)
        self._behind: set[Audience] = set(Audience)  # nobody listened at the last change
        self._view: FloorView | None = None  # as no fact has changed it
        self._parties_told: dict[CallId, Parties] = {}  # of calls that live

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed: neither waits nor looks at the floor, save to tell an agent at
        once."""
        for fact in facts:
            if isinstance(fact, SeatRung):
                self._offer(fact)
            self._tell_parties(fact)
        self._view = None
        self._pace.touch()
        self._stirred.set()

    def _tell_parties(self, fact: Fact) -> None:
        """Each agent on the call hears who is on it, as soon as that changes."""
        card = self._from.calls.find(getattr(fact, "call", CallId("")))
        if card is None:
            return
        parties = seen_by_agents(card.parties, beeps=self._from.beeps())
        if self._parties_told.get(card.call, ()) == parties:
            return
        if parties:
            self._parties_told[card.call] = parties
        else:
            self._parties_told.pop(card.call, None)
        shown = PartiesShown(call=card.call, parties=rows(parties)).model_dump(mode="json")
        for agent in dict.fromkeys((*agents(card.parties), *card.agents[-1:])):
            self.clients.tell(AgentNo(agent), frame("parties", **shown))

    def join(self, audience: Audience, agent: AgentNo | None, session: bytes) -> LiveClient:
        client = LiveClient(audience, agent, session, self.clients.deltas[audience])
        self.clients.join(client)
        return client

    def snapshot(self, audience: Audience) -> bytes:
        """As the first message of the channel: the deltas after it continue it without a gap."""
        self._catch_up(audience)
        return self._boards[audience].snapshot(self._clock.now())

    def board(self, audience: Audience) -> LiveBoard:
        """As it is now, or as it was shown less than one interval ago."""
        if self._pace.due_in(self._clock.now()) == 0.0:
            for one in self._begin_hand_out():
                self._hand_out(one)
            self._stirred.set()  # the channel's own task sends it
        self._catch_up(audience)
        return self._boards[audience]

    def flush(self) -> None:
        """What changed, to all at once; the channel's own task does it a few at a time."""
        for audience in self._begin_hand_out():
            self._hand_out(audience)
        for client in self.clients:
            client.stir()

    def _begin_hand_out(self) -> list[Audience]:
        """Those of which somebody listens. The boards of the others rest until one is asked for."""
        self._pace.flushed(self._clock.now())
        heard = self.clients.audiences
        self._behind = set(Audience) - heard
        return sorted(heard)

    def _hand_out(self, audience: Audience) -> None:
        """Encode what changed, once for all of them."""
        delta = self._refreshed(audience)
        if delta is not None:
            self.clients.broadcast(audience, delta)

    def _catch_up(self, audience: Audience) -> None:
        """The board of an audience of which nobody listened so far."""
        if audience in self._behind:
            self._behind.discard(audience)
            self._refreshed(audience)

    async def run(self) -> None:
        """The channel's own tasks, for the group in hotline/main.py. Ends only by cancellation."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._flush_when_due(), name="live flush")
            for n in range(self.look_up_at_once):
                tasks.create_task(self._look_up_offers(), name=f"live offers {n}")

    def _refreshed(self, audience: Audience) -> bytes | None:
        """The delta of this audience's board. What the floor looks like is asked once for all of
        them, as long as no fact comes in between."""
        if self._view is None:
            self._view = self._from.floor.snapshot()
        floor = self._shown[audience].of(
            self._view, self._from.directory.directory, self._from.calls
        )
        more: dict[str, Rows] = {}
        if audience is Audience.SUPERVISORS:
            more["callbacks"] = {row.duty: vars(row) for row in self._from.callbacks.shown()}
        if audience is not Audience.WALLS:
            more["alarms"] = {alarm.name: vars(alarm) for alarm in self._from.alarms()}
        return self._boards[audience].change({**floor, **more}, self._clock.now())

    async def _flush_when_due(self) -> None:
        while True:
            await self._stirred.wait()
            if wait := self._pace.due_in(self._clock.now()):
                await asyncio.sleep(wait)
            self._stirred.clear()  # what comes from here on is for the next time
            try:
                await self._send_changes()
            except Exception:  # a row that cannot be shown must not end the channel
                log.exception("the live floor could not be shown")
                await asyncio.sleep(self._pace.every.total_seconds())

    async def _send_changes(self) -> None:
        """One audience after the other, so that no step of the loop is long."""
        if self._pace.due_in(self._clock.now()) is not None:
            for audience in self._begin_hand_out():
                self._hand_out(audience)
                await asyncio.sleep(0)
        await self.clients.stir()

    def _offer(self, rung: SeatRung) -> None:
        """At once what is in memory; what has to be looked up follows in a second message."""
        card = self._from.calls.find(rung.call)
        asked_at = card.asked_at if card else None
        behind = self._from.callbacks.behind(rung.call)
        survey = survey_row(card.survey) if card is not None else None
        offer = frame(
            "offer",
            at=rung.at,
            call=rung.call,
            leg=rung.leg,
            seat=rung.seat,
            queue=rung.queue,
            caller=behind[0].caller if behind else card.caller if card else "",
            waited_s=round((rung.at - asked_at).total_seconds(), 3) if asked_at else None,
            menu_path=card.stages if card else (),
            from_level=card.from_level if card else "",
            level_reason=card.level_reason if card else "",
            level_ticket=card.level_ticket if card else "",
            home_region=card.home_region if card else "",
            incident=card.incident if card else "",
            ring_until=rung.deadline,
            auto_answer=rung.auto_answer,
            callback=behind[0].model_dump(mode="json") if behind else None,
            survey=survey.model_dump(mode="json") if survey is not None else None,
        )
        self.clients.tell(rung.agent, offer)
        if not self._offers.full():
            self._offers.put_nowait(rung)

    async def _look_up_offers(self) -> None:
        """One after the other: a burst of rings must not take every connection to PostgreSQL. What
        has waited until nobody needs it any more is not asked."""
        while True:
            rung = await self._offers.get()
            if (self._clock.now() - rung.at).total_seconds() < self.look_up_within:
                await self._tell_about_caller(rung)

    async def _tell_about_caller(self, rung: SeatRung) -> None:
        card, behind = self._from.calls.find(rung.call), self._from.callbacks.behind(rung.call)
        key = behind[1] if behind else card.caller_key if card else None
        if key is None:
            return
        try:
            async with asyncio.timeout(self.look_up_within):
                caller = await self._from.callers.look_up(key)
        except (Unavailable, TimeoutError):
            log.warning("caller not looked up in time", call_id=rung.call)
            return
        except Exception:
            log.exception("caller could not be looked up", call_id=rung.call)
            return
        known = frame(
            "caller-known",
            call=rung.call,
            leg=rung.leg,
            tags=caller.tags,
            earlier_cases=len(caller.history),
            open_cases=[
                {"case": c.id, "title": c.title, "status": c.status, "opened_at": c.opened_at}
                for c in caller.open_cases
            ],
        )
        self.clients.tell(rung.agent, known)
