"""Whose SIP request a WebSocket frame holds. Strict on purpose, and pure.

Asterisk 22 takes every message of a frame, reads the number from the URI even where a quoted name
holds another one, unfolds lines, and takes a REGISTER that carries a To tag: each of these talks
past a check that only looks for the first "From:". Whatever is unusual is refused, not interpreted.
"""

import re
from dataclasses import dataclass
from typing import Final

_COMPACT: Final = {
    b"f": b"from",
    b"t": b"to",
    b"l": b"content-length",
    b"v": b"via",
    b"i": b"call-id",
    b"m": b"contact",
    b"r": b"refer-to",
}
_ONCE: Final = frozenset({b"from", b"to", b"call-id", b"cseq", b"content-length", b"authorization"})
_ADDRESS: Final = re.compile(
    rb'(?:"(?:[^"\\]|\\.)*"|[^"<>:;,]*)\s*<sips?:([^@:;<>\s]+)@[^<>\s]+>\s*(;[^<>]*)?'
)
# One address; its parameters may hold quoted ones ('+sip.instance="<urn:uuid:...>"').
_CONTACT: Final = re.compile(rb'\*|<sips?:([^@:;<>\s]+)@[^<>\s]+>\s*(;(?:[^<>",]|"[^"\\]*")*)?')
_USERNAME: Final = re.compile(rb'[\s,]username\s*=\s*"([^"\\]*)"', re.IGNORECASE)
_TO_TAG: Final = re.compile(rb";\s*tag\s*=", re.IGNORECASE)
_METHODS: Final = frozenset(
    {b"REGISTER", b"INVITE", b"ACK", b"BYE", b"CANCEL", b"OPTIONS", b"INFO", b"UPDATE", b"PRACK"}
)


class FrameRefused(Exception):
    """The frame must not reach Asterisk."""


@dataclass(frozen=True, slots=True)
class _Message:
    start: bytes
    headers: dict[bytes, bytes]


def check_frame(frame: bytes, name: str) -> None:
    """Raises FrameRefused unless it is one plain message that only `name` could send."""
    if not frame.strip(b"\r\n"):
        return  # a keep-alive
    message = _parsed(frame)
    if message.start.startswith(b"SIP/2.0 "):
        return  # a response: Asterisk matches it to a request of its own
    method, _, target = message.start.partition(b" ")
    if method not in _METHODS or not target.endswith(b" SIP/2.0"):
        raise FrameRefused("method")
    sender = _ADDRESS.fullmatch(message.headers.get(b"from", b""))
    if sender is None:
        raise FrameRefused("From")
    _check_authorization(message, name.encode())
    # In a dialog that the far end began, From carries the dialled number: Asterisk answers 481
    # where there is no such dialog. A REGISTER never belongs to one.
    if method != b"REGISTER" and _TO_TAG.search(message.headers.get(b"to", b"")):
        return
    if sender.group(1) != name.encode():
        raise FrameRefused("From is another")
    if method == b"REGISTER":
        _check_registration(message, name.encode())


def _check_authorization(message: _Message, name: bytes) -> None:
    given = message.headers.get(b"authorization")
    if given is not None and _USERNAME.findall(given) != [name]:
        raise FrameRefused("Authorization is another's")


def _check_registration(message: _Message, name: bytes) -> None:
    """To and Contact are the same seat's: nobody registers at another's address."""
    to = _ADDRESS.fullmatch(message.headers.get(b"to", b""))
    if to is None or to.group(1) != name:
        raise FrameRefused("To is another")
    contact = message.headers.get(b"contact")
    if contact is not None and _CONTACT.fullmatch(contact) is None:
        raise FrameRefused("Contact")


def _parsed(frame: bytes) -> _Message:
    head, blank, body = frame.partition(b"\r\n\r\n")
    if not blank or head[:1] in (b"\r", b"\n", b" ", b"\t"):
        raise FrameRefused("no complete header block")
    plain = head.replace(b"\r\n", b"")
    if b"\n" in plain or b"\r" in plain or b"\x00" in plain:
        raise FrameRefused("bare CR, LF or NUL")
    start, *lines = head.split(b"\r\n")
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, value = _header(line)
        if name in headers and (name in _ONCE or name == b"contact"):
            raise FrameRefused("repeated header")
        headers[name] = value
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) != len(body):
        raise FrameRefused("more or less than one message")
    return _Message(start, headers)


def _header(line: bytes) -> tuple[bytes, bytes]:
    if line[:1] in (b" ", b"\t"):
        raise FrameRefused("folded header")
    name, colon, value = line.partition(b":")
    if not colon:
        raise FrameRefused("bad header")
    name = name.strip().lower()
    return _COMPACT.get(name, name), value.strip()
