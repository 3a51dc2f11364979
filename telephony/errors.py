"""Telephony's leaves below `kernel/errors.py`.

Unavailable
├── LinkDown               the AMI connection is gone; what was asked has an unknown outcome
├── LeaseLost              another process leads: we may not act
└── PartyNotReached        the third party did not answer
TimedOut
└── AnswerOverdue          Asterisk did not answer in time; the outcome is unknown
BadInput
└── ForbiddenText          CR, LF, NUL or an over-long header on its way to Asterisk
Conflict
├── WrongPhase             our own command does not fit what the call is doing
└── ActionRefused          Asterisk answered "Error"
NotFound
├── NoSuchCall
└── NoSuchParty          nobody by that leg takes part in the call
"""

from kernel.errors import BadInput, Conflict, NotFound, TimedOut, Unavailable


class LinkDown(Unavailable):
    code = "telephone-system-away"


class LeaseLost(Unavailable):
    code = "not-leading"


class PartyNotReached(Unavailable):
    code = "party-not-reached"


class AnswerOverdue(TimedOut):
    code = "telephone-system-silent"


class ForbiddenText(BadInput):
    code = "forbidden-text"


class WrongPhase(Conflict):
    code = "wrong-phase"


class ActionRefused(Conflict):
    code = "action-refused"


class NoSuchCall(NotFound):
    code = "no-such-call"


class NoSuchParty(NotFound):
    code = "no-such-party"
