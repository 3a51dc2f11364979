"""The masking table of C7: who sees how much of a citizen."""

from console.masking import Sight, masked

PERSON = {
    "caller_name": "王小明",
    "caller_number": "+8613812345678",
    "id_no": "22010219900307001X",
    "contact_address": "吉林省长春市朝阳区人民大街1号",
    "content": "路灯不亮",
}


def test_everybody_else_sees_the_surname_and_the_ends_of_the_number() -> None:
    shown = masked(PERSON, Sight.MASKED, strict=False)

    assert shown["caller_name"] == "王**"
    assert shown["caller_number"] == "138****5678"
    assert shown["id_no"] == "***"
    assert shown["contact_address"] == "吉林省长春市***"


def test_the_agent_in_the_call_sees_all_but_the_identity_number() -> None:
    shown = masked(PERSON, Sight.IN_CALL, strict=False)

    assert shown["caller_number"] == PERSON["caller_number"]
    assert shown["id_no"] == "***001X"


def test_a_protected_ticket_shows_nothing_of_its_person_to_others() -> None:
    """SEC-02: confidential and whistle-blower tickets are one level stricter."""
    shown = masked(PERSON, Sight.MASKED, strict=True)

    assert set(shown.values()) == {"***"}


def test_what_is_revealed_is_whole() -> None:
    assert masked(PERSON, Sight.REVEALED, strict=True) == PERSON
