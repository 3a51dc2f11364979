"""`hotline render-asterisk DIR`: from a site's own files."""

import shutil
from pathlib import Path

import pytest

from hotline.asterisk_site import PROJECT, render
from hotline.commands.asterisk_files import seats_of, site_from
from kernel.errors import BadSettings


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings as they are shipped, and a secret."""
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "a-long-enough-secret")
    return Path(shutil.copytree(PROJECT / "config", tmp_path / "config"))


def phones(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "phones"
    file.write_text(text)
    return file


def test_the_shipped_settings_render(config: Path, tmp_path: Path) -> None:
    site = site_from(config, phones(tmp_path, "8001,a-password-of-8001\n8002,a-password-of-8002\n"))

    render(site, tmp_path / "etc")

    assert "secret = a-long-enough-secret" in (tmp_path / "etc/manager.conf").read_text()
    assert [seat.extension for seat in site.seats] == ["8001", "8002"]
    assert "member => PJSIP/8002" in (tmp_path / "etc/queues.conf").read_text()


def test_emg_01_the_dialplan_rings_as_long_as_the_directory_says_unless_it_is_told(
    config: Path, tmp_path: Path
) -> None:
    """Without us a phone's own REFER, or what a site lists and its directory lacks."""
    in_place_of(config / "emergency.yaml", "Ambulance, ring_for_s: 20", "Ambulance, ring_for_s: 33")
    in_place_of(config / "site.toml", '"122"]', '"122", "12395"]')

    render(site_from(config, None), tmp_path / "etc")

    dialplan = (tmp_path / "etc/extensions.conf").read_text()
    for code, seconds in (("110", 20), ("120", 33), ("12395", 20)):
        begin = f"exten => {code},1,"
        handed_on = f'{begin}ExecIf($["${{CC_RING_FOR}}" = ""]?Set(CC_RING_FOR={seconds}))'
        assert handed_on in dialplan
        blindly = dialplan.partition(f"{begin}Set(CC_RINGS=")[2].partition("\n")[0]
        assert blindly.endswith(f"?${{CC_RING_FOR}}:{seconds})}})")


def in_place_of(file: Path, good: str, other: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert good in text
    file.write_text(text.replace(good, other), encoding="utf-8")


def test_without_its_secret_nothing_is_rendered(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOTLINE_AMI_SECRET")

    with pytest.raises(BadSettings) as refused:
        site_from(config, None)

    assert "ami.secret" in refused.value.problem


def test_a_wrong_value_is_named_with_file_and_key(config: Path) -> None:
    file = config / "asterisk.toml"
    file.write_text(file.read_text().replace("rtp_first = 10000", "rtp_first = 0"))

    with pytest.raises(BadSettings) as refused:
        site_from(config, None)

    assert "asterisk.toml: key rtp_first: value 0" in refused.value.problem


@pytest.mark.parametrize("line", ["8001", "8001,short", "x,a-password-of-8001", "8001,a pass word"])
def test_a_wrong_phone_is_named_by_its_line_and_never_by_its_password(
    tmp_path: Path, line: str
) -> None:
    with pytest.raises(BadSettings) as refused:
        seats_of(phones(tmp_path, f"8002,a-password-of-8002\n{line}\n"))

    assert ": line 2: " in refused.value.problem
    assert "pass" not in refused.value.problem.replace("and a password", "")


def test_the_limits_of_a_site_stand_in_what_is_rendered(config: Path, tmp_path: Path) -> None:
    """An overload ends by itself, no function runs programs, and media leave by one address."""
    site = site_from(config, None).model_copy(
        update={"max_calls": 321, "max_load": 7.5, "media_address": "192.0.2.7"}
    )

    render(site, tmp_path / "etc")

    options = (tmp_path / "etc/asterisk.conf").read_text().splitlines()
    assert {"live_dangerously = no", "maxcalls = 321", "maxload = 7.5"} <= set(options)
    endpoints = (tmp_path / "etc/pjsip.conf").read_text()
    heard_at = endpoints.count("media_address = 192.0.2.7\nbind_rtp_to_media_address = yes")
    assert heard_at == endpoints.count("type = endpoint\n") >= 3
