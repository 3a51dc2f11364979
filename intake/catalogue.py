"""The catalogue of requests (接诉分类目录): five levels or more, each leaf with a unit (CAT-01/02).

Read once at start from `config/catalogue/`: `catalogue.yaml` (version, dates, order of the files),
`units.yaml`, and one tree a file. What is wrong with it stops the start, with file, key and remedy.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import BadSettings
from kernel.settings_file import checked, from_yaml, parsed, read_yaml

LEVELS_AT_LEAST: Final = 5


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Frozen):
    """A body that handles requests (承办单位); `by_region`: where a region calls it otherwise."""

    name: str = Field(min_length=1)
    by_region: Mapping[str, str] = {}


class _Units(_Frozen):
    units: Mapping[str, Unit] = Field(min_length=1)


class Node(_Frozen):
    """A branch or a leaf of the tree as it stands in the file."""

    code: str = Field(pattern=r"^(\d{2})+$")
    name: str = Field(min_length=1, max_length=30)
    synonyms: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None  # the last day
    children: tuple["Node", ...] = ()


class Contents(_Frozen):
    """`catalogue.yaml`."""

    version: str = Field(min_length=1)
    valid_from: date
    valid_until: date | None = None
    files: tuple[str, ...] = Field(min_length=1)


class Category(_Frozen):
    """One leaf with its way down from the top."""

    code: str
    path: tuple[str, ...]  # names, five or more
    version: str
    units: tuple[str, ...]  # ids, the likeliest first
    synonyms: tuple[str, ...] = ()
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Found(_Frozen):
    """A hit of a search; a higher score is nearer."""

    category: Category
    score: int


class Catalogue:
    """The leaves by code, and a search over names and synonyms."""

    def __init__(self, contents: Contents, leaves: list[Category], units: Mapping[str, Unit]):
        self.version = contents.version
        self.units = dict(units)
        self._leaves = {leaf.code: leaf for leaf in leaves}

    def __iter__(self) -> Iterator[Category]:
        return iter(self._leaves.values())

    def __len__(self) -> int:
        return len(self._leaves)

    def find(self, code: str, *, on: date) -> Category | None:
        """The leaf of this code, if it holds on that day."""
        leaf = self._leaves.get(code)
        return leaf if leaf is not None and leaf.holds_on(on) else None

    def search(self, text: str, *, on: date, limit: int = 10) -> tuple[Found, ...]:
        """Leaves near to the words of `text` (blank-separated, or one run of 汉字), best first."""
        words = text.split()
        hits = [
            Found(category=leaf, score=score)
            for leaf in self
            if leaf.holds_on(on) and (score := _score(leaf, words))
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.category.code))[:limit])

    def unit_name(self, unit: str, region_code: str) -> str:
        known = self.units[unit]
        return known.by_region.get(region_code, known.name)


def _score(leaf: Category, words: list[str]) -> int:
    """Every word must hit something; the leaf's own name weighs most, its branches least."""
    scores = [_word_score(leaf, word) for word in words]
    return sum(scores) if scores and all(scores) else 0


def _word_score(leaf: Category, word: str) -> int:
    if leaf.code.startswith(word):
        return 90
    own, *above = reversed(leaf.path)
    names = [(own, 100), *((synonym, 80) for synonym in leaf.synonyms), *((up, 30) for up in above)]
    return max(_nearness(name, word) * weight // 100 for name, weight in names)


def _nearness(name: str, word: str) -> int:
    """100 the same, 70 one within the other, else the share of pairs of characters in common."""
    if name == word:
        return 100
    if word in name or (len(name) > 1 and name in word):
        return 70
    pairs = {word[i : i + 2] for i in range(len(word) - 1)}
    if not pairs:
        return 0
    common = sum(pair in name for pair in pairs)
    return 60 * common // len(pairs) if common else 0


def load_catalogue(folder: Path) -> Catalogue:
    """The catalogue in `folder`. Raises BadSettings with file, key, value and remedy."""
    contents = read_yaml(folder / "catalogue.yaml", Contents)
    units = _read_units(folder / "units.yaml")
    leaves: dict[str, Category] = {}
    seen: dict[str, str] = {}
    for name in contents.files:
        top = read_yaml(folder / name, Node)
        for leaf in _walk(top, (), contents, _Checks(name, units, seen)):
            leaves[leaf.code] = leaf
    return Catalogue(contents, list(leaves.values()), units)


class _Checks:
    """What must hold for each node of one file; `seen` remembers the codes of all files."""

    def __init__(self, file: str, units: Mapping[str, Unit], seen: dict[str, str]) -> None:
        self._file, self._units, self._seen = file, units, seen

    def node(self, node: Node, above: tuple[Node, ...]) -> None:
        if node.code in self._seen:
            other = self._seen[node.code]
            self._bad(node, f"the code {node.code} is {other}'s already", "Give it a free code.")
        self._seen[node.code] = node.name
        if above and not node.code.startswith(above[-1].code):
            self._bad(
                node,
                f"the code {node.code} does not begin with {above[-1].code}, its parent's",
                "Renumber it under its parent.",
            )

    def leaf(self, node: Node, above: tuple[Node, ...]) -> None:
        if len(above) + 1 < LEVELS_AT_LEAST:
            self._bad(
                node,
                f"the leaf stands on level {len(above) + 1}",
                f"Put it on level {LEVELS_AT_LEAST} or deeper (CAT-01).",
            )
        if not node.units:
            self._bad(node, "the leaf has no unit", "Name a unit of units.yaml (CAT-02).")
        for unit in node.units:
            if unit not in self._units:
                self._bad(node, f"the unit {unit!r} is unknown", "Add it to units.yaml.")

    def _bad(self, node: Node, problem: str, remedy: str) -> None:
        raise BadSettings(
            f"config/catalogue/{self._file}: {node.code} {node.name}: {problem}.", remedy=remedy
        )


def _walk(
    node: Node, above: tuple[Node, ...], contents: Contents, checks: _Checks
) -> Iterator[Category]:
    checks.node(node, above)
    if node.children:
        for child in node.children:
            yield from _walk(child, (*above, node), contents, checks)
        return
    checks.leaf(node, above)
    yield Category(
        code=node.code,
        path=(*(branch.name for branch in above), node.name),
        version=contents.version,
        units=node.units,
        synonyms=node.synonyms,
        valid_from=node.valid_from or contents.valid_from,
        valid_until=node.valid_until or contents.valid_until,
    )


def _read_units(path: Path) -> dict[str, Unit]:
    found = parsed(path, from_yaml)
    return {**checked(path, {"units": found}, _Units).units}
