"""SIP over a WebSocket by hand: REGISTER with a password, and frames that no phone would send."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

DOMAIN = "hotline"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class SipSocket:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse, user: str) -> None:
        self._socket = socket
        self._user = user
        self._n = 0
        self._call = secrets.token_hex(8)

    def frame(self, method: str, more: str = "", *, sender: str = "", to: str = "") -> str:
        self._n += 1
        own = f"<sip:{self._user}@{DOMAIN}>"
        return (
            f"{method} sip:{DOMAIN} SIP/2.0\r\n"
            f"Via: SIP/2.0/WS x.invalid;branch=z9hG4bK{secrets.token_hex(6)}\r\n"
            f"Max-Forwards: 69\r\nFrom: {sender or own};tag=t1\r\nTo: {to or own}\r\n"
            f"Call-ID: {self._call}\r\nCSeq: {self._n} {method}\r\n"
            f"Contact: <sip:{self._user}@x.invalid;transport=ws>\r\n{more}"
            "Content-Length: 0\r\n\r\n"
        )

    async def ask(self, frame: str) -> tuple[int, str]:
        """The final answer's code and text."""
        await self._socket.send_str(frame)
        while True:
            text = str((await self._socket.receive(timeout=5.0)).data)
            if text.startswith("SIP/2.0 ") and text[8] != "1":
                return int(text[8:11]), text

    async def register(self, password: str) -> int:
        code, text = await self.ask(self.frame("REGISTER", "Expires: 60\r\n"))
        if code == 401:
            login = self._login(text, password)
            code, _ = await self.ask(self.frame("REGISTER", f"{login}Expires: 60\r\n"))
        return code

    def _login(self, challenge: str, password: str) -> str:
        line = re.search(r"^WWW-Authenticate: *Digest (.*)$", challenge, re.MULTILINE)
        assert line is not None, challenge
        asked = dict(re.findall(r'(\w+)="?([^",\r]+)"?', line.group(1)))
        own = _md5(f"{self._user}:{asked['realm']}:{password}")
        what, cnonce = _md5(f"REGISTER:sip:{DOMAIN}"), "c0ffee"
        answer = _md5(f"{own}:{asked['nonce']}:00000001:{cnonce}:auth:{what}")
        opaque = f',opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return (
            f'Authorization: Digest username="{self._user}",realm="{asked["realm"]}",'
            f'nonce="{asked["nonce"]}",uri="sip:{DOMAIN}",response="{answer}",'
            f'cnonce="{cnonce}",nc=00000001,qop=auth,algorithm=MD5{opaque}\r\n'
        )


@asynccontextmanager
async def open_sip_socket(url: str, user: str) -> AsyncIterator[SipSocket]:
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(url, protocols=("sip",)) as socket,
    ):
        yield SipSocket(socket, user)
