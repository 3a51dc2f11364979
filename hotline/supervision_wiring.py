"""Builds what supervisors use, and what watches over the service."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cases.cluster_store import PgTicketsLately
from hotline.desks.supervision import SupervisionDesk
from hotline.rule_files import RuleFiles
from hotline.watch.alarm_settings import AlarmSettings, SupervisionSettings, Trunk
from hotline.watch.bursts import Bursts
from hotline.watch.escalation import Escalator
from hotline.watch.service_rules import ServiceRules
from hotline.watch.service_watch import Seen, ServiceWatch
from hotline.wiring import Hotline
from kernel.errors import BadSettings
from telephony.leased_link import LeasedLink
from telephony.settings import SipPulseSettings
from telephony.sip_pulse import open_sip_pulse
from telephony.supervision_control import SupervisionControl

SECRET: Final = "HOTLINE_ALARM_SECRET"  # noqa: S105 - the name of a variable
SHORTEST_SECRET: Final = 16
TRUNK_ANSWERS_WITHIN: Final = timedelta(seconds=4)


@dataclass(frozen=True, kw_only=True)
class Supervision:
    desk: SupervisionDesk
    escalator: Escalator
    hotline: Hotline
    settings: SupervisionSettings

    async def run(self) -> None:
        """For the group in hotline/main.py. Ends only by cancellation."""
        async with AsyncExitStack() as stack:
            alarms = self.settings.alarms
            trunks = {trunk.name: await _pulse(stack, trunk) for trunk in alarms.trunks}
            watch = service_watch(self.hotline, alarms, trunks)
            async with asyncio.TaskGroup() as group:
                group.create_task(self.desk.run(), name="listeners")
                group.create_task(watch.run(), name="service watch")
                group.create_task(self.escalator.run(), name="alarms told outside")


def make_supervision(hotline: Hotline, environment: Mapping[str, str]) -> Supervision:
    """Before the switchboard runs: it hears each fact after it was written. Raises BadSettings."""
    ground, telephone = hotline.ground, hotline.telephone
    settings = ground.rules.supervision
    beep = settings.listening.beep
    link = LeasedLink(telephone.link, ground.lease)
    control = SupervisionControl(
        telephone.control, link, telephone.switchboard, epoch=ground.epoch, beep=beep
    )
    ground.feed.add("supervision", control.see)
    alarms = hotline.boards.alarms
    desk = SupervisionDesk(
        control, telephone.switchboard, hotline.hall.desk, hotline.hall.directory, alarms
    )
    ground.in_force.follow(desk.use)
    escalator = Escalator(
        alarms,
        settings.alarms.escalation,
        _secret(settings.alarms, environment),
        ground.clock,
        ground.settings.site.region_code,
    )
    return Supervision(
        desk=desk.open(ground.epoch, hotline.boards.calls.find),
        escalator=escalator,
        hotline=hotline,
        settings=settings,
    )


def _secret(alarms: AlarmSettings, environment: Mapping[str, str]) -> str:
    secret = environment.get(SECRET, "")
    if alarms.escalation.url and len(secret) < SHORTEST_SECRET:
        raise BadSettings(
            f"supervision.yaml: key alarms.escalation.url: set, and {SECRET} is not, or is short.",
            remedy=f"Let {SECRET} hold at least {SHORTEST_SECRET} characters: it signs messages.",
        )
    return secret


def service_watch(
    hotline: Hotline, alarms: AlarmSettings, trunks: dict[str, Callable[[], Awaitable[bool]]]
) -> ServiceWatch:
    ground = hotline.ground
    lately = PgTicketsLately(ground.pool)
    bursts = Bursts(lately, hotline.papers.cases, alarms.burst, ground.clock)
    seen = Seen(
        floor=hotline.hall.desk,
        figures=hotline.boards.figures,
        clusters=bursts.clusters,
        trunks=trunks,
        clock=ground.clock,
    )
    rules = ServiceRules(alarms)

    def use(released: RuleFiles) -> None:
        rules.settings = released.supervision.alarms
        bursts.use(rules.settings.burst)

    ground.in_force.follow(use)
    return ServiceWatch(rules, seen, hotline.boards.alarms)


async def _pulse(stack: AsyncExitStack, trunk: Trunk) -> Callable[[], Awaitable[bool]]:
    settings = SipPulseSettings(host=trunk.host, port=trunk.port, within=TRUNK_ANSWERS_WITHIN)
    return (await stack.enter_async_context(open_sip_pulse(settings))).lives
