"""A whole house for calls that people ask for: the callbacks' stage, with its office beside it.

Agent 1001 at the phone 8001, the handler "zhang" of 环保局 at HANDLER, the citizen MOBILE of CASE.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from cases.closing import CaseFlag
from cases.facts import RelayEnded, RelayOutcome
from cases.handlers import Handler
from cases.relay_store import CitizenOf
from cases.status import CaseStatus
from console.logins import Login, Role
from hotline.relays.house import RelayHouse
from hotline.relays.office import RelayOffice, RelayRules
from hotline.relays.relays import Relays
from kernel.ids import AgentNo, CallId, CaseId, Epoch, LegId, NumberKey, TicketNo
from kernel.phone import PhoneNumber
from telephony.asked_phone import AskedPhone
from tests.acd.centre import EPOCH, policies
from tests.fakes.fake_relays import FakeHandlers, FakeRelays
from tests.fakes.fake_switch import Habit
from tests.stories.callback_stage import KEY, RULES, CallbackStage
from tests.stories.stage import MOBILE

CASE: Final = CaseId("01990000-0000-7000-8000-000000000001")
TICKET: Final = TicketNo("22010020261121000042")
HANDLER: Final = PhoneNumber.parse("13911112222")
HANDLER_KEY: Final = NumberKey("key-handler")
UNIT: Final = "环保局"
OF_AGENT: Final = Login("agent", Role.AGENT, AgentNo("1001"), False, "")
OF_HANDLER: Final = Login("zhang", Role.HANDLER, None, False, "")
RING_FOR: Final = timedelta(seconds=20)


class RelayStage(CallbackStage):
    """`office` is what the console asks; `keeps` what the journal's projection has made."""

    def open(self, epoch: Epoch = EPOCH) -> None:
        self.keeps, self.handlers = FakeRelays(), FakeHandlers({"zhang"})
        self.keeps.citizens[CASE] = CitizenOf(
            case=CASE,
            ticket_no=TICKET,
            number_key=KEY,
            status=CaseStatus.DISPATCHED,
            flags=frozenset(),
            unit=UNIT,
            urgent=False,
        )
        self.handlers.handlers["zhang"] = Handler(
            login="zhang",
            unit=UNIT,
            work_no="H001",
            phone_key=HANDLER_KEY,
            phone=HANDLER.masked(),
        )
        self.numbers.kept[HANDLER_KEY] = HANDLER
        self.allowed = {MOBILE, HANDLER}
        house = RelayHouse(
            center=self.center,
            board=self.board,
            dial=self.out,
            ahead=self.house.ahead,
            phones=AskedPhone(self.switch, self.board, epoch),
            inbound=self.inbound,
            ring_for=RING_FOR,
        )
        self.relays = Relays(
            house,
            self.keeps,
            epoch,
            lives=lambda call: call in self.board.mirror.calls,
            is_ready=lambda: self.board.is_ready,
        )
        self.feed.add("relays kept", self.keeps.see)
        self.feed.add("relays", self.relays.see)
        rules = RelayRules(
            schedule=self.duty_rules,
            may_dial=self._may_dial,
            own_numbers=frozenset({"12345"}),
            is_emergency=frozenset({"110"}).__contains__,
            rings_us=self._rings_us,
            key_of=lambda number: NumberKey(f"key-{number.value[-4:]}"),
        )
        stores = self.keeps, self.handlers, self.store, self.numbers
        self.office = RelayOffice(self.relays, stores, rules, self.desk, epoch)

    async def _may_dial(self, number: PhoneNumber) -> bool:
        return number in self.allowed

    def flag(self, flag: CaseFlag) -> None:
        self.keeps.citizens[CASE] = replace(self.keeps.citizens[CASE], flags=frozenset({flag}))

    def handler(self, habit: Habit) -> None:
        self.switch.habits[HANDLER.national] = habit

    def outcomes(self) -> list[RelayOutcome]:
        return [fact.outcome for fact in self.of(RelayEnded)]

    def leg_of(self, call: CallId) -> LegId:
        relay = self.relays.find(call)
        assert relay is not None and relay.leg is not None, "his phone was rung"
        return relay.leg

    def shown(self, number: str) -> list[str]:
        """The caller id that this phone was shown."""
        dialled = [a for a in self.switch.actions if a["Action"] == "Originate"]
        return [a["CallerID"] for a in dialled if a["Channel"].split("/")[1].startswith(number)]


@asynccontextmanager
async def open_relays(folder: Path) -> AsyncIterator[RelayStage]:
    async with asyncio.TaskGroup() as group:
        stage = RelayStage(folder, RULES, policies(None))
        stage.open()
        story = stage.relays.tells(stage.out.tells(stage.inbound))
        tasks = [
            group.create_task(stage.desk.run(), name="desk"),
            group.create_task(stage.board.run(story), name="switchboard"),
            group.create_task(stage.relays.run(), name="relays"),
        ]
        assert await stage.board.until(lambda: stage.board.is_ready, timedelta(seconds=5))
        await stage.passes(0.1)
        yield stage
        for task in tasks:
            task.cancel()
