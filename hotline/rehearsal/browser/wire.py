"""What a page's softphone says and hears by SIP, frame by frame, as its calls.

The evidence of a desk in a browser: read off its socket from outside, never asked of the page. What
is no SIP message, and calls that it did not hear begin, change nothing.
"""

import asyncio
from dataclasses import replace
from datetime import datetime

from hotline.rehearsal.call_log import CallLog, EndedBy, News, Phase
from hotline.rehearsal.errors import BadSipMessage
from hotline.rehearsal.evidence import SeatSaw, leg_saw
from hotline.rehearsal.sip_message import SipMessage, parse_message, tag_in, user_in


class WireCall:
    """One call that came to the page; `shown` is the number on its display."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.log = CallLog(Phase.RINGING)
        self.held_s = 0.0  # as who sits there knows

    def saw(self, seat: str) -> SeatSaw:
        leg = leg_saw(seat, self.shown, self.log, self.log.ended_by)
        return replace(leg, held_s=self.held_s)

    def note(self, at: datetime, what: News, ends_by: EndedBy | None = None) -> None:
        """After its end nothing more is of interest."""
        if self.log.phase is Phase.ENDED:
            return
        self.log.ended_by = ends_by
        self.log.add(at, what)


class Wire:
    """Both directions of one page's SIP socket; `calls` in the order in which they rang."""

    def __init__(self) -> None:
        self.calls: list[WireCall] = []
        self._by_id: dict[str, WireCall] = {}
        self._rung = asyncio.Event()

    async def next_call(self, after: int) -> WireCall:
        """The call number `after`, counted from 0, as soon as it rings."""
        while len(self.calls) <= after:
            self._rung.clear()
            await self._rung.wait()
        return self.calls[after]

    def sent(self, at: datetime, frame: str) -> None:
        """The page said it."""
        message = _message_in(frame)
        call = self._by_id.get(message.call_id) if message is not None else None
        if message is None or call is None:
            return
        if not message.is_response:
            if message.method == "BYE":
                call.note(at, News.BYE_SENT, EndedBy.US)
        elif message.method == "INVITE" and call.log.phase is Phase.RINGING:
            _note_response(call, at, message.status)

    def heard(self, at: datetime, frame: str) -> None:
        """Asterisk said it."""
        message = _message_in(frame)
        if message is None or message.is_response:
            return
        call = self._by_id.get(message.call_id)
        if call is None:
            if message.method == "INVITE" and not tag_in(message.header("To")):
                self._ring(at, message)
            return
        _note_request(call, at, message.method)

    def _ring(self, at: datetime, invite: SipMessage) -> None:
        call = WireCall(user_in(invite.header("From")))
        call.note(at, News.INVITED)
        self._by_id[invite.call_id] = call
        self.calls.append(call)
        self._rung.set()


def _note_response(call: WireCall, at: datetime, status: int) -> None:
    if status == 180:
        call.note(at, News.RINGING)
    elif 200 <= status < 300:
        call.note(at, News.ANSWERED)
    elif status >= 300:
        call.note(at, News.REFUSED, EndedBy.US)


def _note_request(call: WireCall, at: datetime, method: str) -> None:
    phase, is_joined = call.log.phase, call.log.when(News.CONFIRMED) is not None
    if method == "ACK" and phase is Phase.TALKING and not is_joined:
        call.note(at, News.CONFIRMED)
    elif method == "CANCEL" and phase is Phase.RINGING:
        call.note(at, News.CANCELLED, EndedBy.THEM)
    elif method == "BYE":
        call.note(at, News.BYE_HEARD, EndedBy.THEM)


def _message_in(frame: str) -> SipMessage | None:
    """None for a keep-alive and for whatever is no SIP."""
    try:
        return parse_message(frame.encode())
    except BadSipMessage:
        return None
