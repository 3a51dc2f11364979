"""Releases of rule files in PostgreSQL: append only, obeyed at every start (ADR 0029)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.settings_rules_port import Release, RulesChangedMeanwhile
from hotline import cli
from hotline.facts import RulesReleased
from hotline.places import Places
from hotline.releases.in_force import check_releases, open_rules
from hotline.releases.office import tell_untold
from hotline.releases.store import PgReleases, UploadedSound
from hotline.releases.texts import digest_of
from kernel.errors import BadSettings
from kernel.fact import Fact
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.settings import DatabaseSettings
from telephony.spoken import Sound
from tests.console.rules_room import CONFIG, shipped_rules, shipped_settings
from tests.fakes.fake_clock import FakeClock

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
HOLIDAYS = shipped_rules().texts["holidays.yaml"]


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(config=CONFIG, instance=tmp_path, asterisk=tmp_path / "asterisk")


def release(text: str, version: int = 1, file: str = "holidays") -> Release:
    return Release(
        file=file, version=version, text=text, digest=digest_of(text), at=AT,
        by="administrator", reason="国务院办公厅通知",
    )  # fmt: skip


async def test_each_release_is_kept_and_the_newest_is_the_head(pool: Pool) -> None:
    store = PgReleases(pool)
    first, second = release("years: {}"), release(HOLIDAYS, 2)

    await store.add(first)
    await store.add(second)

    assert await store.heads() == {"holidays": second}
    assert await store.releases("holidays") == [second, first]
    assert await store.release("holidays", 1) == first
    assert await store.release("holidays", 3) is None


async def test_of_two_who_saw_the_same_version_one_is_refused(pool: Pool) -> None:
    store = PgReleases(pool)

    both = await asyncio.gather(
        store.add(release("years: {}")), store.add(release(HOLIDAYS)), return_exceptions=True
    )

    assert [type(one) for one in both if one is not None] == [RulesChangedMeanwhile]
    with pytest.raises(RulesChangedMeanwhile):
        await store.add(release(HOLIDAYS, 5))
    assert len(await store.releases("holidays")) == 1


async def test_what_the_journal_does_not_know_is_told_once(pool: Pool) -> None:
    """A release of a command, or one whose process died before it wrote the fact."""
    store, told, clock = PgReleases(pool), list[Fact](), FakeClock()
    await store.add(release("years: {}"))
    await store.add(release(HOLIDAYS, 2))

    await tell_untold(store, told.extend, clock)
    await tell_untold(store, told.extend, clock)

    facts = [fact for fact in told if isinstance(fact, RulesReleased)]
    assert [(fact.file, fact.version) for fact in facts] == [("holidays", 1), ("holidays", 2)]


async def test_a_start_obeys_the_releases_and_the_folder_for_the_rest(
    pool: Pool, places: Places
) -> None:
    await PgReleases(pool).add(release("years: {}"))

    in_force = await open_rules(pool, shipped_settings(), places)

    shipped = shipped_rules().rules
    assert in_force.now.calendar.years == {}
    assert in_force.now.menus == shipped.menus
    assert in_force.read.versions == {"holidays": 1}
    beside = places.obeying().config
    assert (beside / "holidays.yaml").read_text("utf-8") == "years: {}"
    assert (beside / "menus.yaml").read_text("utf-8") == shipped_rules().texts["menus.yaml"]


async def test_a_release_that_no_longer_passes_stops_the_start_and_says_how_to_go_back(
    pool: Pool, places: Places
) -> None:
    """Also whoever stands by: it must be able to lead."""
    await PgReleases(pool).add(release("years: {2026: {old_shape: 1}}"))

    for start in (open_rules, check_releases):
        with pytest.raises(BadSettings) as refused:
            await start(pool, shipped_settings(), places)
        assert "holidays.yaml: key years.2026" in refused.value.problem
        assert "holidays.yaml release 1" in refused.value.problem
        assert "hotline settings import" in refused.value.remedy


async def test_a_site_keeps_its_rules_in_a_folder_of_its_own(
    pool: Pool,
    fresh_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exported, changed by hand, imported with a reason; an older one is restored the same way."""
    monkeypatch.setenv("HOTLINE_DATABASE_DSN", fresh_database)
    mine, old = tmp_path / "mine", tmp_path / "old"

    async def hotline(*words: object) -> int:
        return await asyncio.to_thread(cli.main, ["settings", *map(str, words)])

    assert await hotline("export", mine) == 0
    units = mine / "catalogue" / "units.yaml"
    units.write_text(units.read_text("utf-8") + "snow: {name: 除雪办}  # 冬季\n", "utf-8")
    assert await hotline("import", units, "--reason", "冬季", "--by", "li") == 0
    (mine / "menus.yaml").write_text("welcome: nowhere", "utf-8")
    assert await hotline("import", mine / "menus.yaml", "--reason", "错的") == 1
    assert await hotline("import", mine / "site.yaml", "--reason", "没有") == 1
    assert await hotline("export", old, "--file", "catalogue.units", "--version", 0) == 0
    assert await hotline("import", old / "catalogue" / "units.yaml", "--reason", "开春") == 0
    assert await hotline() == 0

    seen = await PgReleases(pool).releases("catalogue.units")
    assert [(one.version, one.reason) for one in seen] == [(2, "开春"), (1, "冬季")]
    assert (seen[1].by, "# 冬季" in seen[1].text) == ("li", True)
    assert seen[0].text == shipped_rules().texts["catalogue/units.yaml"]
    assert set(await PgReleases(pool).heads()) == {"catalogue.units"}
    said = capsys.readouterr()
    assert "catalogue.units  2" in said.out
    assert said.err.splitlines()[0].startswith("bad-menus: menus.yaml")
    assert said.err.splitlines()[1].startswith("unknown-rule-file: ")


async def test_an_uploaded_sound_is_played_after_the_next_start_too(
    pool: Pool, places: Places
) -> None:
    """By another machine, whose folder has never seen it."""
    goodbye = Sound("zh/phrases/goodbye")
    wav = (places.shipped_sounds / "zh/phrases/welcome.wav").read_bytes()
    kept = UploadedSound(
        sound=goodbye, words="再见。", digest=hashlib.sha256(wav).hexdigest(), at=AT, by="admin"
    )
    store = PgReleases(pool)

    assert await store.keep_sound(kept, b"older") == 1
    assert await store.keep_sound(kept, wav) == 2

    in_force = await open_rules(pool, shipped_settings(), replace(places))
    file = in_force.now.sounds.files[goodbye].path
    assert file.is_relative_to(places.uploaded_sounds)
    assert file.read_bytes() == wav
    assert await store.sounds() == [kept]
