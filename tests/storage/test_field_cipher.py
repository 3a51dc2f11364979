"""Sealed fields: bound to their place, readable over key rotation (SEC-01)."""

import pytest

from kernel.errors import BadSettings
from storage.field_cipher import FIELD_KEYS, INDEX_KEY, FieldCipher, FieldKeys, SealBroken

KEYS = FieldKeys(sealing={1: b"a" * 32}, index=b"i" * 32)
NAME = "王小明，住人民大街1号"


def test_a_sealed_value_opens_in_its_place_and_shows_nothing() -> None:
    cipher = FieldCipher(KEYS)
    sealed = cipher.seal(NAME, table="ticket", column="name", row=7)

    assert cipher.open(sealed, table="ticket", column="name", row=7) == NAME
    assert NAME.encode() not in sealed
    assert len(sealed) == len(NAME.encode()) + 31
    assert cipher.seal(NAME, table="ticket", column="name", row=7) != sealed


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [("ticket", "name", 8), ("ticket", "phone", 7), ("draft", "name", 7), ("ticketname", "", 7)],
)
def test_a_value_moved_elsewhere_does_not_open(table: str, column: str, row: int) -> None:
    cipher = FieldCipher(KEYS)
    sealed = cipher.seal(NAME, table="ticket", column="name", row=7)

    with pytest.raises(SealBroken, match="changed, moved"):
        cipher.open(sealed, table=table, column=column, row=row)


def test_no_byte_of_a_sealed_value_can_be_changed() -> None:
    cipher = FieldCipher(KEYS)
    sealed = cipher.seal("138", table="t", column="c", row=1)

    for place in range(len(sealed)):
        touched = bytearray(sealed)
        touched[place] ^= 1
        with pytest.raises(SealBroken):
            cipher.open(bytes(touched), table="t", column="c", row=1)
    with pytest.raises(SealBroken):
        cipher.open(sealed[:20], table="t", column="c", row=1)


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old = FieldCipher(KEYS)
    both = FieldCipher(FieldKeys(sealing={1: b"a" * 32, 2: b"b" * 32}, index=b"i" * 32))
    sealed = old.seal(NAME, table="t", column="c", row=1)
    fresh = both.seal(NAME, table="t", column="c", row=1)

    assert both.open(sealed, table="t", column="c", row=1) == NAME
    assert both.is_stale(sealed)
    assert not both.is_stale(fresh)
    with pytest.raises(SealBroken, match=r"key 2 is not in HOTLINE_FIELD_KEYS"):
        old.open(fresh, table="t", column="c", row=1)


def test_the_blind_index_is_equal_for_equal_values_of_one_kind_only() -> None:
    cipher = FieldCipher(KEYS)
    other = FieldCipher(FieldKeys(sealing={1: b"a" * 32}, index=b"j" * 32))

    assert cipher.blind("phone", "+8613812345678") == cipher.blind("phone", "+8613812345678")
    assert cipher.blind("phone", "+8613812345678") != cipher.blind("id-no", "+8613812345678")
    assert cipher.blind("phone", "+8613812345678") != cipher.blind("phone", "+8613812345679")
    assert cipher.blind("phone", "+8613812345678") != other.blind("phone", "+8613812345678")


def test_fresh_keys_are_read_back_and_never_shown() -> None:
    environment = FieldKeys.new_environment()
    keys = FieldKeys.from_environment(environment)

    assert set(keys.sealing) == {1}
    assert repr(keys) == "FieldKeys()"
    assert environment != FieldKeys.new_environment()


def test_a_single_key_may_be_written_without_its_id() -> None:
    environment = FieldKeys.new_environment()
    single = {
        "HOTLINE_FIELD_KEY": environment[FIELD_KEYS].removeprefix("1:"),
        INDEX_KEY: environment[INDEX_KEY],
    }

    assert FieldKeys.from_environment(single) == FieldKeys.from_environment(environment)


GOOD = FieldKeys.new_environment()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({FIELD_KEYS: ""}, "HOTLINE_FIELD_KEYS is not set"),
        ({INDEX_KEY: ""}, "HOTLINE_INDEX_KEY is not set"),
        ({FIELD_KEYS: GOOD[INDEX_KEY]}, "without a key id"),
        ({FIELD_KEYS: "x:" + GOOD[INDEX_KEY]}, "without a key id"),
        ({FIELD_KEYS: "70000:" + GOOD[INDEX_KEY]}, "without a key id"),
        ({FIELD_KEYS: GOOD[FIELD_KEYS] + "," + GOOD[FIELD_KEYS]}, "twice"),
        ({FIELD_KEYS: "0:" + GOOD[FIELD_KEYS][2:]}, "or it is 0"),
        ({FIELD_KEYS: "1:c2hvcnQ="}, "5 bytes instead of 32"),
        ({INDEX_KEY: "密钥"}, "not base64"),
        ({INDEX_KEY: GOOD[FIELD_KEYS].removeprefix("1:")}, "is the same key"),
    ],
)
def test_a_bad_key_stops_the_start_with_the_command_that_makes_one(
    change: dict[str, str], problem: str
) -> None:
    with pytest.raises(BadSettings, match=problem) as refused:
        FieldKeys.from_environment(GOOD | change)

    assert "head -c 32 /dev/urandom | base64" in refused.value.remedy
    assert GOOD[INDEX_KEY] not in str(refused.value)
