"""One instance: everything below var/<name>/; its secrets, ports and endpoints.

endpoints.json   addresses and demo logins, for any outside program (mode 0600)
secrets.json     generated once (mode 0600)      ports.json   kept while free
postgres/ valkey/ asterisk/ journal/             lock         held by the keeper
"""

import base64
import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hotline.asterisk_site import SeatPhone
from hotline.private.errors import BadInstanceFile, InstanceBusy
from hotline.private.places import PROJECT

FIRST_EXTENSION: Final = 8001
FIRST_AGENT: Final = 1001
OTHER_LOGINS: Final = ("supervisor", "administrator", "wall")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


class Secrets(BaseModel):
    """Made by chance at the first start. Passwords by extension, by agent number, by user."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    systemname: str
    ami: str = Field(repr=False)
    ari: str = Field(default="", repr=False)  # of an instance that is older: made at its next start
    database: str = Field(repr=False)
    valkey: str = Field(repr=False)
    field_key: str = Field(repr=False)
    index_key: str = Field(repr=False)
    phones: dict[str, str] = Field(repr=False)
    logins: dict[str, str] = Field(repr=False)


@dataclass(frozen=True, slots=True)
class Instance:
    """Where the parts of `var/<name>/` lie."""

    name: str
    root: Path
    seats: int
    calls: int = 500  # citizens at once, for whom there are audio ports

    @property
    def endpoints_file(self) -> Path:
        return self.root / "endpoints.json"

    @property
    def ports_file(self) -> Path:
        return self.root / "ports.json"

    @property
    def log_file(self) -> Path:
        """Standard output and error of `hotline run`."""
        return self.root / "hotline.log"

    def phones(self, known: Secrets) -> tuple[SeatPhone, ...]:
        """The SIP logins of the seats, in the order of their extensions."""
        return tuple(
            SeatPhone(extension=extension, password=known.phones[extension])
            for extension in self.extensions()
        )

    def extensions(self) -> list[str]:
        return [str(FIRST_EXTENSION + n) for n in range(self.seats)]

    def logins(self, known: Secrets) -> list[dict[str, str]]:
        """Demo logins: one agent for each seat, then a supervisor, an administrator, a wall."""
        agents = [
            {
                "role": "agent",
                "agent_no": agent,
                "user": agent,
                "password": known.logins[agent],
                "seat": f"S{n:03d}",
                "phone": extension,
                "phone_password": known.phones[extension],
            }
            for n, (agent, extension) in enumerate(
                zip(self.agents(), self.extensions(), strict=True), start=1
            )
        ]
        others = [
            {"role": role, "user": role, "password": known.logins[role]} for role in OTHER_LOGINS
        ]
        return agents + others

    def agents(self) -> list[str]:
        return [str(FIRST_AGENT + n) for n in range(self.seats)]

    def secrets(self) -> Secrets:
        """Those of secrets.json, completed for seats that are new. Raises BadInstanceFile."""
        file = self.root / "secrets.json"
        known = _read(file) if file.exists() else _new_secrets(self.name)
        phones = {e: secrets.token_urlsafe(18) for e in self.extensions()} | known.phones
        users = [*self.agents(), *OTHER_LOGINS]
        logins = {user: secrets.token_urlsafe(12) for user in users} | known.logins
        ari = known.ari or secrets.token_urlsafe(24)
        known = known.model_copy(update={"phones": phones, "logins": logins, "ari": ari})
        write_private(file, known.model_dump())
        return known

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one keeper for one instance. Raises InstanceBusy."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as taken:
                file.seek(0)
                raise InstanceBusy(
                    f"Instance {self.name} is running already (keeper {file.read().strip()}).",
                    remedy="Stop that one (Ctrl-C or kill), or start with --instance OTHER.",
                ) from taken
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def instance(
    name: str = "main", *, seats: int = 12, calls: int = 500, var: Path = PROJECT / "var"
) -> Instance:
    """Raises BadInstanceFile for a name that cannot be a folder's."""
    if not NAME.fullmatch(name):
        raise BadInstanceFile(
            f"{name!r} cannot name an instance.",
            remedy="Use lower-case letters, digits and hyphens, at most 31.",
        )
    return Instance(name, var.absolute() / name, seats, calls)


def write_private(file: Path, content: Any) -> None:  # any JSON value
    """JSON of mode 0600, atomically: a reader never sees half of it."""
    half = file.with_name(f".{file.name}.new")
    half.unlink(missing_ok=True)
    half.touch(mode=0o600)
    half.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    half.rename(file)


def _read(file: Path) -> Secrets:
    try:
        return Secrets.model_validate_json(file.read_bytes())
    except ValidationError as broken:
        first = broken.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInstanceFile(
            f"{file}: {where}: {first['msg']}.",
            remedy="Restore it from a copy, or remove the instance's folder to begin anew.",
        ) from broken


def _new_secrets(name: str) -> Secrets:
    return Secrets(
        systemname=f"{name[:20]}-{secrets.token_hex(2)}",
        ami=secrets.token_urlsafe(24),
        database=secrets.token_urlsafe(24),
        valkey=secrets.token_urlsafe(24),
        field_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        index_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        phones={},
        logins={},
    )
