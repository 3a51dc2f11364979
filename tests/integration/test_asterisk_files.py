"""The rendered configuration on a real Asterisk: who may do what, and who is taken for whom."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.integration.servers import QueueLog, RunningAsterisk, eventually
from tests.integration.sip_probe import SipProbe


class AmiProbe:
    """A few lines of AMI, apart from our own link: what its user may do is asked from outside."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, action: str, **headers: str) -> dict[str, str]:
        lines = [f"Action: {action}", "ActionID: 1", *(f"{k}: {v}" for k, v in headers.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        while True:
            block = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            pairs = (line.partition(": ") for line in block.strip().splitlines())
            found = {name: value for name, _, value in pairs}
            if "Response" in found and "Event" not in found:
                return found


@asynccontextmanager
async def ami_of(asterisk: RunningAsterisk, secret: str) -> AsyncIterator[AmiProbe]:
    reader, writer = await asyncio.open_connection(asterisk.host, asterisk.ami_port)
    try:
        await reader.readline()
        probe = AmiProbe(reader, writer)
        await probe.ask("Login", Username=asterisk.ami_user, Secret=secret)
        yield probe
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Command", {"Command": "core show version"}),
        ("GetConfig", {"Filename": "manager.conf"}),
        ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
        ("ModuleLoad", {"LoadType": "load", "Module": "func_env.so"}),
        ("Filter", {"Operation": "Add", "Filter": "!"}),
        ("MixMonitor", {"Channel": "x", "File": "y"}),
        ("PJSIPShowEndpoints", {}),
    ],
)
async def test_the_ami_user_is_denied_what_the_hotline_does_not_need(
    asterisk: RunningAsterisk, action: str, headers: dict[str, str]
) -> None:
    async with ami_of(asterisk, asterisk.ami_secret) as ami:
        answer = await ami.ask(action, **headers)

    assert answer["Response"] == "Error"
    assert "ermission denied" in answer["Message"]


@pytest.mark.parametrize("action", ["Ping", "CoreShowChannels", "BridgeList", "QueueStatus"])
async def test_the_ami_user_may_do_what_the_hotline_needs(
    asterisk: RunningAsterisk, action: str
) -> None:
    async with ami_of(asterisk, asterisk.ami_secret) as ami:
        assert (await ami.ask(action))["Response"] == "Success"


async def test_originate_refuses_an_application_that_runs_programs(
    asterisk: RunningAsterisk,
) -> None:
    async with ami_of(asterisk, asterisk.ami_secret) as ami:
        answer = await ami.ask(
            "Originate", Channel="PJSIP/8001", Application="System", Data="touch /tmp/x"
        )

    assert answer["Response"] == "Error"


async def test_a_wrong_ami_secret_lets_nobody_in(asterisk: RunningAsterisk) -> None:
    async with ami_of(asterisk, "wrong-" + asterisk.ami_secret) as ami:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            for _ in range(3):
                await ami.ask("Ping")


def test_no_module_that_reads_files_or_runs_programs_is_loaded(asterisk: RunningAsterisk) -> None:
    loaded = asterisk.rx("module show")

    assert "app_queue.so" in loaded
    for name in ("func_env", "func_shell", "app_system"):
        assert name not in loaded
    ours = {"res_ari.so", "res_ari_model.so", "res_ari_asterisk.so"}  # logins of desks, no calls
    assert {word for word in loaded.split() if word.startswith("res_ari")} == ours


def test_a_seat_registers_with_its_own_password_only(asterisk: RunningAsterisk) -> None:
    own = ("8001", asterisk.phones["8001"])
    with SipProbe((asterisk.host, asterisk.sip_port)) as phone:
        assert phone.ask("REGISTER", target="", sender="8001") == 401
        assert phone.ask("REGISTER", target="", sender="8001", login=("8001", "no")) == 401
        assert phone.ask("REGISTER", target="", sender="8001", login=own) == 200


def test_a_seat_cannot_register_as_another(asterisk: RunningAsterisk) -> None:
    own = ("8001", asterisk.phones["8001"])
    with SipProbe((asterisk.host, asterisk.sip_port)) as phone:
        as_another = phone.ask("REGISTER", target="", sender="8002", login=own)
        for_another = phone.ask("REGISTER", target="", sender="8001", to="8002", login=own)

    assert as_another == 401
    assert for_another >= 400


def test_a_seat_cannot_dial_with_another_identity(asterisk: RunningAsterisk) -> None:
    own = ("8001", asterisk.phones["8001"])
    with SipProbe((asterisk.host, asterisk.sip_port)) as phone:
        assert phone.ask("INVITE", target="110", sender="8002", login=own) == 401


@pytest.mark.parametrize("sender", ["trunk-in", "trunk-out", "13800001111", "anonymous"])
def test_nobody_on_the_lan_passes_for_a_trunk(asterisk: RunningAsterisk, sender: str) -> None:
    with SipProbe((asterisk.host, asterisk.sip_port)) as stranger:
        assert stranger.ask("INVITE", target="12345", sender=sender) == 401


def test_a_trunk_call_that_claims_to_be_a_seat_stays_a_trunk_call(
    asterisk: RunningAsterisk,
) -> None:
    asterisk.end_all_calls()
    trunk = SipProbe((asterisk.host, asterisk.sip_port), source=asterisk.trunk_in_host)
    with trunk:
        assert trunk.ask("INVITE", target="12345", sender="8001") == 200
        channels = asterisk.rx("core show channels concise").split()
        asterisk.end_all_calls()

    assert [channel.partition("-")[0] for channel in channels] == ["PJSIP/trunk"]


def test_calls_leave_their_records_in_cdr_cel_and_queue_log(asterisk: RunningAsterisk) -> None:
    cdr, cel = (asterisk.log / f"{kind}-custom/hotline.csv" for kind in ("cdr", "cel"))
    asterisk.end_all_calls()
    queue_log, number = QueueLog(asterisk), f"138{secrets.randbelow(10**8):08}"
    trunk = SipProbe((asterisk.host, asterisk.sip_port), source=asterisk.trunk_in_host)
    with trunk:
        assert trunk.ask("INVITE", target="12345", sender=number) == 200
        assert queue_log.tells("ENTERQUEUE")
        asterisk.end_all_calls()
        assert eventually(lambda: bool(lines_with(number, cdr)))

    uniqueid = lines_with(number, cdr)[-1].split(",")[0]
    assert uniqueid.strip('"').startswith("test-")
    assert eventually(lambda: bool(lines_with(uniqueid, cel)))
    assert eventually(
        lambda: bool(lines_with(number, cel))
    )  # who dies with Asterisk is owed a call
    assert not lines_with(number, queue_log.file)


def lines_with(word: str, file: Path) -> list[str]:
    lines = file.read_text().splitlines() if file.exists() else []
    return [line for line in lines if word in line]
