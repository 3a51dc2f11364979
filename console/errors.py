"""What can go wrong at the door of the console; each leaf has its own code, never renamed."""

from datetime import datetime
from typing import ClassVar

from intake.field_errors import FieldError
from kernel.errors import BadInput, Conflict, HotlineError, NotAllowed, NotFound


class BadForm(BadInput):
    """The JSON is sound, its content is not; `fields` says where."""

    code: ClassVar[str] = "bad-form"

    def __init__(self, problem: str, *, remedy: str, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(problem, remedy=remedy)
        self.fields = fields


class TextTooLong(BadForm):
    code: ClassVar[str] = "text-too-long"


class MalformedJson(BadInput):
    code: ClassVar[str] = "malformed-json"


class WrongMediaType(BadInput):
    code: ClassVar[str] = "wrong-media-type"


class BodyTooLarge(BadInput):
    code: ClassVar[str] = "body-too-large"


class VersionMissing(BadInput):
    """A change must name the version it changes."""

    code: ClassVar[str] = "version-missing"


class NotSignedIn(NotAllowed):
    code: ClassVar[str] = "not-signed-in"


class WrongNameOrPassword(NotAllowed):
    code: ClassVar[str] = "wrong-name-or-password"


class TooManyAttempts(NotAllowed):
    """`wait_s` whole seconds until the next attempt is looked at."""

    code: ClassVar[str] = "too-many-attempts"

    def __init__(self, problem: str, *, remedy: str, wait_s: int) -> None:
        super().__init__(problem, remedy=remedy)
        self.wait_s = wait_s


class NoSoftphone(NotAllowed):
    """The session has no login for a softphone in a page, or another window has it now."""

    code: ClassVar[str] = "no-softphone"


class WrongRole(NotAllowed):
    code: ClassVar[str] = "wrong-role"


class ThirdPartyStaff(NotAllowed):
    """GOV-01: staff of a contractor answer calls and nothing else."""

    code: ClassVar[str] = "third-party-staff"


class ForeignOrigin(NotAllowed):
    code: ClassVar[str] = "foreign-origin"


class NotYourCall(NotAllowed):
    code: ClassVar[str] = "not-your-call"


class NoAgentBehindLogin(NotAllowed):
    """Seat work needs a login that belongs to an agent."""

    code: ClassVar[str] = "no-agent-behind-login"


class NoSuchAddress(NotFound):
    code: ClassVar[str] = "no-such-address"


class MethodNotAllowed(NotFound):
    code: ClassVar[str] = "method-not-allowed"


class NoSuchCall(NotFound):
    code: ClassVar[str] = "no-such-call"


class NoPhoneToListen(Conflict):
    """A supervisor without a seat must name the phone at which he hears."""

    code: ClassVar[str] = "no-phone-to-listen"


class PhoneInUse(Conflict):
    """Somebody else sits at it, or it is busy."""

    code: ClassVar[str] = "phone-in-use"


class NoSuchLogin(NotFound):
    code: ClassVar[str] = "no-such-login"


class LoginTaken(Conflict):
    code: ClassVar[str] = "login-taken"


class OwnLogin(Conflict):
    """Nobody takes his own account away from himself."""

    code: ClassVar[str] = "own-login"


class NoSuchAlarm(NotFound):
    """It does not stand: never raised, or cleared meanwhile."""

    code: ClassVar[str] = "no-such-alarm"


class NoSuchRecording(NotFound):
    code: ClassVar[str] = "no-such-recording"


class NoNumber(NotFound):
    """Withheld, or its key is no longer kept."""

    code: ClassVar[str] = "no-number"


class ConfidentialRecording(NotAllowed):
    """B7, SEC-02: recordings of protected tickets need a second permission."""

    code: ClassVar[str] = "confidential-recording"


class RecordingGone(NotFound):
    """Erased after its time, with a certificate in the journal."""

    code: ClassVar[str] = "recording-gone"


class AlreadyOnHold(Conflict):
    code: ClassVar[str] = "recording-already-on-hold"


class NotOnHold(Conflict):
    code: ClassVar[str] = "recording-not-on-hold"


class BreakMustWait(Conflict):
    """A skill minimum would be broken (SEAT-03): it stands among the wishes, and is granted in
    order; `granted_at` None: nobody knows when."""

    code: ClassVar[str] = "break-must-wait"

    def __init__(
        self, problem: str, *, remedy: str, queue: str, granted_at: datetime | None
    ) -> None:
        super().__init__(problem, remedy=remedy)
        self.queue = queue
        self.granted_at = granted_at


class InternalFault(HotlineError):
    """Ours. The reply carries only the number under which the log has the rest."""

    code: ClassVar[str] = "internal-fault"
