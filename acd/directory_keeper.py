"""The directory at work: a change is stored, then journaled and made known to the floor."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from acd.directory import Agent, Directory, SeatPlace, SkillName
from acd.facts import DirectoryChanged, DirectoryTable
from acd.happenings import DirectoryLoaded
from kernel.clock import Clock
from kernel.fact import Fact

# `AcdDesk.order`: the floor takes the directory and its change.
Orders = Callable[[DirectoryLoaded], Awaitable[Sequence[Fact]]]


class StoresDirectory(Protocol):
    """`acd/store.py: PgDirectoryStore`. Each save returns the row's new version."""

    async def load(self) -> Directory: ...

    async def save_agent(self, agent: Agent) -> int: ...

    async def save_seat(self, seat: SeatPlace) -> int: ...

    async def save_skill(self, skill: SkillName) -> int: ...


class DirectoryKeeper:
    """One change at a time, so that the floor never gets an older directory after a newer one."""

    def __init__(
        self, directory: Directory, store: StoresDirectory, order: Orders, clock: Clock
    ) -> None:
        self.directory = directory
        self._store = store
        self._order = order
        self._clock = clock
        self._lock = asyncio.Lock()

    async def save_agent(self, agent: Agent, *, by: str) -> Agent:
        """The agent as stored. Raises ChangedMeanwhile, UnknownSkill, BadLevel, Unavailable."""
        async with self._lock:
            version = await self._store.save_agent(agent)
            await self._make_known(DirectoryTable.AGENT, agent.no, version, by)
            return replace(agent, version=version)

    async def save_seat(self, seat: SeatPlace, *, by: str) -> SeatPlace:
        """The seat as stored. Raises ChangedMeanwhile, PhoneTaken, Unavailable."""
        async with self._lock:
            version = await self._store.save_seat(seat)
            await self._make_known(DirectoryTable.SEAT, seat.id, version, by)
            return replace(seat, version=version)

    async def save_skill(self, skill: SkillName, *, by: str) -> SkillName:
        """The skill as stored. Raises ChangedMeanwhile, Unavailable."""
        async with self._lock:
            version = await self._store.save_skill(skill)
            await self._make_known(DirectoryTable.SKILL, skill.skill, version, by)
            return replace(skill, version=version)

    async def _make_known(self, table: DirectoryTable, key: str, version: int, by: str) -> None:
        self.directory = await self._store.load()
        change = DirectoryChanged(
            at=self._clock.now(), table=table, key=key, version=version, by=by
        )
        await self._order(DirectoryLoaded(self.directory, change))
