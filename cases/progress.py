"""Progress of a case for its owner (CH-05): who may hear it, by which steps he asks. Pure.

Rule: the owner rings from the number of the case, or knows the ticket's query code; nothing is said
of a confidential case, and after too many wrong codes a person tells. The code is made from the
ticket number under the house's key: it is never stored, and has no leading nought, so that 0 always
means a person.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from cases.closing import CaseFlag
from cases.facts import ProgressAnswer
from cases.status import CaseStatus
from kernel.errors import NotAllowed
from kernel.ids import AgentNo, CallId, CaseId, NumberKey, TicketNo
from storage.field_cipher import FieldCipher

TRIES: Final = 3  # wrong ones, of ticket number and code together; then a person
WRONG_CODES: Final = 5  # of one ticket within `WRONG_WITHIN`, whoever enters them
WRONG_WITHIN: Final = timedelta(days=1)
CODE_FIGURES: Final = 6
TICKET_FIGURES: Final = 20
SHORT_FIGURES: Final = 14  # day and sequence: the region is our own
GUARDED: Final = frozenset({CaseFlag.CONFIDENTIAL, CaseFlag.WHISTLEBLOWER, CaseFlag.CRISIS})


class NotTheOwner(NotAllowed):
    """Another number, and no code was given."""

    code = "not-the-owner"


class WrongQueryCode(NotAllowed):
    code = "wrong-query-code"


class GuardedCase(NotAllowed):
    """Confidential, or too many wrong codes: only a person who may see the case tells."""

    code = "guarded-case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known of one ticket's case. `owners`: keys of its numbers."""

    ticket_no: TicketNo
    case: CaseId
    status: CaseStatus
    request_type: str
    owners: frozenset[NumberKey]
    flags: frozenset[CaseFlag]
    unit: str | None
    dispatched_at: datetime | None
    closed_at: datetime | None
    wrong_codes: int  # of late


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`ticket` as it was pressed or typed; `key` of the number that asks; `call` or `agent`."""

    ticket: str
    key: NumberKey | None = None
    code: str | None = None
    call: CallId | None = None
    agent: AgentNo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the owner hears. `due_on`: of a case that is with its unit, where there is a limit."""

    ticket_no: TicketNo
    status: CaseStatus
    unit: str | None
    due_on: date | None
    closed_on: date | None


def query_code(cipher: FieldCipher, ticket_no: TicketNo) -> str:
    """Six figures, the first of them not 0; the same for the same ticket, always."""
    number = int.from_bytes(cipher.blind("query-code", ticket_no)[:8], "big")
    least = 10 ** (CODE_FIGURES - 1)
    return str(least + number % (9 * least))


def ticket_of(keys: str, region_code: str) -> TicketNo | None:
    """From what he pressed: the whole number, or day and sequence of our own region."""
    if not keys.isascii() or not keys.isdigit():
        return None
    if len(keys) == SHORT_FIGURES:
        return TicketNo(region_code + keys)
    return TicketNo(keys) if len(keys) == TICKET_FIGURES else None


def judge(
    found: Progress | None, key: NumberKey | None, code: str | None, right_code: str
) -> tuple[ProgressAnswer, str]:
    """May he hear it? And by what he showed that it is his: "number", "code" or ""."""
    if found is None:
        return ProgressAnswer.UNKNOWN, ""
    by_number = key is not None and key in found.owners
    if not by_number and found.wrong_codes >= WRONG_CODES:
        return ProgressAnswer.GUARDED, "code" if code is not None else ""
    if not by_number and code is None:
        return ProgressAnswer.NOT_OWNER, ""
    if not by_number and not hmac.compare_digest(str(code).encode(), right_code.encode()):
        return ProgressAnswer.WRONG_CODE, "code"
    way = "number" if by_number else "code"
    guarded = bool(found.flags & GUARDED)
    return (ProgressAnswer.GUARDED if guarded else ProgressAnswer.TOLD), way


class Asks(StrEnum):
    """Where a caller stands who asks by phone."""

    TICKET = "ticket"
    CODE = "code"
    TELLING = "telling"
    PERSON = "person"
    OVER = "over"


class AskCue(StrEnum):
    """What he pressed, or what the look-up answered."""

    PERSON_KEY = "person_key"
    SILENCE = "silence"
    AGAIN = "again"  # hear it once more
    UNKNOWN = "unknown"
    NOT_OWNER = "not_owner"
    WRONG_CODE = "wrong_code"
    TOLD = "told"
    GUARDED = "guarded"
    AWAY = "away"


_A, _C = Asks, AskCue
_TO_A_PERSON: Final = (_C.PERSON_KEY, _C.SILENCE, _C.GUARDED, _C.AWAY)
STEPS: Final[Mapping[tuple[Asks, AskCue], Asks]] = {
    **{(at, cue): _A.PERSON for at in (_A.TICKET, _A.CODE) for cue in _TO_A_PERSON},
    (_A.TICKET, _C.UNKNOWN): _A.TICKET,
    (_A.TICKET, _C.NOT_OWNER): _A.CODE,
    (_A.TICKET, _C.TOLD): _A.TELLING,
    (_A.CODE, _C.WRONG_CODE): _A.CODE,
    (_A.CODE, _C.TOLD): _A.TELLING,
    (_A.TELLING, _C.AGAIN): _A.TELLING,
    (_A.TELLING, _C.PERSON_KEY): _A.PERSON,
    (_A.TELLING, _C.SILENCE): _A.OVER,
}
_A_TRY: Final = frozenset({_C.UNKNOWN, _C.WRONG_CODE})


@dataclass(frozen=True, slots=True)
class Enquiry:
    at: Asks = Asks.TICKET
    wrong: int = 0


def advance(enquiry: Enquiry, cue: AskCue) -> Enquiry:
    """A pair that the table lacks leads to a person: he is never stuck."""
    wrong = enquiry.wrong + (cue in _A_TRY)
    if wrong >= TRIES:
        return Enquiry(Asks.PERSON, wrong)
    return replace(enquiry, at=STEPS.get((enquiry.at, cue), Asks.PERSON), wrong=wrong)
