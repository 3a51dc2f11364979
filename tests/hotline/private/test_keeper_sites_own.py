"""What a site brings itself the keeper does not start, and hotline is told of it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.private.asterisk import TelephonyWishes
from hotline.private.endpoints import endpoints
from hotline.private.instance import Instance, instance
from hotline.private.keeper import Keeper, Server
from hotline.private.ports import Ports, held_ports
from hotline.private.progress import silence
from hotline.private.sites_own import SitesOwn, sites_own

DATABASE = "postgresql://hotline@db.example/hotline"
VALKEY = "redis://cache.example:6379/0"
AMI = "pbx.example"
BY_ENVIRONMENT = {
    "HOTLINE_DATABASE_DSN": DATABASE,
    "HOTLINE_VALKEY_URL": VALKEY,
    "HOTLINE_AMI_HOST": AMI,
}
BY_FILE = f'[database]\ndsn = "{DATABASE}"\n[valkey]\nurl = "{VALKEY}"\n[ami]\nhost = "{AMI}"\n'
TELLS_ITS_ENVIRONMENT = (
    "import json, os, pathlib, sys; "
    "pathlib.Path(sys.argv[1]).write_text(json.dumps(dict(os.environ)))"
)


class Listing(Keeper):
    """Says what it would keep; starts nothing."""

    def __init__(self, here: Instance, ports: Ports, own: SitesOwn, config: Path) -> None:
        super().__init__(here, ports, own, config, silence)
        self.names: list[str] = []

    def _keep(self, name: str, server: Server) -> None:
        self.names.append(name)


@pytest.fixture(autouse=True)
def no_servers_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in BY_ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Instance]:
    found = instance("own", seats=1, var=tmp_path)
    with found.locked():
        yield found


def kept(here: Instance, own: SitesOwn) -> list[str]:
    with held_ports(here.ports_file) as ports:
        keeper = Listing(here, ports, own, here.root)
        keeper.start_servers(own, TelephonyWishes())
        return keeper.names


@pytest.mark.parametrize(
    ("own", "started"),
    [
        (SitesOwn(ami=AMI), ["PostgreSQL", "Valkey"]),
        (SitesOwn(database=DATABASE, ami=AMI), ["Valkey"]),
        (SitesOwn(valkey=VALKEY, ami=AMI), ["PostgreSQL"]),
        (SitesOwn(database=DATABASE, valkey=VALKEY, ami=AMI), []),
    ],
)
def test_only_what_the_site_has_not_is_started(
    here: Instance, own: SitesOwn, started: list[str]
) -> None:
    assert kept(here, own) == started


def test_servers_named_by_the_environment_are_the_sites_own(
    here: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in BY_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    assert kept(here, sites_own(here.root)) == []


def test_servers_named_by_the_settings_are_the_sites_own_and_hotline_is_told(
    here: Instance,
) -> None:
    (here.root / "site.toml").write_text(BY_FILE, encoding="utf-8")
    own, told = sites_own(here.root), here.root / "told.json"
    with held_ports(here.ports_file) as ports:
        keeper = Keeper(here, ports, own, here.root, silence)
        keeper.start_servers(own, TelephonyWishes())
        hotline = keeper.start_hotline((sys.executable, "-c", TELLS_ITS_ENVIRONMENT, str(told)))
        while hotline.alive():
            pass
        keeper.stop()

    environment = json.loads(told.read_text(encoding="utf-8"))
    assert {name: environment[name] for name in BY_ENVIRONMENT} == BY_ENVIRONMENT
    ours_alone = ("HOTLINE_AMI_PORT", "HOTLINE_AMI_USER", "HOTLINE_AMI_SECRET")
    assert not [name for name in ours_alone if name in environment], "the site's own stand"
    assert not [name for name in ("postgres", "valkey", "asterisk") if (here.root / name).exists()]


def told_outside(here: Instance, own: SitesOwn, *, asterisk: str) -> Any:
    """endpoints.json as a keeper with that Asterisk's folder writes it; nothing is started."""
    with held_ports(here.ports_file) as ports:
        known = here.secrets()
        addresses = {
            "database": own.database,
            "valkey": own.valkey,
            "ami": own.ami or "127.0.0.1",
            "recordings": "recordings",
            "asterisk": asterisk,
        }
        return endpoints(here, ports, known, addresses)


def test_with_a_sites_own_asterisk_the_file_shows_nothing_of_a_private_one(here: Instance) -> None:
    """No port where nobody listens, no secret that opens nothing."""
    own = SitesOwn(database=DATABASE, valkey=VALKEY, ami=AMI)
    with held_ports(here.ports_file) as ports:
        keeper = Keeper(here, ports, own, here.root, silence)
        keeper.start_servers(own, TelephonyWishes())
        keeper.start_hotline((sys.executable, "-c", ""))
        keeper.stop()
        written = here.endpoints_file.read_text(encoding="utf-8")
        private = (str(ports.sip), str(ports.ami), str(ports.trunk_out))
    told, known = json.loads(written), here.secrets()

    assert told["ami"] == {"host": AMI}
    assert [told[key] for key in ("sip", "seat_sip", "sip_source", "trunk_out")] == [None] * 4
    assert told["recordings"] is None, "a site says itself where they lie"
    assert not [port for port in private if f":{port}" in written or f" {port}" in written]
    assert known.ami not in written
    assert not [secret for secret in known.phones.values() if secret in written]
    assert [login["phone"] for login in told["logins"] if login["role"] == "agent"] == ["8001"]


def test_with_the_private_one_everything_is_there_for_an_outside_program(here: Instance) -> None:
    told = told_outside(here, SitesOwn(), asterisk=str(here.root / "asterisk"))

    assert None not in told.values()
    assert set(told["ami"]) == {"host", "port", "user", "secret"}
    assert told["logins"][0]["phone_password"] == here.secrets().phones["8001"]
