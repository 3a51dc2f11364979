"""Builds the calls that people ask for: house, leader's desk, office. Nothing here but names."""

from dataclasses import dataclass

from cases.handler_store import PgHandlers
from cases.relay_store import PgRelays
from console.relay_port import ByPhone
from hotline.callback_wiring import RingsUs
from hotline.duties_wiring import Duties
from hotline.owed.dialling import Dialling
from hotline.progress_wiring import make_progress
from hotline.relays.house import RelayHouse
from hotline.relays.office import RelayOffice, RelayRules
from hotline.relays.relays import Relays
from hotline.rule_files import RuleFiles
from hotline.wiring import Hotline
from kernel.phone import PhoneNumber
from telephony import ami_actions as act
from telephony.ahead import SeatAhead
from telephony.asked_phone import AskedPhone


@dataclass(frozen=True, kw_only=True)
class RelaySide:
    relays: Relays
    by_phone: ByPhone


def make_relays(hotline: Hotline, duties: Duties, dialling: Dialling) -> RelaySide:
    """Before the switchboard runs: from now on it tells our stories too."""
    ground, telephone = hotline.ground, hotline.telephone
    switchboard, house = telephone.switchboard, _house(hotline, duties, dialling)
    keeps, handlers = PgRelays(ground.pool), PgHandlers(ground.pool)
    relays = Relays(
        house,
        keeps,
        ground.epoch,
        lives=lambda call: call in switchboard.mirror.calls,
        is_ready=lambda: switchboard.is_ready,
    )
    ground.feed.add("relays", relays.see)
    dialling.story = relays.tells(dialling.story)
    settings = ground.settings
    rules = RelayRules(
        schedule=duties.rules,
        may_dial=DialPlan(telephone.link).may_dial,
        own_numbers=frozenset(settings.site.hotline_numbers) | {settings.trunk.own_number},
        is_emergency=lambda number: number in ground.rules.emergency.codes,
        rings_us=RingsUs(hotline),
        key_of=ground.vault.keep,
    )
    stores = keeps, handlers, duties.store, ground.vault
    by_phone = ByPhone(
        relays=RelayOffice(relays, stores, rules, hotline.hall.desk, ground.epoch),
        handlers=handlers,
        progress=make_progress(hotline),
        key_of=ground.vault.keep,
    )
    return RelaySide(relays=relays, by_phone=by_phone)


def _house(hotline: Hotline, duties: Duties, dialling: Dialling) -> RelayHouse:
    ground, telephone = hotline.ground, hotline.telephone
    house = RelayHouse(
        center=hotline.center,
        board=telephone.switchboard,
        dial=dialling.out,
        ahead=SeatAhead(telephone.switchboard),
        phones=AskedPhone(telephone.link, telephone.switchboard, ground.epoch),
        inbound=dialling.inbound,
        ring_for=duties.settings.schedule.people.ring_for,
    )

    def use(_: RuleFiles) -> None:
        """After `duties.rules` has it."""
        house.ring_for = duties.rules.settings.schedule.people.ring_for

    ground.in_force.follow(use)
    return house


class DialPlan:
    """The allow-list stands in the dialplan alone ([outbound]): that of the phones, and ours."""

    def __init__(self, asterisk: act.Asterisk) -> None:
        self._asterisk = asterisk

    async def may_dial(self, number: PhoneNumber) -> bool:
        """Raises Unavailable without Asterisk."""
        shown = await self._asterisk.ask(act.whether_dialplan_has("outbound", number.national))
        return shown.headers.get("value") == "1"
