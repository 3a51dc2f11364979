"""What is asked (C3): the fields as the agent fills them, and the rules they keep once filed."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from intake.field_errors import FieldError
from intake.words import (
    ACCUSING,
    PLACED,
    Exclusion,
    RequestType,
    RiskFlag,
    Topic,
    Urgency,
)
from kernel.errors import BadPhoneNumber
from kernel.phone import PhoneNumber

TITLE_AT_MOST: Final = 80
CONTENT_AT_MOST: Final = 4000
_NUMBER_IN_TEXT: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")
_LATITUDES: Final = (3.0, 54.0)  # of China, generously
_LONGITUDES: Final = (73.0, 136.0)

Text = Annotated[str, StringConstraints(max_length=CONTENT_AT_MOST, strip_whitespace=True)]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class ContentPart(BaseModel):
    """Everything may still be missing while the agent types; "" means the same as not given."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    request_type: RequestType | None = None
    title: Annotated[str, StringConstraints(max_length=TITLE_AT_MOST, strip_whitespace=True)] = ""
    content: Text = ""
    incident_address: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = ""
    lat: float | None = None
    lon: float | None = None
    incident_time: AwareDatetime | None = None
    subject_name: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""
    subject_phone: Annotated[str, StringConstraints(max_length=30)] = ""
    category_code: Annotated[str, StringConstraints(max_length=20)] = ""
    category_path: tuple[str, ...] = Field(default=(), max_length=8)  # names; checked when given
    urgency: Urgency = Urgency.NORMAL
    risk_flags: frozenset[RiskFlag] = frozenset()
    is_repeat: bool = False
    merge_into: Annotated[str, StringConstraints(max_length=40)] = ""  # an open case's id (DUP-01)
    incident_id: Annotated[str, StringConstraints(max_length=40)] = ""
    tags: frozenset[Topic] = frozenset()
    attachments: tuple[Ref, ...] = Field(default=(), max_length=20)
    kb_article_ids: tuple[Ref, ...] = Field(default=(), max_length=20)
    answered_on_call: bool = False
    answer_text: Text = ""
    exclusion_code: Exclusion | None = None
    guidance_given: bool = False
    guidance_text: Text = ""


# Encrypted at rest: C3 "enc", and all free text, because citizens' words name people and numbers.
PERSONAL: Final = (
    "content",
    "incident_address",
    "subject_name",
    "subject_phone",
    "answer_text",
    "guidance_text",
)
# What is not kept when it touches a state secret (EXC-03).
FREE_TEXT: Final = (*PERSONAL, "title")


def check_content(part: ContentPart, *, now: datetime, home_area: str) -> Iterator[FieldError]:
    """All broken rules of C3 but the category's, which needs the catalogue."""
    if part.request_type is None:
        yield _error(
            "request_type",
            "request-type-missing",
            "The request has no type.",
            "Choose one of the five.",
        )
    if part.exclusion_code is not Exclusion.STATE_SECRET:
        yield from _texts(part)
    yield from _place(part, now)
    yield from _subject(part, home_area)
    yield from _answer(part)
    yield from _exclusion(part)


def is_to_dispatch(part: ContentPart) -> bool:
    """Neither answered at once nor excluded: a unit will have to act."""
    return not part.answered_on_call and part.exclusion_code is None


def _texts(part: ContentPart) -> Iterator[FieldError]:
    if not part.title:
        yield _error(
            "title",
            "title-missing",
            "The ticket has no title.",
            f"Write one of at most {TITLE_AT_MOST} characters.",
        )
    if _NUMBER_IN_TEXT.search(part.title):
        yield _error(
            "title",
            "title-with-number",
            "The title holds a phone or identity number.",
            "Move it to its own field: titles are shown to everybody.",
        )
    if not part.content:
        yield _error(
            "content",
            "content-missing",
            "The ticket does not say what is asked.",
            "Write down what the citizen said.",
        )


def _place(part: ContentPart, now: datetime) -> Iterator[FieldError]:
    if part.request_type in PLACED and is_to_dispatch(part) and not part.incident_address:
        yield _error(
            "incident_address",
            "address-missing",
            "The unit would not know where to go.",
            "Ask where it happened.",
        )
    if (part.lat is None) is not (part.lon is None):
        yield _error(
            "lat",
            "coordinates-half",
            "Only one of latitude and longitude is given.",
            "Give both or none.",
        )
    if part.lat is not None and part.lon is not None and not _in_china(part.lat, part.lon):
        yield _error(
            "lat",
            "coordinates-outside",
            "The place is not in China.",
            "Check that latitude and longitude are not swapped.",
        )
    if part.incident_time is not None and part.incident_time > now:
        yield _error(
            "incident_time",
            "incident-in-future",
            "The incident lies in the future.",
            "Correct the date.",
        )


def _in_china(lat: float, lon: float) -> bool:
    return _LATITUDES[0] <= lat <= _LATITUDES[1] and _LONGITUDES[0] <= lon <= _LONGITUDES[1]


def _subject(part: ContentPart, home_area: str) -> Iterator[FieldError]:
    if part.request_type in ACCUSING and is_to_dispatch(part) and not part.subject_name:
        yield _error(
            "subject_name",
            "subject-missing",
            "It is not said against whom.",
            "Ask who or what is complained about.",
        )
    if part.subject_phone:
        try:
            PhoneNumber.parse(part.subject_phone, home_area=home_area)
        except BadPhoneNumber as err:
            yield _error("subject_phone", err.code, err.problem, err.remedy)


def _answer(part: ContentPart) -> Iterator[FieldError]:
    if part.answered_on_call and not part.answer_text:
        yield _error(
            "answer_text",
            "answer-missing",
            "Answered on the call, but the answer is not written down.",
            "Write what was answered.",
        )
    if part.answer_text and not part.answered_on_call:
        yield _error(
            "answered_on_call",
            "answer-without-flag",
            "There is an answer, but the ticket is not marked as answered.",
            "Tick answered on call, or clear the answer.",
        )


def _exclusion(part: ContentPart) -> Iterator[FieldError]:
    """EXC-01..05: refused only with the statutory way told; never answered or merged as well."""
    if part.exclusion_code is None:
        return
    if not part.guidance_given:
        yield _error(
            "guidance_given",
            "guidance-missing",
            "The citizen was not told where to turn instead.",
            "Tell the statutory way, then tick it.",
        )
    if not part.guidance_text and part.exclusion_code is not Exclusion.STATE_SECRET:
        yield _error(
            "guidance_text",
            "guidance-text-missing",
            "What the citizen was told is not written down.",
            "Write which way was told.",
        )
    if part.answered_on_call:
        yield _error(
            "answered_on_call",
            "excluded-and-answered",
            "A request cannot be refused and answered at once.",
            "Choose one.",
        )
    if part.merge_into:
        yield _error(
            "merge_into",
            "excluded-and-merged",
            "A refused request joins no case.",
            "Clear the case, or the exclusion.",
        )


def _error(field: str, code: str, problem: str, remedy: str) -> FieldError:
    return FieldError(field=field, code=code, problem=problem, remedy=remedy)
