"""What is usual is read by us, in half the time; panoramisk's own parser says how."""

import pytest
from panoramisk.message import Message

from bench.ami_stream import repeated
from telephony.ami_reader import MessageReader
from telephony.ami_text import plain, usual


@pytest.mark.parametrize(
    "odd",
    [
        "Event: UserEvent\r\nChannel: a\r\nChannel: b",
        "Event: AsyncAGIExec\r\nResult: 200%20result%3D1%0A",
        "Event: Newchannel\r\nExten:",
        "Event: Newchannel\r\nno header",
        "Response: Follows\r\nActionID: 1\r\nPrivilege: Command\r\nwhat it says",
        "Response: Failure\r\nActionID: 1\r\nMessage: why",
        "Asterisk Call Manager/11.0.0",
        "Name: without event or response",
        "",
    ],
)
def test_what_is_odd_is_left_to_panoramisks_parser(odd: str) -> None:
    assert usual(odd) is None


def test_what_is_usual_reads_as_panoramisks_parser_reads_it() -> None:
    texts = [text.strip() for text in repeated(8_000).data.decode().split("\r\n\r\n")]
    read = [(usual(text), text) for text in texts]

    assert sum(found is not None for found, _ in read) > 0.9 * len(texts)
    for found, text in read:
        if found is not None:
            message = Message.from_line(text)
            assert found == plain(dict(message.items()), message.content)


def test_what_is_odd_arrives_all_the_same() -> None:
    said = b"Event: AsyncAGIExec\r\nResult: 200%20result%3D1%0A\r\nUniqueid: u\r\n\r\n"

    assert MessageReader().feed(said) == [
        {"event": "AsyncAGIExec", "result": "200 result=1", "uniqueid": "u", "content": ""}
    ]
