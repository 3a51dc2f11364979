"""What the console of a site's process shows of its floor."""

from collections.abc import Callable
from typing import Any

from tests.integration.standby_site import Member, ask
from tests.storage.waiting import until


async def floor_of(member: Member, cookie: str) -> dict[str, Any]:
    """Without the moment of the answer and what goes on by itself."""
    answer = await ask(member, "GET", "/api/floor", cookie=cookie)
    assert answer is not None and answer[0] == 200, answer
    return {name: answer[1][name] for name in ("seats", "queues")}


def waiting(floor: dict[str, Any]) -> int:
    return sum(queue["waiting"] for queue in floor["queues"])


async def shows(member: Member, cookie: str, so: Callable[[dict[str, Any]], bool]) -> None:
    async def it_does() -> bool:
        return so(await floor_of(member, cookie))

    await until(it_does)


async def same_floor(one: Member, other: Member, cookie: str) -> bool:
    """Who stands by is a moment behind."""
    return await floor_of(one, cookie) == await floor_of(other, cookie)
