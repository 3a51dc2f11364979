"""Every error that a person may meet says what is wrong, with what value, and what to do.

    HotlineError
    ├── BadSettings            a configuration file: file, key, value, remedy
    ├── BadInput               what somebody typed or sent
    │   └── BadPhoneNumber
    ├── NotAllowed             the role does not permit it
    ├── NotFound
    ├── Conflict               it contradicts what is so already
    └── Unavailable            something outside is away: try again
        └── TimedOut

Each package adds its own leaves below these branches. `code` is part of the API and is never
renamed; the console translates it, the English text is for the log.
"""

from typing import ClassVar


class HotlineError(Exception):
    """Base of all our errors. `problem` and `remedy` are English sentences."""

    code: ClassVar[str] = "hotline-error"

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}"


class BadSettings(HotlineError):
    code = "bad-settings"


class BadInput(HotlineError):
    code = "bad-input"


class NotAllowed(HotlineError):
    code = "not-allowed"


class NotFound(HotlineError):
    code = "not-found"


class Conflict(HotlineError):
    code = "conflict"


class Unavailable(HotlineError):
    code = "unavailable"


class TimedOut(Unavailable):
    code = "timed-out"


class BadPhoneNumber(BadInput):
    code = "bad-phone-number"
