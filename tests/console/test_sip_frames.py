"""What may pass from a page to Asterisk: one plain message of the seat's own phone."""

import pytest

from console.sip_frames import FrameRefused, check_frame
from tests.console.softphones import sip

OWN = "<sip:w8001@hotline>;tag=a"
OTHER = "<sip:w8002@hotline>;tag=a"
CONTACT = (
    "Contact: <sip:x1@y.invalid;transport=ws>;+sip.ice;reg-id=1;"
    '+sip.instance="<urn:uuid:4cacec9f-40c2-4915>";expires=120\r\n'
)
LOGIN = 'Authorization: Digest algorithm=MD5, username="w8001", realm="asterisk"\r\n'


@pytest.mark.parametrize(
    "frame",
    [
        "\r\n\r\n",
        "\r\n",
        sip("REGISTER", OWN, more=CONTACT),
        sip("REGISTER", OWN, more=CONTACT + LOGIN),
        sip("REGISTER", '"王芳" <sip:w8001@hotline>;tag=a', to="<sip:w8001@hotline>"),
        sip("REGISTER", OWN, more="Contact: *\r\nExpires: 0\r\n"),
        sip("INVITE", OWN, to="<sip:13812345678@hotline>", body="v=0\r\n"),
        sip("BYE", "<sip:12345@hotline>;tag=b", to="<sip:13812345678@hotline>;tag=c"),
        "SIP/2.0 200 OK\r\nFrom: <sip:anything@x>\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=lambda frame: frame[:24].strip() or "keep-alive",
)
def test_what_the_seats_own_phone_says_passes(frame: str) -> None:
    assert check_frame(frame.encode(), "w8001") is None


REFUSED = {
    "another seat": sip("REGISTER", OTHER, to="<sip:w8002@hotline>"),
    "another seat, with a To tag": sip("REGISTER", OTHER, to="<sip:w8002@hotline>;tag=b"),
    "a name that looks like one's own": sip("REGISTER", f'"<sip:w8001@hotline>" {OTHER}'),
    "two From": sip("REGISTER", OWN, more=f"From: {OTHER}\r\n"),
    "a second From in short": sip("REGISTER", OWN, more=f"f: {OTHER}\r\n"),
    "folded": sip("REGISTER", OWN).replace("From: ", "From:\r\n "),
    "two messages": sip("REGISTER", OWN) + sip("REGISTER", OTHER),
    "one behind a response": "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n" + sip("BYE", OTHER),
    "a body that is not said": sip("OPTIONS", OWN) + "x" * 9,
    "the trunk": sip("INVITE", "<sip:trunk-in@hotline>;tag=x", to="<sip:8001@hotline>"),
    "another's address of record": sip("REGISTER", OWN, to="<sip:w8002@hotline>"),
    "another's password": sip("REGISTER", OWN, more=LOGIN.replace("w8001", "w8002")),
    "two names in one login": sip(
        "REGISTER", OWN, more=LOGIN.replace("realm", 'username="w8002", realm')
    ),
    "a login on a call in progress": sip(
        "INVITE", OWN, to="<sip:1@x>;tag=c", more=LOGIN.replace("w8001", "w8002")
    ),
    "a method no page needs": sip("REFER", OWN, to="<sip:1@x>"),
    "no SIP at all": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a bare line feed": sip("REGISTER", OWN, more="X: 1\nFrom: <sip:w8002@hotline>\r\n"),
    "half a message": "REGISTER sip:hotline SIP/2.0\r\nFrom: <sip:w8001@hotline>\r\n",
    "two contacts": sip("REGISTER", OWN, more=CONTACT * 2),
    "two contacts in one line": sip(
        "REGISTER", OWN, more="Contact: <sip:x@y.invalid>, <sip:w8002@z.invalid>\r\n"
    ),
}


@pytest.mark.parametrize("frame", REFUSED.values(), ids=list(REFUSED))
def test_what_could_talk_past_the_check_is_refused(frame: str) -> None:
    with pytest.raises(FrameRefused):
        check_frame(frame.encode(), "w8001")
