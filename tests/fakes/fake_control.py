"""Call control that only remembers what it was asked. Fits AmiCallControl by shape."""

from kernel.errors import HotlineError
from kernel.ids import CallId
from telephony.call_control import AmiCallControl


class FakeControl:
    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.consulted: set[CallId] = set()
        self.trouble: HotlineError | None = None  # raised once by the next that is asked

    def has_consulted(self, call: CallId) -> bool:
        return call in self.consulted

    def __getattr__(self, verb: str) -> object:
        assert hasattr(AmiCallControl, verb), f"call control has no {verb}"

        async def ask(*what: object) -> None:
            self.asked.append((verb, *what))
            trouble, self.trouble = self.trouble, None
            if trouble is not None:
                raise trouble

        return ask
