"""Free ports, remembered."""

import socket
from pathlib import Path

import pytest

from hotline.private.errors import BadInstanceFile
from hotline.private.ports import AUDIO_PORTS, LOOPBACK, held_ports


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


def test_two_instances_never_share_an_audio_range(tmp_path: Path) -> None:
    with held_ports(tmp_path / "one") as one, held_ports(tmp_path / "two") as two:
        assert abs(one.rtp_first - two.rtp_first) >= AUDIO_PORTS


@pytest.mark.parametrize("content", ["", "{", '{"console": 5}', '{"sip": 70000}', "[]"])
def test_a_broken_port_file_is_named_with_its_remedy(tmp_path: Path, content: str) -> None:
    file = tmp_path / "ports.json"
    file.write_text(content)

    with pytest.raises(BadInstanceFile) as refused, held_ports(file):
        pass

    assert str(file) in refused.value.problem
    assert "Remove the file" in refused.value.remedy
