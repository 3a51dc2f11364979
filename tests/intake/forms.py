"""Forms and catalogues for tests. Every name and number is made up."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from intake.catalogue import Catalogue, load_catalogue
from intake.identity_part import Identity
from intake.ticket import TicketForm
from kernel.ids import AgentNo, CallId, NumberKey
from kernel.phone import PhoneNumber

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
CALL = CallId("cc1-1.1")
AGENT = AgentNo("1001")
CATALOGUE: Catalogue = load_catalogue(Path(__file__).parents[2] / "config" / "catalogue")
HEATING = "0201010101"

GOOD: dict[str, Any] = {
    "caller_name": "欧阳小满",
    "caller_kind": "person",
    "request_type": "help",
    "title": "室温不达标",
    "content": "家中十六度",
    "incident_address": "朝阳区示范路88号",
    "category_code": HEATING,
}

REPORT: dict[str, Any] = {
    "request_type": "report",
    "is_whistleblower": True,
    "subject_name": "某作坊",
}
EXCLUDED: dict[str, Any] = {
    "exclusion_code": "litigation",
    "guidance_given": True,
    "guidance_text": "告知向人民法院起诉",
}


def form(**changed: Any) -> TicketForm:
    """A form that may be filed, with these fields changed."""
    return TicketForm.parse({**GOOD, **changed})


def identity(**changed: Any) -> Identity:
    """Of an answered call."""
    fields: dict[str, Any] = {
        "region_code": "220100",
        "call": CALL,
        "call_time": AT,
        "caller_number": PhoneNumber.parse("13812345678"),
        "caller_key": NumberKey("k" * 64),
        "dialled_number": "12345",
        "agent": AGENT,
    }
    return Identity(**{**fields, **changed})
