"""The Asterisk in memory with what the dialplan does in a hand-off: [conf], [farleg], [farend].

Its honesty: tests/integration/test_emergency_hand_off.py plays the same ways on the real one.
"""

import asyncio
import itertools

from telephony.ami_text import ActionHeaders
from tests.fakes.fake_switch import FakeSwitch, Habit, _Line

TRUNKS = ("trunk-out-own", "trunk-second")
ANSWERS_AFTER = 3.0
SPOKEN = 6.0  # seconds of [handback]'s words


class EmergencySwitch(FakeSwitch):
    """`far`: what the emergency line does, by trunk; others are busy."""

    def __init__(self) -> None:
        super().__init__()
        self.far: dict[str, Habit] = {}
        self.rooms: dict[str, list[_Line]] = {}
        self._halves: dict[str, _Line] = {}  # ours in the room -> the leg out
        self._names = itertools.count(1)

    def emergency_line_hangs_up(self) -> None:
        ours, out = next(iter(self._halves.items()))
        super()._end(out, "16")
        self._over(self._lines[ours], "ended", "ANSWER/16")

    def goes_out_and_comes_back(self, call: str) -> None:
        """His time limit ran out while somebody was there: [conf] takes him in again."""
        line = self._lines[call]
        room = next(room for room, inside in self.rooms.items() if line in inside)
        self._part(line)
        self._enter(line, room)

    def is_taken(self, call: str) -> None:
        """By [deliver] of a seat that answered, before it has joined them."""
        self._lines[call].variables["CC_STATE"] = "talked"

    def is_free(self, call: str) -> None:
        self._lines[call].variables.pop("CC_STATE", None)

    # ---- the dialplan

    def _originate(self, headers: ActionHeaders, action: dict[str, str]) -> None:
        if not action["Channel"].startswith("Local/"):
            super()._originate(headers, action)
            return
        line = _Line(action["ChannelId"], f"Local/110@handoff-{next(self._names)};1", "farleg")
        given = headers.get("Variable", ())
        pairs = [given] if isinstance(given, str) else given
        line.variables = dict(pair.partition("=")[::2] for pair in pairs)
        self._lines[line.uniqueid] = line
        self._say(line, "Newchannel")
        self._say(line, "Newstate", channelstate="6")
        self._enter(line, action["Exten"])
        self._dial(line, TRUNKS)

    def _dial(self, ours: _Line, trunks: tuple[str, ...]) -> None:
        trunk, *more = trunks
        rings_for = float(ours.variables["CC_RING_FOR"])
        out = _Line(f"out.{next(self._names)}", f"PJSIP/{trunk}-1", "from-trunk-out")
        self._lines[out.uniqueid] = self._halves[ours.uniqueid] = out
        self._tell(out, ours, "dialled", trunk=trunk)
        habit, loop = self.far.get(trunk, Habit.BUSY), asyncio.get_running_loop()
        if habit in (Habit.ANSWERS, Habit.RINGS):
            self._say(out, "Newstate", channelstate="5")
        if habit is Habit.ANSWERS:
            loop.call_later(ANSWERS_AFTER, self._answers, ours, out)
        else:
            wait, why = (rings_for, "NOANSWER/0") if habit is Habit.RINGS else (0.1, "BUSY/17")
            loop.call_later(wait, self._in_vain, ours, out, tuple(more), why)

    def _answers(self, ours: _Line, out: _Line) -> None:
        if ours.uniqueid in self._lines:
            self._tell(out, ours, "answered")

    def _in_vain(self, ours: _Line, out: _Line, more: tuple[str, ...], why: str) -> None:
        if ours.uniqueid not in self._lines:
            return
        super()._end(out, "17")
        if more:
            self._tell(ours, ours, "tried", why=why)
            self._dial(ours, more)
        else:
            self._over(ours, "failed", why)

    def _over(self, ours: _Line, step: str, why: str) -> None:
        self._tell(ours, ours, step, why=why)
        self._end(ours, "16")

    def _tell(self, sender: _Line, ours: _Line, step: str, **more: str) -> None:
        said = {"handoff": ours.uniqueid, "step": step, **more}
        self._say(sender, "UserEvent", userevent="CCHandOff", **said)

    # ---- conferences

    def _move(
        self, line: _Line, context: str, exten: str, *, parted_with: _Line | None = None
    ) -> None:
        self._part(line)
        super()._move(line, context, exten, parted_with=parted_with)
        if context in ("conf", "confleg"):
            line.variables["CC_STATE"] = "conference"
            self._enter(line, exten)
        elif context == "handback":
            asyncio.get_running_loop().call_later(SPOKEN, self._speaks_to, line)

    def _speaks_to(self, line: _Line) -> None:
        if line.uniqueid in self._lines and line.context == "handback":
            self._move(line, "room", "s")

    def _end(self, line: _Line, cause: str, code: str = "") -> None:
        left = self._part(line)
        out = self._halves.pop(line.uniqueid, None)
        if out is not None:
            super()._end(out, "16")
        super()._end(line, cause, code)
        if len(left) == 1:
            self._alone(left[0])

    def _enter(self, line: _Line, room: str) -> None:
        self.rooms.setdefault(room, []).append(line)
        self._say(line, "ConfbridgeJoin", conference=room)

    def _part(self, line: _Line) -> list[_Line]:
        """Out of its room; who is left in it."""
        for room, inside in self.rooms.items():
            if line in inside:
                inside.remove(line)
                self._say(line, "ConfbridgeLeave", conference=room)
                return list(inside)
        return []

    def _alone(self, line: _Line) -> None:
        if line.uniqueid.startswith("fake-"):
            self._move(line, "handback", "s")
        else:
            self._end(line, "16")
