"""The where-clause of a list of cases, from a whitelist: no text of a person ever becomes SQL."""

from dataclasses import dataclass, field

from cases.case import CaseFilter
from cases.rows import name_index
from storage.field_cipher import FieldCipher


@dataclass(slots=True)
class Where:
    """Conditions joined by `and`, with their values numbered from $1."""

    conditions: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, value: object) -> None:
        """`condition` holds {} where the value's number belongs; None adds nothing."""
        if value is None:
            return
        self.values.append(value)
        self.conditions.append(condition.format(f"${len(self.values)}"))

    @property
    def sql(self) -> str:
        return " and ".join(self.conditions) or "true"


def where_of(wanted: CaseFilter, cipher: FieldCipher) -> Where:
    where = Where()
    where.add("c.status = {}", wanted.status)
    where.add("c.request_type = {}", wanted.request_type)
    where.add("starts_with(c.category_code, {})", wanted.category)
    where.add("c.region_code = {}", wanted.region_code)
    where.add("c.opened_at >= {}", wanted.opened_from)
    where.add("c.opened_at < {}", wanted.opened_until)
    where.add("c.id < {}", wanted.before)
    where.add(_of_ticket("t.agent = {}"), wanted.agent)
    where.add(_of_ticket("t.call = {}"), wanted.call)
    where.add(_of_ticket("t.ticket_no = {}"), wanted.ticket_no)
    where.add(_of_ticket("{} in (t.caller_key, t.contact_key)"), wanted.number_key)
    where.add(_of_ticket("t.name_index = {}"), name_index(cipher, wanted.caller_name))
    return where


def _of_ticket(condition: str) -> str:
    return f"exists (select from ticket t where t.case_id = c.id and {condition})"
