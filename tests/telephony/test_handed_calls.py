"""What another level said of a call outlives the process that heard it (NAV-02)."""

from datetime import UTC, datetime, timedelta

from kernel.ids import CallId
from telephony.ami_actions import OUR_VARIABLES
from telephony.ami_events import AsyncAgiStart, Newchannel
from telephony.found import Found
from telephony.mirror import Mirror
from telephony.resync import compare

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CALL = CallId("cc1-1.7")
NAME = "PJSIP/level-jilin-00000003"
SAID = "jilin/city_matter/22010020261121000007/prov-1.9"


def mirror() -> Mirror:
    return Mirror(key_of=lambda number: None)


def agi(*arguments: str) -> AsyncAgiStart:
    return AsyncAgiStart(CALL, NAME, "hotline", "12345", "13800001111", "", arguments)


def found(**variables: str) -> Found:
    return Found(
        uniqueid=CALL, name=NAME, context="room", exten="s", application="AGI", bridge="",
        number="13800001111", caller_name="", age=timedelta(seconds=7), variables=variables,
    )  # fmt: skip


def test_nav_02_the_dialplan_says_it_with_the_call() -> None:
    seen = mirror()
    seen.take(Newchannel(CALL, NAME, "from-trunk", "12345", "13800001111", ""), NOW)
    seen.take(agi("sip-1", "12345", SAID), NOW)

    party = seen.parties[CALL]
    assert (party.handed, party.trunk) == (SAID, "level-jilin")
    assert (party.sip_call_id, party.dialled) == ("sip-1", "12345")


def test_nav_02_a_process_that_comes_later_reads_it_from_the_channel() -> None:
    seen = mirror()
    item = found(CC_SIP="sip-1", CC_DIALLED="12345", CC_FROM=SAID, CC_CALL="known")
    for mend in compare(seen, [item], set()).mends:
        mend.effects(seen, NOW)

    assert seen.parties[CALL].handed == SAID
    assert "CC_FROM" in OUR_VARIABLES.split(",")


def test_a_call_of_a_dialplan_that_says_nothing_of_levels_is_a_citizens() -> None:
    seen = mirror()
    seen.take(agi("sip-1", "12345"), NOW)

    assert seen.parties[CALL].handed == ""
