"""Numbers are kept sealed, under a key that may stand in the journal, with PostgreSQL away."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from kernel.phone import WITHHELD, PhoneNumber
from storage.field_cipher import FieldCipher, FieldKeys
from storage.pool import DatabaseAway, Pool, open_pool
from storage.settings import DatabaseSettings, JournalSettings
from storage.vault import NumberVault

CIPHER = FieldCipher(FieldKeys(sealing={1: b"a" * 32}, index=b"i" * 32))
MOBILE = PhoneNumber.parse("13812345678")


@pytest.fixture
async def dead_pool() -> AsyncIterator[Pool]:
    """PostgreSQL is away: the port is ours, and nobody listens on it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        dsn = SecretStr(f"postgresql://app:x@127.0.0.1:{held.getsockname()[1]}/postgres")
        async with open_pool(DatabaseSettings(dsn=dsn)) as pool:
            yield pool


def vault_in(folder: Path, pool: Pool) -> NumberVault:
    return NumberVault(folder, CIPHER, pool, JournalSettings())


@pytest.mark.parametrize(
    "text",
    ["13812345678", "0431-87654321", "110", "0431 12345", "4001234567", "+442071838750", "95588"],
)
async def test_a_kept_number_is_revealed_as_it_was(
    tmp_path: Path, dead_pool: Pool, text: str
) -> None:
    vault = vault_in(tmp_path, dead_pool)
    key = vault.keep(PhoneNumber.parse(text))

    assert key is not None
    assert await vault.reveal(key) == PhoneNumber.parse(text)
    vault.close()


async def test_a_withheld_number_has_no_key(tmp_path: Path, dead_pool: Pool) -> None:
    vault = vault_in(tmp_path, dead_pool)

    assert vault.keep(WITHHELD) is None
    assert (tmp_path / "numbers.jsonl").read_bytes() == b""
    vault.close()


async def test_the_number_stands_nowhere_in_clear(tmp_path: Path, dead_pool: Pool) -> None:
    vault = vault_in(tmp_path, dead_pool)
    key = vault.keep(MOBILE)

    file = (tmp_path / "numbers.jsonl").read_bytes()
    assert str(key).encode() in file
    assert b"12345678" not in file
    vault.close()


async def test_a_number_survives_the_end_of_the_process(tmp_path: Path, dead_pool: Pool) -> None:
    first = vault_in(tmp_path, dead_pool)
    key = first.keep(MOBILE)
    first.close()
    with (tmp_path / "numbers.jsonl").open("ab") as file:
        file.write(b'{"key": "torn')

    second = vault_in(tmp_path, dead_pool)
    assert key is not None
    assert await second.reveal(key) == MOBILE
    assert second.keep(MOBILE) == key
    assert len((tmp_path / "numbers.jsonl").read_bytes().splitlines()) == 1
    second.close()


async def test_shipping_to_an_absent_server_keeps_the_number(
    tmp_path: Path, dead_pool: Pool
) -> None:
    vault = vault_in(tmp_path, dead_pool)
    key = vault.keep(MOBILE)

    with pytest.raises(DatabaseAway, match="PostgreSQL does not answer"):
        await vault.ship()
    assert key is not None
    assert await vault.reveal(key) == MOBILE
    vault.close()


async def test_damaged_lines_are_put_aside_not_lost(tmp_path: Path, dead_pool: Pool) -> None:
    (tmp_path / "numbers.jsonl").write_bytes(b"not json\n")

    vault_in(tmp_path, dead_pool).close()
    assert (tmp_path / "numbers.damaged").read_bytes() == b"not json\n"
