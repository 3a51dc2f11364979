"""The ticket (工单): what one call produced.

`TicketForm` is what the agent types, everything optional; `complete` makes the immutable `Ticket`
of it, or says every broken rule at once. The steps in between stand in `intake/ticket_state.py`.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue, ValidationError

from cases.case import Filing, Protection
from cases.status import CaseCue
from intake import caller_part, content_part
from intake.caller_part import CallerPart, check_caller
from intake.catalogue import Catalogue, Category
from intake.content_part import ContentPart, check_content
from intake.field_errors import BadTicket, FieldError, from_validation
from intake.identity_part import Identity, check_identity
from intake.words import Exclusion
from kernel.ids import CaseId, NumberKey, TicketKey

PERSONAL: Final = (*caller_part.PERSONAL, *content_part.PERSONAL)
NO_TITLE: Final = "（涉及国家秘密，内容不予记录）"
CHINA: Final = ZoneInfo("Asia/Shanghai")


class TicketForm(CallerPart, ContentPart):
    """C2 and C3 as one flat form, the JSON of the desk."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def parse(cls, sent: object) -> "TicketForm":
        """From JSON values. Raises BadTicket naming each field that cannot be read."""
        try:
            return cls.model_validate(sent)
        except ValidationError as err:
            raise from_validation(err) from None  # its text would hold what was typed

    def without_secrets(self) -> "TicketForm":
        """With a state secret named, no free text is kept anywhere: only the code (EXC-03)."""
        if self.exclusion_code is not Exclusion.STATE_SECRET:
            return self
        return self.model_copy(update=dict.fromkeys(content_part.FREE_TEXT, ""))


class Ticket(BaseModel):
    """Complete and immutable. Made only by `complete`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ticket_key: TicketKey
    submitted_at: AwareDatetime
    identity: Identity
    form: TicketForm
    category: Category

    @property
    def title(self) -> str:
        return self.form.title or NO_TITLE

    def filing(self, *, contact_key: NumberKey | None) -> Filing:
        """For the case store. `contact_key`: of the other number the citizen left, if any."""
        form, identity = self.form, self.identity
        assert form.request_type is not None, "a complete ticket has its type"
        return Filing(
            ticket_key=self.ticket_key,
            region_code=identity.region_code,
            submitted_at=self.submitted_at,
            call=identity.call,
            agent=identity.agent,
            caller_key=identity.caller_key,
            contact_key=contact_key,
            request_type=form.request_type.value,
            category_code=self.category.code,
            title=self.title,
            urgency=form.urgency.value,
            outcome=_outcome(form),
            protection=Protection(
                anonymous=form.is_anonymous,
                confidential=form.is_confidential,
                whistleblower=bool(form.is_whistleblower),
            ),
            merge_into=CaseId(form.merge_into) if form.merge_into else None,
            caller_tags=tuple(sorted(form.caller_tags)),
            frame=identity.frame(),
            said=self._said(),
            personal=self._personal(),
        )

    def _said(self) -> dict[str, JsonValue]:
        said: dict[str, JsonValue] = self.form.model_dump(
            mode="json", exclude={*PERSONAL, "merge_into"}, exclude_none=True
        )
        said["title"] = self.title
        said["is_repeat"] = self.form.is_repeat or bool(self.form.merge_into)
        said["category_path"] = list(self.category.path)
        said["catalogue_version"] = self.category.version
        said["suggested_units"] = [
            {"id": unit, "confidence": 1.0, "source": "catalogue"} for unit in self.category.units
        ]
        for listed in ("caller_tags", "risk_flags", "tags"):  # sets: the same order every time
            said[listed] = sorted(getattr(self.form, listed))
        return said

    def _personal(self) -> dict[str, str]:
        personal = {name: str(getattr(self.form, name)) for name in PERSONAL}
        number = self.identity.caller_number
        if number is not None:
            personal["caller_number"] = number.value
        return {name: value for name, value in personal.items() if value}


def complete(
    form: TicketForm,
    identity: Identity,
    catalogue: Catalogue,
    *,
    ticket_key: TicketKey,
    now: datetime,
    home_area: str = "",
) -> Ticket:
    """The ticket, or BadTicket with every broken rule. `home_area`: "0431", for local numbers."""
    form = form.without_secrets()
    category = catalogue.find(form.category_code, on=now.astimezone(CHINA).date())
    broken = [
        *check_identity(identity),
        *check_caller(
            form, form.request_type, number_known=identity.number_known, home_area=home_area
        ),
        *check_content(form, now=now, home_area=home_area),
        *_check_category(form, category, now.astimezone(CHINA).date()),
    ]
    if broken or category is None:
        raise BadTicket(broken)
    return Ticket(
        ticket_key=ticket_key, submitted_at=now, identity=identity, form=form, category=category
    )


def _check_category(form: TicketForm, found: Category | None, on: date) -> Iterator[FieldError]:
    if not form.category_code:
        yield FieldError(
            field="category_code",
            code="category-missing",
            problem="The ticket has no category.",
            remedy="Search the catalogue and choose a leaf.",
        )
    elif found is None:
        yield FieldError(
            field="category_code",
            code="category-unknown",
            problem=f"{form.category_code!r} is not a leaf of the catalogue on {on}.",
            remedy="Search the catalogue again: it may have been renewed.",
        )
    elif form.category_path and form.category_path != found.path:
        yield FieldError(
            field="category_path",
            code="category-path-wrong",
            problem="The path is not that of the category's code.",
            remedy="Send the code alone, or the path the catalogue gives with it.",
        )


def _outcome(form: TicketForm) -> CaseCue:
    if form.exclusion_code is not None:
        return CaseCue.REFUSE
    return CaseCue.ANSWER if form.answered_on_call else CaseCue.ACCEPT
