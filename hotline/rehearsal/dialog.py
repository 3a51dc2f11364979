"""The SIP dialog under one call: builds its messages, repeats them, answers challenges."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import quote

from hotline.rehearsal.resend import Resender
from hotline.rehearsal.sip_message import Address, SipMessage, digest_header, tag_in

Headers = Sequence[tuple[str, str]]
REASONS: Final = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    603: "Decline",
}
ALLOW: Final = ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE")


class Line(Protocol):
    """What a dialog needs of its phone: a socket, its login, new branches, the time."""

    @property
    def address(self) -> Address: ...
    @property
    def login(self) -> tuple[str, str]: ...
    def send(self, message: SipMessage, to: Address) -> None: ...
    def new_branch(self) -> str: ...
    def now(self) -> datetime: ...


class Dialog:
    """Both ends' names, seen from our end. `on_lost` is called when nobody answers."""

    def __init__(self, line: Line, call_id: str, local: str, remote: str) -> None:
        self.call_id = call_id
        self.local = local  # our From or To value, with our tag
        self.remote = remote  # theirs, with their tag once it is known
        self.target = ""  # where requests go: their Contact
        self.peer: Address = ("", 0)
        self.routes: tuple[str, ...] = ()
        self.on_lost: Callable[[], None] = lambda: None
        self._line = line
        self._cseq = 0
        self._asked: dict[str, SipMessage] = {}  # by method: the latest request of ours
        self._challenged: set[str] = set()
        self._resends: dict[str, Resender] = {}

    def ask(self, method: str, headers: Headers = (), body: str = "") -> SipMessage:
        """A new request, repeated until its answer is settled."""
        self._challenged.discard(method)
        return self._ask(method, headers, body)

    def _ask(self, method: str, headers: Headers, body: str) -> SipMessage:
        self._cseq += 1
        names = [("From", self.local), ("To", self.remote), ("Call-ID", self.call_id)]
        routes = [("Route", route) for route in self.routes]
        request = SipMessage(
            f"{method} {self.target} SIP/2.0",
            (
                ("Via", self._via(self._line.new_branch())),
                ("Max-Forwards", "70"),
                *names,
                ("CSeq", f"{self._cseq} {method}"),
                ("Contact", self.contact),
                ALLOW,
                *routes,
                *headers,
            ),
            body,
        )
        self._asked[method] = request
        self._repeat(method, request)
        return request

    def ask_again(self, challenge: SipMessage) -> bool:
        """Answers a 401 or 407 once per method. False: it was answered before, and refused."""
        method = challenge.method
        request = self._asked.get(method)
        if request is None or method in self._challenged:
            return False
        self._challenged.add(method)
        proof = digest_header(challenge, self._line.login, method, request.uri)
        own = ("via", "max-forwards", "from", "to", "call-id", "cseq", "contact", "allow", "route")
        extra = [(name, value) for name, value in request.headers if name.lower() not in own]
        self._ask(method, [*extra, proof], request.body)
        return True

    def acknowledge(self, response: SipMessage) -> None:
        """ACK of a final response: a new transaction for 2xx, the INVITE's own for failures."""
        invite = self._asked["INVITE"]
        ours = response.status >= 300
        via = invite.header("Via") if ours else self._via(self._line.new_branch())
        uri = invite.uri if ours else self.target
        self._send_beside("ACK", uri, via, (response.header("To"), response.cseq))

    def cancel(self) -> None:
        invite = self._asked["INVITE"]
        beside = (invite.header("To"), invite.cseq)
        self._send_beside("CANCEL", invite.uri, invite.header("Via"), beside)

    def _send_beside(self, method: str, uri: str, via: str, to_and_cseq: tuple[str, int]) -> None:
        to, cseq = to_and_cseq
        headers = (
            ("Via", via),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", to),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            *(("Route", route) for route in self.routes),
        )
        self._line.send(SipMessage(f"{method} {uri} SIP/2.0", headers), self.peer)

    def reply(
        self, request: SipMessage, status: int, sdp: str = "", *, until: str = ""
    ) -> SipMessage:
        """A response; with `until` it is repeated until that key is settled (200 until ACK)."""
        typed = [("Content-Type", "application/sdp")] if sdp else []
        own = [("Contact", self.contact), ALLOW, *typed]
        response = response_to(request, status, own, to=self.local, body=sdp)
        if until:
            self._repeat(until, response)
        else:
            self._line.send(response, self.peer)
        return response

    @property
    def replaces(self) -> str:
        """This dialog as a Refer-To names it: the far end's tag is the `to-tag` (RFC 3891 §3)."""
        tags = f";to-tag={tag_in(self.remote)};from-tag={tag_in(self.local)}"
        return quote(self.call_id + tags, safe="")

    @property
    def contact(self) -> str:
        host, port = self._line.address
        return f"<sip:{self._line.login[0]}@{host}:{port}>"

    def _via(self, branch: str) -> str:
        host, port = self._line.address
        return f"SIP/2.0/UDP {host}:{port};branch={branch};rport"

    def _repeat(self, key: str, message: SipMessage) -> None:
        self.settle(key)
        self._resends[key] = Resender(
            lambda: self._line.send(message, self.peer), lambda: self._give_up(key)
        )

    def _give_up(self, key: str) -> None:
        self.settle(key)
        self.on_lost()

    def settle(self, key: str) -> None:
        """Its answer came: repeat it no more."""
        resend = self._resends.pop(key, None)
        if resend is not None:
            resend.stop()

    def close(self) -> None:
        for key in list(self._resends):
            self.settle(key)


def response_to(
    request: SipMessage, status: int, own: Headers = (), *, to: str = "", body: str = ""
) -> SipMessage:
    """The response to any request; `to` replaces its To value (to add our tag)."""
    kept = [
        (name, value) for name in ("Via", "Record-Route", "From") for value in request.all(name)
    ]
    tail = [(name, request.header(name)) for name in ("Call-ID", "CSeq")]
    headers = (*kept, ("To", to or request.header("To")), *tail, *own)
    return SipMessage(f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}", headers, body)
