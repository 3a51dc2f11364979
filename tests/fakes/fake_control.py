"""Call control that only remembers what it was asked. Fits AmiCallControl by shape."""

from telephony.call_control import AmiCallControl


class FakeControl:
    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def __getattr__(self, verb: str) -> object:
        assert hasattr(AmiCallControl, verb), f"call control has no {verb}"

        async def ask(*what: object) -> None:
            self.asked.append((verb, *what))

        return ask
