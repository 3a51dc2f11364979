"""Handlers of units (承办人): who they are, and where they are rung (FRD-03, MRG-06)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kernel.errors import Conflict, NotFound
from kernel.ids import NumberKey


class UnknownHandler(NotFound):
    """The login belongs to no handler of a unit."""

    code = "unknown-handler"


class WorkNumberTaken(Conflict):
    code = "work-number-taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """`phone` is masked; the number itself lies in the vault under `phone_key`."""

    login: str
    unit: str
    work_no: str
    phone_key: NumberKey
    phone: str


class KeepsHandlers(Protocol):
    """Each raises Unavailable."""

    async def handler(self, login: str) -> Handler:
        """Raises UnknownHandler."""

    async def save(self, handler: Handler, *, by: str, at: datetime) -> None:
        """New or changed. Raises UnknownHandler (no such login), WorkNumberTaken."""


def unknown_handler(login: str) -> UnknownHandler:
    return UnknownHandler(
        f"The login {login!r} belongs to no handler of a unit.",
        remedy="Enter unit, work number and phone for it (PUT /api/handlers/LOGIN).",
    )


def work_number_taken(work_no: str) -> WorkNumberTaken:
    return WorkNumberTaken(
        f"The work number {work_no!r} belongs to another handler or agent.",
        remedy="Give each person a work number of his own (MRG-06).",
    )
