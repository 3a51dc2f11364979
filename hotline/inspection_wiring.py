"""Builds quality inspection, and listens to recordings for silence, slowly and off the loop."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from figures.agent_cards import AgentCardOffice, PgAgentCards
from figures.inspection_office import InspectionOffice
from figures.inspection_rules import InspectionRules
from figures.inspection_sound import longest_silence
from figures.inspection_store import PgInspections, Unheard
from figures.inspection_talk_over import talked_over
from figures.mono_sound import UnheardRecording
from hotline.rule_files import RuleFiles
from hotline.wiring import Ground, Hotline
from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.ids import CallId
from telephony.voices_apart import forget_older, forget_voices, voices_of_call

log = structlog.get_logger()

LOOK_EVERY_S: Final = 30.0
AT_ONCE: Final = 50
GOES_BACK: Final = timedelta(days=3)


def make_inspections(ground: Ground) -> InspectionOffice:
    office = InspectionOffice(
        PgInspections(ground.pool), ground.rules.inspection, ground.recorder.write, ground.clock
    )

    def use(rules: RuleFiles) -> None:
        office.rules = rules.inspection

    ground.in_force.follow(use)
    return office


def agent_card_rows(ground: Ground) -> PgAgentCards:
    return PgAgentCards(ground.pool, ground.rules.inspection.scorecard.pass_mark)


def make_agent_cards(ground: Ground) -> AgentCardOffice:
    """The monthly card (HR-03)."""
    return AgentCardOffice(agent_card_rows(ground), ground.recorder.write, ground.clock)


async def listen_for_silence(hotline: Hotline) -> None:
    """For the group in hotline/main.py. Ends only by cancellation."""
    ground = hotline.ground
    folder = ground.settings.recordings.directory
    listener = SilenceListener(
        PgInspections(ground.pool), folder, ground.rules.inspection, ground.clock
    )
    ground.in_force.follow(listener.use)
    await listener.run()


class SilenceListener:
    """One recording after the other in a thread; rests in proportion to what it worked."""

    def __init__(
        self, store: PgInspections, folder: Path, rules: InspectionRules, clock: Clock
    ) -> None:
        self._store = store
        self._folder = folder.resolve()
        self._rules = rules.listening
        self._clock = clock

    def use(self, rules: RuleFiles) -> None:
        """For the next recording."""
        self._rules = rules.inspection.listening

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                while await self.look():
                    log.debug("recordings were listened to for silence")
            except HotlineError as trouble:
                log.debug("recordings were not listened to", why=trouble.problem)
            except Exception:
                log.exception("listening for silence failed")

    async def look(self) -> int:
        """Listens to what nobody has listened to; how many. Raises Unavailable."""
        since = self._clock.now() - GOES_BACK
        await asyncio.to_thread(forget_older, self._folder, since.timestamp())
        found = await self._store.unheard(since, AT_ONCE)
        for one in found:
            began = time.perf_counter()
            silence, over = await asyncio.to_thread(self._listen, one)
            worked = time.perf_counter() - began
            await self._store.heard(one.call, silence, self._clock.now(), over)
            await asyncio.to_thread(self._forget, one.call)
            await asyncio.sleep(worked * (1 / self._rules.at_work - 1))
        return len(found)

    def _listen(self, one: Unheard) -> tuple[timedelta | None, timedelta | None]:
        """Silence and talk-over. What goes wrong with one recording stays with this one: it counts
        as heard, without figures, and the next goes on.
        """
        try:
            return self._silence_of(one), self._talk_over_of(one.call)
        except Exception:
            log.exception("listening to a recording failed", call_id=one.call)
            return None, None

    def _forget(self, call: CallId) -> None:
        try:
            forget_voices(self._folder, call)
        except OSError:
            log.exception("the voices of a talk were not removed", call_id=call)

    def _talk_over_of(self, call: CallId) -> timedelta | None:
        pairs = [(one.citizen, one.agent) for one in voices_of_call(self._folder, call)]
        seconds = talked_over(pairs, speech_above=self._rules.speech_above)
        return None if seconds is None else timedelta(seconds=seconds)

    def _silence_of(self, one: Unheard) -> timedelta | None:
        path = (self._folder / one.path).resolve()
        if not path.is_relative_to(self._folder):
            return None
        try:
            seconds = longest_silence(path, silent_below=self._rules.silent_below)
        except UnheardRecording as why:
            log.warning("a recording could not be listened to", call_id=one.call, why=why.problem)
            return None
        return timedelta(seconds=seconds)
