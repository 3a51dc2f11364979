"""Names of things. A NewType each, so that a swap does not type-check."""

import os
import time
import uuid
from typing import NewType

CallId = NewType("CallId", str)  # Asterisk's Uniqueid of the citizen's channel: "cc1-1767603600.41"
LegId = NewType(
    "LegId", str
)  # "<epoch>-<n, six digits>": one attempt to reach one phone, never reused
Epoch = NewType("Epoch", int)  # one life of the leading process
SeatId = NewType("SeatId", str)  # a position (座席): "S001"
Extension = NewType("Extension", str)  # the phone at a seat: "8001"
AgentNo = NewType("AgentNo", str)  # 工号 of a person: "1001"
QueueName = NewType("QueueName", str)
Skill = NewType("Skill", str)  # "general", "enterprise", "dialect:dongbei"
PauseReason = NewType("PauseReason", str)
NumberKey = NewType("NumberKey", str)  # keyed hash of a phone number: may stand in the journal
TicketKey = NewType("TicketKey", str)  # idempotency key (uuid) of one submission
TicketNo = NewType("TicketNo", str)
CaseId = NewType("CaseId", str)
DutyId = NewType("DutyId", str)


def leg_id(epoch: Epoch, n: int) -> LegId:
    return LegId(f"{epoch}-{_nth(n)}")


def _nth(n: int) -> str:
    """Of one width: Asterisk takes an id for used while a living channel's *begins* with it, and
    refused to ring 19-1 because of 19-11."""
    return f"{n:06}"


def epoch_of(leg: LegId) -> Epoch:
    return Epoch(int(leg.split("-", 1)[0]))


def out_id(epoch: Epoch, n: int) -> CallId:
    """The channel of a citizen whom we ring: named by us before anybody is rung, never reused."""
    return CallId(f"out-{epoch}-{_nth(n)}")


def is_out(call: str) -> bool:
    """We rang the citizen: such a call is no request to us, no figure of D-01 counts it."""
    return call.startswith("out-")


def relay_id(epoch: Epoch, n: int) -> CallId:
    """As `out_id`, for a call that an agent or a unit's handler asks for (FRD-03)."""
    return CallId(f"out-{epoch}-r{_nth(n)}")


def is_relay(call: str) -> bool:
    return is_out(call) and call.rpartition("-")[2].startswith("r")


def uuid7() -> str:
    """A time-ordered UUID (RFC 9562 version 7); PostgreSQL has `uuidv7()` only from 18 on."""
    ms = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (ms & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
