"""The keeper with a dummy hotline: what dies with whom, and what comes back."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.servers import eventually, open_folder

SCRIPT = Path(__file__).with_name("run_keeper.py")
PROJECT = Path(__file__).parents[2]
READY_WITHIN_S = 60.0


@dataclass
class RunningKeeper:
    """A keeper in a process of its own."""

    process: subprocess.Popen[str]
    root: Path

    def told(self) -> dict[str, str]:
        """What hotline was told at its last start, with its `pid`."""
        content: dict[str, str] = json.loads((self.root / "told.json").read_text())
        return content

    def endpoints(self) -> dict[str, str]:
        content: dict[str, str] = json.loads((self.root / "endpoints.json").read_text())
        return content

    def children(self) -> dict[int, str]:
        """Process id -> command line of all that the keeper started itself."""
        found = {}
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                parent = next(x for x in status.read_text().splitlines() if x.startswith("PPid:"))
                line = status.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, StopIteration):
                continue
            if int(parent.split()[1]) == self.process.pid:
                found[int(status.parent.name)] = line
        return found

    def child(self, word: str) -> int:
        return next(pid for pid, line in self.children().items() if word in line)


def gone(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


def start(var: Path, name: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(var), name, *words]
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def running_keeper(var: Path, name: str) -> Iterator[RunningKeeper]:
    process = start(var, name)
    try:
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            if "logins" in line:
                break
        assert any("ready" in line for line in lines), lines
        yield RunningKeeper(process, var / name)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="module")
def keeper() -> Iterator[RunningKeeper]:
    """For tests after which it still runs."""
    with open_folder() as var, running_keeper(var, "one") as running:
        yield running


def test_hotline_is_told_where_everything_is(keeper: RunningKeeper) -> None:
    told, endpoints = keeper.told(), keeper.endpoints()

    assert told["HOTLINE_DATABASE_DSN"] == endpoints["database"]
    assert told["HOTLINE_VALKEY_URL"] == endpoints["valkey"]
    assert endpoints["console"].endswith(told["HOTLINE_CONSOLE_PORT"])
    assert {"console", "sip", "seat_sip", "ami", "database", "valkey", "logins"} <= set(endpoints)
    assert os.stat(keeper.root / "endpoints.json").st_mode & 0o077 == 0
    assert os.stat(keeper.root / "secrets.json").st_mode & 0o077 == 0


def test_all_servers_end_when_the_keeper_is_killed() -> None:
    with open_folder() as var, running_keeper(var, "killed") as keeper:
        children = keeper.children()
        assert len(children) == 4, children

        keeper.process.kill()

        assert eventually(lambda: all(gone(pid) for pid in children)), children


def test_a_killed_hotline_comes_back_and_the_servers_live_on(keeper: RunningKeeper) -> None:
    before = keeper.children()
    hotline = int(keeper.told()["pid"])

    os.kill(hotline, signal.SIGKILL)

    assert eventually(lambda: int(keeper.told()["pid"]) != hotline)
    assert set(before) - {hotline} <= set(keeper.children())


@pytest.mark.parametrize("server", ["sbin/asterisk", "valkey-server", "postgres"])
def test_a_killed_server_comes_back_and_hotline_lives_on(
    keeper: RunningKeeper, server: str
) -> None:
    hotline, killed = keeper.told()["pid"], keeper.child(server)

    os.kill(killed, signal.SIGKILL)

    assert eventually(lambda: any(server in x for p, x in keeper.children().items() if p != killed))
    assert keeper.told()["pid"] == hotline


def test_sigterm_stops_everything_in_order() -> None:
    with open_folder() as var, running_keeper(var, "stopped") as keeper:
        children = keeper.children()

        keeper.process.terminate()
        output, _ = keeper.process.communicate(timeout=60)

        assert keeper.process.returncode == 0
        assert all(gone(pid) for pid in children)
        stopped = [line.split()[-1] for line in output.splitlines() if "stopping" in line]
        assert stopped == ["hotline", "Asterisk", "Valkey", "PostgreSQL"]


def test_two_instances_run_side_by_side_and_keep_their_ports() -> None:
    with open_folder() as var:
        with running_keeper(var, "one") as one, running_keeper(var, "two") as two:
            ports = [json.loads((x.root / "ports.json").read_text()) for x in (one, two)]
            numbers = [{n for key, n in p.items() if key != "rtp_blocks"} for p in ports]
            assert not numbers[0] & numbers[1]
            assert one.told()["HOTLINE_FIELD_KEY"] != two.told()["HOTLINE_FIELD_KEY"]
        with running_keeper(var, "one") as again:
            assert json.loads((again.root / "ports.json").read_text()) == ports[0]


def test_a_second_keeper_of_the_same_instance_is_refused(keeper: RunningKeeper) -> None:
    second = start(keeper.root.parent, "one")
    output, _ = second.communicate(timeout=60)

    assert second.returncode == 1
    assert f"instance-busy: Instance one is running already (keeper {keeper.process.pid})" in output


def test_a_hotline_that_refuses_its_settings_stops_the_start_with_its_words() -> None:
    with open_folder() as var:
        process = start(var, "one", "refuse")
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "config/queues.yaml: ring_for: 99 is too long. Write at most 10." in output


def test_a_broken_port_file_stops_the_start_with_file_key_value_and_remedy() -> None:
    with open_folder() as var:
        (var / "one").mkdir()
        (var / "one/ports.json").write_text('{"console": "eighty"}')
        process = start(var, "one")
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "bad-instance-file" in output
    assert "ports.json: console:" in output
    assert "'eighty'" in output
    assert "Remove the file" in output
