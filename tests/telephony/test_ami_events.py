"""Messages become types; what decides must be there."""

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami_events import (
    BUILDERS,
    RINGING,
    AsyncAgiStart,
    BrokenEvent,
    DtmfEnd,
    Hangup,
    Newstate,
    UserEvent,
    parse,
)
from telephony.ami_text import agi_quoted, checked, foreign_text, without_line_breaks
from telephony.errors import ForbiddenText

ASTERISK: Final = Path(__file__).parents[2] / "asterisk"


def test_an_event_that_we_do_not_use_is_none() -> None:
    assert parse({"event": "RTCPSent", "uniqueid": "u"}) is None
    assert parse({"response": "Success"}) is None


def test_asterisk_is_asked_for_every_event_that_decides() -> None:
    """What manager.conf declines is nothing that we know how to read."""
    settings = (ASTERISK / "manager.conf.j2").read_text("utf-8")
    declined = re.findall(r"eventfilter\(action\(exclude\),name\((\w+)\)\)", settings)
    assert "VarSet" in declined
    assert not BUILDERS.keys() & set(declined)


@pytest.mark.parametrize(
    "headers",
    [
        {"event": "Hangup", "uniqueid": "u"},
        {"event": "Hangup", "cause": "16"},
        {"event": "Hangup", "uniqueid": "u", "cause": "sixteen"},
        {"event": "BridgeEnter", "uniqueid": "u", "bridgenumchannels": "2"},
        {"event": "AsyncAGIStart", "uniqueid": "u", "channel": "c"},
        {"event": "DeviceStateChange", "device": "PJSIP/8001"},
    ],
    ids=str,
)
def test_a_missing_header_that_decides_is_a_broken_event(headers: dict[str, str]) -> None:
    with pytest.raises(BrokenEvent):
        parse(headers)


def test_of_a_header_that_came_twice_the_first_is_asterisks_own() -> None:
    event = parse(
        {
            "event": "UserEvent",
            "uniqueid": "u",
            "channel": ("PJSIP/own", "PJSIP/foreign"),
            "userevent": "CCFallback",
            "reason": "switch",
        }
    )

    assert isinstance(event, UserEvent)
    assert (event.name, event.field("Reason"), event.field("None")) == ("PJSIP/own", "switch", "")


def test_arguments_of_async_agi_are_decoded() -> None:
    event = parse(
        {
            "event": "AsyncAGIStart",
            "uniqueid": "u",
            "channel": "c",
            "context": "room",
            "env": "agi_request%3A%20async%0Aagi_arg_1%3A%20a%40b%0Aagi_arg_2%3A%2012345%0A%0A",
        }
    )

    assert isinstance(event, AsyncAgiStart)
    assert event.arguments == ("a@b", "12345")


def test_a_key_that_we_sent_ourselves_is_no_key_pressed() -> None:
    key = {"event": "DTMFEnd", "uniqueid": "u", "digit": "1"}

    assert parse({**key, "direction": "Sent"}) is None
    assert parse({**key, "direction": "Received"}) == DtmfEnd("u", "1")


def test_unknown_is_not_a_name() -> None:
    event = parse({"event": "Hangup", "uniqueid": "u", "cause": "0", "cause-txt": "<unknown>"})

    assert event == Hangup("u", 0, "", "")


@given(st.text())
def test_foreign_text_can_neither_add_a_header_nor_speak_to_the_dialplan(text: str) -> None:
    safe = foreign_text(text)

    assert checked({"Action": "Setvar", "Value": safe})
    assert not set(safe) & set(",^|${}()\"'<>;&=\\\r\n\x00")
    assert len(safe) <= 60


@given(st.text())
def test_a_name_keeps_its_letters_but_stands_in_one_line(text: str) -> None:
    assert not set(without_line_breaks(text)) & set("\r\n\x00")


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb"])
def test_an_argument_that_cannot_be_quoted_is_refused(text: str) -> None:
    with pytest.raises(ForbiddenText):
        agi_quoted(text)


def test_a_network_that_lets_its_own_ringing_be_heard_rings() -> None:
    """183 with early media: Asterisk says no Newstate then, only DialState (EMG-01)."""
    said = {"event": "DialState", "destuniqueid": "cc1-1767603600.9"}

    assert parse({**said, "dialstatus": "PROGRESS"}) == Newstate("cc1-1767603600.9", RINGING)
    assert parse({**said, "dialstatus": "RINGING"}) is None  # Newstate says so
