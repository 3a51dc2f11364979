"""A raw SIP request over UDP, with or without a password: what an attacker on the LAN would try."""

import hashlib
import re
import socket
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from uuid import uuid4


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@dataclass
class SipProbe:
    """One UDP socket at `source`; `ask` gives the status of the final (or first) answer."""

    asterisk: tuple[str, int]
    source: str = "127.0.0.1"
    answers: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.source, 0))
        self._socket.settimeout(5)
        self.port = self._socket.getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def ask(
        self,
        method: str,
        *,
        target: str,
        sender: str,
        to: str | None = None,
        login: tuple[str, str] | None = None,
    ) -> int:
        """Send it; when challenged and a login is given, send it again with the digest."""
        call, tag = uuid4().hex, uuid4().hex[:8]
        uri = f"sip:{target}@{self.asterisk[0]}" if target else f"sip:{self.asterisk[0]}"
        words = (method, uri, sender, to or target or sender, call, tag)
        status = self._exchange(*words, number=1, extra="")
        if status != 401 or login is None:
            return status
        return self._exchange(*words, number=2, extra=self._digest(method, uri, login))

    def _exchange(
        self,
        method: str,
        uri: str,
        sender: str,
        to: str,
        call: str,
        tag: str,
        *,
        number: int,
        extra: str,
    ) -> int:
        here = f"{self.source}:{self.port}"
        body = ""
        if method == "INVITE":
            body = (
                f"v=0\r\no=- 1 1 IN IP4 {self.source}\r\ns=-\r\nc=IN IP4 {self.source}\r\nt=0 0\r\n"
                "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
            )
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._send(
            f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{uuid4().hex}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{sender}@{here}>;tag={tag}\r\n"
            f"To: <sip:{to}@{self.asterisk[0]}>\r\nCall-ID: {call}\r\nCSeq: {number} {method}\r\n"
            f"Contact: <sip:{sender}@{here}>\r\n{extra}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        while True:
            answer = self._socket.recv(65535).decode("utf-8", "replace")
            if f"CSeq: {number} {method}" not in answer:
                continue
            self.answers.append(answer)
            status = int(answer.split()[1])
            if status >= 180:
                return status

    def _send(self, message: str) -> None:
        self._socket.sendto(message.encode(), self.asterisk)

    def _digest(self, method: str, uri: str, login: tuple[str, str]) -> str:
        challenge = self.answers[-1]
        realm, nonce = (
            re.search(rf'{name}="([^"]*)"', challenge).group(1)  # type: ignore[union-attr]
            for name in ("realm", "nonce")
        )
        secret = md5(f"{login[0]}:{realm}:{login[1]}")
        count, ours = "00000001", uuid4().hex
        answer = md5(f"{secret}:{nonce}:{count}:{ours}:auth:{md5(f'{method}:{uri}')}")
        opaque = re.search(r'opaque="([^"]*)"', challenge)
        return (
            f'Authorization: Digest username="{login[0]}", realm="{realm}", nonce="{nonce}", '
            f'uri="{uri}", response="{answer}", algorithm=MD5, qop=auth, nc={count}, '
            f'cnonce="{ours}"' + (f', opaque="{opaque.group(1)}"' if opaque else "") + "\r\n"
        )
