"""What whoever takes over tells Asterisk at once: who leads, and whose rings are good (I1, I7)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hotline.leading.standby_beat import AsteriskWatch
from kernel.ids import Epoch
from telephony.settings import AmiSettings
from tests.fakes.scripted_ami import Headers, ScriptedAmi, scripted_ami

CITIZEN = {"Uniqueid": "cc1-1.4", "Channel": "PJSIP/trunk-in-4", "Variable": "CC_SIP=a@b"}
RINGS = {
    "Uniqueid": "2-000007",
    "Channel": "PJSIP/8001-7",
    "Variable": "CC_CALLER=PJSIP/trunk-in-4",
}
TALKS = {
    "Uniqueid": "2-000008",
    "Channel": "PJSIP/8002-8",
    "Variable": "CC_CALLER=PJSIP/trunk-in-5",
}


class Pbx:
    """Has these channels and this beat."""

    def __init__(self, script: ScriptedAmi) -> None:
        self.script = script
        self.beat = "1000"
        script.answer = self._answer

    def set(self) -> list[tuple[str, str, str]]:
        """(channel or "", variable, value) in the order of setting."""
        return [
            (action.get("Channel", ""), action["Variable"], action["Value"])
            for action in self.script.named("Setvar")
        ]

    def _answer(self, action: Headers) -> str:
        match action["Action"]:
            case "Getvar":
                return f"Response: Success\r\nValue: {self.beat}"
            case "Status":
                rows = [{"Event": "Status"} | channel for channel in (CITIZEN, RINGS, TALKS)]
                return self._listed(action, rows, "StatusComplete")
            case "CoreShowChannels":
                bridges = {"2-000008": "b1"}
                rows = [
                    {
                        "Event": "CoreShowChannel",
                        "Uniqueid": channel["Uniqueid"],
                        "Context": "from-agent",
                        "BridgeId": bridges.get(channel["Uniqueid"], ""),
                    }
                    for channel in (CITIZEN, RINGS, TALKS)
                ]
                return self._listed(action, rows, "CoreShowChannelsComplete")
            case _:
                return "Response: Success"

    def _listed(self, action: Headers, rows: list[dict[str, str]], end: str) -> str:
        last = {"Event": end, "EventList": "Complete"}
        for row in (*rows, last):
            lines = [f"{name}: {value}" for name, value in row.items()]
            asyncio.get_running_loop().call_soon(
                self.script.say, *lines, f"ActionID: {action['ActionID']}"
            )
        return "Response: Success\r\nEventList: start"


@asynccontextmanager
async def watching() -> AsyncIterator[tuple[AsteriskWatch, Pbx]]:
    async with scripted_ami() as (script, port), asyncio.TaskGroup() as group:
        pbx, watch = Pbx(script), AsteriskWatch(AmiSettings(port=port))
        running = group.create_task(watch.run())
        await script.until(lambda: len(script.named("Getvar")) == 2)  # the first was answered
        yield watch, pbx
        running.cancel()


async def test_the_epoch_is_told_first_and_then_who_rings_already_is_taken_over() -> None:
    async with watching() as (watch, pbx):
        assert await watch.claim(Epoch(3))
        await pbx.script.until(lambda: len(pbx.set()) == 2)

        assert pbx.set() == [("", "CC_EPOCH", "3"), ("PJSIP/8001-7", "CC_LEGEPOCH", "3")]


async def test_a_leader_whose_beat_moves_while_we_claim_has_woken() -> None:
    async with watching() as (watch, pbx):
        pbx.beat = "1001"

        assert not await watch.claim(Epoch(3))


async def test_with_asterisk_away_nobody_knows_whether_he_has_woken() -> None:
    watch = AsteriskWatch(AmiSettings(port=1))

    assert not await watch.claim(Epoch(3))
