"""Asterisk's messages made into types. Pure.

`parse` returns None for what we have no use for and raises BrokenEvent where a header that decides
is missing: panoramisk reads a missing header as '', so a misspelt name would pass unseen. A header
that came twice (a tuple) gives its first value: of a UserEvent's two `Channel` headers the first is
Asterisk's own.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

Headers = Mapping[str, str | tuple[str, ...]]


class BrokenEvent(ValueError):
    """An event of a known name without a header that it must have."""


@dataclass(frozen=True, slots=True)
class Newchannel:
    uniqueid: str
    name: str
    context: str
    exten: str
    caller_number: str
    caller_name: str


@dataclass(frozen=True, slots=True)
class Newstate:
    uniqueid: str
    state: int  # RINGING, UP


RINGING: Final = 5
UP: Final = 6


@dataclass(frozen=True, slots=True)
class HangupRequest:
    """The far end asked to hang up (BYE, CANCEL or a refusal)."""

    uniqueid: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """The only event that always ends a channel, and it comes once."""

    uniqueid: str
    cause: int  # Q.850
    text: str
    sip_code: str  # "486"; empty where Asterisk says none


@dataclass(frozen=True, slots=True)
class AsyncAgiStart:
    uniqueid: str
    name: str
    context: str
    exten: str
    caller_number: str
    caller_name: str
    arguments: tuple[str, ...]  # of AGI(agi:async,...)


@dataclass(frozen=True, slots=True)
class AsyncAgiEnd:
    uniqueid: str


@dataclass(frozen=True, slots=True)
class AsyncAgiExec:
    uniqueid: str
    command_id: str
    result: int | None  # None: Asterisk did not say "result="


@dataclass(frozen=True, slots=True)
class DtmfEnd:
    uniqueid: str
    digit: str


@dataclass(frozen=True, slots=True)
class BridgeEnter:
    uniqueid: str
    bridge: str
    parties: int
    conference: bool


@dataclass(frozen=True, slots=True)
class BridgeLeave:
    uniqueid: str
    bridge: str
    parties: int
    conference: bool


@dataclass(frozen=True, slots=True)
class OriginateResponse:
    uniqueid: str  # "<unknown>" for an endpoint that does not exist
    success: bool
    reason: int  # 4 answered, 3 ring time-out, 0 everything else


@dataclass(frozen=True, slots=True)
class UserEvent:
    """What our own dialplan says."""

    uniqueid: str
    name: str
    caller_number: str
    caller_name: str
    what: str
    headers: Headers

    def field(self, name: str) -> str:
        return _first(self.headers.get(name.lower(), ""))


@dataclass(frozen=True, slots=True)
class Hold:
    uniqueid: str


@dataclass(frozen=True, slots=True)
class Unhold:
    uniqueid: str


@dataclass(frozen=True, slots=True)
class ConfbridgeJoin:
    uniqueid: str
    room: str


@dataclass(frozen=True, slots=True)
class ConfbridgeLeave:
    uniqueid: str
    room: str


@dataclass(frozen=True, slots=True)
class AttendedTransfer:
    """A phone joined two of its calls by REFER with Replaces."""

    success: bool
    transferer: str


@dataclass(frozen=True, slots=True)
class MixMonitorStart:
    uniqueid: str


@dataclass(frozen=True, slots=True)
class ContactStatus:
    aor: str
    status: str


@dataclass(frozen=True, slots=True)
class DeviceState:
    device: str  # "PJSIP/8001"
    state: str


AmiEvent = (
    Newchannel
    | Newstate
    | HangupRequest
    | Hangup
    | AsyncAgiStart
    | AsyncAgiEnd
    | AsyncAgiExec
    | DtmfEnd
    | BridgeEnter
    | BridgeLeave
    | OriginateResponse
    | UserEvent
    | Hold
    | Unhold
    | ConfbridgeJoin
    | ConfbridgeLeave
    | AttendedTransfer
    | MixMonitorStart
    | ContactStatus
    | DeviceState
)

_RESULT: Final = re.compile(r"result=(-?\d+)")
_ARGUMENT: Final = re.compile(r"^agi_arg_\d+: (.*)$", re.MULTILINE)
_UNSET: Final = frozenset({"<unknown>", "<not set>", "(null)"})


def parse(headers: Headers) -> AmiEvent | None:
    """The event, or None if it is none of ours. Raises BrokenEvent."""
    build = BUILDERS.get(_first(headers.get("event", "")))
    return build(headers) if build is not None else None


def _first(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else value[0]


def _must(headers: Headers, name: str) -> str:
    value = _first(headers.get(name, ""))
    if not value:
        raise BrokenEvent(f"{headers.get('event')} without {name}")
    return value


def _number(headers: Headers, name: str) -> int:
    value = _must(headers, name)
    if not value.lstrip("-").isdigit():
        raise BrokenEvent(f"{headers.get('event')}: {name} is not a number")
    return int(value)


def _may(headers: Headers, name: str) -> str:
    return "" if (value := _first(headers.get(name, ""))) in _UNSET else value


def _uid(headers: Headers) -> str:
    return _must(headers, "uniqueid")


def _who(headers: Headers) -> tuple[str, str]:
    return _may(headers, "calleridnum"), _may(headers, "calleridname")


def _newchannel(h: Headers) -> Newchannel:
    context, exten = _may(h, "context"), _may(h, "exten")
    return Newchannel(_uid(h), _must(h, "channel"), context, exten, *_who(h))


def _hangup(h: Headers) -> Hangup:
    return Hangup(_uid(h), _number(h, "cause"), _may(h, "cause-txt"), _may(h, "techcause"))


def _dial_state(h: Headers) -> Newstate | None:
    """A network that lets its own ringing be heard (183) says no 180."""
    heard = _may(h, "dialstatus") == "PROGRESS"
    return Newstate(_must(h, "destuniqueid"), RINGING) if heard else None


def _agi_start(h: Headers) -> AsyncAgiStart:
    """`Env` is URL-encoded, and panoramisk does not decode it (it does decode `Result`)."""
    arguments = tuple(_ARGUMENT.findall(unquote(_may(h, "env"))))
    place = _must(h, "context"), _may(h, "exten")
    return AsyncAgiStart(_uid(h), _must(h, "channel"), *place, *_who(h), arguments)


def _agi_exec(h: Headers) -> AsyncAgiExec:
    found = _RESULT.search(_may(h, "result"))
    return AsyncAgiExec(_uid(h), _may(h, "commandid"), int(found[1]) if found else None)


def _bridge(h: Headers) -> tuple[str, str, int, bool]:
    conference = _may(h, "bridgecreator") == "ConfBridge"
    return _uid(h), _must(h, "bridgeuniqueid"), _number(h, "bridgenumchannels"), conference


BUILDERS: Final[Mapping[str, Callable[[Headers], AmiEvent | None]]] = {
    "Newchannel": _newchannel,
    "Newstate": lambda h: Newstate(_uid(h), _number(h, "channelstate")),
    "DialState": _dial_state,
    "HangupRequest": lambda h: HangupRequest(_uid(h)),
    "Hangup": _hangup,
    "AsyncAGIStart": _agi_start,
    "AsyncAGIEnd": lambda h: AsyncAgiEnd(_uid(h)),
    "AsyncAGIExec": _agi_exec,
    "DTMFEnd": lambda h: (
        DtmfEnd(_uid(h), _must(h, "digit")) if _may(h, "direction") == "Received" else None
    ),
    "BridgeEnter": lambda h: BridgeEnter(*_bridge(h)),
    "BridgeLeave": lambda h: BridgeLeave(*_bridge(h)),
    "OriginateResponse": lambda h: OriginateResponse(
        _uid(h), _must(h, "response") == "Success", _number(h, "reason")
    ),
    "UserEvent": lambda h: UserEvent(
        _uid(h), _must(h, "channel"), *_who(h), _must(h, "userevent"), h
    ),
    "Hold": lambda h: Hold(_uid(h)),
    "Unhold": lambda h: Unhold(_uid(h)),
    "ConfbridgeJoin": lambda h: ConfbridgeJoin(_uid(h), _must(h, "conference")),
    "ConfbridgeLeave": lambda h: ConfbridgeLeave(_uid(h), _must(h, "conference")),
    "AttendedTransfer": lambda h: AttendedTransfer(
        _must(h, "result") == "Success", _must(h, "origtransfereruniqueid")
    ),
    "MixMonitorStart": lambda h: MixMonitorStart(_uid(h)),
    "ContactStatus": lambda h: ContactStatus(_must(h, "aor"), _must(h, "contactstatus")),
    "DeviceStateChange": lambda h: DeviceState(_must(h, "device"), _must(h, "state")),
    "DeviceStateListItem": lambda h: DeviceState(_must(h, "device"), _must(h, "state")),
}
