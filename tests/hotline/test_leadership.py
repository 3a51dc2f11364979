"""The lease, the beat as Asterisk shows it, and what is kept while the lease is not confirmed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from hotline.leading.leadership import LEASE, Lease
from hotline.leading.standby_beat import LOOK_EVERY_S, BeatWatch
from kernel.ids import Epoch
from storage.lease import STALE_AFTER
from telephony.ami_asks import News, Reply
from telephony.ami_text import ActionHeaders
from telephony.errors import LeaseLost
from telephony.leased_link import LeasedLink

BEAT = LOOK_EVERY_S


class BootClock:
    """Seconds since the start of the machine, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Line:
    """Writes down what it is given; a real link's shape."""

    is_up = True

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def news(self) -> AsyncIterator[News]:
        for nothing in list[News]():
            yield nothing

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        self.sent.append(str(headers["Action"]))
        return Reply({"response": "Success"})

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        self.sent.append(str(headers["Action"]))


@asynccontextmanager
async def under(lease: Lease) -> AsyncIterator[tuple[LeasedLink, Line]]:
    line = Line()
    link = LeasedLink(line, lease)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(link.run())
        await asyncio.sleep(0)
        yield link, line
        running.cancel()


def test_the_lease_runs_from_before_its_grantor_was_asked() -> None:
    clock = BootClock()
    lease = Lease(Epoch(3), clock)
    asked_at = lease.asked()
    clock.seconds += 2.0
    lease.renew(asked_at)

    clock.seconds = asked_at + LEASE.total_seconds() - 0.01
    assert lease.may_act()
    clock.seconds = asked_at + LEASE.total_seconds()
    assert not lease.may_act()


def test_without_a_grant_nobody_may_act() -> None:
    assert not Lease(Epoch(3), BootClock()).may_act()


def test_the_lease_ends_before_anybody_may_think_the_beat_stale() -> None:
    assert LEASE < STALE_AFTER


def test_a_late_answer_never_shortens_the_lease() -> None:
    clock = BootClock()
    lease = Lease(Epoch(3), clock)
    lease.renew(100.0)
    lease.renew(98.0)
    clock.seconds = 102.0

    assert lease.may_act()


@pytest.mark.parametrize("epoch", [0, 2, 3])
def test_asterisk_grants_the_lease_when_nobody_newer_leads(epoch: int) -> None:
    lease = Lease(Epoch(3), BootClock())

    lease.heard(epoch, lease.asked())

    assert lease.may_act()


def test_a_newer_epoch_in_asterisk_ends_the_lead_for_ever() -> None:
    clock = BootClock()
    lease = Lease(Epoch(3), clock)
    lease.renew(clock.seconds)

    with pytest.raises(LeaseLost, match="Epoch 4 leads; ours is 3"):
        lease.heard(4, lease.asked())

    assert not lease.may_act()
    lease.renew(clock.seconds)
    assert not lease.may_act()
    assert lease.is_lost


def watched(clock: BootClock, watch: BeatWatch, values: list[str]) -> None:
    for value in values:
        clock.seconds += BEAT
        watch.seen(value)


def test_a_beat_is_stale_when_it_has_stood_still_for_three_seconds() -> None:
    clock = BootClock()
    watch = BeatWatch(clock)

    watched(clock, watch, ["7"] * 15)
    assert not watch.stale()
    watched(clock, watch, ["7"] * 2)
    assert watch.stale()


def test_a_beat_that_changes_is_fresh_whatever_the_machines_clocks_say() -> None:
    clock = BootClock()
    watch = BeatWatch(clock)
    watched(clock, watch, ["99"] * 30)

    watched(clock, watch, ["12"])  # backwards: another machine's clock

    assert not watch.stale()


def test_what_nobody_looked_at_is_unknown_not_stale() -> None:
    clock = BootClock()
    watch = BeatWatch(clock)
    assert not watch.stale()
    watched(clock, watch, ["7"] * 30)
    assert watch.stale()

    clock.seconds += 10.0  # Asterisk could not be asked
    assert not watch.stale()
    watched(clock, watch, ["7"])
    assert not watch.stale()


async def test_deeds_of_one_who_wakes_are_done_in_order_once_he_still_leads() -> None:
    clock = BootClock()
    lease = Lease(Epoch(3), clock)
    async with under(lease) as (link, line):
        link.tell({"Action": "Originate"})
        asking = asyncio.ensure_future(link.ask({"Action": "AGI"}))
        await asyncio.sleep(0)
        assert line.sent == []

        lease.renew(clock.seconds)
        link.tell({"Action": "Hangup"})
        await asking

        assert line.sent == ["Originate", "Hangup", "AGI"]


async def test_deeds_of_one_who_wakes_are_never_done_when_another_leads() -> None:
    clock = BootClock()
    lease = Lease(Epoch(3), clock)
    async with under(lease) as (link, line):
        link.tell({"Action": "Originate"})
        asking = asyncio.ensure_future(link.ask({"Action": "AGI"}))

        lease.depose()
        lease.renew(clock.seconds)
        done, _ = await asyncio.wait([asking], timeout=0.1)

        assert not done, "whoever asks hears nothing more, as in an orderly end"
        assert line.sent == []
        asking.cancel()


async def test_to_look_at_asterisk_needs_no_lease() -> None:
    async with under(Lease(Epoch(3), BootClock())) as (link, line):
        await link.ask({"Action": "Getvar"})

        assert line.sent == ["Getvar"]
