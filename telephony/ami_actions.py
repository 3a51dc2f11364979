"""The AMI actions we use, as headers. Pure. Contexts are those of asterisk/extensions.conf.j2."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Final, Protocol

from kernel.ids import LegId
from telephony.ami_asks import News, Reply
from telephony.ami_text import ActionHeaders, agi_quoted

FALLBACK: Final = "fallback"
ROOM: Final = "room"
AFTER_CALL: Final = "aftercall"
HELD: Final = "held"
AGENT_ROOM: Final = "agentroom"
DELIVER: Final = "deliver"
CALLED: Final = "called"
FAR_LEG: Final = "farleg"
HAND_OFF: Final = "handoff"
HAND_BACK: Final = "handback"
LISTEN: Final = "listen"
RING_FOR: Final = "CC_RING_FOR"  # seconds on each trunk, of an emergency line

# Read back after a restart.
OUR_VARIABLES: Final = (
    "CC_CALL,CC_Q,CC_STATE,CC_FALLBACK,CC_SIP,CC_DIALLED,CC_CALLER,CC_NUMBER,CC_PART,CC_HEARD,CC_AT,"
    "CC_FROM,CC_THIRD,CC_ROOM,CC_HANDOFF,CC_FAR,CC_FARWHY,CC_ANSWERED,CC_SPIED,CC_MODE"
)


class Asterisk(Protocol):
    """What telephony needs of the AMI link; `AmiLink` fits by shape."""

    @property
    def is_up(self) -> bool: ...

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply: ...

    def tell(
        self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None
    ) -> None: ...


class Exchange(Asterisk, Protocol):
    """The link as the switchboard keeps it; `AmiLink` fits by shape."""

    @property
    def backlog(self) -> int: ...

    async def run(self) -> None: ...

    def news(self) -> AsyncIterator[News]: ...


def originate(
    dial: str,
    *,
    leg: LegId,
    to: tuple[str, str],
    ring_for: timedelta,
    shows: str,
    variables: Mapping[str, str],
) -> ActionHeaders:
    """Ring `dial` under our own id and send it to `to` (context, extension) when it answers.

    A comma would split a variable in two: the values must be free of it.
    """
    assert not any("," in value for value in variables.values()), "a comma splits a variable"
    return {
        "Action": "Originate",
        "Channel": dial,
        "ChannelId": leg,
        "Context": to[0],
        "Exten": to[1],
        "Priority": "1",
        "Timeout": str(int(ring_for.total_seconds() * 1000)),
        "CallerID": shows,
        "Async": "true",
        "Variable": [f"{name}={value}" for name, value in variables.items()],
    }


def redirect(name: str, context: str, exten: str = "s") -> ActionHeaders:
    return {
        "Action": "Redirect",
        "Channel": name,
        "Context": context,
        "Exten": exten,
        "Priority": "1",
    }


def redirect_both(
    name: str, to: tuple[str, str], other: str, other_to: tuple[str, str]
) -> ActionHeaders:
    """Part two that talk, in one action: neither falls through at the bridge's end."""
    return {
        **redirect(name, *to),
        "ExtraChannel": other,
        "ExtraContext": other_to[0],
        "ExtraExten": other_to[1],
        "ExtraPriority": "1",
    }


def bridge(one: str, other: str) -> ActionHeaders:
    return {"Action": "Bridge", "Channel1": one, "Channel2": other, "Tone": "no"}


def hangup(name: str) -> ActionHeaders:
    """`name` may be a leg id: Asterisk finds a channel by its Uniqueid too."""
    return {"Action": "Hangup", "Channel": name, "Cause": "16"}


def set_variable(name: str, variable: str, value: str) -> ActionHeaders:
    return {"Action": "Setvar", "Channel": name, "Variable": variable, "Value": value}


def set_global(variable: str, value: str) -> ActionHeaders:
    return {"Action": "Setvar", "Variable": variable, "Value": value}


def whether_dialplan_has(context: str, exten: str) -> ActionHeaders:
    """Answered by `Value`: 1 or 0."""
    return {"Action": "Getvar", "Variable": f"DIALPLAN_EXISTS({context},{exten},1)"}


def get_variable(name: str, variable: str) -> ActionHeaders:
    return {"Action": "Getvar", "Channel": name, "Variable": variable}


def get_global(variable: str) -> ActionHeaders:
    return {"Action": "Getvar", "Variable": variable}


def set_switch(name: str, limit: timedelta) -> ActionHeaders:
    """The dead man's switch; a limit of zero takes it off."""
    return set_variable(name, "TIMEOUT(absolute)", str(int(limit.total_seconds())))


def record(name: str, leg: LegId) -> ActionHeaders:
    """Begin the recording on the citizen's leg ([record] of the dialplan), if it has not begun.

    It waits behind a sound that is played just now; should a seat answer before its turn comes,
    [deliver] records on the seat's leg instead.
    """
    return agi(name, "GOSUB record s 1", f"record/{leg}")


def agi(name: str, command: str, command_id: str) -> ActionHeaders:
    return {"Action": "AGI", "Channel": name, "Command": command, "CommandID": command_id}


def stream(sound: str, stop_keys: str) -> str:
    return f"STREAM FILE {agi_quoted(sound)} {agi_quoted(stop_keys)}"


def converse(conversation: str, address: str) -> str:
    """Speak with the speech worker at host:port. TryExec goes on when nobody is there."""
    return f"EXEC TryExec {agi_quoted(f'AudioSocket({conversation},{address})')}"


MUSIC_ON: Final = "SET MUSIC ON default"
