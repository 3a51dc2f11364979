"""Keeps one phone registered: REGISTER with digest, again at half its life, gone with expires 0."""

import asyncio

from hotline.rehearsal.dialog import Dialog, Line
from hotline.rehearsal.errors import PhoneSilent, RegistrationRefused
from hotline.rehearsal.sip_message import Address, SipMessage


class Registration:
    """The binding of one phone at one registrar."""

    def __init__(self, line: Line, registrar: Address, call_id: str) -> None:
        self.is_live = False
        self._line = line
        self._registrar = registrar
        self._call_id = call_id
        self._dialog: Dialog | None = None
        self._answer: asyncio.Future[int] | None = None
        self._refresh: asyncio.TimerHandle | None = None

    async def register(self, expires: int, within: float) -> None:
        """Raises RegistrationRefused or PhoneSilent; expires 0 takes the phone away."""
        user = self._line.login[0]
        answer = self._send(expires)
        try:
            status = await asyncio.wait_for(answer, within)
        except TimeoutError:
            raise PhoneSilent(
                f"The registrar {self._registrar[0]}:{self._registrar[1]} does not answer.",
                remedy="See whether Asterisk runs and listens there.",
            ) from None
        if status != 200:
            raise RegistrationRefused(
                f"The registrar answered {status} to phone {user}.",
                remedy="Compare the phone's login with endpoints.json.",
            )
        self.is_live = expires > 0
        self._plan_refresh(expires)

    def take_response(self, message: SipMessage) -> None:
        """An answer to a REGISTER of ours; others are not for us."""
        if self._dialog is None or message.call_id != self._call_id or message.status < 200:
            return
        self._dialog.settle("REGISTER")
        if message.status == 401 and self._dialog.ask_again(message):
            return
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(message.status)

    def close(self) -> None:
        if self._refresh is not None:
            self._refresh.cancel()
        if self._dialog is not None:
            self._dialog.close()
        if self._answer is not None:
            self._answer.cancel()

    def _send(self, expires: int) -> "asyncio.Future[int]":
        host, port = self._registrar
        if self._dialog is None:
            name = f"<sip:{self._line.login[0]}@{host}>"
            self._dialog = Dialog(self._line, self._call_id, f"{name};tag=r{port}", name)
            self._dialog.target, self._dialog.peer = f"sip:{host}:{port}", self._registrar
        self._answer = asyncio.get_running_loop().create_future()
        self._dialog.ask("REGISTER", [("Expires", str(expires))])
        return self._answer

    def _plan_refresh(self, expires: int) -> None:
        if self._refresh is not None:
            self._refresh.cancel()
        if expires > 0:
            loop = asyncio.get_running_loop()
            self._refresh = loop.call_later(expires / 2, self._renew, expires)

    def _renew(self, expires: int) -> None:
        self._send(expires)
        self._plan_refresh(expires)
