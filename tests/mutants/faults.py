"""The faults that a source file can be given, one small change of its syntax tree each.

No fault is made in what the type checker or a reader owns: annotations, asserts, decorators,
docstrings, strings, and the unions of types at module level.
"""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
CALLED_INSTEAD: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
NOT_TOUCHED: Final = ("annotation", "returns", "decorator_list", "bases")
HEADERS: Final = (ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Match)


@dataclass(frozen=True, slots=True)
class Change:
    """`fields` of `node` become other values. `at`: the statement that goes, where one goes."""

    what: str
    node: ast.AST
    fields: tuple[tuple[str, object], ...]
    at: ast.stmt | None = None


@dataclass(slots=True)
class Fault:
    """`function`: (qualified name, first line) of the outermost function around it, or None."""

    file: str
    change: Change
    text: str
    function: tuple[str, int] | None
    lines: range
    nth: int = 0

    @property
    def id(self) -> str:
        """Stable while the code around it moves."""
        where = self.function[0] if self.function else "module"
        again = f" #{self.nth}" if self.nth else ""
        return f"{self.file}::{where} {self.change.what}{self.text}{again}"

    def make(self) -> None:
        for name, value in self.change.fields:
            setattr(self.change.node, name, value)


@dataclass(frozen=True, slots=True)
class _Place:
    qualified: tuple[str, ...] = ()
    function: tuple[str, int] | None = None
    lines: range = range(0)
    in_class: bool = False
    statement: str = ""
    last: frozenset[ast.AST] = frozenset()  # the statement at the end of the function


@dataclass
class Faults:
    """All faults of one file; `tree` carries the one that was made."""

    path: Path
    name: str
    tree: ast.Module = field(init=False)
    every: list[Fault] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.path.read_text(encoding="utf-8"))
        for node in self.tree.body:
            self._visit(node, _Place())

    def _add(self, place: _Place, shown: ast.AST, change: Change) -> None:
        text = "" if change.at else f" `{_shown(shown)}`"
        if isinstance(shown, ast.Constant):  # a number alone says nothing
            text = f" in `{place.statement}`"
        lines = _lines(change.at) if change.at else place.lines
        fault = Fault(self.name, change, text, place.function, lines)
        first = fault.id
        fault.nth = self._seen[first]
        self._seen[first] += 1
        self.every.append(fault)

    def _visit(self, node: ast.AST, place: _Place) -> None:
        if isinstance(node, ast.Assert) or _is_docstring(node) or _is_alias(node):
            return
        if isinstance(node, FUNCTIONS):
            self._visit_function(node, place)
            return
        if isinstance(node, ast.ClassDef):
            inner = _Place((*place.qualified, node.name), place.function, place.lines, True)
            for child in node.body:
                self._visit(child, inner)
            return
        if isinstance(node, ast.stmt):
            place = replace(place, lines=_lines(node), statement=_shown(node))
        for change in _changes(node, place):
            self._add(place, node, change)
        for child in _children(node):
            self._visit(child, place)

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, place: _Place) -> None:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self._visit(default, place)
        qualified = (*place.qualified, node.name)
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        function = place.function or (".".join(qualified), first)
        at_end = frozenset(node.body[-1:])
        inner = _Place((*qualified, "<locals>"), function, place.lines, last=at_end)
        for change in _of_statements(node):
            self._add(inner, node, change)
        for child in node.body:
            self._visit(child, inner)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name not in NOT_TOUCHED:
            children = value if isinstance(value, list) else [value]
            yield from (child for child in children if isinstance(child, ast.AST))


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70]


