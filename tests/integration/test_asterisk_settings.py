"""What a site writes into config/asterisk.toml is what its running Asterisk says of itself."""

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.asterisk_site import AsteriskSite
from hotline.commands.asterisk_files import site_from
from hotline.private.asterisk import Asterisk, AsteriskPlan
from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.places import PROJECT
from hotline.private.ports import held_ports
from hotline.private.progress import silence
from tests.integration.servers import open_folder

# Each differs from its default, and from what the private Asterisk is told.
WANTED = {"systemname": '"cc7"', "max_calls": "37", "max_load": "5.5", "rtp_last": "13999"}
PLACES = ("folders", "recordings_dir", "moh_dir", "ami", "sip_host", "sip_port")


class SitesAsterisk(Asterisk):
    """Ours in its places and ports, a site's in everything else."""

    def __init__(self, folder: Path, plan: AsteriskPlan, said: AsteriskSite) -> None:
        super().__init__(folder, asterisk_tree(tell=silence), plan)
        self._said = said

    def site(self) -> AsteriskSite:
        ours = super().site()
        return self._said.model_copy(update={name: getattr(ours, name) for name in PLACES})


def edited(folder: Path) -> Path:
    """The project's config with the wanted values in asterisk.toml."""
    config = folder / "config"
    shutil.copytree(PROJECT / "config", config, ignore=shutil.ignore_patterns("__pycache__"))
    file = config / "asterisk.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    named = [(line.partition("=")[0].strip(), line) for line in lines]
    assert WANTED.keys() <= {name for name, _ in named}
    new = [f"{name} = {WANTED[name]}" if name in WANTED else line for name, line in named]
    file.write_text("\n".join(new) + "\n", encoding="utf-8")
    return config


@pytest.fixture(scope="module")
def running() -> Iterator[SitesAsterisk]:
    secret = secrets.token_urlsafe(24)
    with (
        open_folder() as folder,
        held_ports(folder / "ports.json") as ports,
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("HOTLINE_AMI_SECRET", secret)
        plan = AsteriskPlan(
            systemname="not-this-one",
            sip_port=ports.sip,
            ami_port=ports.ami,
            ami_secret=secret,
            rtp_first=ports.rtp_first,
            rtp_last=ports.rtp_last,
            trunk_out_port=ports.trunk_out,
            seats=(),
        )
        server = SitesAsterisk(folder / "asterisk", plan, site_from(edited(folder), None))
        try:
            server.start()
            yield server
        finally:
            server.stop()


def told(server: Asterisk, command: str) -> dict[str, str]:
    """`Name:   value` lines of a CLI command."""
    pairs = (line.partition(":") for line in server.rx(command).splitlines())
    return {name.strip(): value.strip(" :") for name, colon, value in pairs if colon}


def test_limits_and_name_of_the_running_asterisk_are_those_of_the_file(
    running: SitesAsterisk,
) -> None:
    """Without maxcalls and maxload an overload does not recover by itself."""
    core = told(running, "core show settings")

    assert core["Maximum calls"].startswith("37 ")
    assert float(core["Maximum load average"]) == 5.5
    assert core["Maximum open file handles"] == "16384"
    assert core["System name"] == "cc7"
    assert core["Default language"] == "zh"
    assert core["Sounds search custom dir"] == "Enabled"
    assert core["Executable includes"] == "Disabled"


def test_audio_uses_the_ports_of_the_file(running: SitesAsterisk) -> None:
    audio = told(running, "rtp show settings")

    assert (audio["Port start"], audio["Port end"]) == ("10000", "13999")


def test_ami_listens_on_the_loopback_without_web_and_knows_one_user(
    running: SitesAsterisk,
) -> None:
    manager = told(running, "manager show settings")
    user = told(running, "manager show user hotline")
    users = running.rx("manager show users")

    assert manager["TCP Bindaddress"].startswith("127.0.0.1:")
    assert manager["Web Manager (AMI/HTTP)"] == "No"
    assert manager["TLS Enable"] == "No"
    assert {"deny - 0.0.0.0/0.0.0.0", "allow - 127.0.0.1/255.255.255.255"} <= set(user.values())
    assert set(user["write perm"].split(",")) == {"call", "agi", "originate", "reporting", "agent"}
    assert "1 manager users configured" in users


def test_no_one_lives_dangerously(running: SitesAsterisk) -> None:
    """`live_dangerously` stands in no list; Asterisk says at its start when it is on."""
    written = (running.folder / "etc/asterisk.conf").read_text(encoding="utf-8")

    assert "live_dangerously = no" in written.splitlines()
    assert "Privilege escalation protection disabled" not in (running.log / "stdout").read_text()
