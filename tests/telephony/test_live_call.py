"""A call as its story sees it, on the Asterisk in memory."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.ids import CallId
from kernel.legs import LegEnd
from telephony.hangup import until_hangup
from telephony.legs import LegAnswered, LegRinging
from telephony.live_call import LiveCall
from telephony.spoken import Sound
from tests.contracts.call_control import ring, talking
from tests.contracts.test_call_control import FakeExchange
from tests.fakes.fake_switch import Habit

SOON = timedelta(milliseconds=20)


async def told(
    folder: Path,
    story: Callable[[LiveCall], Awaitable[None]],
    act: Callable[[FakeExchange, LiveCall], Awaitable[None]],
) -> FakeExchange:
    """One call with this story, while `act` does what the world does."""
    exchange = FakeExchange(folder)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(exchange.board.run(story))
        try:
            await exchange.until(lambda: exchange.board.is_ready)
            await act(exchange, await exchange.citizen())
        finally:
            running.cancel()
    return exchange


def commands(exchange: FakeExchange) -> list[str]:
    return [a["Command"] for a in exchange.switch.actions if a["Action"] == "AGI"]


async def test_keys_pressed_early_are_an_answer_and_the_rest_is_not_played(tmp_path: Path) -> None:
    entered: list[str] = []
    pressed = asyncio.Event()

    async def story(call: LiveCall) -> None:
        await pressed.wait()
        sounds = [Sound("a"), Sound("b")]
        entered.append(await call.collect(sounds, digits=3, first_within=SOON, between=SOON))
        entered.append(await call.next_key(SOON))
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        on.switch.press(call.id, "12#4")
        await on.until(lambda: str(call._keys) == "12#4")
        pressed.set()
        await on.until(lambda: len(entered) == 2)

    exchange = await told(tmp_path, story, act)

    assert entered == ["12", "4"]
    assert not commands(exchange)


async def test_silence_is_an_empty_answer(tmp_path: Path) -> None:
    entered: list[str] = []

    async def story(call: LiveCall) -> None:
        entered.append(await call.collect([Sound("a")], digits=1, first_within=SOON, between=SOON))
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.until(lambda: entered)

    exchange = await told(tmp_path, story, act)

    assert entered == [""]
    assert commands(exchange) == ['STREAM FILE "a" "0123456789*#"']


async def test_music_is_asked_for_again_after_each_announcement(tmp_path: Path) -> None:
    done = asyncio.Event()

    async def story(call: LiveCall) -> None:
        await call.music()
        await call.play([Sound("a")])
        done.set()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await done.wait()

    exchange = await told(tmp_path, story, act)

    music = "SET MUSIC ON default"
    assert commands(exchange) == [music, 'STREAM FILE "a" ""', music]


async def test_no_sound_begins_for_one_with_music_while_a_seat_rings_for_him(
    tmp_path: Path,
) -> None:
    """Bridge() would close its file just as Asterisk opens it (ADR 0030)."""
    ready, rings, over, done = (asyncio.Event() for _ in range(4))

    async def story(call: LiveCall) -> None:
        await call.music()
        ready.set()
        await rings.wait()
        await call.play([Sound("a"), Sound("b")])
        over.set()
        await done.wait()
        await call.play([Sound("c")])
        done.clear()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await ready.wait()
        await on.phone("8001", Habit.RINGS)
        leg = ring(on, "8001", call)
        assert [one.id for one in call.rung()] == [leg]
        rings.set()
        await over.wait()
        on.control.drop(leg)
        assert not call.rung(), "who is refused now is told so"
        done.set()
        await on.until(lambda: not done.is_set())

    exchange = await told(tmp_path, story, act)

    music = "SET MUSIC ON default"
    heard = [said for said in commands(exchange) if not said.startswith("GOSUB")]
    assert heard == [music, music, 'STREAM FILE "c" ""', music]


def waits_after_a_sound(said: asyncio.Event) -> Callable[[LiveCall], Awaitable[None]]:
    """With music; `said`: the sound has been asked for and is over."""

    async def story(call: LiveCall) -> None:
        await call.music()
        await call.play([Sound("a")])
        said.set()
        await call.hung_up.wait()

    return story


def originated(exchange: FakeExchange) -> list[str]:
    return [a["ChannelId"] for a in exchange.switch.actions if a["Action"] == "Originate"]


async def test_a_seat_that_answers_by_itself_rings_once_the_last_sound_has_begun(
    tmp_path: Path,
) -> None:
    """Others need longer to lift the receiver than Asterisk to open a file (ADR 0030)."""
    said, done = asyncio.Event(), asyncio.Event()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.phone("8001", Habit.RINGS)
        await on.phone("8002", Habit.RINGS)
        await said.wait()
        by_itself = ring(on, "8001", call, auto_answer=True)
        by_hand = ring(on, "8002", call)
        assert originated(on) == [by_hand]
        await on.until(lambda: originated(on) == [by_hand, by_itself])
        done.set()

    await told(tmp_path, waits_after_a_sound(said), act)

    assert done.is_set()


async def test_a_seat_that_answers_by_itself_never_rings_when_withdrawn_before(
    tmp_path: Path,
) -> None:
    """It would have answered before it could be hung up."""
    said, ends = asyncio.Event(), list[LegEnd]()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.phone("8001", Habit.ANSWERS)
        await said.wait()
        leg = ring(on, "8001", call, auto_answer=True)
        on.control.drop(leg)
        ends.append(await on.ended(leg))
        assert originated(on) == []

    await told(tmp_path, waits_after_a_sound(said), act)

    assert ends == [LegEnd.DROPPED]


@pytest.mark.parametrize("by_itself", [False, True])
async def test_who_comes_back_is_told_why_unless_the_phone_that_rings_answers_by_itself(
    tmp_path: Path, by_itself: bool
) -> None:
    """By hand nobody is as fast as Asterisk opens a file (ADR 0030)."""
    ready, rings, done = (asyncio.Event() for _ in range(3))

    async def story(call: LiveCall) -> None:
        await call.music()
        ready.set()
        await rings.wait()
        await call.play([Sound("why")], though_rung=True)
        done.set()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.phone("8001", Habit.RINGS)
        await ready.wait()
        ring(on, "8001", call, auto_answer=by_itself)
        rings.set()
        await done.wait()

    exchange = await told(tmp_path, story, act)

    assert ('STREAM FILE "why" ""' in commands(exchange)) is not by_itself


async def test_who_has_had_no_music_yet_is_told_why_he_is_here_although_a_seat_rings(
    tmp_path: Path,
) -> None:
    rings, done = asyncio.Event(), asyncio.Event()

    async def story(call: LiveCall) -> None:
        await rings.wait()
        await call.play([Sound("a")])
        done.set()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.phone("8001", Habit.RINGS)
        ring(on, "8001", call)
        rings.set()
        await done.wait()

    exchange = await told(tmp_path, story, act)

    assert 'STREAM FILE "a" ""' in commands(exchange)


async def test_a_story_that_ends_hangs_up_and_its_call_is_forgotten(tmp_path: Path) -> None:
    said_all = asyncio.Event()

    async def story(call: LiveCall) -> None:
        await said_all.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        said_all.set()
        await on.until(lambda: not on.board.calls)

    exchange = await told(tmp_path, story, act)

    assert [a["Action"] for a in exchange.switch.actions if a["Action"] == "Hangup"] == ["Hangup"]
    assert not exchange.board.mirror.calls


async def test_a_fault_of_one_story_goes_to_the_fallback_and_leaves_the_others(
    tmp_path: Path,
) -> None:
    async def story(call: LiveCall) -> None:
        if call.id.endswith(".1"):
            raise ZeroDivisionError
        async with until_hangup(call.hung_up):
            await asyncio.Event().wait()

    async def act(on: FakeExchange, first: LiveCall) -> None:
        second = await on.citizen()
        await on.until(lambda: on.board.stories.counters["stories failed"])
        assert CallId(second.id) in on.board.stories
        on.citizen_hangs_up(second)
        await on.until(lambda: second.id not in on.board.stories)

    exchange = await told(tmp_path, story, act)

    sent = [a["Context"] for a in exchange.switch.actions if a["Action"] == "Redirect"]
    assert sent == ["fallback"]
    assert exchange.board.stories.counters["stories failed"] == 1


def music_of(exchange: FakeExchange) -> list[str]:
    return [said for said in commands(exchange) if said.startswith("SET MUSIC")]


async def test_whose_seat_was_given_up_and_answered_hears_music_again(tmp_path: Path) -> None:
    """I11: the desk drops a late answer; his story has heard nothing of it, and waits on."""
    music = "SET MUSIC ON default"

    async def story(call: LiveCall) -> None:
        await call.music()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.until(lambda: music_of(on) == [music])
        leg = await talking(on, call)
        on.control.drop(leg)
        await on.until(lambda: call.where == "room")
        await on.until(lambda: len(music_of(on)) == 2)

    exchange = await told(tmp_path, story, act)

    assert music_of(exchange) == [music, music]


async def test_who_has_talked_hears_no_music_in_his_after_call(tmp_path: Path) -> None:
    async def story(call: LiveCall) -> None:
        await call.music()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        leg = await talking(on, call)
        on.switch.far_end_hangs_up(leg)
        await on.until(lambda: call.where == "aftercall")
        await asyncio.sleep(0.01)

    exchange = await told(tmp_path, story, act)

    assert music_of(exchange) == ["SET MUSIC ON default"]


async def test_a_ring_answered_in_the_moment_it_is_given_up_leaves_its_caller_in_line(
    tmp_path: Path,
) -> None:
    """I4, I11: Asterisk sends him to his after-call, the desk rings the next seat for him."""
    answered: list[bool] = []

    async def story(call: LiveCall) -> None:
        await call.music()
        await call.hung_up.wait()

    async def act(on: FakeExchange, call: LiveCall) -> None:
        await on.phone("8001", Habit.RINGS)
        given_up = ring(on, "8001", call)
        await on.until(lambda: LegRinging(given_up) in on.news)
        on.switch.answers_late(given_up)
        on.control.drop(given_up)
        await on.until(lambda: call.where == "aftercall")
        await on.phone("8002", Habit.ANSWERS)
        again = ring(on, "8002", call)
        await on.until(lambda: LegAnswered(again, call.id) in on.news)
        answered.append(True)

    await told(tmp_path, story, act)

    assert answered == [True]
