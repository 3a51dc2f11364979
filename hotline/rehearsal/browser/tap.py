"""Listens in on one page with the browser's own debugger: its SIP socket, what it is told when it
files. The page itself is as every agent has it: nothing is put into it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from playwright.async_api import Page, Response

from hotline.rehearsal.browser.wire import Wire

_SIP_PATH: Final = "/sip"
_TEXT: Final = 1  # the opcode of a text frame
_OWN_DAY: Final = "/api/figures/mine"
_TICKETS: Final = "/api/tickets"


@dataclass
class Tap:
    """`wire`: its SIP. `filed`: call id -> number of the ticket, as the console told the page.
    `refused`: the answer to the last form that was not taken. `day_since`: when the day began whose
    figures the page shows."""

    wire: Wire = field(default_factory=Wire)
    filed: dict[str, str] = field(default_factory=dict)
    refused: str = ""
    day_since: datetime | None = None
    _ahead: float = 0.0  # seconds from the browser's own clock to the wall's
    _sip: set[str] = field(default_factory=set)

    def opened(self, event: Mapping[str, Any]) -> None:
        if str(event["url"]).split("?")[0].endswith(_SIP_PATH):
            self._sip.add(event["requestId"])

    def shook_hands(self, event: Mapping[str, Any]) -> None:
        """The one event that gives a moment by both clocks."""
        self._ahead = event["wallTime"] - event["timestamp"]

    def sent(self, event: Mapping[str, Any]) -> None:
        if self._is_sip(event):
            self.wire.sent(self._at(event), event["response"]["payloadData"])

    def heard(self, event: Mapping[str, Any]) -> None:
        if self._is_sip(event):
            self.wire.heard(self._at(event), event["response"]["payloadData"])

    async def answered(self, answer: Response) -> None:
        path = "/" + answer.url.split("/", 3)[-1]
        files = path == _TICKETS and answer.request.method == "POST"
        if files and not answer.ok:
            self.refused = f"{answer.status} {await answer.text()}"
        elif path == _OWN_DAY and answer.ok:
            self.day_since = datetime.fromisoformat((await answer.json())["since"])
        elif files:
            asked: Any = answer.request.post_data_json
            self.filed[str(asked["call"])] = str((await answer.json())["ticket_no"])

    def _is_sip(self, event: Mapping[str, Any]) -> bool:
        return event["requestId"] in self._sip and event["response"]["opcode"] == _TEXT

    def _at(self, event: Mapping[str, Any]) -> datetime:
        return datetime.fromtimestamp(event["timestamp"] + self._ahead, UTC)


async def tap_into(page: Page) -> Tap:
    """Before the page is opened, so that nothing is missed."""
    tap = Tap()
    debugger = await page.context.new_cdp_session(page)
    debugger.on("Network.webSocketCreated", tap.opened)
    debugger.on("Network.webSocketWillSendHandshakeRequest", tap.shook_hands)
    debugger.on("Network.webSocketFrameSent", tap.sent)
    debugger.on("Network.webSocketFrameReceived", tap.heard)
    await debugger.send("Network.enable")
    page.on("response", tap.answered)
    return tap
