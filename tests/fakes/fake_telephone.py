"""Asterisk, the citizens and the phones at the seats, by hand: for stories in virtual time.

`LiveCall` over it is the real one. Each sound lasts a second; a key in its stop keys ends it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from kernel.clock import Clock
from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from telephony.ami_asks import Reply
from telephony.ami_text import ActionHeaders
from telephony.facts import CallHungUp, HungUpBy
from telephony.legs import LegAnswered, LegEnded, LegNews
from telephony.live_call import LiveCall
from telephony.party import Party
from tests.fakes.fake_seats import FakeRings, Ring

SOUND_LASTS = 1.0


@dataclass
class Line:
    """One citizen's channel: what he has heard, and what was done to it."""

    live: LiveCall
    party: Party
    heard: list[str] = field(default_factory=list)  # sounds, and "music"
    sent_to: list[tuple[str, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    hung_up_by: HungUpBy | None = None
    sound: tuple[str, str, asyncio.TimerHandle] | None = None  # command, stop keys, its end


class FakeTelephone(FakeRings):
    """Fits `telephony.ami_actions.Asterisk` and `acd.ports.RingsSeats`."""

    def __init__(
        self,
        write: Callable[[list[CallHungUp]], None],
        on_leg: Callable[[LegNews], None],
        clock: Clock,
    ) -> None:
        super().__init__()
        self.is_up = True
        self.lines: dict[str, Line] = {}
        self.talking: dict[LegId, Ring] = {}
        self._write = write
        self._on_leg = on_leg
        self._clock = clock

    # ---- what our program asks

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        assert headers["Action"] == "AGI", "stories ask nothing else"
        line = self.lines[str(headers["Channel"])]
        command, command_id = str(headers["Command"]), str(headers["CommandID"])
        loop = asyncio.get_running_loop()
        if command.startswith("STREAM FILE"):
            _, name, _, stops, _ = command.split('"')
            line.heard.append(name)
            end = loop.call_later(SOUND_LASTS, self._sound_over, line, command_id, 0)
            line.sound = (command_id, stops, end)
        else:
            line.heard.append("music" if "MUSIC ON" in command else "silence")
            loop.call_soon(line.live.command_done, command_id, 0)
        return Reply({"response": "Success"})

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        line = self.lines[str(headers["Channel"])]
        match headers["Action"]:
            case "Hangup":
                loop = asyncio.get_running_loop()
                loop.call_soon(self._gone, line, HungUpBy.US)
            case "Redirect":
                line.sent_to.append((str(headers["Context"]), str(headers["Exten"])))
                loop = asyncio.get_running_loop()
                loop.call_soon(line.live.out_of_hand)  # with Asterisk's news of it, not before
            case "Setvar":
                line.variables[str(headers["Variable"])] = str(headers["Value"])

    def drop(self, leg: LegId) -> None:
        super().drop(leg)
        self.talking.pop(leg, None)
        loop = asyncio.get_running_loop()
        loop.call_soon(self._on_leg, LegEnded(leg, LegEnd.DROPPED))

    # ---- what a citizen does

    def press(self, call: CallId, keys: str) -> None:
        line = self._line(call)
        for key in keys:
            line.live.key_pressed(key)
            if line.sound is not None and key in line.sound[1]:
                self.echo(call, key)

    def echo(self, call: CallId, key: str) -> None:
        """The end of a key that began while an earlier sound played: no key event tells of it."""
        line = self._line(call)
        assert line.sound is not None and key in line.sound[1], "it stops what plays now"
        command_id, _, end = line.sound
        end.cancel()
        self._sound_over(line, command_id, ord(key))

    def citizen_hangs_up(self, call: CallId) -> None:
        self._gone(self._line(call), HungUpBy.CITIZEN)
        for leg in [leg for leg, ring in self.talking.items() if ring.caller == call]:
            del self.talking[leg]
            self._on_leg(LegEnded(leg, LegEnd.HUNG_UP))

    # ---- what a seat's phone does

    def seat_answers(self) -> Ring:
        leg, ring = self._only_ring()
        self.talking[leg] = ring
        self._line(ring.caller).live.out_of_hand()
        self._on_leg(LegAnswered(leg, ring.caller))
        return ring

    def seat_ends(self, why: LegEnd) -> None:
        """The ring brought no conversation."""
        leg, _ = self._only_ring()
        self._on_leg(LegEnded(leg, why))

    def seat_hangs_up(self, call: CallId) -> None:
        self._part(call, "aftercall")

    def comes_back(self, call: CallId) -> None:
        """Back to the line, or a transfer that failed: he is in [room] again."""
        self._part(call, "room")

    def _part(self, call: CallId, where: str) -> None:
        (leg,) = [leg for leg, ring in self.talking.items() if ring.caller == call]
        del self.talking[leg]
        live = self._line(call).live
        live.taken_in_hand(where, live.ami_name)
        self._on_leg(LegEnded(leg, LegEnd.HUNG_UP))

    # ---- within

    def _only_ring(self) -> tuple[LegId, Ring]:
        ((leg, ring),) = self.ringing.items()
        del self.ringing[leg]
        return leg, ring

    def _line(self, call: CallId) -> Line:
        (line,) = [line for line in self.lines.values() if line.live.id == call]
        return line

    def _sound_over(self, line: Line, command_id: str, result: int) -> None:
        line.sound = None
        line.live.command_done(command_id, result)

    def _gone(self, line: Line, by: HungUpBy) -> None:
        if line.hung_up_by is not None:
            return
        line.hung_up_by = by
        self._write([CallHungUp(at=self._clock.now(), call=line.live.id, by=by, cause=16)])
        line.live.gone()
