"""Builds what the calls we owe stand on: the engine, its lists, the teller, the SMS relay."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from callbacks.attempt_store import PgAttemptStore
from callbacks.attempts import Rules
from callbacks.duty_lists import PgDutyLists
from callbacks.engine import AttemptEngine
from callbacks.settings import CallbackSettings
from callbacks.sms import NoSms, PgSmsOutbox, SendsSms, SmsRelay, WebhookSms
from callbacks.sms_settings import SmsSettings
from callbacks.telling import DutyTeller
from hotline.rule_files import RuleFiles
from hotline.wiring import Ground, Hotline
from kernel.settings_file import checked

SMS_SECRET = "HOTLINE_SMS_SECRET"  # noqa: S105 - the variable's name


@dataclass(frozen=True, kw_only=True)
class Duties:
    """All of it in the leader; `engine` is shared by people and robots."""

    settings: CallbackSettings
    rules: Rules
    store: PgAttemptStore
    engine: AttemptEngine
    lists: PgDutyLists
    teller: DutyTeller


def make_duties(hotline: Hotline, environment: Mapping[str, str]) -> Duties:
    """Raises BadSettings for an SMS secret that is missing or too short."""
    ground = hotline.ground
    settings = _with_secret(ground.rules.callbacks, environment)
    rules = Rules(settings, ground.rules.calendar)

    def use(released: RuleFiles) -> None:
        rules.use(released.callbacks, released.calendar)

    ground.in_force.follow(use)
    store = PgAttemptStore(ground.pool)
    return Duties(
        settings=settings,
        rules=rules,
        store=store,
        engine=AttemptEngine(store, rules, worker_of(ground)),
        lists=PgDutyLists(ground.pool, settings.schedule.zone),
        teller=DutyTeller(store, ground.recorder.write, ground.clock),
    )


def worker_of(ground: Ground) -> str:
    """Who holds a claim: this life of the leading process."""
    return f"leader-{ground.epoch}"


async def keep_duties(hotline: Hotline, duties: Duties) -> None:
    """For the group in hotline/main.py: tells each step to the journal, sends what SMS are owed."""
    ground = hotline.ground
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        relay = SmsRelay(
            PgSmsOutbox(ground.pool),
            _sms(session, duties.settings.sms, ground),
            ground.vault,
            duties.settings.sms,
            ground.clock,
        )
        group.create_task(duties.teller.run(), name="duty teller")
        group.create_task(relay.run(), name="sms relay")


def _sms(session: aiohttp.ClientSession, settings: SmsSettings, ground: Ground) -> SendsSms:
    return NoSms() if settings.send == "off" else WebhookSms(session, settings, ground.clock)


def _with_secret(found: CallbackSettings, environment: Mapping[str, str]) -> CallbackSettings:
    secret = environment.get(SMS_SECRET)
    if not secret:
        return found
    changed = found.sms.model_dump() | {"secret": secret}
    return found.model_copy(update={"sms": checked(SMS_SECRET, changed, SmsSettings)})
