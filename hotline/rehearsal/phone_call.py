"""One call at a test phone: what its owner may do, and what the network says to it.

What was seen stands in `log`. Late and repeated messages are answered as RFC 3261 asks (an ACK
again, 200 again) and change nothing.
"""

from typing import Final

from hotline.rehearsal.call_log import CallLog, EndedBy, News, Phase
from hotline.rehearsal.dialog import Dialog, Headers, Line
from hotline.rehearsal.errors import WrongPhoneState
from hotline.rehearsal.rtp import RtpStream
from hotline.rehearsal.sip_message import (
    ANSWER_TO,
    SipMessage,
    display_in,
    parse_sdp,
    uri_in,
    user_in,
    write_sdp,
)

_SDP_TYPE: Final = ("Content-Type", "application/sdp")


class PhoneCall:
    """One call, incoming or outgoing. SipPhone makes it; its owner answers, talks, hangs up."""

    def __init__(
        self, line: Line, dialog: Dialog, sound: RtpStream, invite: SipMessage | None = None
    ) -> None:
        self.invite = invite  # theirs, when they call us
        self.sound = sound
        self.code = 0  # the final status of a call that was refused
        self.is_held = False  # by the far end
        self.ended_by: EndedBy | None = None
        self.log = CallLog(Phase.CALLING if invite is None else Phase.RINGING)
        self._line = line
        self._dialog = dialog
        dialog.on_lost = self.lose
        self._sdp_version = 0
        self._last_answer: SipMessage | None = None
        self._last_cseq = 0 if invite is None else invite.cseq
        self._cancel_wanted = False
        self._wanted_direction = "sendrecv"
        if invite is not None:
            self._note(News.INVITED)

    # ---- what it is

    @property
    def call_id(self) -> str:
        return self._dialog.call_id

    @property
    def is_incoming(self) -> bool:
        return self.invite is not None

    @property
    def other(self) -> str:
        """The user part of the other side's address: at a seat, the citizen's number."""
        return user_in(self._dialog.remote)

    @property
    def other_name(self) -> str:
        return display_in(self._dialog.remote)

    def header(self, name: str) -> str:
        """A header of the INVITE that came ("X-CC-Call"), or an empty string."""
        return "" if self.invite is None else self.invite.header(name)

    @property
    def asks_auto_answer(self) -> bool:
        """Whether the INVITE says `answer-after=0` or carries an auto-answer alert."""
        if self.invite is None:
            return False
        said = [*self.invite.all("Call-Info"), *self.invite.all("Alert-Info")]
        return any("answer-after=0" in one or "auto" in one.lower() for one in said)

    # ---- an incoming call

    def ring(self) -> None:
        assert self.invite is not None, "only an incoming call rings here"
        self._dialog.reply(self.invite, 180)
        self._note(News.RINGING)

    def answer(self) -> None:
        """200 OK with our SDP, repeated until the ACK comes. Raises WrongPhoneState."""
        self._demand(Phase.RINGING)
        assert self.invite is not None, "only an incoming call rings here"
        self._listen_to(self.invite)
        self._note(News.ANSWERED)  # before it is sent: whoever reads it may be faster than we are
        self._accept(self.invite, "sendrecv")

    def reject(self, code: int) -> None:
        """486 busy, 603 declined, 480 unavailable. Raises WrongPhoneState."""
        self._demand(Phase.RINGING)
        assert self.invite is not None, "only an incoming call rings here"
        self.code = code
        self._last_answer = self._dialog.reply(self.invite, code, until="ACK")
        self._finish(News.REFUSED, EndedBy.US, str(code))

    # ---- an outgoing call

    def dial(self, extra: Headers = ()) -> None:
        """Sends our INVITE; `extra` are headers to add to it."""
        self._note(News.DIALLED)
        self._dialog.ask("INVITE", [*extra, _SDP_TYPE], self._sdp("sendrecv"))

    def cancel(self) -> None:
        """Gives up before the answer; before a provisional response it waits for one (§9.1)."""
        self._demand(Phase.CALLING)
        self._cancel_wanted = True
        if self.log.when(News.RINGING) is not None:
            self._dialog.cancel()

    # ---- talking

    def hang_up(self) -> None:
        """BYE. Raises WrongPhoneState when nobody talks."""
        self._demand(Phase.TALKING)
        self.sound.close()  # first of all: its far port may be given to another call at once
        self._dialog.ask("BYE")
        self._finish(News.BYE_SENT, EndedBy.US)

    def hold(self) -> None:
        self._reinvite("sendonly")

    def resume(self) -> None:
        self._reinvite("sendrecv")

    def press(self, keys: str, *, by_info: bool = False) -> None:
        """Keys as telephone-events, or as SIP INFO (application/dtmf-relay)."""
        self._demand(Phase.TALKING)
        self._note(News.KEYS, keys)
        if not by_info:
            self.sound.press(keys)
            return
        for key in keys:
            kind = ("Content-Type", "application/dtmf-relay")
            self._dialog.ask("INFO", [kind], f"Signal={key}\r\nDuration=160\r\n")

    def refer(self, to_uri: str) -> None:
        """Asks the far end to call `to_uri` in our place (the transfer key of a phone)."""
        self._demand(Phase.TALKING)
        said = [("Refer-To", f"<{to_uri}>"), ("Referred-By", self._dialog.local)]
        self._dialog.ask("REFER", said)

    def join_to(self, other: "PhoneCall") -> None:
        """Asks the far end to take our place in `other` (the attended transfer of a phone)."""
        self.refer(f"{other._dialog.target}?Replaces={other._dialog.replaces}")

    # ---- what the network says

    def take_request(self, message: SipMessage) -> None:
        match message.method:
            case "INVITE" | "UPDATE":
                self._take_offer(message)
            case "ACK":
                self._dialog.settle("ACK")
                if self.log.phase is Phase.TALKING and self.log.when(News.CONFIRMED) is None:
                    self._note(News.CONFIRMED)
            case "CANCEL":
                self._take_cancel(message)
            case "BYE":
                self.sound.close()
                self._dialog.reply(message, 200)
                self._finish(News.BYE_HEARD, EndedBy.THEM, message.header("Reason"))
            case "NOTIFY":
                self._dialog.reply(message, 200)
                self._note(News.TRANSFERRED, message.body.strip())
            case _:
                self._dialog.reply(message, 200)

    def take_response(self, message: SipMessage) -> None:
        self._dialog.settle(message.method)
        if message.method == "INVITE":
            self._take_invite_response(message)
        elif message.status in (401, 407):
            self._dialog.ask_again(message)
        elif message.method == "REFER":
            self._note(News.TRANSFERRED, str(message.status))

    def lose(self) -> None:
        """The far end is silent, or the phone is being closed."""
        self._dialog.close()
        self._finish(News.LOST, EndedBy.NOBODY)

    def _take_offer(self, message: SipMessage) -> None:
        """The first INVITE again, or a new offer in the dialog: hold, resume, a new address."""
        if message.cseq == self._last_cseq:
            if self._last_answer is not None:
                self._dialog.reply(message, self._last_answer.status, self._last_answer.body)
            return
        self._last_cseq = message.cseq
        direction = self._listen_to(message)
        held = direction in ("sendonly", "inactive")
        if held != self.is_held:
            self.is_held = held
            self._note(News.HELD if held else News.RESUMED, direction)
        self._accept(message, ANSWER_TO[direction])

    def _accept(self, message: SipMessage, direction: str) -> None:
        until = "ACK" if message.method == "INVITE" else ""
        has_sdp = bool(message.body) or message.method == "INVITE"
        sdp = self._sdp(direction) if has_sdp else ""
        self._last_answer = self._dialog.reply(message, 200, sdp, until=until)

    def _take_cancel(self, message: SipMessage) -> None:
        self._dialog.reply(message, 200)
        if self.log.phase is not Phase.RINGING:
            return  # it crossed our final answer on the wire: nothing to cancel (§9.2)
        assert self.invite is not None, "only an incoming call rings here"
        self._last_answer = self._dialog.reply(self.invite, 487, until="ACK")
        self._finish(News.CANCELLED, EndedBy.THEM, message.header("Reason"))

    def _take_invite_response(self, message: SipMessage) -> None:
        if message.status < 200:
            self._take_provisional(message)
        elif message.status < 300:
            self._take_answer(message)
        else:
            self._dialog.acknowledge(message)
            if message.status in (401, 407) and self._dialog.ask_again(message):
                return
            self._take_refusal(message)

    def _take_provisional(self, message: SipMessage) -> None:
        if message.status >= 180:
            self._listen_to(message)
        self._note(News.RINGING, str(message.status))
        if self._cancel_wanted:
            self._dialog.cancel()

    def _take_answer(self, message: SipMessage) -> None:
        self._dialog.remote = message.header("To")
        self._dialog.target = uri_in(message.header("Contact")) or self._dialog.target
        self._dialog.routes = tuple(reversed(message.all("Record-Route")))
        self._dialog.acknowledge(message)
        self._listen_to(message)
        if self.log.phase is Phase.CALLING:
            self._note(News.ANSWERED)
            self._note(News.CONFIRMED)
            if self._cancel_wanted:  # our CANCEL crossed their answer
                self.hang_up()
        elif self._wanted_direction != "sendrecv":
            self._note(News.HOLDING)
        elif self.log.when(News.HOLDING) is not None:
            self._note(News.RESUMING)

    def _take_refusal(self, message: SipMessage) -> None:
        if self.log.phase is not Phase.CALLING:
            return  # a re-INVITE was refused; the call goes on as it was
        self.code = message.status
        if self._cancel_wanted and message.status == 487:
            self._finish(News.CANCELLED, EndedBy.US)
        else:
            self._finish(News.REFUSED, EndedBy.THEM, str(message.status))

    # ---- small things

    def _reinvite(self, direction: str) -> None:
        self._demand(Phase.TALKING)
        self._wanted_direction = direction
        self._dialog.ask("INVITE", [_SDP_TYPE], self._sdp(direction))

    def _listen_to(self, message: SipMessage) -> str:
        """Sends our sound where this SDP says; gives the direction it asks for."""
        media = parse_sdp(message.body)
        if media is None:
            return "sendrecv"
        hears = media.direction in ("sendrecv", "recvonly") and media.address[0] != "0.0.0.0"  # noqa: S104  # old form of hold
        self.sound.send_to(media.address if hears else None)
        return media.direction

    def _sdp(self, direction: str) -> str:
        self._sdp_version += 1
        return write_sdp(self.sound.address, direction, self._sdp_version)

    def _demand(self, phase: Phase) -> None:
        if self.log.phase is not phase:
            raise WrongPhoneState(
                f"The call is {self.log.phase}, not {phase}.",
                remedy="Wait for what the log of the call must show first.",
            )

    def _note(self, what: News, detail: str = "") -> None:
        self.log.add(self._line.now(), what, detail)

    def _finish(self, what: News, by: EndedBy, detail: str = "") -> None:
        if self.log.phase is Phase.ENDED:
            return
        self.ended_by = by
        self.sound.close()
        self._note(what, detail)
