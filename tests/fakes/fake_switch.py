"""An Asterisk in memory: takes our AMI actions, says the events a real one says, in its order.

It stands where `AmiLink` stands, so switchboard, live calls and call control above it are the real
ones. It is honest because tests/contracts/call_control.py runs on it and on the real Asterisk.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from telephony.ami_asks import Headers, LinkCameUp, News, Reply
from telephony.ami_text import ActionHeaders, checked
from telephony.errors import ActionRefused


class Habit(StrEnum):
    ANSWERS = "answers"
    RINGS = "rings"  # until the ring time is over
    BUSY = "busy"
    REJECTS = "rejects"
    AWAY = "away"  # not registered


@dataclass(slots=True)
class _Line:
    uniqueid: str
    name: str
    context: str
    bridge: str = ""
    room: str = ""  # its conference
    caller: str = ""  # [deliver]: whom to take
    is_seat: bool = False
    timer: asyncio.TimerHandle | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def status(self) -> Headers:
        ours = {"CC_CALLER": self.caller, **self.variables}
        variables = tuple(f"{name}={value}" for name, value in ours.items())
        who = {"uniqueid": self.uniqueid, "channel": self.name}
        return {"event": "Status", **who, "seconds": "0", "variable": variables}

    def shown(self) -> Headers:
        application = "" if self.bridge else _RUNS.get(self.context, "AGI")
        where = {"context": self.context, "exten": "s", "application": application}
        return {"uniqueid": self.uniqueid, "bridgeid": self.bridge, **where}


_RUNS = {"fallback": "Queue", "deliver": "AppDial2", "": ""}  # elsewhere AGI has them
AWAY_PLACES = ("emergency", "transfer", "sent", "level")
_AWAY_FAILS = {Habit.REJECTS: "BUSY/21", Habit.AWAY: "CHANUNAVAIL/20"}
_REFUSALS = {Habit.BUSY: ("17", "486"), Habit.REJECTS: ("21", "603")}


class FakeSwitch:
    def __init__(self) -> None:
        self.habits: dict[str, Habit] = {}  # by extension or number; others are AWAY
        self.actions: list[dict[str, str]] = []
        self.agi_results: dict[str, str] = {}  # first word of a command -> "0", "49" ...
        self.counters: Counter[str] = Counter()
        self.is_up = False
        self.is_slow = False  # "queued" is said, the channel comes with `catches_up`
        self._queued: list[tuple[ActionHeaders, dict[str, str]]] = []
        self._inbox: asyncio.Queue[News] = asyncio.Queue()
        self._lines: dict[str, _Line] = {}
        self._numbers = itertools.count(1)

    @property
    def backlog(self) -> int:
        return self._inbox.qsize()

    # ---- what a test does

    def arrive(self, number: str = "13800001111", name: str = "") -> str:
        """A citizen rings in and is answered; his Uniqueid."""
        n = next(self._numbers)
        line = _Line(f"fake-1767603600.{n}", f"PJSIP/trunk-in-{n:08x}", "hotline")
        self._lines[line.uniqueid] = line
        line.variables["CC_SIP"] = f"sip-{n}@fake"
        who = {"calleridnum": number, "calleridname": name or "<unknown>", "exten": "12345"}
        self._say(line, "Newchannel", context="from-trunk", **who)
        env = f"agi_arg_1%3A%20sip-{n}%40fake%0Aagi_arg_2%3A%2012345%0A"
        self._say(line, "AsyncAGIStart", env=env, **who)
        return line.uniqueid

    def catches_up(self) -> None:
        """The channels that were ordered are made at last."""
        queued, self._queued = self._queued, []
        for headers, action in queued:
            self._originate(headers, action)

    def press(self, uniqueid: str, keys: str) -> None:
        for key in keys:
            self._say(self._lines[uniqueid], "DTMFEnd", digit=key, direction="Received")

    def has(self, uniqueid: str) -> bool:
        return uniqueid in self._lines

    def far_end_hangs_up(self, uniqueid: str) -> None:
        """BYE from a phone, the citizen's or a seat's (whose Uniqueid is its leg id)."""
        line = self._lines[uniqueid]
        self._say(line, "HangupRequest")
        self._end(line, "16")

    # ---- where AmiLink stands

    async def run(self) -> None:
        self.is_up = True
        self._inbox.put_nowait(LinkCameUp(None))
        await asyncio.Event().wait()

    async def news(self) -> AsyncIterator[News]:
        while True:
            yield await self._inbox.get()

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        trouble = self._act(headers)
        if trouble:
            raise ActionRefused(trouble, remedy="Look at the call again.")
        await asyncio.sleep(0)
        listed = self._listed(str(headers["Action"]))
        return Reply({"response": "Success", "value": self._value(headers)}, listed)

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        trouble = self._act(headers)
        if trouble and refused is not None:
            refused(trouble)

    def _value(self, headers: ActionHeaders) -> str:
        """Of a channel's variable; its dialplan has every number."""
        line = self._find(str(headers.get("Channel", "")))
        return "1" if line is None else line.variables.get(str(headers.get("Variable")), "")

    # ---- what Asterisk does

    def _act(self, headers: ActionHeaders) -> str:
        action = dict(checked(headers))
        self.actions.append(action)
        if "Channel" not in action or action["Action"] == "Originate":
            line = None
        else:
            line = self._find(action["Channel"])
            if line is None:
                return "No such channel"
        match action["Action"]:
            case "Originate":
                self._order(headers, action)
            case "Bridge":
                one, two = self._find(action["Channel1"]), self._find(action["Channel2"])
                if one is None or two is None:
                    return "No such channel"
                self._join(one, two)
            case "Redirect" if line is not None:
                return self._redirect(line, action)
            case "Hangup" if line is not None:
                self._end(line, "16" if line.bridge or line.is_seat else "0")
            case _ if line is not None:
                self._small(line, action)
        return ""

    def _redirect(self, line: _Line, action: dict[str, str]) -> str:
        other = self._find(action.get("ExtraChannel", ""))
        if other is None and "ExtraChannel" in action:
            return "ExtraChannel does not exist"  # and nobody is moved
        self._move(line, action["Context"], action["Exten"], parted_with=other)
        if other is not None:
            self._move(other, action["ExtraContext"], action["ExtraExten"])
        return ""

    def _listed(self, action: str) -> tuple[Headers, ...]:
        """What Status and CoreShowChannels show."""
        if action == "Status":
            return tuple(line.status() for line in self._lines.values())
        shown = self._lines.values() if action == "CoreShowChannels" else ()
        return tuple(line.shown() for line in shown)

    def _small(self, line: _Line, action: dict[str, str]) -> None:
        if action["Action"] == "Setvar":
            line.variables[action["Variable"]] = action["Value"]
        elif action["Action"] == "AGI":
            result = self.agi_results.get(action["Command"].split()[0], "0")
            done = {"commandid": action["CommandID"], "result": f"200 result={result}"}
            self._say(line, "AsyncAGIExec", **done)

    def _find(self, name: str) -> _Line | None:
        found = [one for one in self._lines.values() if name in (one.name, one.uniqueid)]
        return found[0] if found else None

    def _order(self, headers: ActionHeaders, action: dict[str, str]) -> None:
        self._queued.append((headers, action))
        if not self.is_slow:
            self.catches_up()

    def _originate(self, headers: ActionHeaders, action: dict[str, str]) -> None:
        phone = action["Channel"].removeprefix("PJSIP/").split("@")[0]
        given = headers.get("Variable", ())
        pairs = [given] if isinstance(given, str) else given
        variables = dict(pair.partition("=")[::2] for pair in pairs)
        habit = self.habits.get(phone, Habit.AWAY)
        name = f"PJSIP/{phone}-{next(self._numbers):08x}"
        line = _Line(action["ChannelId"], name, action["Context"])
        line.caller, line.is_seat = variables.get("CC_CALLER", ""), "CC_SEAT" in variables
        line.variables |= variables
        if habit is Habit.AWAY:
            line.name = f"PJSIP/{phone}"
            self._say(line, "OriginateResponse", response="Failure", reason="0")
            return
        self._lines[line.uniqueid] = line
        self._say(line, "Newchannel")
        self._say(line, "Newstate", channelstate="5")
        if habit in _REFUSALS:
            self._say(line, "HangupRequest")
            self._end(line, *_REFUSALS[habit])
        elif habit is Habit.RINGS:
            seconds = int(action["Timeout"]) / 1000
            loop = asyncio.get_running_loop()
            line.timer = loop.call_later(seconds, self._end, line, "19", "480")
        else:
            self._answer(line, action["Exten"])

    def answers_late(self, uniqueid: str) -> None:
        """A phone that rang is taken at last."""
        self._answer(self._lines[uniqueid], "s")

    def _answer(self, line: _Line, exten: str) -> None:
        if line.timer is not None:
            line.timer.cancel()
        self._say(line, "Newstate", channelstate="6")
        self._say(line, "OriginateResponse", response="Success", reason="4")
        if line.context == "called":
            line.variables["CC_SIP"] = f"sip-{line.uniqueid}@fake"
        if line.context != "deliver":
            self._move(line, line.context, exten)
        else:
            self._deliver(line)

    def _deliver(self, line: _Line) -> None:
        caller = self._find(line.variables.get("CC_CALLER", line.caller))
        if caller is None or caller.bridge or caller.variables.get("CC_STATE"):
            self._end(line, "16")
        else:
            self._join(caller, line)

    def _join(self, one: _Line, two: _Line) -> None:
        bridge = f"b{next(self._numbers)}"
        for n, line in enumerate((one, two), 1):
            self._leave(line, apart=line is two)
            line.bridge = bridge
            line.variables["CC_STATE"] = "talked"
            self._say(line, "BridgeEnter", bridgeuniqueid=bridge, bridgenumchannels=str(n))

    def _leave(self, line: _Line, *, apart: bool = True) -> None:
        """Out of its bridge; whoever is left goes where the dialplan sends him."""
        room, line.room = line.room, ""
        if room:
            self._say(line, "ConfbridgeLeave", conference=room)
        if not line.bridge:
            return
        bridge, line.bridge = line.bridge, ""
        self._say(line, "BridgeLeave", bridgeuniqueid=bridge, bridgenumchannels="1")
        for left in [one for one in self._lines.values() if one.bridge == bridge and apart]:
            left.bridge = ""
            self._say(left, "BridgeLeave", bridgeuniqueid=bridge, bridgenumchannels="0")
            self._after_bridge(left)

    def _after_bridge(self, line: _Line) -> None:
        is_seat = line.is_seat or line.variables.get("CC_SEAT") == "1"
        if line.uniqueid.startswith(("fake-", "out-")):
            if line.context in AWAY_PLACES:
                self._end(line, "16")  # the far end has hung up: [away] ends
            else:
                self._move(line, "aftercall", "s")
        elif is_seat and line.context == "agentroom":
            self._move(line, "agentroom", "s")
        else:
            self._end(line, "16")

    def _move(
        self, line: _Line, context: str, exten: str, *, parted_with: _Line | None = None
    ) -> None:
        if parted_with is not None and parted_with.bridge == line.bridge:
            parted_with.bridge = ""
        self._leave(line)
        if line.timer is not None:
            line.timer.cancel()
        line.context = context
        match context:
            case "hotline" | "called" | "room" | "aftercall" | "agentroom":
                if context == "room":
                    line.variables.pop("CC_STATE", None)
                self._say(line, "AsyncAGIStart")
            case "deliver":
                self._deliver(line)
            case "held":
                line.variables["CC_STATE"] = "held"
                self._say(line, "UserEvent", userevent="CCHeld")
            case "fallback":
                self._say(line, "UserEvent", userevent="CCFallback", reason="story")
            case "conf" | "confleg":
                line.room = exten
                self._say(line, "ConfbridgeJoin", conference=exten)
            case "emergency" | "transfer" | "sent" | "level":
                self._away(line, "emergency" if context == "emergency" else "blind", exten)

    def _away(self, line: _Line, how: str, number: str) -> None:
        self._say(line, "UserEvent", userevent="CCAway", how=how, to=number)
        habit = self.habits.get(number, Habit.AWAY)
        if habit is Habit.ANSWERS:
            outside = _Line(f"out.{next(self._numbers)}", f"PJSIP/trunk-out-{number}", "")
            self._lines[outside.uniqueid] = outside
            self._join(line, outside)
        elif habit is Habit.RINGS:
            rings_for, loop = 30.0, asyncio.get_running_loop()
            line.timer = loop.call_later(rings_for, self._not_there, line, "NOANSWER/19")
        else:
            self._not_there(line, _AWAY_FAILS.get(habit, "BUSY/17"))

    def _not_there(self, line: _Line, why: str) -> None:
        self._say(line, "UserEvent", userevent="CCAwayFailed", why=why)
        self._move(line, "room", "s")

    def _end(self, line: _Line, cause: str, code: str = "") -> None:
        if self._lines.pop(line.uniqueid, None) is None:
            return
        if line.timer is not None:
            line.timer.cancel()
        self._leave(line)
        self._say(line, "Hangup", cause=cause, techcause=code)

    def _say(self, line: _Line, event: str, **more: str) -> None:
        headers: Headers = {
            "event": event,
            "uniqueid": line.uniqueid,
            "channel": line.name,
            "context": line.context,
            "exten": "s",
            **more,
        }
        self._inbox.put_nowait(headers)
