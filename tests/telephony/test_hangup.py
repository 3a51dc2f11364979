"""The cancel scope of a call: a hang-up, an error and a cancellation are three things."""

import asyncio

import pytest

from telephony.hangup import CallerHungUp, until_hangup


async def test_a_hang_up_ends_the_body_and_the_task_lives_on() -> None:
    hung_up = asyncio.Event()
    asyncio.get_running_loop().call_soon(hung_up.set)

    with pytest.raises(CallerHungUp):
        async with until_hangup(hung_up):
            await asyncio.Event().wait()

    await asyncio.sleep(0)  # not cancelled any more


async def test_a_caller_who_has_gone_already_never_enters_the_body() -> None:
    hung_up = asyncio.Event()
    hung_up.set()
    entered = False

    with pytest.raises(CallerHungUp):
        async with until_hangup(hung_up):
            entered = True

    assert not entered


async def test_an_error_of_the_body_arrives_as_itself() -> None:
    with pytest.raises(ZeroDivisionError):
        async with until_hangup(asyncio.Event()):
            raise ZeroDivisionError


async def test_an_error_on_the_way_out_of_a_hung_up_body_leaves_no_cancellation_behind() -> None:
    hung_up = asyncio.Event()
    asyncio.get_running_loop().call_soon(hung_up.set)

    with pytest.raises(ZeroDivisionError):
        async with until_hangup(hung_up):
            try:
                await asyncio.Event().wait()
            finally:
                raise ZeroDivisionError

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_cancellation_from_outside_passes_through() -> None:
    async def body() -> None:
        async with until_hangup(asyncio.Event()):
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(body())
        await asyncio.sleep(0)
        task.cancel()

    assert task.cancelled()


async def test_it_nests_with_a_time_out() -> None:
    hung_up = asyncio.Event()

    with pytest.raises(TimeoutError):
        async with until_hangup(hung_up), asyncio.timeout(0.001):
            await asyncio.Event().wait()

    asyncio.get_running_loop().call_soon(hung_up.set)
    with pytest.raises(CallerHungUp):
        async with asyncio.timeout(30), until_hangup(hung_up):
            await asyncio.Event().wait()


async def test_it_nests_with_a_task_group_whose_children_are_cancelled() -> None:
    hung_up = asyncio.Event()
    asyncio.get_running_loop().call_soon(hung_up.set)

    with pytest.raises(CallerHungUp):
        async with until_hangup(hung_up), asyncio.TaskGroup() as group:
            child = group.create_task(asyncio.Event().wait())

    assert child.cancelled()


async def test_a_hang_up_after_the_body_cancels_nothing() -> None:
    hung_up = asyncio.Event()
    async with until_hangup(hung_up):
        await asyncio.sleep(0)
    hung_up.set()

    await asyncio.sleep(0)
    await asyncio.sleep(0)
