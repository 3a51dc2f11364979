"""Is each dependency there, and what is counted: for /readyz and /metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acd.desk import AcdDesk
from acd.floor import Floor
from console.alarms_shown import AlarmRow
from hotline.logs import OUT
from hotline.watch.alarms import Alarms
from kernel.clock import SystemClock
from kernel.errors import Unavailable
from storage.feed import FactFeed
from storage.journal import Journal
from storage.pool import Pool
from storage.projection import Projections
from storage.shipping import Shipper
from storage.valkey import FloorCopy
from telephony.ami_link import AmiLink
from telephony.switchboard import Switchboard


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Fits `console/ports.py: MeasuresHealth`."""

    pool: Pool
    journal: Journal
    shipper: Shipper
    projections: Projections
    feed: FactFeed
    desk: AcdDesk
    floor: Floor
    board: Alarms
    link: AmiLink
    switchboard: Switchboard
    floor_copy: FloorCopy
    clock: SystemClock

    async def dependencies(self) -> Mapping[str, bool]:
        return {
            "asterisk": self.link.is_up and self.switchboard.is_ready,  # in step: seats are rung
            "database": await self._database(),
            "desk": self.desk.well,
            "journal": self.journal.well() and self.shipper.well(),
            "projections": self.projections.well(),
            "valkey": self.floor_copy.is_well,
        }

    def alarms(self) -> Sequence[AlarmRow]:
        return self.board.standing()

    def gauges(self) -> Mapping[str, float]:
        counters = self.switchboard.counters + self.switchboard.stories.counters
        counted = {f"telephony_{name.replace(' ', '_')}": float(n) for name, n in counters.items()}
        surprised = {
            f"floor_surprises_{what.replace(' ', '_').replace('-', '_')}": float(n)
            for what, n in self.floor.surprises.items()
        }
        return {
            **counted,
            **surprised,
            **self.board.gauges(),
            "floor_surprises": float(self.floor.surprises.total()),
            "desk_late_seconds": self.desk.late.total_seconds(),
            "ami_backlog": float(self.link.backlog),
            "ami_connections_lost": float(self.link.counters["connections lost"]),
            "log_lines_lost": float(OUT.lost),
            "journal_facts": float(self.journal.written.n),
            "journal_unshipped": float(self.shipper.behind()),
            "onlooker_faults": float(sum(self.feed.faults.values())),
            "floor_copies_lost": float(self.floor_copy.lost),
            "clock_drift_seconds": self.clock.drift().total_seconds(),
            "ami_link_up": float(self.link.is_up),
        }

    async def _database(self) -> bool:
        try:
            return bool(await self.pool.fetchval("select true"))
        except Unavailable:
            return False
