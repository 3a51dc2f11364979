from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from kernel.errors import BadSettings
from kernel.settings_file import checked, read_toml, read_yaml


class Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    ring_s: float
    queue: str = "general"


def test_a_good_file_becomes_its_model(tmp_path: Path) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text("ring_s: 10\n")

    assert read_yaml(file, Limits) == Limits(ring_s=10)


@pytest.mark.parametrize(
    ("content", "named", "remedy"),
    [
        ("queue: a\n", "key ring_s", "Add the key"),
        ("ring_s: ten\n", "key ring_s: value 'ten'", "of the kind"),
        ("ring_s: 1\nrings: 2\n", "key rings: value 2", "Remove the key"),
        ("ring_s: [1\n", "cannot be understood", "line that is named"),
    ],
)
def test_a_broken_file_names_file_key_value_and_remedy(
    tmp_path: Path, content: str, named: str, remedy: str
) -> None:
    file = tmp_path / "limits.yaml"
    file.write_text(content)

    with pytest.raises(BadSettings) as refused:
        read_yaml(file, Limits)

    assert str(file) in refused.value.problem
    assert named in refused.value.problem
    assert remedy in refused.value.remedy


def test_a_missing_file_and_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        read_yaml(tmp_path / "none.yaml", Limits)
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe = 1")
    with pytest.raises(BadSettings, match="cannot be understood"):
        read_toml(tmp_path / "bad.toml")


def test_what_is_found_may_also_come_from_elsewhere() -> None:
    with pytest.raises(BadSettings, match="environment: key ring_s"):
        checked("environment", {}, Limits)
