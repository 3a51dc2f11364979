"""The form after the call, as an agent's browser sends it: the draft first, then the whole, once.

With a patient console all of it may be sent again after a fault: one call has one ticket.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Final

from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.errors import ConsoleRefused, NotShown

_CATEGORIES: Final = ("0201010101", "0101010101", "0101020102")
_DRAFT_TRIES: Final = 4  # a save whose answer was lost has changed the version
_LOOKS: Final = 3
_LOOK_AGAIN_S: Final = 1.0


async def look_up(console: ConsoleClient, shown: str, seat: str) -> str:
    """Where the screen was dark as it rang: the agent's own list of calls, for the masked number
    that the phone showed. Raises NotShown."""
    for _ in range(_LOOKS):
        for row in (await console.ask("GET", "/api/calls"))["calls"]:
            is_mine = row["caller"] == shown and row["seat"] == seat
            if is_mine and row["fate"] == "answered" and not row["tickets"]:
                return str(row["call"])
        await asyncio.sleep(_LOOK_AGAIN_S)
    raise NotShown(
        f"The desk of seat {seat} showed no offer for its ring.",
        remedy="Look at the live channel.",
    )


async def file_form(console: ConsoleClient, call: str, chance: random.Random) -> str:
    """The number of the ticket. Raises ConsoleRefused."""
    form = {"title": "演练诉求", "content": "演练：供热温度不达标，请尽快处理。"}
    place = {"incident_address": "春江市解放路1号", "subject_name": "春江供热公司"}
    await _save_draft(console, call, form)
    whole = (
        form
        | place
        | {
            "request_type": chance.choice(("consult", "help", "complaint")),
            "category_code": chance.choice(_CATEGORIES),
            "caller_kind": "person",
            "is_anonymous": True,
            "reply_needed": False,
        }
    )
    receipt = await console.ask("POST", "/api/tickets", {"call": call, "form": whole})
    return str(receipt["ticket_no"])


async def _save_draft(console: ConsoleClient, call: str, form: Mapping[str, str]) -> None:
    """One that was saved though its answer was lost has another version: read it again."""
    for tries in range(1, _DRAFT_TRIES + 1):
        draft = await console.ask("GET", f"/api/drafts/{call}")
        based_on = {"If-Match": f'"{draft["version"]}"'}
        try:
            await console.ask("PUT", f"/api/drafts/{call}", form, headers=based_on)
            return
        except ConsoleRefused as refused:
            if refused.status != 409 or tries == _DRAFT_TRIES or not console.is_patient:
                raise
