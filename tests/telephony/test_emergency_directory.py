"""config/emergency.yaml: whom a citizen in need is handed to (EMG-01, EMG-04)."""

from pathlib import Path

import pytest

from telephony.emergency_directory import (
    LEGAL,
    BadEmergency,
    EmergencyDirectory,
    check_emergency,
    load_emergency,
)
from telephony.errors import WrongPhase
from tests.fakes.emergency_lines import DIRECTORY

SHIPPED = (Path(__file__).parents[2] / "config/emergency.yaml").read_text(encoding="utf-8")
MARITIME = '  - {code: "12395", name_zh: 水上遇险, name_en: Distress at sea}\n'


def loaded(folder: Path, text: str) -> EmergencyDirectory:
    file = folder / "emergency.yaml"
    file.write_text(text, encoding="utf-8")
    return load_emergency(file)


def refusal(folder: Path, text: str) -> BadEmergency:
    with pytest.raises(BadEmergency) as refused:
        loaded(folder, text)
    return refused.value


def without(code: str) -> str:
    kept = [line for line in SHIPPED.splitlines() if f'code: "{code}"' not in line]
    return "\n".join(kept)


def test_the_shipped_directory_has_the_four_and_their_ring_times() -> None:
    assert DIRECTORY.codes == LEGAL
    assert DIRECTORY.rings(LEGAL) == dict.fromkeys(LEGAL, 20)
    assert DIRECTORY.told == frozenset()


@pytest.mark.parametrize("code", LEGAL)
def test_emg_01_none_of_the_four_can_be_taken_away(tmp_path: Path, code: str) -> None:
    why = refusal(tmp_path, without(code))

    assert f"key lines: {code} is missing" in why.problem
    assert "cannot be taken away" in why.remedy


def test_emg_04_a_centre_may_add_others_and_says_the_order_of_the_keys(tmp_path: Path) -> None:
    directory = loaded(tmp_path, SHIPPED.replace("lines:\n", f"lines:\n{MARITIME}"))

    assert directory.codes == ("12395", *LEGAL)
    assert directory.line("12395").ring_for_s == 20


@pytest.mark.parametrize(
    ("good", "bad", "key"),
    [
        ('"119"', '"110"', "110 stands there twice"),
        ("ring_for_s: 20}", "ring_for_s: 4}", "lines.0.ring_for_s"),
        ("ring_for_s: 20}", "ring_for_s: 121}", "lines.0.ring_for_s"),
        ("ring_for_s: 20}", "ring_for_s: 20, number: 1}", "lines.0.number"),
        ('"122"', '"12x"', "lines.3.code"),
        ('"122"', '"1223456"', "lines.3.code"),
        ("name_zh: 公安报警, ", "", "lines.0.name_zh"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, good: str, bad: str, key: str) -> None:
    assert key in refusal(tmp_path, SHIPPED.replace(good, bad, 1)).problem


def test_a_number_that_the_directory_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(WrongPhase) as refused:
        DIRECTORY.line("114")

    assert "114" in refused.value.problem
    assert "110, 119, 120, 122" in refused.value.remedy


def test_what_asterisk_lists_and_the_directory_lacks_rings_as_long_as_any() -> None:
    assert DIRECTORY.rings(("110", "12395")) == {"110": 20, "12395": 20}


def test_emg_04_a_code_that_asterisk_does_not_know_is_refused_with_what_to_do(
    tmp_path: Path,
) -> None:
    directory = loaded(tmp_path, SHIPPED + MARITIME)

    with pytest.raises(BadEmergency) as refused:
        check_emergency(directory, dialled=LEGAL, receivers=())
    check_emergency(directory, dialled=(*LEGAL, "12395"), receivers=())

    assert "key lines.4.code: value '12395'" in refused.value.problem
    assert "[trunk] of site.toml" in refused.value.remedy
    assert "render-asterisk" in refused.value.remedy


def test_emg_01_a_site_whose_asterisk_lacks_one_of_the_four_is_refused() -> None:
    with pytest.raises(BadEmergency, match=r"lines\.3\.code: value '122'"):
        check_emergency(DIRECTORY, dialled=("110", "119", "120"), receivers=())


def test_emg_03_only_a_system_with_an_address_is_told(tmp_path: Path) -> None:
    text = SHIPPED.replace("ring_for_s: 20}", "ring_for_s: 20, tells: police}", 1)
    directory = loaded(tmp_path, text)

    with pytest.raises(BadEmergency) as refused:
        check_emergency(directory, dialled=LEGAL, receivers={"fire": "https://fire.example.cn"})
    check_emergency(directory, dialled=LEGAL, receivers={"police": "https://police.example.cn"})

    assert "key lines.0.tells: value 'police'" in refused.value.problem
    assert "[hand_off.receivers]" in refused.value.remedy
    assert directory.told == {"110"}
    assert (directory.tells("110"), directory.tells("119"), directory.tells("9")) == (
        "police",
        None,
        None,
    )
