"""Tickets to file in tests. Every name and number in them is made up."""

from datetime import UTC, datetime
from typing import Any

from cases.case import Filing
from cases.status import CaseCue
from kernel.ids import AgentNo, CallId, NumberKey, TicketKey, uuid7

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # 10:30 in Changchun
NAME = "欧阳小满"
NUMBER = "+8613812345678"
ADDRESS = "朝阳区示范路88号2单元301"
PERSONAL = {
    "caller_name": NAME,
    "caller_number": NUMBER,
    "contact_address": ADDRESS,
    "id_no": "11010519491231002X",
    "content": "暖气不热，请联系欧阳小满 13812345678",
}


def number_key() -> NumberKey:
    """One that no other test has."""
    return NumberKey(uuid7().replace("-", ""))


def filing(**changed: Any) -> Filing:
    """A complete ticket; each call is another one unless `ticket_key` is given."""
    fields: dict[str, Any] = {
        "ticket_key": TicketKey(uuid7()),
        "region_code": "220100",
        "submitted_at": AT,
        "call": CallId("cc1-1.1"),
        "agent": AgentNo("1001"),
        "caller_key": number_key(),
        "request_type": "help",
        "category_code": "0201010101",
        "title": "室温不达标",
        "urgency": "normal",
        "outcome": CaseCue.ACCEPT,
        "frame": {"source_channel": "phone", "dialled_number": "12345"},
        "said": {"request_type": "help", "urgency": "normal"},
        "personal": PERSONAL,
    }
    return Filing(**{**fields, **changed})
