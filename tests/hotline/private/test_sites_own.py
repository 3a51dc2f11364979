"""Which servers a site brings itself."""

from pathlib import Path

import pytest

from hotline.private.sites_own import SitesOwn, sites_own
from kernel.errors import BadSettings

NAMES = ("HOTLINE_DATABASE_DSN", "HOTLINE_VALKEY_URL", "HOTLINE_AMI_HOST")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_without_any_setting_all_servers_are_ours(tmp_path: Path) -> None:
    assert sites_own(tmp_path) == SitesOwn()


def test_each_server_can_be_the_sites_own(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('[database]\ndsn = "postgresql://db/x"\n[ami]\nport = 5\n')

    assert sites_own(tmp_path) == SitesOwn(database="postgresql://db/x")


def test_the_environment_comes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site.toml").write_text('[valkey]\nurl = "redis://file"\n')
    monkeypatch.setenv("HOTLINE_VALKEY_URL", "redis://environment")

    assert sites_own(tmp_path).valkey == "redis://environment"


@pytest.mark.parametrize("content", ["[ami\n", "[ami]\nhost = 5\n", 'ami = "x"\n[valkey]\nurl = 1'])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "site.toml"
    file.write_text(content)

    with pytest.raises(BadSettings) as refused:
        sites_own(tmp_path)

    assert str(file) in refused.value.problem
