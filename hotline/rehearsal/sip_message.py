"""SIP messages and their SDP as values: read, written, and digest answers reckoned. No socket.

Only what a phone on a loopback or LAN needs (RFC 3261, 2617, 4566): one message a datagram, UTF-8.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hotline.rehearsal.errors import BadSipMessage

Address = tuple[str, int]

_COMPACT: Final = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "k": "supported",
}
_URI: Final = re.compile(r"<(sips?:[^>]+)>|(sips?:[^;,\s]+)")
_USER: Final = re.compile(r"sips?:([^@;>]+)@")
_TAG: Final = re.compile(r";\s*tag=([^;,\s]+)")
_DISPLAY: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<')
_CHALLENGE: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^",\s]+))')


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One request or response. Header names keep their spelling; look-ups ignore case."""

    first_line: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @property
    def is_response(self) -> bool:
        return self.first_line.startswith("SIP/2.0 ")

    @property
    def status(self) -> int:
        """Of a response: 180, 200, 486 ..."""
        return int(self.first_line.split(" ", 2)[1])

    @property
    def method(self) -> str:
        """Of a request: its verb; of a response: the verb that it answers."""
        if self.is_response:
            return self.header("CSeq").split()[-1]
        return self.first_line.split(" ", 1)[0]

    @property
    def uri(self) -> str:
        return self.first_line.split(" ")[1]

    @property
    def call_id(self) -> str:
        return self.header("Call-ID")

    @property
    def cseq(self) -> int:
        return int(self.header("CSeq").split()[0])

    def header(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self.headers if long_name(key) == wanted]

    def encode(self) -> bytes:
        body = self.body.encode()
        lines = [self.first_line, *(f"{key}: {value}" for key, value in self.headers)]
        lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def long_name(header: str) -> str:
    lower = header.lower()
    return _COMPACT.get(lower, lower)


def parse_message(datagram: bytes) -> SipMessage:
    """One datagram as a message, without its Content-Length. Raises BadSipMessage."""
    head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
    first, *rest = head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n")
    pairs = [line.partition(":") for line in rest]
    headers = tuple(
        (key.strip(), value.strip())
        for key, colon, value in pairs
        if colon and long_name(key.strip()) != "content-length"
    )
    message = SipMessage(first, headers, body)
    if "SIP/2.0" not in first or not message.call_id or not message.header("CSeq"):
        raise BadSipMessage(
            f"A datagram of {len(datagram)} bytes is not a SIP message.",
            remedy="Let only SIP peers send to this port.",
        )
    return message


def uri_in(header: str) -> str:
    found = _URI.search(header)
    return (found[1] or found[2]) if found else ""


def user_in(header: str) -> str:
    """The user part of the address: the number of a caller."""
    found = _USER.search(header)
    return found[1] if found else ""


def tag_in(header: str) -> str:
    found = _TAG.search(header)
    return found[1] if found else ""


def display_in(header: str) -> str:
    found = _DISPLAY.match(header)
    return (found[1] or found[2] or "").strip() if found else ""


def digest_header(
    challenge: SipMessage, login: tuple[str, str], method: str, uri: str
) -> tuple[str, str]:
    """(name, value) of the header that answers a 401 or 407 with MD5 digest, qop=auth."""
    proxy = challenge.status == 407
    asked = challenge.header("Proxy-Authenticate" if proxy else "WWW-Authenticate")
    fields = {key: quoted or plain for key, quoted, plain in _CHALLENGE.findall(asked)}
    user, password = login
    realm, nonce = fields.get("realm", ""), fields.get("nonce", "")
    secret = _md5(f"{user}:{realm}:{password}")
    cnonce = _md5(f"{nonce}:{uri}")[:16]
    proof = _md5(f"{secret}:{nonce}:00000001:{cnonce}:auth:{_md5(f'{method}:{uri}')}")
    parts = [f'username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"']
    parts += [
        f'response="{proof}"',
        "algorithm=MD5",
        f'cnonce="{cnonce}"',
        "qop=auth",
        "nc=00000001",
    ]
    if "opaque" in fields:
        parts.append(f'opaque="{fields["opaque"]}"')
    return ("Proxy-Authorization" if proxy else "Authorization"), "Digest " + ", ".join(parts)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Media:
    """What an SDP says of the audio: where to send it, and in which directions it flows."""

    address: Address
    direction: str  # sendrecv | sendonly | recvonly | inactive, as the sender of the SDP sees it


def parse_sdp(body: str) -> Media | None:
    host = re.search(r"^c=IN IP4 (\S+)", body, re.M)
    port = re.search(r"^m=audio (\d+)", body, re.M)
    if host is None or port is None:
        return None
    way = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)", body, re.M)
    return Media((host[1], int(port[1])), way[1] if way else "sendrecv")


# What the answer says to each direction offered (RFC 3264 §6.1).
ANSWER_TO: Final = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


def write_sdp(at: Address, direction: str, version: int) -> str:
    """A-law and telephone-events of 20 ms."""
    lines: Iterable[str] = (
        "v=0",
        f"o=- 1 {version} IN IP4 {at[0]}",
        "s=-",
        f"c=IN IP4 {at[0]}",
        "t=0 0",
        f"m=audio {at[1]} RTP/AVP 8 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
        "a=ptime:20",
        f"a={direction}",
    )
    return "\r\n".join(lines) + "\r\n"
