"""Who has seen an alarm, and who is told of one that nobody has seen (E2.8)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, signature
from console.errors import NoSuchAlarm
from hotline.facts import AlarmAcknowledged, AlarmEscalated, AlarmRaised
from hotline.watch.alarm_settings import Escalation
from hotline.watch.alarms import Alarms
from hotline.watch.escalation import Escalator
from kernel.fact import Fact
from tests.fakes.fake_clock import FakeClock
from tests.hotline.test_alarms import KINDS

SECRET = "a secret of the site"


def raised(clock: FakeClock) -> tuple[Alarms, list[Fact]]:
    facts: list[Fact] = []
    alarms = Alarms(facts.extend, KINDS)
    alarms.look("at-once", clock.now(), wrong=True, why="x")
    return alarms, facts


def test_an_alarm_is_acknowledged_once_and_keeps_who_was_first() -> None:
    clock = FakeClock()
    alarms, facts = raised(clock)
    clock.advance(5)
    first = clock.now()

    alarms.acknowledge("at-once", "leader", "on my way", first)
    clock.advance(5)
    row = alarms.acknowledge("at-once", "another", "", clock.now())

    assert (row.acknowledged_by, row.acknowledged_at) == ("leader", first)
    assert alarms.standing() == [row]
    told = [fact for fact in facts if isinstance(fact, AlarmAcknowledged)]
    assert told == [AlarmAcknowledged(at=first, alarm="at-once", by="leader", note="on my way")]


def test_what_does_not_stand_cannot_be_acknowledged_and_a_new_one_is_nobodys() -> None:
    clock = FakeClock()
    alarms, _ = raised(clock)
    for name in ("slow", "no such name"):
        with pytest.raises(NoSuchAlarm):
            alarms.acknowledge(name, "leader", "", clock.now())
    alarms.acknowledge("at-once", "leader", "", clock.now())
    alarms.look("at-once", clock.now(), wrong=False)

    alarms.look("at-once", clock.now(), wrong=True)

    assert alarms.standing()[0].acknowledged_at is None


def test_the_reason_that_is_shown_is_that_of_now() -> None:
    clock = FakeClock()
    alarms, facts = raised(clock)

    alarms.look("at-once", clock.now(), wrong=True, why="worse")

    assert alarms.standing()[0].why == "worse"
    assert [fact.why for fact in facts if isinstance(fact, AlarmRaised)] == ["x"]


# ---- escalation


@dataclass
class Receiver:
    """Somebody's system; `status` is what it answers."""

    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@dataclass
class Scene:
    clock: FakeClock
    alarms: Alarms
    facts: list[Fact]
    receiver: Receiver
    escalator: Escalator
    session: aiohttp.ClientSession

    async def after(self, minutes: float) -> int:
        """How many messages are tried then."""
        self.clock.advance(minutes * 60)
        return await self.escalator.tell_due(self.session)


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    clock, receiver, app = FakeClock(), Receiver(), web.Application()
    app.router.add_post("/alarms", receiver.take)
    async with TestServer(app, host="127.0.0.1") as server, aiohttp.ClientSession() as session:
        alarms, facts = raised(clock)
        settings = Escalation(url=str(server.make_url("/alarms")), after_min=5, again_min=30)
        escalator = Escalator(alarms, settings, SECRET, clock, "220100")
        yield Scene(clock, alarms, facts, receiver, escalator, session)


async def test_nobody_is_told_before_the_time_nor_of_what_somebody_has_acknowledged() -> None:
    async with scene() as house:
        assert await house.after(4.9) == 0
        house.alarms.acknowledge("at-once", "leader", "", house.clock.now())

        assert await house.after(10) == 0
        assert house.receiver.got == []


async def test_an_alarm_that_nobody_acknowledges_is_told_signed_and_written_down() -> None:
    async with scene() as house:
        assert await house.after(5) == 1

        ((headers, body),) = house.receiver.got
        key, stamp = headers[KEY_HEADER], headers[TIME_HEADER]
        assert headers[SIGNATURE_HEADER] == signature(SECRET.encode(), stamp, key, body)
        said = orjson.loads(body)
        assert (said["event"], said["name"], said["text_zh"]) == (
            "alarm.unacknowledged", "at-once", "坏了",
        )  # fmt: skip
        assert (said["site"], said["stands_s"], said["message_key"]) == ("220100", 300, key)
        (told,) = [fact for fact in house.facts if isinstance(fact, AlarmEscalated)]
        assert (told.alarm, told.attempts, told.at) == ("at-once", 1, house.clock.now())
        assert house.alarms.standing()[0].escalated_at == house.clock.now()


async def test_a_receiver_that_fails_is_asked_again_after_growing_pauses_with_one_key() -> None:
    async with scene() as house:
        house.receiver.status = 503
        tried = [await house.after(5)]
        for seconds in (1.9, 0.1, 3.9, 0.1):
            tried.append(await house.after(seconds / 60))
        house.receiver.status = 204
        await house.after(8 / 60)

        assert tried == [1, 0, 1, 0, 1]
        assert len({headers[KEY_HEADER] for headers, _ in house.receiver.got}) == 1
        (told,) = [fact for fact in house.facts if isinstance(fact, AlarmEscalated)]
        assert told.attempts == 4


async def test_it_is_told_again_while_nobody_acknowledges_it_and_anew_when_raised_anew() -> None:
    async with scene() as house:
        tried = [await house.after(minutes) for minutes in (5, 29, 1)]
        house.alarms.look("at-once", house.clock.now(), wrong=False)
        house.alarms.look("at-once", house.clock.now(), wrong=True)
        tried += [await house.after(minutes) for minutes in (4, 1)]

        assert tried == [1, 0, 1, 0, 1]
        assert len({headers[KEY_HEADER] for headers, _ in house.receiver.got}) == 3


async def test_a_warning_is_told_only_where_the_site_wants_it() -> None:
    async with scene() as house:
        for _ in range(4):
            house.alarms.look("slow", house.clock.now(), wrong=True)
            house.clock.advance(1)
        house.alarms.acknowledge("at-once", "leader", "", house.clock.now())

        assert await house.after(60) == 0


async def test_nobody_listens_there_and_nothing_breaks() -> None:
    clock = FakeClock()
    alarms, facts = raised(clock)
    settings = Escalation(url="http://127.0.0.1:9/none", after_min=5)
    escalator = Escalator(alarms, settings, SECRET, clock, "220100")
    clock.advance(timedelta(minutes=5).total_seconds())
    async with aiohttp.ClientSession() as session:
        assert await escalator.tell_due(session) == 1

    assert not [fact for fact in facts if isinstance(fact, AlarmEscalated)]
