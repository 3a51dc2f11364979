"""From rows to values, each in one function; and the one place that knows how fields are sealed."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import orjson

from cases.case import CaseEvent, CaseSummary, Filing, Protection, TicketFile
from cases.status import CaseStatus
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo
from storage.field_cipher import FieldCipher
from storage.pool import Row

SECRET_TABLE: Final = "ticket_secret"  # noqa: S105  a table's name
CALLER_NUMBER: Final = "caller_number"
Sealed: TypeAlias = tuple[TicketNo, str, bytes]


def seal_all(cipher: FieldCipher, number: TicketNo, personal: Mapping[str, str]) -> list[Sealed]:
    """Rows of ticket_secret: each value bound to its field and its ticket."""
    return [
        (number, name, cipher.seal(value, table=SECRET_TABLE, column=name, row=number))
        for name, value in personal.items()
        if value
    ]


def open_all(cipher: FieldCipher, number: TicketNo, rows: Sequence[Row]) -> dict[str, str]:
    """The personal fields again. Raises SealBroken."""
    return {
        row["field"]: cipher.open(
            row["sealed"], table=SECRET_TABLE, column=row["field"], row=number
        )
        for row in rows
    }


def name_index(cipher: FieldCipher, name: str | None) -> bytes | None:
    """To find a citizen by name without storing it in the open."""
    plain = "".join((name or "").split())
    return cipher.blind("name", plain) if plain else None


def digest_of(cipher: FieldCipher, filing: Filing) -> bytes:
    """What makes two submissions the same: what was said, not when or from which seat.

    Keyed, because what is left of it could be guessed otherwise. The number is the call's, not the
    form's, so it does not count.
    """
    said = {
        "said": filing.said,
        "personal": {k: v for k, v in filing.personal.items() if k != CALLER_NUMBER},
        "merge_into": filing.merge_into,
    }
    return cipher.blind("ticket", orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())


def summary_of(row: Row) -> CaseSummary:
    return CaseSummary(
        id=CaseId(row["id"]),
        status=CaseStatus(row["status"]),
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        region_code=row["region_code"],
        request_type=row["request_type"],
        category_code=row["category_code"],
        title=row["title"],
        urgency=row["urgency"],
        protection=_protection(row),
        tickets=tuple(TicketNo(number) for number in row["ticket_nos"]),
        calls=tuple(CallId(call) for call in row["calls"]),
        caller_tags=tuple(sorted(set(row["all_tags"]))),
    )


def ticket_of(row: Row, personal: Mapping[str, str]) -> TicketFile:
    return TicketFile(
        ticket_no=TicketNo(row["ticket_no"]),
        ticket_key=TicketKey(row["ticket_key"]),
        case_id=CaseId(row["case_id"]),
        nth=row["nth"],
        parent_ticket_no=_parent(row),
        submitted_at=row["submitted_at"],
        call=CallId(row["call"]) if row["call"] else None,
        agent=AgentNo(row["agent"]) if row["agent"] else None,
        region_code=row["region_code"],
        request_type=row["request_type"],
        category_code=row["category_code"],
        title=row["title"],
        urgency=row["urgency"],
        protection=_protection(row),
        caller_tags=tuple(row["caller_tags"]),
        frame=row["frame"],
        said=row["said"],
        personal=personal,
    )


def _parent(row: Row) -> TicketNo | None:
    """The first ticket of its case; of the first one, that of the level it came from (NAV-05)."""
    if row["nth"] > 1:
        return TicketNo(row["parent"])
    frame = row["frame"]
    from_level = frame.get("transferred_from") == "level" and frame.get("external_ref")
    return TicketNo(frame["external_ref"]) if from_level else None


def event_of(row: Row) -> CaseEvent:
    return CaseEvent(n=row["n"], at=row["at"], kind=row["kind"], by=row["by"], body=row["body"])


def _protection(row: Row) -> Protection:
    return Protection(
        anonymous=row["is_anonymous"],
        confidential=row["is_confidential"],
        whistleblower=row["is_whistleblower"],
    )