def _changes(node: ast.AST, place: _Place) -> Iterator[Change]:
    yield from _of_operators(node, place.function is None)
    yield from _of_values(node)
    yield from _of_branches(node, place.last)
    if place.function is not None:
        yield from _of_statements(node)
    elif not place.in_class:
        yield from _of_tables(node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_alias(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).endswith("TypeAlias")


def _lines(node: ast.stmt) -> range:
    """A block's own lines are those of its header."""
    last = node.end_lineno or node.lineno
    if isinstance(node, HEADERS):
        inner = node.cases[0].pattern if isinstance(node, ast.Match) else node.body[0]
        last = max(node.lineno, inner.lineno - 1)
    return range(node.lineno, last + 1)


def _of_operators(node: ast.AST, module_level: bool) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            other = SWAPS[type(op)]
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield Change(f"{type(op).__name__}->{other.__name__}", node, (("ops", ops),))
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in SWAPS:
        other = SWAPS[type(node.op)]
        if not (module_level and isinstance(node.op, ast.BitOr)):
            yield Change(f"{type(node.op).__name__}->{other.__name__}", node, (("op", other()),))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Change("not dropped", node, (("op", ast.UAdd()),))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield Change("minus dropped", node, (("op", ast.UAdd()),))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name = CALLED_INSTEAD.get(node.func.id)
        if name is not None:
            yield Change(f"{node.func.id}->{name}", node.func, (("id", name),))


def _of_values(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield Change(f"{node.value}->{not node.value}", node, (("value", not node.value),))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        more = node.value + 1  # type: ignore[operator]  # int or float, as just seen
        if more != node.value:  # 1e300 is 1e300 + 1
            yield Change(f"{node.value}->{more}", node, (("value", more),))


def _of_branches(node: ast.AST, last: frozenset[ast.AST]) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp):
        yield Change("if False", node, (("test", ast.Constant(False)),))
        yield Change("if True", node, (("test", ast.Constant(True)),))
    elif isinstance(node, ast.While):
        yield Change("while False", node, (("test", ast.Constant(False)),))
    elif isinstance(node, ast.comprehension):
        for at in range(len(node.ifs)):
            yield Change("filter dropped", node, (("ifs", node.ifs[:at] + node.ifs[at + 1 :]),))
    elif isinstance(node, ast.Match):
        for at, case in enumerate(node.cases):
            if len(node.cases) > 1 and not (node in last and _does_nothing(case)):
                what = f"case {ast.unparse(case.pattern)} dropped"
                yield Change(what, node, (("cases", node.cases[:at] + node.cases[at + 1 :]),))
            if case.guard is not None:
                yield Change(f"guard {ast.unparse(case.guard)} dropped", case, (("guard", None),))


def _does_nothing(case: ast.match_case) -> bool:
    """At the end of a function: it only tells the type checker that all is told."""
    (first, *more) = case.body
    return not more and ast.unparse(first) in ("return", "return None", "return False", "pass")


def _of_statements(node: ast.AST) -> Iterator[Change]:
    """Statements of a block that can be left out."""
    if isinstance(node, ast.Return) and node.value is not None and not _says_no(node.value):
        yield Change("returns None", node, (("value", ast.Constant(None)),))
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield from _left_out(node, name, block)


def _says_no(value: ast.expr) -> bool:
    """None instead of False is no fault: that False becomes True is made anyway."""
    return isinstance(value, ast.Constant) and (value.value is None or value.value is False)


def _left_out(node: ast.AST, name: str, block: list[ast.stmt]) -> Iterator[Change]:
    for at, one in enumerate(block):
        if _can_go(one):
            rest = [*block[:at], ast.copy_location(ast.Pass(), one), *block[at + 1 :]]
            yield Change(f"dropped: {_shown(one)}", node, ((name, rest),), one)


def _can_go(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom()):
            return True
        case ast.AugAssign() | ast.Delete() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.Return(value=None):
            return True
        case ast.Assign(targets=targets):
            return all(isinstance(one, ast.Attribute | ast.Subscript) for one in targets)
        case _:
            return False


def _of_tables(node: ast.AST) -> Iterator[Change]:
    """Entries of the tables that stand at module level."""
    if isinstance(node, ast.Dict):
        for at, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
            what = f"**{_shown(value)}" if key is None else _shown(key)
            keys, values = _without(node.keys, at), _without(node.values, at)
            yield Change(f"entry {what} dropped", node, (("keys", keys), ("values", values)))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Tuple):
        yield from _fewer(node.value)
    elif isinstance(node, ast.comprehension) and isinstance(node.iter, ast.Tuple):
        yield from _fewer(node.iter)
    elif isinstance(node, ast.Set):
        yield from _fewer(node)


def _fewer(node: ast.Set | ast.Tuple) -> Iterator[Change]:
    for at, one in enumerate(node.elts):
        if len(node.elts) > 1:
            fewer = (("elts", _without(node.elts, at)),)
            yield Change(f"element {_shown(one)} dropped", node, fewer)


def _without(entries: Sequence[object], at: int) -> list[object]:
    return [*entries[:at], *entries[at + 1 :]]
