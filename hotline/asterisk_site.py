"""Asterisk's configuration, rendered from the templates in asterisk/, for ours or a site's own.

Rule: no value can add a line, a comment or a section; such a value is refused before anything is
written. The files hold secrets, so they are readable by their owner alone.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Final, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from telephony.emergency_directory import LEGAL, RING_FOR_S
from telephony.levels import Levels
from telephony.lines import Lines

PROJECT: Final = Path(__file__).resolve().parent.parent
TEMPLATES: Final = PROJECT / "asterisk"
SOUNDS: Final = TEMPLATES / "sounds"
MUSIC_FOLDER: Final = "moh"


def one_plain_value(text: str) -> str:
    """No line break, NUL, comment or surrounding blank: each changes what Asterisk reads."""
    if re.search(r"[\x00-\x1f\x7f;]", text) or text != text.strip():
        raise ValueError("has a control character, a semicolon or a blank at an end")
    return text


def an_address(text: str) -> str:
    ip_address(text)
    return text


def a_net(text: str) -> str:
    ip_network(text)
    return text


Plain = Annotated[str, AfterValidator(one_plain_value)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
Extension = Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]
Secret = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.~+/=-]{12,128}$", repr=False)]
Folder = Annotated[str, AfterValidator(one_plain_value), Field(pattern="^/")]
Address = Annotated[str, AfterValidator(an_address)]
Net = Annotated[str, AfterValidator(a_net)]
HostAndPort = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$")]
Dialled = Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]
DialPattern = Annotated[str, Field(pattern=r"^_?[0-9XZN.!+\[\]-]{1,40}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
RingSeconds = Annotated[int, Field(ge=2, le=120)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SeatPhone(_Frozen):
    """The SIP login of one seat's phone."""

    extension: Extension
    password: Secret


class LevelTrunk(_Frozen):
    """Another level of the province, or a line with seats of its own; without `address` (host:port)
    it is rung by the trunk out. `hands_over_at`: our numbers by which it hands calls to us."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    number: Dialled
    address: HostAndPort | None = None
    hands_over_at: tuple[Dialled, ...] = ()

    @property
    def trunk(self) -> str:
        return f"level-{self.name}" if self.address else ""


class AmiAccess(_Frozen):
    """Where and as whom the backend reaches AMI. TLS or loopback only: AMI is plain text."""

    host: Address = "127.0.0.1"
    port: Port = 5038
    user: Name = "hotline"
    secret: Secret
    permit: tuple[Net, ...] = ("127.0.0.1/32",)


class WebPhones(_Frozen):
    """Asterisk's own HTTP server, for softphones in pages. Loopback only: it is plain text, and it
    takes logins. `secret` is ARI's."""

    host: Address = "127.0.0.1"
    port: Port = 8088
    user: Name = "hotline"
    secret: Secret

    @model_validator(mode="after")
    def _loopback(self) -> Self:
        if not ip_address(self.host).is_loopback:
            raise ValueError("web.host must be an address of this machine alone (127.0.0.1)")
        return self


class AsteriskFolders(_Frozen):
    """Asterisk's directories. The defaults are Debian's."""

    etc: Folder = "/etc/asterisk"
    modules: Folder = "/usr/lib/x86_64-linux-gnu/asterisk/modules"
    data: Folder = "/usr/share/asterisk"
    state: Folder = "/var/lib/asterisk"
    spool: Folder = "/var/spool/asterisk"
    cache: Folder = "/var/cache/asterisk"
    run: Folder = "/var/run/asterisk"
    log: Folder = "/var/log/asterisk"
    programs: Folder = "/usr/sbin"


