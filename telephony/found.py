"""The channels that Asterisk holds, as its two lists show them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from telephony.ami_actions import AFTER_CALL
from telephony.ami_asks import Headers
from telephony.mirror import TRUNK_CONTEXT
from telephony.stamps import moment

AGI_PLACES: Final = frozenset({"hotline", "called", "room", "aftercall"})
CITIZEN_PLACES: Final = AGI_PLACES | {
    TRUNK_CONTEXT,
    "held",
    "fallback",
    "emergency",
    "transfer",
    "away",
    "urgent",
    "conf",
    "parted",
    "handback",
}
WITHIN_AGI: Final = frozenset({"TryExec", "AudioSocket", "Return"})  # run by AGI's EXEC and GOSUB
# A leg that is in no bridge just now, and its citizen: on hold, or on their way into a conference.
WITH_HIM: Final = frozenset({("agentroom", "held"), ("confleg", "conf")})
HEARS_HIM: Final = frozenset({"listen", "spy"})  # a supervisor who hears the conversation
LEG_PLACES: Final = frozenset({"deliver", "agentroom", "confleg", "from-agent", "outbound"})


@dataclass(frozen=True, slots=True)
class Found:
    """One channel as Status and CoreShowChannels show it."""

    uniqueid: str
    name: str
    context: str
    exten: str
    application: str
    bridge: str
    number: str
    caller_name: str
    age: timedelta
    variables: Mapping[str, str]

    @property
    def is_citizen(self) -> bool:
        return "CC_SIP" in self.variables and self.context in CITIZEN_PLACES

    def is_at(self, where: str) -> bool:
        """In our hands where his story has him. Only the after-call is another place to it: of who
        is recorded from AGI, Asterisk does not show any more which of the others it is."""
        return bool(where) and (where == AFTER_CALL) is (self.context == AFTER_CALL)

    @property
    def fell_back(self) -> bool:
        """He has been in the plain queue: he asked for a person there."""
        return "CC_FALLBACK" in self.variables

    @property
    def recorder(self) -> int:
        """How many recorders were begun for him, one after the other; 0: none."""
        part = self.variables.get("CC_PART", "")
        return int(part) if part.isdecimal() else 0

    @property
    def was_heard(self) -> bool:
        """Somebody talked with him: what was recorded then is in a file."""
        return self.recorder > 1 or (self.recorder == 1 and self.variables.get("CC_HEARD") == "1")

    @property
    def joined_at(self) -> datetime | None:
        """When a seat's leg was joined to its citizen, as the dialplan wrote it down."""
        return moment(self.variables.get("CC_AT", ""))

    @property
    def talked(self) -> bool:
        return bool(self.variables.get("CC_STATE"))


def found_from(status: Iterable[Headers], shown: Iterable[Headers]) -> list[Found]:
    """Put the two lists together; a channel that only one of them has is on its way out or in."""
    by_id = {str(item.get("uniqueid")): item for item in shown}
    return [
        _found(item, by_id[str(item.get("uniqueid"))])
        for item in status
        if item.get("event") == "Status" and str(item.get("uniqueid")) in by_id
    ]


def _found(status: Headers, shown: Headers) -> Found:
    def text(headers: Headers, name: str) -> str:
        value = headers.get(name, "")
        value = value if isinstance(value, str) else value[0]
        return "" if value in ("<unknown>", "(null)") else value

    seconds, variables = text(status, "seconds"), _variables(status.get("variable", ()))
    context, application = text(shown, "context"), text(shown, "application")
    exten = text(shown, "exten")
    state = variables.get("CC_STATE", "")
    if context == "record" and state in ("", "talked"):
        # AGI's GOSUB is over, but its last step is what Asterisk goes on showing of the channel;
        # asked for too late, it runs only when the talk is over. Not heard yet: a seat takes him
        over = state and variables.get("CC_HEARD") == "1"
        context, application = AFTER_CALL if over else "room", "AGI"
    if context == "record" and state == "conference":
        context, exten = "conf", variables.get("CC_ROOM", "")  # a moment before he is in it
    if context == "conf" and state == "parted":
        context = "parted"  # he is alone in it
    if context in AGI_PLACES and application in WITHIN_AGI:
        application = "AGI"  # he speaks with the worker of a process that has died
    return Found(
        uniqueid=text(status, "uniqueid"),
        name=text(status, "channel"),
        context=context,
        exten=exten,
        application=application,
        bridge=text(shown, "bridgeid"),
        number=variables.get("CC_NUMBER") or text(status, "calleridnum"),
        caller_name=text(status, "calleridname"),
        age=timedelta(seconds=int(seconds) if seconds.isdigit() else 0),
        variables=variables,
    )


def _variables(given: str | tuple[str, ...]) -> dict[str, str]:
    """`Variable: NAME=value`, repeated; those that are not set read "(null)" or nothing."""
    pairs = [given] if isinstance(given, str) else given
    split = [pair.partition("=") for pair in pairs]
    return {name: value for name, _, value in split if value not in ("", "(null)")}
