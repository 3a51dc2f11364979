"""Why a command to the floor or a change of the directory was refused.

BadInput    UnknownPauseReason, BadLevel
NotFound    UnknownWorkNumber, UnknownSeat, UnknownQueue, UnknownSkill, CallNotInLine, NoBreakWish
NotAllowed  AgentNotActive
Conflict    AgentAlreadySignedIn, SeatTaken, SeatWithoutPhone, WrongState, PauseReasonFull,
            NoMoreExtensions, ChangedMeanwhile, PhoneTaken, ColleagueNotSignedIn,
            ColleagueNotFree, SurgeStands, SurgeNotActive, IncidentNotOpen
Unavailable TelephoneNotInStep
"""

from kernel.errors import BadInput, Conflict, NotAllowed, NotFound, Unavailable


class UnknownPauseReason(BadInput):
    code = "unknown-pause-reason"


class BadLevel(BadInput):
    code = "bad-skill-level"


class UnknownWorkNumber(NotFound):
    code = "unknown-work-number"


class UnknownSeat(NotFound):
    code = "unknown-seat"


class UnknownQueue(NotFound):
    code = "unknown-queue"


class UnknownSkill(NotFound):
    code = "unknown-skill"


class CallNotInLine(NotFound):
    code = "call-not-in-line"


class AgentNotActive(NotAllowed):
    code = "agent-not-active"


class AgentAlreadySignedIn(Conflict):
    code = "agent-already-signed-in"


class SeatTaken(Conflict):
    code = "seat-taken"


class SeatWithoutPhone(Conflict):
    code = "seat-without-phone"


class WrongState(Conflict):
    code = "wrong-state"


class PauseReasonFull(Conflict):
    code = "pause-reason-full"


class NoMoreExtensions(Conflict):
    code = "no-more-extensions"


class ChangedMeanwhile(Conflict):
    code = "changed-meanwhile"


class PhoneTaken(Conflict):
    code = "phone-taken"


class ColleagueNotSignedIn(Conflict):
    code = "colleague-not-signed-in"


class ColleagueNotFree(Conflict):
    code = "colleague-not-free"


class NoBreakWish(NotFound):
    code = "no-break-wish"


class SurgeStands(Conflict):
    code = "surge-stands"


class SurgeNotActive(Conflict):
    code = "surge-not-active"


class IncidentNotOpen(Conflict):
    code = "incident-not-open"


class TelephoneNotInStep(Unavailable):
    code = "telephone-not-in-step"
