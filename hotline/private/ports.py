"""Free ports for one instance, remembered so that a restart keeps them while they are free.

All lie outside 32768 ... 60999, from where the kernel gives a number to whoever asks for any: there
a stranger's socket could take one before its server has bound it, or while that server restarts.
An idle Asterisk binds no audio port, so two instances could choose the same range: each keeper
holds its blocks by a listening TCP socket on each block's first number, which ends with the keeper.
"""

import socket
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hotline.private.errors import BadInstanceFile, NoFreePorts

LOOPBACK: Final = "127.0.0.1"
TRUNK_OUT_HOST: Final = "127.0.0.4"
AUDIO_FIRST: Final = 10000
AUDIO_LAST: Final = 31999
SERVERS_FIRST: Final = 61000
SERVERS_LAST: Final = 65535
SERVERS_PORTS: Final = 16  # of one block: its guard, one for each of WANTED, the rest to spare
AUDIO_PORTS: Final = 400  # of one block; 4 for each talking call, 2 for each waiting one
CALLS_OF_A_BLOCK: Final = AUDIO_PORTS // 4

Port = Annotated[int, Field(ge=1024, le=65535)]
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM


class Ports(BaseModel):
    """The ports of one instance; RTP is `rtp_first` ... `rtp_last`, whole blocks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    console: Port
    database: Port
    valkey: Port
    ami: Port
    ari: Port
    sip: Port
    trunk_out: Port
    rtp_first: Port
    rtp_blocks: Annotated[int, Field(ge=1, le=55)] = 1

    @property
    def rtp_last(self) -> int:
        return self.rtp_first + self.rtp_blocks * AUDIO_PORTS - 1


WANTED: Final = {
    "console": (TCP, LOOPBACK),
    "database": (TCP, LOOPBACK),
    "valkey": (TCP, LOOPBACK),
    "ami": (TCP, LOOPBACK),
    "ari": (TCP, LOOPBACK),
    "sip": (UDP, LOOPBACK),
    "trunk_out": (UDP, TRUNK_OUT_HOST),
}


@contextmanager
def held_ports(file: Path, calls: int = CALLS_OF_A_BLOCK) -> Iterator[Ports]:
    """The instance's ports, those of `file` where still free; the audio range is ours meanwhile.

    `calls`: so many may talk at once. Raises BadInstanceFile, NoFreePorts.
    """
    before, blocks = remembered(file), -(-calls // CALLS_OF_A_BLOCK)
    audio = _audio_range(before.get("rtp_first"), blocks)
    with audio as rtp_first, _servers_block(file, before) as chosen:
        ports = Ports(rtp_first=rtp_first, rtp_blocks=blocks, **chosen)
        file.write_text(ports.model_dump_json(indent=2) + "\n", encoding="utf-8")
        yield ports


def remembered(file: Path) -> dict[str, int]:
    """What the file says; empty without one. BadInstanceFile when it is not ours."""
    if not file.exists():
        return {}
    try:
        return Ports.model_validate_json(file.read_bytes()).model_dump()
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInstanceFile(
            f"{file}: {where}: {first['msg']} (it has {str(first['input'])[:60]!r}).",
            remedy="Remove the file: new ports are chosen at the next start.",
        ) from broken


def is_free(port: int, kind: socket.SocketKind = TCP, host: str = LOOPBACK) -> bool:
    """Could a server bind it now?"""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == TCP:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextmanager
def _servers_block(file: Path, before: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The block of `before`, else one that this file's name chooses: two begin far apart."""
    blocks = range(SERVERS_FIRST, SERVERS_LAST - SERVERS_PORTS + 2, SERVERS_PORTS)
    begin = zlib.crc32(str(file.absolute()).encode()) % len(blocks)
    firsts = [*blocks[begin:], *blocks[:begin]]
    was = [first for first in blocks if first < before.get("console", 0) < first + SERVERS_PORTS]
    for first in [*was, *firsts]:
        with ExitStack() as guards:
            if not _guard(guards, [first]):
                continue
            chosen = _of_block(range(first + 1, first + SERVERS_PORTS), before)
            if chosen.keys() == WANTED.keys():
                yield chosen
                return
    raise NoFreePorts(
        f"No {len(WANTED)} ports side by side are free from {SERVERS_FIRST} to {SERVERS_LAST}.",
        remedy="Stop an instance that is not needed.",
    )


def _of_block(numbers: range, before: Mapping[str, int]) -> dict[str, int]:
    """Each server's port as before where it is free, else the first spare one, while they last."""
    chosen: dict[str, int] = {}
    for name, how in WANTED.items():
        taken = {*before.values(), *chosen.values()}
        spare = [number for number in numbers if number not in taken]
        was = before.get(name, 0)
        wanted = [was, *spare] if was in numbers else spare
        found = next((number for number in wanted if is_free(number, *how)), None)
        if found is not None:
            chosen[name] = found
    return chosen


@contextmanager
def _audio_range(before: int | None, blocks: int) -> Iterator[int]:
    size = blocks * AUDIO_PORTS
    firsts = list(range(AUDIO_FIRST, AUDIO_LAST - size + 2, AUDIO_PORTS))
    if before in firsts:
        firsts = [before, *firsts]
    for first in firsts:
        with ExitStack() as guards:
            if not _guard(guards, range(first, first + size, AUDIO_PORTS)):
                continue
            if all(is_free(port, UDP) for port in range(first, first + size, 2)):
                yield first
                return
    raise NoFreePorts(
        f"Every range of {size} UDP ports from {AUDIO_FIRST} to {AUDIO_LAST} is in use.",
        remedy="Stop an instance that is not needed, or ask for fewer calls at once.",
    )


def _guard(guards: ExitStack, firsts: Sequence[int]) -> bool:
    """Listens on the first number of each block; False when another keeper does."""
    try:
        for block in firsts:
            guard = guards.enter_context(socket.socket(socket.AF_INET, TCP))
            guard.bind((LOOPBACK, block))
            guard.listen(1)
    except OSError:
        return False
    return True
