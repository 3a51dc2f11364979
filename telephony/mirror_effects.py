"""What follows from a message of Asterisk, for the shell to do. A closed union."""

from dataclasses import dataclass

from kernel.fact import Fact
from kernel.ids import CallId, Extension, LegId
from telephony.call import Cue, Phase
from telephony.legs import LegNews


@dataclass(frozen=True, slots=True)
class InHand:
    """AGI has the call (again): `where` is "hotline", "room" or "aftercall".

    `returned`: out of the fallback queue, in which he had asked for a person.
    """

    call: CallId
    where: str
    returned: bool = False


@dataclass(frozen=True, slots=True)
class OutOfHand:
    """A bridge or the dialplan took the call from AGI: its running command will not be answered."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Fell:
    """The plain queue has him: his story is over, whatever it was about to do."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Joined:
    """The citizen talks with somebody: no dead man's switch any more."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Gone:
    call: CallId


@dataclass(frozen=True, slots=True)
class KeyPressed:
    call: CallId
    key: str


@dataclass(frozen=True, slots=True)
class CommandDone:
    call: CallId
    command_id: str
    result: int | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """The citizen's phone said BYE; Asterisk loses that while it plays a greeting to him."""

    call: CallId


@dataclass(frozen=True, slots=True)
class Stranded:
    """On hold, or alone in a conference, and nobody is left who could take the citizen back."""

    call: CallId
    talked: bool  # the conversation was over: after-call; else back into the line


@dataclass(frozen=True, slots=True)
class Leftover:
    """A leg that nobody needs any more: hang it up."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class LegChanged:
    """Something that a running consult or hold waits for."""

    leg: LegId


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    extension: Extension
    reachable: bool


@dataclass(frozen=True, slots=True)
class Surprised:
    """An event that fits no step: count it, look at Asterisk."""

    call: CallId
    phase: Phase
    cue: Cue | None


Course = OutOfHand | Fell | Joined | Gone | Stranded  # what it means for a call that has a story
Deed = (
    LegNews
    | InHand
    | Course
    | Leaving
    | KeyPressed
    | CommandDone
    | Leftover
    | LegChanged
    | PhoneSeen
    | Surprised
)

Effect = Fact | Deed
