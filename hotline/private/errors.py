"""What can go wrong while the private servers are set up or started; each says what to do."""

from typing import ClassVar

from kernel.errors import BadSettings, Conflict, Unavailable


class NoAsteriskTree(Unavailable):
    """The private Asterisk could not be fetched or unpacked."""

    code: ClassVar[str] = "no-asterisk-tree"


class NoServerBinaries(Unavailable):
    """PostgreSQL's or Valkey's programs are not installed."""

    code: ClassVar[str] = "no-server-binaries"


class ServerDidNotStart(Unavailable):
    """A private server ended, or was not ready in time; the end of its log is in the problem."""

    code: ClassVar[str] = "server-did-not-start"


class WrongDataVersion(Conflict):
    """A data folder belongs to another major version of PostgreSQL."""

    code: ClassVar[str] = "wrong-data-version"


class InstanceBusy(Conflict):
    """Another keeper runs this instance."""

    code: ClassVar[str] = "instance-busy"


class NoFreePorts(Unavailable):
    """No block of ports is left for an instance's servers, or for its audio."""

    code: ClassVar[str] = "no-free-ports"


class BadInstanceFile(BadSettings):
    """A file below var/<name>/ is not what we wrote there."""

    code: ClassVar[str] = "bad-instance-file"
