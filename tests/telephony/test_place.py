"""A place in the line, kept on the citizen's channel: it comes back as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import AgentNo, QueueName, Skill
from telephony.place import Place

AT = datetime(2026, 1, 5, 8, 30, 15, 125_000, tzinfo=UTC)
names = st.from_regex(r"[a-z][a-z0-9_]{0,12}(:[a-z0-9_-]{1,8})?", fullmatch=True)
agents = st.none() | st.integers(1000, 9999).map(lambda n: AgentNo(str(n)))
places = st.builds(
    Place,
    queue=st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).map(QueueName),
    asked_at=st.integers(0, 10**6).map(lambda s: AT + timedelta(seconds=s)),
    priority=st.integers(0, 3),
    needs=st.none() | st.dictionaries(names.map(Skill), st.integers(1, 5), min_size=1, max_size=4),
    handed_to=agents,
    sent_by=agents,
)


@given(place=places)
def test_a_place_is_read_back_as_it_was_written_and_the_dialplan_reads_no_syntax(
    place: Place,
) -> None:
    written = place.encode()

    assert Place.decode(written) == place
    assert not set(written) & set(",^|${}()&\"'\r\n")


def test_a_place_of_an_older_process_is_read_too() -> None:
    assert Place.decode("q:general;t:1767601815.125;p:2") == Place(QueueName("general"), AT, 2)


@pytest.mark.parametrize("text", ["", "q:general", "q:general;t:x;p:0", "q:g;t:1;p:0;n:ko=x"])
def test_what_we_did_not_write_is_no_place(text: str) -> None:
    assert Place.decode(text) is None


def test_a_skill_that_the_dialplan_would_read_as_syntax_is_left_out() -> None:
    place = Place(QueueName("general"), AT, 0, {Skill("ko"): 2, Skill("a,${b}"): 1})

    assert Place.decode(place.encode()) == Place(QueueName("general"), AT, 0, {Skill("ko"): 2})
