"""An agent's transfers, noted instead of made; the real desks of levels and utilities over them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from console.ports import KeepsForms
from figures.counts import Counts
from figures.level_quarters import LevelSettings, ToldQuarter
from figures.passed_on_store import Passed
from hotline.desks.levels import LevelDesk
from hotline.desks.utilities import UtilityDesk
from hotline.level_feed import QuarterDoor
from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId
from kernel.phone import PhoneNumber
from telephony.levels import Levels
from telephony.live_call import LiveCall
from telephony.menu_file import load_levels
from telephony.peer import Peer
from telephony.utilities import Utilities, load_utilities

CONFIG: Final = Path(__file__).parents[2] / "config"
LEVELS: Final = load_levels(CONFIG / "levels.yaml")
UTILITIES: Final = load_utilities(CONFIG / "utilities.yaml")
Write = Callable[[Sequence[Fact]], None]


class FakeHands:
    """Fits `hotline.desks.levels.HandsOn` and `CountsPassed`. `refuses`: what a transfer raises."""

    def __init__(self, levels: Levels = LEVELS, utilities: Utilities = UTILITIES) -> None:
        self._levels = levels
        self._utilities = utilities
        self.handed: list[tuple[str, PhoneNumber | Peer]] = []
        self.refuses: HotlineError | None = None
        self.passed: list[Passed] = []
        self.counts: dict[str, Counts] = {}
        self.settings = LevelSettings(secret=SecretStr("the province's own secret"))
        self.kept: list[tuple[str, list[ToldQuarter]]] = []
        self.live: dict[CallId, LiveCall] = {}

    async def transfer(self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer) -> None:
        self._hand("transfer", to)

    async def consult(self, agent: AgentNo, call: CallId, to: PhoneNumber | Peer) -> None:
        self._hand("consult", to)

    def _hand(self, how: str, to: PhoneNumber | Peer) -> None:
        self.handed.append((how, to))
        if self.refuses is not None:
            raise self.refuses

    async def report(self, start: datetime, end: datetime) -> Sequence[Passed]:
        return self.passed

    async def counts_of_sites(self, start: datetime, end: datetime) -> Mapping[str, Counts]:
        return self.counts

    def levels(self, clock: Clock, write: Write) -> LevelDesk:
        return LevelDesk(
            levels=self._levels,
            tree="0" * 16,
            contacts=self,
            calls=self.live,
            store=self,
            write=write,
            clock=clock,
            door=QuarterDoor(levels=self._levels, settings=self.settings, store=self, clock=clock),
        )

    async def keep(self, site: str, told: Sequence[ToldQuarter]) -> None:
        self.kept.append((site, list(told)))

    def utilities(self, clock: Clock, write: Write, forms: KeepsForms) -> UtilityDesk:
        return UtilityDesk(
            utilities=self._utilities, contacts=self, forms=forms, write=write, clock=clock
        )
