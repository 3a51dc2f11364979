"""Tests the tests (`./dev mutants [FILE ...] [--most N]`): one small fault at a time.

A fault that no test notices (a survivor) is a red build: an invariant is missing. Faults that
change nothing that can be seen are listed, with their reason, in tests/mutants-equivalent.txt.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
EQUIVALENT: Final = ROOT / "tests" / "mutants-equivalent.txt"
# Where faults are made, and the tests that must notice them.
SUBJECTS: Final = {
    "acd": "tests/acd",
    "telephony/call.py": "tests/telephony",
    "figures/fold.py": "tests/figures",
}
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
}


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    what: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} {self.what}"


def swapped(node: ast.AST) -> Iterator[tuple[str, ast.AST, str, object]]:
    """(description, node, field, new value) of every fault that this node can carry."""
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            if type(op) in SWAPS:
                ops: list[ast.AST] = [*node.ops]
                ops[at] = SWAPS[type(op)]()
                yield f"{type(op).__name__}->{type(ops[at]).__name__}", node, "ops", ops
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        other = SWAPS[type(node.op)]()
        yield f"{type(node.op).__name__}->{type(other).__name__}", node, "op", other
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", node, "op", ast.UAdd()
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield f"{node.value}->{not node.value}", node, "value", not node.value
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield f"{node.value}->{node.value + 1}", node, "value", node.value + 1
    elif isinstance(node, ast.If):
        yield "if False", node, "test", ast.Constant(False)


def mutants_of(file: Path) -> Iterator[Mutant]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for what, target, field, value in swapped(node):
            kept = getattr(target, field)
            setattr(target, field, value)
            source = ast.unparse(ast.fix_missing_locations(tree))
            setattr(target, field, kept)
            yield Mutant(str(file.relative_to(ROOT)), getattr(node, "lineno", 0), what, source)


def survives(mutant: Mutant, tests: str, timeout_s: int) -> bool:
    """Whether the tests pass although the code is broken. A hang counts as noticed."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        place = Path(folder) / "tree"
        ignore = shutil.ignore_patterns(".venv*", "var", ".git", "sounds", "__pycache__", ".*cache")
        shutil.copytree(ROOT, place, ignore=ignore, symlinks=True)
        (place / mutant.file).write_text(mutant.source, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests]
        try:
            done = subprocess.run(
                command,
                cwd=place,
                capture_output=True,
                timeout=timeout_s,
                env={**os.environ, "PYTHONPATH": str(place)},
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def known_equivalents() -> set[str]:
    if not EQUIVALENT.exists():
        return set()
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    return {line.split("  # ")[0].strip() for line in lines if line and not line.startswith("#")}


def chosen(arguments: argparse.Namespace) -> list[tuple[Mutant, str]]:
    jobs: list[tuple[Mutant, str]] = []
    for subject, tests in SUBJECTS.items():
        place = ROOT / subject
        files = sorted(place.glob("*.py")) if place.is_dir() else [place]
        for file in files:
            if not arguments.files or str(file.relative_to(ROOT)) in arguments.files:
                jobs += [(mutant, tests) for mutant in mutants_of(file)]
    random.Random(arguments.seed).shuffle(jobs)
    return jobs[: arguments.most]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--most", type=int, default=None, help="try only so many, chosen by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=int, default=180, help="seconds for one test run")
    arguments = parser.parse_args()
    equivalent = known_equivalents()
    jobs = [(m, t) for m, t in chosen(arguments) if m.name not in equivalent]
    survivors = []
    with ThreadPoolExecutor(2) as pool:
        outcomes = pool.map(lambda job: survives(job[0], job[1], arguments.timeout), jobs)
        for (mutant, _), alive in zip(jobs, outcomes, strict=True):
            if alive:
                survivors.append(mutant)
                print(f"survived: {mutant.name}", flush=True)
    print(f"{len(jobs)} faults, {len(jobs) - len(survivors)} noticed, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
