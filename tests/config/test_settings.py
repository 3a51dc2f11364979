"""All settings of a site: the environment over the file; a wrong key stops with file and remedy."""

from pathlib import Path

import pytest

from config.settings import ENVIRONMENT, Settings, load_settings
from kernel.errors import BadSettings

SHIPPED = Path(__file__).parents[2] / "config"
SITE = """
[site]
name_zh = "示范市"
name_en = "Model city"
region_code = "220100"
"""


def site(folder: Path, more: str = "", *, text: str = SITE) -> Path:
    (folder / "site.toml").write_text(text + more, encoding="utf-8")
    return folder


def refusal(folder: Path, environment: dict[str, str] | None = None) -> BadSettings:
    with pytest.raises(BadSettings) as refused:
        load_settings(folder, environment or {})
    return refused.value


def test_the_shipped_settings_are_sound() -> None:
    settings = load_settings(SHIPPED, {})

    assert settings.site.region_code == "220100"
    assert settings.trunk.emergency == ("110", "119", "120", "122")


def test_a_key_left_out_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(site(tmp_path), {})

    assert settings.site.hotline_numbers == ("12345",)
    assert settings.console.port == Settings(site=settings.site).console.port


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    folder = site(tmp_path, '\n[ami]\nhost = "in-the-file"\nusername = "kept"\n')
    settings = load_settings(folder, {"HOTLINE_AMI_HOST": "outside", "HOTLINE_AMI_PORT": "5039"})

    assert (settings.ami.host, settings.ami.port) == ("outside", 5039)
    assert settings.ami.username == "kept"


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    folder = site(tmp_path, '\n[ami]\nhost = "in-the-file"\n')

    assert load_settings(folder, {"HOTLINE_AMI_HOST": ""}).ami.host == "in-the-file"


def test_a_strange_variable_is_nobodys_business(tmp_path: Path) -> None:
    folder = site(tmp_path)

    assert load_settings(folder, {"HOTLINE_NONSENSE": "1"}) == load_settings(folder, {})


def test_every_variable_that_is_named_reaches_its_key(tmp_path: Path) -> None:
    values = {name: "7" if name.endswith("_PORT") else "x-value" for name in ENVIRONMENT}
    told = load_settings(site(tmp_path), values).model_dump()

    for name, (table, key) in ENVIRONMENT.items():
        found = told[table][key]
        plain = found.get_secret_value() if hasattr(found, "get_secret_value") else found
        assert str(plain) == values[name], name


def test_a_secret_shows_in_no_repr(tmp_path: Path) -> None:
    secrets = {
        "HOTLINE_AMI_SECRET": "open-sesame",
        "HOTLINE_DATABASE_DSN": "postgresql://u:open-sesame@h/d",
        "HOTLINE_VALKEY_URL": "redis://:open-sesame@h:1/0",
        "HOTLINE_WEBHOOK_SECRET": "open-sesame",
        "HOTLINE_FIRST_ADMINISTRATOR": "open-sesame",
        "HOTLINE_METRICS_TOKEN": "open-sesame",
    }

    assert "open-sesame" not in repr(load_settings(site(tmp_path), secrets))


@pytest.mark.parametrize(
    ("more", "key", "value", "remedy"),
    [
        ("nmae_fr = 'x'\n", "site.nmae_fr", "'x'", "Remove the key"),
        ("\n[sitee]\na = 1\n", "sitee", "a table with 1 keys", "Remove the key"),
        ("\n[ami]\nport = 'five'\n", "ami.port", "'five'", "of the kind that is named"),
        ("\n[trunk]\nemergency = 110\n", "trunk.emergency", "110", "of the kind that is named"),
        ("accept_level = 'moon'\n", "site.accept_level", "'moon'", "of the kind that is named"),
        ("\n[console]\nport = 70000\n", "console.port", "70000", "of the kind that is named"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_file_and_remedy(
    tmp_path: Path, more: str, key: str, value: str, remedy: str
) -> None:
    why = refusal(site(tmp_path, more))

    assert why.problem.startswith(f"{tmp_path / 'site.toml'}: key {key}: value {value}: ")
    assert remedy in why.remedy


@pytest.mark.parametrize(
    ("more", "key", "remedy"),
    [
        ("\n[trunk]\nemergency_ring_for = 20\n", "emergency_ring_for", "ring_for_s"),
        (
            '\n[hand_off.receivers]\n110 = "https://police.example.cn"\n',
            "receivers.110",
            "tells: police",
        ),
    ],
)
def test_emg_01_a_key_of_an_older_version_is_named_with_where_it_stands_now(
    tmp_path: Path, more: str, key: str, remedy: str
) -> None:
    why = refusal(site(tmp_path, more))

    assert f"{key} does not stand here any more" in why.problem
    assert why.remedy.startswith(f"Take {key} out")
    assert remedy in why.remedy and "config/emergency.yaml" in why.remedy


@pytest.mark.parametrize(
    ("receiver", "wrong"),
    [
        ('Police = "https://police.example.cn"', "small letters"),
        ('police = "http://police.example.cn"', "must begin with https"),
        ('police = "police.example.cn"', "https:// address"),
    ],
)
def test_emg_03_a_receiving_system_has_a_name_and_a_safe_address(
    tmp_path: Path, receiver: str, wrong: str
) -> None:
    assert wrong in refusal(site(tmp_path, f"\n[hand_off.receivers]\n{receiver}\n")).problem


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    why = refusal(site(tmp_path, text=SITE.replace('region_code = "220100"', "")))

    assert "key site.region_code" in why.problem
    assert why.remedy == "Add the key."


def test_a_wrong_value_of_the_environment_is_named_with_its_variable(tmp_path: Path) -> None:
    why = refusal(site(tmp_path), {"HOTLINE_AMI_PORT": "none"})

    assert "HOTLINE_AMI_PORT" in why.problem
    assert "key ami.port: value 'none'" in why.problem


def test_a_file_that_is_no_toml_is_named_with_the_place(tmp_path: Path) -> None:
    why = refusal(site(tmp_path, "\n[ami\n"))

    assert str(tmp_path / "site.toml") in why.problem
    assert "line" in why.problem


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "site.toml") in refusal(tmp_path).problem
