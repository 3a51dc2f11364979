"""Who sees how much of a person: the masking table (C7) as a table (SEC-01, SEC-02).

Each field has a kind, each viewer a level for it; a confidential or whistle-blower ticket is one
level stricter in every cell. What a supervisor may see in full is shown so only after the audit
line (`PgCaseStore.reveal`); until then it is shown in part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from cases.case import TicketFile
from kernel.errors import BadPhoneNumber
from kernel.phone import PhoneNumber

ANONYMOUS: Final = "匿名"
HIDDEN_TEXT: Final = "***"


class Viewer(StrEnum):
    AGENT_IN_CALL = "agent_in_call"  # has this citizen on the line, or wraps up
    SUPERVISOR = "supervisor"
    HANDLING_UNIT = "handling_unit"
    ACCUSED_UNIT = "accused_unit"
    BOARD = "board"  # wallboard, report, export; and agents outside the call


class Level(IntEnum):
    """From open to closed; one level stricter is the next one."""

    FULL = 0
    AUDITED = 1  # full after the audit line, else as PARTLY
    PARTLY = 2  # 138****5678, 王**, the first part of an address
    HIDDEN = 3


class Kind(StrEnum):
    PHONE = "phone"
    NAME = "name"
    ID_NO = "id_no"
    ADDRESS = "address"
    TEXT = "text"  # what was said: it may name anybody
    SUBJECT = "subject"  # against whom: the accused know it, others need it


KINDS: Final[Mapping[str, Kind]] = {
    "caller_number": Kind.PHONE,
    "contact_number": Kind.PHONE,
    "caller_name": Kind.NAME,
    "id_no": Kind.ID_NO,
    "contact_address": Kind.ADDRESS,
    "incident_address": Kind.TEXT,  # the unit must find the place
    "content": Kind.TEXT,
    "answer_text": Kind.TEXT,
    "guidance_text": Kind.TEXT,
    "subject_name": Kind.SUBJECT,
    "subject_phone": Kind.SUBJECT,
}
_F, _A, _P, _H = Level.FULL, Level.AUDITED, Level.PARTLY, Level.HIDDEN
# viewer -> level by kind, in the order of the table in C7
TABLE: Final[Mapping[Viewer, Mapping[Kind, Level]]] = {
    viewer: dict(zip(Kind, levels, strict=True))
    for viewer, levels in {
        #                      phone name id_no address text subject
        Viewer.AGENT_IN_CALL: (_F, _F, _P, _F, _F, _F),
        Viewer.SUPERVISOR: (_A, _A, _A, _F, _F, _F),
        Viewer.HANDLING_UNIT: (_P, _P, _H, _P, _F, _F),
        Viewer.ACCUSED_UNIT: (_H, _H, _H, _H, _F, _F),
        Viewer.BOARD: (_P, _P, _H, _P, _H, _H),
    }.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A ticket's personal fields as one viewer may see them.

    `needs_reveal`: those this viewer gets in full by giving a reason.
    """

    personal: Mapping[str, str]
    needs_reveal: tuple[str, ...]


def show(ticket: TicketFile, viewer: Viewer, *, revealed: frozenset[str] = frozenset()) -> Shown:
    """`revealed`: fields whose audit line has been written for this viewer."""
    strict = ticket.protection.strict
    hide_caller = ticket.protection.anonymous or strict
    personal: dict[str, str] = {}
    waiting: list[str] = []
    for name, value in ticket.personal.items():
        kind = KINDS.get(name, Kind.ID_NO)  # an unknown field is guarded as the dearest
        level = _level(viewer, kind, strict=strict)
        if level is Level.AUDITED and viewer is Viewer.SUPERVISOR and name in revealed:
            level = Level.FULL
        elif level is Level.AUDITED and viewer is Viewer.SUPERVISOR:
            waiting.append(name)
        personal[name] = _masked(kind, value, level)
    if hide_caller and viewer in (Viewer.HANDLING_UNIT, Viewer.ACCUSED_UNIT):
        personal["caller_name"] = ANONYMOUS
    return Shown(personal=personal, needs_reveal=tuple(sorted(waiting)))


def _level(viewer: Viewer, kind: Kind, *, strict: bool) -> Level:
    level = TABLE[viewer][kind]
    if not strict or viewer is Viewer.AGENT_IN_CALL:  # the agent who writes it sees what he writes
        return level
    if kind in (Kind.TEXT, Kind.SUBJECT) and viewer is Viewer.HANDLING_UNIT:
        return level  # else nobody could act on it
    return Level(min(level + 1, Level.HIDDEN))


def _masked(kind: Kind, value: str, level: Level) -> str:
    if level is Level.FULL:
        return value
    if level is Level.HIDDEN:
        return HIDDEN_TEXT
    match kind:
        # PARTLY, and AUDITED as long as no audit line stands
        case Kind.PHONE:
            return _phone(value)
        case Kind.NAME:
            return value[:1] + "**"
        case Kind.ID_NO:
            return HIDDEN_TEXT + value[-4:]
        case Kind.ADDRESS:
            return value[:6] + HIDDEN_TEXT  # city and district
        case Kind.TEXT | Kind.SUBJECT:
            return HIDDEN_TEXT


def _phone(value: str) -> str:
    try:
        return PhoneNumber.parse(value).masked()
    except BadPhoneNumber:
        return HIDDEN_TEXT
