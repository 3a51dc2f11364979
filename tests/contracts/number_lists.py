"""What every store of number lists keeps to (SPC-01, SPC-03)."""

from datetime import UTC, datetime, timedelta

from intake.number_lists import KeepsNumberLists, Listed, ListState
from kernel.ids import NumberKey, uuid7

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def listed(*keys: str) -> list[Listed]:
    return [Listed(NumberKey(key), "138****5678") for key in keys]


def fresh() -> str:
    return str(uuid7())


class NumberListsContract:
    """Subclasses give the fixture `lists`; several tests may share one store."""

    async def test_a_number_is_on_the_lists_that_it_was_imported_into(
        self, lists: KeepsNumberLists
    ) -> None:
        one, two, key = fresh(), fresh(), NumberKey(fresh())
        await lists.replace(one, listed(key, fresh()), source="a.csv", by="chief", at=AT)
        await lists.replace(two, listed(key), source="b.csv", by="chief", at=AT)

        assert await lists.lists_of(key) == {one, two}
        assert await lists.lists_of(NumberKey(fresh())) == frozenset()

    async def test_a_new_register_replaces_the_old_one(self, lists: KeepsNumberLists) -> None:
        name, left, kept = fresh(), NumberKey(fresh()), NumberKey(fresh())
        later = AT + timedelta(days=30)
        await lists.replace(name, listed(left, kept), source="old.csv", by="chief", at=AT)

        assert await lists.replace(name, listed(kept), source="new.csv", by="other", at=later) == 1

        assert await lists.lists_of(left) == frozenset()
        assert await lists.lists_of(kept) == {name}
        assert (await lists.states())[name] == ListState(
            numbers=1, source="new.csv", imported_at=later, by="other"
        )

    async def test_a_number_given_twice_counts_once(self, lists: KeepsNumberLists) -> None:
        name, key = fresh(), NumberKey(fresh())

        assert await lists.replace(name, listed(key, key), source="a", by="chief", at=AT) == 1
        assert (await lists.states())[name].numbers == 1
