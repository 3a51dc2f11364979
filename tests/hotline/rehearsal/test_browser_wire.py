"""What a page's SIP socket tells of its calls: the evidence of a desk in a browser."""

from datetime import datetime

import pytest

from hotline.rehearsal.browser.wire import Wire, WireCall
from hotline.rehearsal.call_log import EndedBy, News, Phase
from tests.hotline.rehearsal.scene import NUMBER, T0, s


def at(seconds: float) -> datetime:
    return T0 + s(seconds)


def frame(first: str, method: str, *, call: str = "c1", to_tag: str = "") -> str:
    head = (
        first,
        f"From: <sip:{NUMBER}@hotline>;tag=a",
        f"To: <sip:web-8001@hotline>{to_tag}",
        f"Call-ID: {call}",
        f"CSeq: 7 {method}",
        "Content-Length: 0",
    )
    return "\r\n".join(head) + "\r\n\r\n"


INVITE = frame("INVITE sip:web-8001@x SIP/2.0", "INVITE")
RINGING = frame("SIP/2.0 180 Ringing", "INVITE", to_tag=";tag=b")
OK = frame("SIP/2.0 200 OK", "INVITE", to_tag=";tag=b")
ACK = frame("ACK sip:web-8001@x SIP/2.0", "ACK", to_tag=";tag=b")
BYE = frame("BYE sip:web-8001@x SIP/2.0", "BYE", to_tag=";tag=b")
CANCEL = frame("CANCEL sip:web-8001@x SIP/2.0", "CANCEL")
TERMINATED = frame("SIP/2.0 487 Request Terminated", "INVITE", to_tag=";tag=b")
BUSY = frame("SIP/2.0 486 Busy Here", "INVITE", to_tag=";tag=b")
AGAIN = frame("INVITE sip:web-8001@x SIP/2.0", "INVITE", to_tag=";tag=b")


def rung() -> tuple[Wire, WireCall]:
    wire = Wire()
    wire.heard(at(0), INVITE)
    wire.sent(at(0.1), RINGING)
    return wire, wire.calls[0]


def test_an_answered_call_is_read_off_the_frames() -> None:
    wire, call = rung()
    wire.sent(at(2), OK)
    wire.heard(at(2.1), ACK)
    wire.heard(at(9), BYE)

    saw = call.saw("S001")

    assert (saw.seat, saw.shown) == ("S001", NUMBER)
    assert (saw.rang_at, saw.answered_at, saw.joined_at) == (at(0), at(2), at(2.1))
    assert (saw.ended_at, saw.ended_by) == (at(9), EndedBy.THEM)
    assert saw.packets_sent is None


def test_a_new_offer_within_the_call_is_no_second_ring() -> None:
    wire, call = rung()
    wire.sent(at(2), OK)
    wire.heard(at(3), AGAIN)
    wire.sent(at(3.1), OK)
    wire.heard(at(3.2), ACK)

    assert len(wire.calls) == 1
    assert call.log.count(News.ANSWERED) == 1


def test_who_hangs_up_is_known_by_who_said_bye() -> None:
    wire, call = rung()
    wire.sent(at(2), OK)
    wire.sent(at(5), BYE)
    wire.heard(at(6), BYE)  # it crossed ours: the call was over

    assert (call.saw("S1").ended_by, call.saw("S1").ended_at) == (EndedBy.US, at(5))


def test_a_caller_who_leaves_a_ring_was_not_refused_by_the_page() -> None:
    wire, call = rung()
    wire.heard(at(4), CANCEL)
    wire.sent(at(4.1), TERMINATED)

    assert [one.what for one in call.log.seen][-1] is News.CANCELLED
    assert call.saw("S1").ended_by is EndedBy.THEM


def test_a_page_that_refuses_has_ended_the_ring_itself() -> None:
    wire, call = rung()
    wire.sent(at(4), BUSY)

    assert (call.log.phase, call.saw("S1").ended_by) == (Phase.ENDED, EndedBy.US)


@pytest.mark.parametrize("noise", ["\r\n\r\n", "", BYE.replace("c1", "another"), "not SIP"])
def test_keep_alives_and_strange_calls_change_nothing(noise: str) -> None:
    wire, call = rung()
    wire.heard(at(1), noise)
    wire.sent(at(1), noise)

    assert len(wire.calls) == 1
    assert call.log.phase is Phase.RINGING


async def test_a_waiting_agent_is_given_the_next_ring() -> None:
    wire, first = rung()

    assert await wire.next_call(0) is first
