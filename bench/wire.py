"""Phones whose messages bear the kernel's time: a busy loop here makes no ring late.

The kernel stamps each datagram as it comes in; while the phone handles it, that is its clock.
Linux only, as `hotline/rehearsal/ears.py`.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_message import Address
from hotline.rehearsal.sip_phone import Account, PhoneSet, SipPhone

_STAMPED: Final = 35  # Linux' SO_TIMESTAMPNS, which Python 3.11 does not name
_TIMESPEC: Final = struct.Struct("@ll")
_STAMP_SPACE: Final = socket.CMSG_SPACE(_TIMESPEC.size)
_PACKET: Final = 65_536


class WireClock:
    """The stamp of the message being handled; else the machine's wall clock, which stamps too."""

    def __init__(self) -> None:
        self.stamp: datetime | None = None

    def now(self) -> datetime:
        return self.stamp or datetime.now(UTC)


class _Wire:
    """As much of a transport as a phone uses."""

    def __init__(self, port: socket.socket) -> None:
        self._port = port

    def sendto(self, data: bytes, to: Address) -> None:
        self._port.sendto(data, to)

    def get_extra_info(self, name: str) -> Any:  # asyncio's own shape
        return self._port.getsockname() if name == "sockname" else None

    def is_closing(self) -> bool:
        return self._port.fileno() < 0

    def close(self) -> None:
        self._port.close()


@asynccontextmanager
async def open_stamped_phone(account: Account, pacer: Pacer, lines: int) -> AsyncIterator[SipPhone]:
    """On a port of its own. Closes it afterwards."""
    loop, clock = asyncio.get_running_loop(), WireClock()
    phone = SipPhone(account, PhoneSet(clock, pacer, lines=lines))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.setblocking(False)
        port.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        port.bind(("127.0.0.1", 0))
        phone.connection_made(cast(asyncio.BaseTransport, _Wire(port)))

        def read() -> None:
            try:
                while True:
                    data, said, _, sender = port.recvmsg(_PACKET, _STAMP_SPACE)
                    clock.stamp = _time_of(said[0][2])
                    phone.datagram_received(data, sender)
            except BlockingIOError:
                return
            finally:
                clock.stamp = None

        loop.add_reader(port, read)
        try:
            yield phone
        finally:
            loop.remove_reader(port)
            phone.close()


def _time_of(timespec: bytes) -> datetime:
    seconds, nanoseconds = _TIMESPEC.unpack(timespec)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanoseconds // 1000)
