"""What can go wrong with a case. Codes are API and never renamed.

Conflict
├── TicketKeyReused     the same key came with other content
├── CaseNotOpen         a repeated request needs an open case
└── WrongStep           the status machine has no such step
NotFound
├── UnknownCase
└── UnknownTicket
NotAllowed
└── RevealNeedsReason   personal data is shown in full only with a reason (SEC-01)
Unavailable
└── NumbersUsedUp       more than 999,999 tickets in one region on one day
"""

from kernel.errors import Conflict, NotAllowed, NotFound, Unavailable


class TicketKeyReused(Conflict):
    code = "ticket-key-reused"


class CaseNotOpen(Conflict):
    code = "case-not-open"


class WrongStep(Conflict):
    code = "wrong-step"


class UnknownCase(NotFound):
    code = "unknown-case"


class UnknownTicket(NotFound):
    code = "unknown-ticket"


class RevealNeedsReason(NotAllowed):
    code = "reveal-needs-reason"


class NumbersUsedUp(Unavailable):
    code = "numbers-used-up"
