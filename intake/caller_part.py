"""Who is asking (C2): the fields as the agent fills them, and the rules they keep once filed."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

from intake.check_digits import is_credit_code, is_id_card
from intake.field_errors import FieldError
from intake.words import (
    ACCUSING,
    CallerKind,
    CallerTag,
    Gender,
    RequestType,
    SurveyPreference,
)
from kernel.errors import BadPhoneNumber
from kernel.phone import PhoneNumber

Name = Annotated[str, StringConstraints(max_length=50, strip_whitespace=True)]
Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class CallerPart(BaseModel):
    """Everything may still be missing while the agent types; "" means the same as not given."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    caller_name: Name = ""
    caller_gender: Gender = Gender.UNKNOWN
    caller_kind: CallerKind | None = None
    company_name: Line = ""
    credit_code: Annotated[str, StringConstraints(max_length=18, to_upper=True)] = ""
    id_no: Annotated[str, StringConstraints(max_length=18, to_upper=True)] = ""
    contact_number: Annotated[str, StringConstraints(max_length=30)] = ""
    contact_address: Line = ""
    caller_tags: frozenset[CallerTag] = frozenset()
    language: Annotated[str, StringConstraints(max_length=20)] = ""  # "zh", "ko", "dialect:dongbei"
    is_anonymous: bool = False
    is_confidential: bool = False
    is_whistleblower: bool | None = None
    publish_consent: bool = False  # SEC-03: asked, never assumed
    reply_needed: bool = True
    survey_preference: SurveyPreference | None = None


# Encrypted at rest (C2 "enc"; SEC-01).
PERSONAL: Final = ("caller_name", "id_no", "contact_number", "contact_address")


def check_caller(
    part: CallerPart, request_type: RequestType | None, *, number_known: bool, home_area: str
) -> Iterator[FieldError]:
    """All broken rules of C2. `number_known`: the call gave a number to ring back."""
    yield from _name(part)
    yield from _company(part)
    yield from _identity_card(part)
    yield from _contact(part, number_known=number_known, home_area=home_area)
    yield from _protection(part, request_type)


def _name(part: CallerPart) -> Iterator[FieldError]:
    if not part.is_anonymous and not part.caller_name:
        yield _error(
            "caller_name",
            "name-missing",
            "The citizen's name is missing.",
            "Ask for it, or tick anonymous.",
        )
    if part.is_anonymous and part.caller_name:
        yield _error(
            "caller_name",
            "anonymous-with-name",
            "An anonymous ticket carries a name.",
            "Remove the name, or untick anonymous.",
        )


def _company(part: CallerPart) -> Iterator[FieldError]:
    if part.caller_kind is None:
        yield _error(
            "caller_kind",
            "caller-kind-missing",
            "Nobody said for whom the citizen speaks.",
            "Choose person, enterprise or other organisation.",
        )
    if part.caller_kind is CallerKind.ENTERPRISE:
        yield from _enterprise(part)
    if part.caller_kind is CallerKind.PERSON:
        for field in ("company_name", "credit_code"):
            if getattr(part, field):
                yield _error(
                    field,
                    "company-without-enterprise",
                    "A person's ticket carries a company.",
                    "Choose enterprise, or clear the field.",
                )
    if (
        part.caller_kind is not CallerKind.PERSON
        and part.credit_code
        and not is_credit_code(part.credit_code)
    ):
        yield _error(
            "credit_code",
            "credit-code-wrong",
            "The credit code's check character does not fit.",
            "Read the 18 characters back to the citizen.",
        )


def _enterprise(part: CallerPart) -> Iterator[FieldError]:
    if not part.company_name:
        yield _error(
            "company_name",
            "company-missing",
            "The enterprise has no name.",
            "Ask for the registered name.",
        )
    if not part.credit_code:
        yield _error(
            "credit_code",
            "credit-code-missing",
            "The enterprise has no credit code.",
            "Ask for the 18-character code on the licence.",
        )


def _identity_card(part: CallerPart) -> Iterator[FieldError]:
    if part.id_no and not is_id_card(part.id_no):
        yield _error(
            "id_no",
            "id-no-wrong",
            "The identity number's check character does not fit.",
            "Read the 18 characters back, or leave the field empty.",
        )
    if part.id_no and part.is_anonymous:
        yield _error(
            "id_no",
            "anonymous-with-id",
            "An anonymous ticket carries an identity number.",
            "Clear the field, or untick anonymous.",
        )


def _contact(part: CallerPart, *, number_known: bool, home_area: str) -> Iterator[FieldError]:
    if part.contact_number:
        try:
            given = PhoneNumber.parse(part.contact_number, home_area=home_area)
        except BadPhoneNumber as err:
            yield _error("contact_number", err.code, err.problem, err.remedy)
            return
        if not given.is_withheld:
            return
    if part.reply_needed and not number_known:
        yield _error(
            "contact_number",
            "contact-missing",
            "A reply is wanted but there is no number to ring.",
            "Ask for a number, or untick reply needed.",
        )


def _protection(part: CallerPart, request_type: RequestType | None) -> Iterator[FieldError]:
    if request_type is RequestType.REPORT and part.is_whistleblower is None:
        yield _error(
            "is_whistleblower",
            "whistleblower-missing",
            "A report says whether its author is protected.",
            "Ask, then choose yes or no.",
        )
    if part.is_whistleblower and request_type is not None and request_type not in ACCUSING:
        yield _error(
            "is_whistleblower",
            "whistleblower-without-accusation",
            "Only a complaint or a report has a whistle-blower.",
            "Change the request type, or choose no.",
        )
    if part.publish_consent and (part.is_confidential or part.is_whistleblower):
        yield _error(
            "publish_consent",
            "publish-not-allowed",
            "A protected ticket is never published.",
            "Untick the consent, or lift the protection.",
        )


def _error(field: str, code: str, problem: str, remedy: str) -> FieldError:
    return FieldError(field=field, code=code, problem=problem, remedy=remedy)
