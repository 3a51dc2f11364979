"""Calls that end before AGI has begun: each has one life, and the Call-ID by which SIP knows it."""

from datetime import UTC, datetime

import pytest

from telephony import facts
from telephony.ami_events import parse
from telephony.mirror import Mirror
from telephony.mirror_effects import Effect

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
CALL, NAME, SIP = "small-1795251822.6", "PJSIP/trunk-in-00000004", "b1c2d3-presses-17@127.0.0.2"


def of_channel(event: str, **more: str) -> dict[str, str]:
    """As Asterisk writes of a citizen's channel in [hotline] or [from-trunk]."""
    return {
        "event": event,
        "channel": NAME,
        "channelstate": "6",
        "channelstatedesc": "Up",
        "calleridnum": "13800001111",
        "calleridname": "<unknown>",
        "context": "hotline",
        "exten": "12345",
        "priority": "9",
        "uniqueid": CALL,
        "linkedid": CALL,
        **more,
    }


ARRIVES = of_channel("Newchannel", context="from-trunk", priority="1", channelstatedesc="Ring")
LEAVES = [
    of_channel("HangupRequest"),
    of_channel("UserEvent", exten="h", userevent="CCLeft", sipcallid=SIP),
]


def told(*messages: dict[str, str]) -> list[Effect]:
    mirror, effects = Mirror(key_of=lambda number: None), list[Effect]()
    for message in messages:
        event = parse(message)
        if event is not None:
            effects += mirror.take(event, NOW)
    assert not mirror.calls
    assert not mirror.counters
    return effects


def test_who_hangs_up_while_he_is_being_answered_is_known_by_his_sip_call_id() -> None:
    """I1: answered (200), gone before AGI: without the dialplan's word nobody could tell whose."""
    gone = of_channel("Hangup", exten="h", cause="0", **{"cause-txt": "Unknown"})
    effects = told(ARRIVES, of_channel("Newstate"), *LEAVES, gone)

    said = [effect for effect in effects if isinstance(effect, facts.CallArrived)]
    assert [(fact.call, fact.sip_call_id, fact.dialled) for fact in said] == [(CALL, SIP, "12345")]
    (hung_up,) = [effect for effect in effects if isinstance(effect, facts.CallHungUp)]
    assert (hung_up.call, hung_up.by) == (CALL, facts.HungUpBy.CITIZEN)


@pytest.mark.parametrize(("cause", "named"), [("34", SIP), ("42", "")])
def test_who_is_refused_has_one_life_with_the_cause(cause: str, named: str) -> None:
    """By our dialplan, which names him, or by Asterisk's own limits before it could."""
    refused = of_channel("UserEvent", context="from-trunk", userevent="CCRefused", sipcallid=SIP)
    said = [refused] if named else []
    gone = of_channel("Hangup", cause=cause, **{"cause-txt": "Circuit/channel congestion"})
    effects = told(ARRIVES, *said, gone)

    (arrived,) = [effect for effect in effects if isinstance(effect, facts.CallArrived)]
    assert arrived.sip_call_id == named
    (hung_up,) = [effect for effect in effects if isinstance(effect, facts.CallHungUp)]
    assert hung_up.cause == int(cause)
