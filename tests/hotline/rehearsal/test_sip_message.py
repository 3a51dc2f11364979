import pytest

from hotline.rehearsal.errors import BadSipMessage
from hotline.rehearsal.sip_message import (
    SipMessage,
    digest_header,
    display_in,
    parse_message,
    parse_sdp,
    tag_in,
    uri_in,
    user_in,
    write_sdp,
)

INVITE = (
    b"INVITE sip:8001@127.0.0.1:5080 SIP/2.0\r\n"
    b"v: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\n"
    b"Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK0\r\n"
    b'f: "\xe5\xb8\x82\xe6\xb0\x91" <sip:13800001111@127.0.0.1>;tag=abc\r\n'
    b"t: <sip:8001@127.0.0.1>\r\n"
    b"i: one@two\r\n"
    b"CSeq: 7 INVITE\r\n"
    b"Subject: folded\r\n over two lines\r\n"
    b"l: 4\r\n\r\nv=0\n"
)


def test_compact_headers_are_found_by_their_long_names() -> None:
    message = parse_message(INVITE)

    assert message.call_id == "one@two"
    assert len(message.all("Via")) == 2
    assert message.header("subject") == "folded over two lines"
    assert (message.method, message.cseq, message.body) == ("INVITE", 7, "v=0\n")


def test_a_caller_s_number_name_and_tag_are_read_from_the_address() -> None:
    sender = parse_message(INVITE).header("From")

    assert user_in(sender) == "13800001111"
    assert display_in(sender) == "市民"
    assert tag_in(sender) == "abc"
    assert uri_in(sender) == "sip:13800001111@127.0.0.1"


def test_what_is_written_is_read_again() -> None:
    message = parse_message(INVITE)

    again = parse_message(message.encode())

    assert again == message


@pytest.mark.parametrize("junk", [b"\r\n\r\n" * 8, b"HELLO world, no SIP here", b"SIP/2.0 200 OK"])
def test_what_is_no_sip_message_is_refused(junk: bytes) -> None:
    with pytest.raises(BadSipMessage):
        parse_message(junk)


def test_the_digest_follows_rfc_2617() -> None:
    """MD5(MD5(user:realm:password):nonce:nc:cnonce:qop:MD5(method:uri)), reckoned beforehand."""
    challenge = SipMessage(
        "SIP/2.0 401 Unauthorized",
        (("WWW-Authenticate", 'Digest realm="asterisk",nonce="n/1",opaque="op",qop="auth"'),),
    )

    name, value = digest_header(challenge, ("8001", "pw"), "REGISTER", "sip:127.0.0.1:5060")

    assert name == "Authorization"
    assert 'realm="asterisk", nonce="n/1"' in value
    assert 'response="189b1240a44aa1b4eb4ec149921d4e35"' in value
    assert 'opaque="op"' in value


def test_a_hold_is_read_from_the_sdp() -> None:
    media = parse_sdp(write_sdp(("127.0.0.1", 4000), "sendonly", 2))

    assert media is not None
    assert (media.address, media.direction) == (("127.0.0.1", 4000), "sendonly")
    assert parse_sdp("") is None
