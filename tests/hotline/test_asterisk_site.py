"""What may stand in Asterisk's configuration, and what is refused before anything is written."""

import os
import re
from pathlib import Path

import jinja2
import pytest
from pydantic import ValidationError

from hotline.asterisk_site import TEMPLATES, AsteriskSite, SeatPhone, render

SITE = {
    "ami": {"secret": "a-long-enough-secret"},
    "trunk_in_hosts": ["10.0.0.9"],
    "trunk_out_address": "10.0.0.9:5060",
    "seats": [{"extension": "8001", "password": "a-password-of-8001"}],
}


def test_a_site_is_rendered_into_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    written = render(AsteriskSite.model_validate(SITE), tmp_path)

    names = {file.name for file in written}
    assert {"asterisk.conf", "pjsip.conf", "manager.conf", "queues.conf"} <= names
    assert names == {path.name.removesuffix(".j2") for path in TEMPLATES.glob("*.j2")}
    assert {os.stat(file).st_mode & 0o777 for file in written} == {0o600}
    assert "member => PJSIP/8001" in (tmp_path / "queues.conf").read_text()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("systemname", "cc1\nlive_dangerously = yes"),
        ("recordings_dir", "/var/rec\n[evil]"),
        ("recordings_dir", "/var/rec ; x"),
        ("moh_dir", "relative"),
        ("trunk_out_address", "10.0.0.9:5060\r\ncontext = x"),
        ("trunk_in_hosts", []),
        ("trunk_in_hosts", ["10.0.0.9\nmatch=0.0.0.0/0"]),
        ("hotline_numbers", ["12345,1,System(x)"]),
        ("outbound_allow", ["_X.,1,System(x)"]),
        ("ami", {"secret": "short"}),
        ("ami", {"secret": "a-long-enough-secret\nwrite = all"}),
        ("seats", [{"extension": "trunk-in", "password": "a-password-of-8001"}]),
        ("seats", [{"extension": "8001", "password": "a-password;of-8001"}]),
        ("seats", SITE["seats"] * 2),
        ("trunk_out", "trunk-in"),
        ("rtp_last", 10001),
        ("no_such_key", 1),
    ],
)
def test_a_value_that_could_change_the_configuration_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        AsteriskSite.model_validate(SITE | {key: value})


def test_secrets_never_show_in_a_repr() -> None:
    assert "a-password" not in repr(SeatPhone(extension="8001", password="a-password-of-8001"))
    assert "a-long" not in repr(AsteriskSite.model_validate(SITE))


def test_a_name_that_a_template_misspells_stops_the_rendering(tmp_path: Path) -> None:
    (tmp_path / "x.conf.j2").write_text("a = {{ no_such_name }}")

    with pytest.raises(jinja2.UndefinedError):
        render(AsteriskSite.model_validate(SITE), tmp_path / "out", templates=tmp_path)


def test_the_ami_user_has_the_least_classes(tmp_path: Path) -> None:
    render(AsteriskSite.model_validate(SITE), tmp_path)

    text = (tmp_path / "manager.conf").read_text()
    classes = {k: set(v.split(",")) for k, v in re.findall(r"^(read|write) = (.*)$", text, re.M)}
    assert classes["write"] == {"call", "agi", "originate", "reporting", "agent"}
    assert not classes["read"] & {"command", "config", "all", "dialplan", "security"}
    assert "deny = 0.0.0.0/0.0.0.0" in text


def test_trunks_are_known_by_address_and_seats_by_name_only(tmp_path: Path) -> None:
    render(AsteriskSite.model_validate(SITE), tmp_path)

    text = (tmp_path / "pjsip.conf").read_text()
    assert "endpoint_identifier_order = ip,username" in text
    assert re.findall(r"^identify_by = (.*)$", text, re.M) == ["ip", "ip", "ip", "username"]
