"""Limits of size that ruff cannot check: file 300 lines, function 40, nesting 3 (style 2.14)."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PYPROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: Final = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
FILE_LINES: Final = 300
FUNCTION_LINES: Final = 40
NESTING: Final = 3
BLOCKS: Final = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try)
BLOCKS_WITH_MATCH: Final = (*BLOCKS, ast.Match)


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def nesting(node: ast.AST, *, depth: int = 0) -> int:
    """How deep blocks stand in each other; `elif` is no deeper than its `if`."""
    deepest = depth
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, FUNCTIONS):
                continue
            is_elif = name == "orelse" and isinstance(child, ast.If) and isinstance(node, ast.If)
            deeper = isinstance(child, BLOCKS_WITH_MATCH) and not is_elif
            deepest = max(deepest, nesting(child, depth=depth + deeper))
    return deepest


FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions_keep_the_limits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, FUNCTIONS)]

    too_long = {
        function.name: lines
        for function in functions
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    too_deep = {f.name: deep for f in functions if (deep := nesting(f)) > NESTING}
    assert len(text.splitlines()) <= FILE_LINES
    assert too_long == {}
    assert too_deep == {}
