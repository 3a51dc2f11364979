"""How complete a form is (REC-02): a hint while the agent types, never a condition of filing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from intake.ticket import TicketForm
from intake.words import ACCUSING, PLACED

_ENOUGH_WORDS: Final = 20  # characters from which a content can hold cause and course


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """`score` 0..100; `missing`: field names, the weightiest first."""

    score: int
    missing: tuple[str, ...]


# Name, time, place, cause, course (五要素), category, a way to answer: field, weight, given?
_ELEMENTS: Final[tuple[tuple[str, int, Callable[[TicketForm], bool]], ...]] = (
    ("content", 25, lambda form: len(form.content) >= _ENOUGH_WORDS),
    ("category_code", 20, lambda form: bool(form.category_code)),
    ("caller_name", 15, lambda form: bool(form.caller_name) or form.is_anonymous),
    ("incident_address", 15, lambda f: bool(f.incident_address) or f.request_type not in PLACED),
    ("title", 10, lambda form: bool(form.title)),
    ("incident_time", 5, lambda form: form.incident_time is not None),
    ("subject_name", 5, lambda f: bool(f.subject_name) or f.request_type not in ACCUSING),
    ("contact_number", 5, lambda form: bool(form.contact_number) or not form.reply_needed),
)


def completeness(form: TicketForm) -> Completeness:
    missing = [(field, weight) for field, weight, given in _ELEMENTS if not given(form)]
    return Completeness(
        score=100 - sum(weight for _, weight in missing),
        missing=tuple(field for field, _ in missing),
    )
