"""Builds what hands citizens to emergency lines, and who hears of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from cases.hand_off_relay import HandOffRelay
from cases.hand_off_store import PgHandOffs
from cases.hand_offs import HandOffRecord
from hotline.desks.emergency import EmergencyDesk, EmergencyWatch
from hotline.wiring import Hotline
from intake.drafts import UnknownDraft
from telephony.emergency_control import EmergencyControl
from telephony.leased_link import LeasedLink

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Emergency:
    desk: EmergencyDesk
    watch: EmergencyWatch
    relay: HandOffRelay | None


def make_emergency(hotline: Hotline) -> Emergency:
    """Before the switchboard runs: it hears each fact after it was written."""
    ground, telephone = hotline.ground, hotline.telephone
    link = LeasedLink(telephone.link, ground.lease)
    control = EmergencyControl(link, telephone.switchboard, ground.clock, ground.epoch)
    records = PgHandOffs(ground.pool)
    directory = ground.rules.emergency
    desk = EmergencyDesk(control, telephone.switchboard, hotline.center, records, directory)
    ground.in_force.follow(desk.use)
    watch = EmergencyWatch(hotline.hall.desk, hotline.boards.alarms, ground.clock)
    ground.feed.add("hand-offs kept", control.see)
    ground.feed.add("hand-offs watched", watch.see)
    settings = ground.settings.hand_off
    relay = None
    if settings.receivers:
        more = _Contents(hotline)
        of = settings, lambda code: settings.address(ground.rules.emergency.tells(code))
        relay = HandOffRelay(records, of, ground.clock, more.of, ground.recorder.write)
    return Emergency(desk=desk, watch=watch, relay=relay)


async def run_emergency(emergency: Emergency) -> None:
    """For the group in hotline/main.py."""
    async with asyncio.TaskGroup() as group:
        group.create_task(emergency.watch.run(), name="hand-offs watched")
        if emergency.relay is not None:
            group.create_task(emergency.relay.run(), name="hand-offs told")


class _Contents:
    """What the receiving system is told beside the record (EMG-03): number, place, summary."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline

    async def of(self, record: HandOffRecord) -> Mapping[str, object]:
        card = self._hotline.boards.calls.find(record.call)
        key = card.caller_key if card is not None else None
        number = await self._hotline.ground.vault.reveal(key) if key is not None else None
        said: dict[str, object] = {"caller_number": None if number is None else number.value}
        try:
            form = (await self._hotline.papers.drafts.get(record.call)).form
        except UnknownDraft:
            log.debug("no form as yet", call_id=record.call)  # no form comes first (EMG-01)
            return said
        return said | form.model_dump(mode="json", include=set(_SHOWN), exclude_none=True)


_SHOWN: Final = ("title", "content", "incident_address", "lat", "lon", "caller_name", "language")