class AsteriskSite(_Frozen):
    """All that the templates are told: each field is a top-level name in them."""

    systemname: Name = "cc1"
    folders: AsteriskFolders = AsteriskFolders()
    recordings_dir: Folder = "/var/spool/asterisk/monitor"
    moh_dir: Folder = "/usr/share/asterisk/moh"
    emergency_sounds_dir: Folder = "/usr/share/asterisk/sounds/zh/emergency"
    max_calls: Annotated[int, Field(ge=1)] = 600
    max_load: Annotated[float, Field(gt=0)] = 8.0
    ami: AmiAccess
    web: WebPhones | None = None
    sip_host: Address = "0.0.0.0"  # noqa: S104 - phones are elsewhere on the LAN
    sip_port: Port = 5060
    media_address: Address | None = None
    external_address: Address | None = None
    local_nets: tuple[Net, ...] = ()
    rtp_first: Port = 10000
    rtp_last: Port = 19999
    trunk_in_hosts: Annotated[tuple[Address | Net, ...], Field(min_length=1)]
    trunk_out: Name = "trunk-out"
    trunk_out_address: HostAndPort
    trunk_out_hosts: tuple[Address | Net, ...] = ()
    trunk_out_user: Dialled = "12345"
    trunk_second: Name = "trunk-second"  # for emergency lines, when the first does not reach them
    trunk_second_address: HostAndPort | None = None
    trunk_rtp_timeout_s: Seconds = 60
    seats: tuple[SeatPhone, ...] = ()
    seat_rtp_timeout_s: Seconds = 60
    seat_qualify_s: Seconds = 30
    hotline_numbers: Annotated[tuple[Dialled, ...], Field(min_length=1)] = ("12345",)
    emergency_lines: tuple[Dialled, ...] = ()  # of them, those that 110 and its like ring
    # Seconds on each trunk, where the backend does not say how many: a phone's own REFER.
    emergency_numbers: dict[Dialled, RingSeconds] = dict.fromkeys(LEGAL, RING_FOR_S)
    outbound_allow: tuple[DialPattern, ...] = ()
    levels: tuple[LevelTrunk, ...] = ()
    overflow_takes: Annotated[int, Field(ge=0)] = 20  # calls that other centres send us, at once
    record_calls: bool = True
    voices_apart: bool = False
    beat_max_s: Annotated[int, Field(ge=2, le=60)] = 10
    switch_s: Annotated[int, Field(ge=5, le=120)] = 15

    @property
    def emergency_trunks(self) -> tuple[str, ...]:
        """Endpoints that show the citizen's own number, in the order in which they are tried."""
        second = (self.trunk_second,) if self.trunk_second_address else ()
        return (f"{self.trunk_out}-own", *second)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.rtp_last - self.rtp_first < 99:
            raise ValueError("rtp_last must be at least 99 above rtp_first")
        phones = [seat.extension for seat in self.seats]
        if len(set(phones)) != len(phones):
            raise ValueError("two seats have the same extension")
        taken = {"trunk-in", "seat", "seat-auth", "seat-aor", "udp", "ws"}
        for trunk in (self.trunk_out, self.trunk_second):
            if trunk in taken:
                raise ValueError(f"{trunk} is taken by another section of pjsip.conf")
            taken |= {trunk, f"{trunk}-own"}
        return self


def level_trunks(levels: Levels, targets: Collection[str] = ()) -> tuple[LevelTrunk, ...]:
    """Those that a call of ours may be sent to (NAV-02), also by overflow (`targets`, SRG-02)."""
    reached = (name for name in levels.levels if levels.reasons(name) or name in targets)
    return tuple(
        LevelTrunk(name=name, number=level.number or "", address=level.address)
        for name, level in ((name, levels.levels[name]) for name in reached)
    )


def line_trunks(lines: Lines) -> tuple[LevelTrunk, ...]:
    """Lines with seats of their own: call data go along both ways (MRG-03, MRG-04)."""
    return tuple(
        LevelTrunk(name=name, number=line.number, hands_over_at=line.hands_over_at)
        for name, line in lines.lines.items()
        if line.number is not None
    )


def _told(site: AsteriskSite) -> dict[str, object]:
    return {**dict(site), "emergency_trunks": site.emergency_trunks}


def render(site: AsteriskSite, target: Path, *, templates: Path = TEMPLATES) -> list[Path]:
    """Write every template as `target/<name>.conf` (mode 0600); the files written, in order."""
    environment = Environment(  # noqa: S701 - configuration files, not HTML
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name in sorted(environment.list_templates(extensions=["j2"])):
        if "/" in name:
            continue
        file = target / name.removesuffix(".j2")
        file.touch(mode=0o600)
        file.write_text(environment.get_template(name).render(_told(site)), encoding="utf-8")
        written.append(file)
    return written
