"""Every broken rule of a ticket is its own error, named by field: the desk can mark the field.

`code` is API and never renamed: the console translates it.
"""

from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.errors import BadInput


class FieldError(BaseModel):
    """One broken rule. `field` is the form's; `problem` and `remedy` are English sentences."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    code: str
    problem: str
    remedy: str


class BadTicket(BadInput):
    """The ticket cannot be filed yet; `fields` says why, all of it at once."""

    code = "bad-ticket"

    def __init__(self, fields: Iterable[FieldError]) -> None:
        self.fields = tuple(fields)
        assert self.fields, "a bad ticket says what is bad about it"
        named = ", ".join(f"{error.field} ({error.code})" for error in self.fields)
        super().__init__(
            f"The ticket breaks {len(self.fields)} rule(s): {named}.",
            remedy=self.fields[0].remedy,
        )


_CODES: Final[dict[str, tuple[str, str]]] = {
    "extra_forbidden": ("unknown-field", "Leave the field out, or correct its name."),
    "string_too_long": ("too-long", "Shorten the text."),
    "too_long": ("too-many", "Give fewer entries."),
    "enum": ("unknown-value", "Choose one of the listed values."),
    "missing": ("missing", "Fill the field."),
}
_OTHERWISE: Final = ("wrong-type", "Give a value of the kind the field asks for.")


def from_validation(err: ValidationError) -> BadTicket:
    """What pydantic found, as field errors. The value itself is left out: it may be personal."""
    return BadTicket(
        FieldError(
            field=".".join(str(part) for part in found["loc"]) or "form",
            code=_CODES.get(found["type"], _OTHERWISE)[0],
            problem=f"{found['msg']}.",
            remedy=_CODES.get(found["type"], _OTHERWISE)[1],
        )
        for found in err.errors(include_input=False, include_url=False)
    )
