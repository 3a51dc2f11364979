"""AMI messages from bytes without a socket: captures (`hotline replay`), benches, tests."""

from telephony.ami_asks import Headers
from telephony.ami_link import Wire


class MessageReader:
    """The same framing and parser as the link's."""

    def __init__(self) -> None:
        self._heard: list[Headers] = []
        self._wire = Wire(self._heard.append, lambda why: None)

    def feed(self, data: bytes) -> list[Headers]:
        """The messages that became whole with these bytes."""
        self._wire.data_received(data)
        whole, self._heard[:] = list(self._heard), []
        return whole
