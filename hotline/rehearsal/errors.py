"""What can go wrong while we rehearse: each says what to do."""

from kernel.errors import BadInput, TimedOut, Unavailable


class BadSipMessage(BadInput):
    code = "bad-sip-message"


class RegistrationRefused(Unavailable):
    code = "registration-refused"


class PhoneSilent(TimedOut):
    """Something that was awaited at a phone did not come in time."""

    code = "phone-silent"


class NotShown(PhoneSilent):
    """A ring that neither the desk nor the list of one's calls knows."""

    code = "ring-not-shown"


class WrongPhoneState(BadInput):
    """The phone was told to do what its call does not allow just now."""

    code = "wrong-phone-state"


class CitizensDidNotRing(Unavailable):
    code = "citizens-did-not-ring"


class ConsoleRefused(Unavailable):
    """The console answered a request of a rehearsed person with an error."""

    code = "console-refused"

    def __init__(self, status: int, reason: str, asked: str) -> None:
        super().__init__(
            f"{asked} was answered {status} ({reason}).",
            remedy="Look for the same moment in the log of the instance.",
        )
        self.status = status
        self.reason = reason  # the error's code: "wrong-state"


class InstanceNotReady(Unavailable):
    code = "instance-not-ready"


class FaultNotDone(Unavailable):
    """A fault that was to happen in a rehearsal did not, or was never mended."""

    code = "fault-not-done"


class NoSuchSeats(BadInput):
    code = "no-such-seats"


class NoBrowser(Unavailable):
    """`--browser` on a machine without Chromium or Playwright."""

    code = "no-browser"


class DeskStuck(TimedOut):
    """A page did not show in time what its agent had to see."""

    code = "desk-stuck"


class BadWishes(BadInput):
    """Options of a rehearsal that do not go together."""

    code = "bad-wishes"


class NoWayIn(Unavailable):
    """The instance has no address at which simulated citizens could ring."""

    code = "no-way-in"
