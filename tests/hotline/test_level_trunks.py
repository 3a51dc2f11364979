"""What Asterisk is told of the other levels and of the utilities (NAV-02, UTL-01)."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.settings import load_settings
from hotline.asterisk_site import AsteriskSite, LevelTrunk, level_trunks, render
from hotline.places import PROJECT
from hotline.private.command import telephony_of
from telephony.menu_file import load_levels

CONFIG = PROJECT / "config"
LEVELS = load_levels(CONFIG / "levels.yaml")
SITE = {
    "ami": {"secret": "a-long-enough-secret"},
    "trunk_in_hosts": ["10.0.0.9"],
    "trunk_out_address": "10.0.0.9:5060",
}
JILIN = {"name": "jilin", "number": "043180012345", "address": "10.1.0.5:5061"}


def rendered(folder: Path, *levels: dict[str, str]) -> tuple[str, str]:
    render(AsteriskSite.model_validate(SITE | {"levels": levels}), folder)
    return (folder / "pjsip.conf").read_text(), (folder / "extensions.conf").read_text()


def test_nav_02_another_level_is_known_by_its_own_address_and_port_alone(tmp_path: Path) -> None:
    pjsip, _ = rendered(tmp_path, JILIN)

    section = pjsip[pjsip.index("[level-jilin]") : pjsip.index("; ---- seats' phones")]
    assert "match = 10.1.0.5:5061" in section
    assert "identify_by = ip" in section
    assert "set_var = CC_PEER=jilin" in section
    assert "contact = sip:10.1.0.5:5061" in section


def test_nav_02_only_a_level_of_the_file_is_dialled_by_a_levels_trunk(tmp_path: Path) -> None:
    _, extensions = rendered(tmp_path, JILIN)

    context = extensions[extensions.index("[level]") : extensions.index("[carry]")]
    assert "exten => 043180012345,1,Set(CC_HOW=blind)" in context
    assert "Set(CC_VIA=level-jilin)" in context
    assert context.count("exten =>") == 1


def test_nav_02_a_level_without_a_trunk_of_its_own_is_rung_by_the_trunk_out(
    tmp_path: Path,
) -> None:
    pjsip, extensions = rendered(tmp_path, {"name": "jilin", "number": "043180012345"})

    assert "level-jilin" not in pjsip
    assert "Set(CC_VIA=trunk-out)" in extensions


def test_nav_02_a_city_has_a_trunk_to_its_province_and_the_province_one_to_each_city() -> None:
    province = LEVELS.model_copy(update={"own": "jilin"})

    assert [trunk.name for trunk in level_trunks(LEVELS)] == ["jilin"]
    names = {trunk.name for trunk in level_trunks(province)}
    assert {"changchun", "yanbian"} <= names
    assert not names & {"jilin", "nanguan", "housing"}


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "jilin]"},
        {"number": "12345,1,System(x)"},
        {"address": "10.0.0.1:5060\nmatch=0.0.0.0/0"},
    ],
)
def test_a_level_that_could_change_the_configuration_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        LevelTrunk.model_validate(JILIN | bad)


def test_utl_01_the_dialplan_lets_agents_ring_every_number_of_the_directory() -> None:
    wishes = telephony_of(load_settings(CONFIG, {}), CONFIG)

    assert {"95598", "10000", "043188800401"} <= set(wishes.outbound_allow)
    assert len(wishes.outbound_allow) == len(set(wishes.outbound_allow))
