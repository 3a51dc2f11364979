"""Free ports, remembered."""

import socket
from pathlib import Path

import pytest

from hotline.private.errors import BadInstanceFile, NoFreePorts
from hotline.private.ports import (
    AUDIO_PORTS,
    CALLS_OF_A_BLOCK,
    LOOPBACK,
    SERVERS_FIRST,
    WANTED,
    held_ports,
)

THE_KERNELS = range(32768, 61000)  # Linux, net.ipv4.ip_local_port_range as it ships


def test_a_restart_keeps_its_ports(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"

    with held_ports(file) as first:
        pass
    with held_ports(file) as second:
        pass

    assert first == second


def test_a_port_that_was_taken_meanwhile_is_chosen_anew_and_only_that(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    with held_ports(file) as first:
        pass

    with socket.create_server((LOOPBACK, first.console)), held_ports(file) as second:
        changed = {k for k, v in first.model_dump().items() if getattr(second, k) != v}

    assert changed == {"console"}


def test_the_kernel_never_gives_a_port_of_ours_to_a_stranger(tmp_path: Path) -> None:
    """It did: Asterisk found its SIP port taken, lived on without it, and no phone got through."""
    with held_ports(tmp_path / "ports.json") as ports:
        servers = [getattr(ports, name) for name in WANTED]

    assert len(set(servers)) == len(WANTED)
    assert not {*servers, ports.rtp_first, ports.rtp_last} & {*THE_KERNELS}


def test_two_instances_share_no_port_also_before_their_servers_listen(tmp_path: Path) -> None:
    file = tmp_path / "one"
    with held_ports(file) as one:
        (tmp_path / "copy").write_bytes(file.read_bytes())
        with held_ports(tmp_path / "copy") as two:
            numbers = [getattr(ports, name) for ports in (one, two) for name in WANTED]

    assert len(set(numbers)) == 2 * len(WANTED)


def test_ports_of_an_older_instance_are_chosen_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    with held_ports(file) as ports:
        file.write_text(ports.model_copy(update={"console": 40000}).model_dump_json())

    with held_ports(file) as again:
        assert again.console >= SERVERS_FIRST


def test_two_instances_never_share_an_audio_range(tmp_path: Path) -> None:
    with held_ports(tmp_path / "one") as one, held_ports(tmp_path / "two") as two:
        assert abs(one.rtp_first - two.rtp_first) >= AUDIO_PORTS


def test_more_calls_get_more_blocks_and_all_of_them_are_held(tmp_path: Path) -> None:
    with (
        held_ports(tmp_path / "big", 3 * CALLS_OF_A_BLOCK - 1) as big,
        held_ports(tmp_path / "small") as small,
    ):
        assert big.rtp_last - big.rtp_first == 3 * AUDIO_PORTS - 1
        assert not big.rtp_first <= small.rtp_first <= big.rtp_last


def test_more_audio_ports_than_a_machine_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFreePorts), held_ports(tmp_path / "ports.json", 55 * CALLS_OF_A_BLOCK + 1):
        pass


@pytest.mark.parametrize("content", ["", "{", '{"console": 5}', '{"sip": 70000}', "[]"])
def test_a_broken_port_file_is_named_with_its_remedy(tmp_path: Path, content: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(content)

    with pytest.raises(BadInstanceFile) as refused, held_ports(file):
        pass

    assert str(file) in refused.value.problem
    assert "Remove the file" in refused.value.remedy
