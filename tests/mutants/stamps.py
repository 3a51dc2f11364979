"""By what a verdict is known to hold still: the faulty code and the test that noticed the fault.

Of a fault inside a function that function counts, of one at module level all that is in none; of a
test its own function. What they call may have changed: `--fresh` believes nothing.
"""

import ast
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.faults import FUNCTIONS, Fault


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Pieces:
    """Hashes of the functions of one source, by qualified name, and of all the rest."""

    source: str
    functions: dict[str, str] = field(default_factory=dict)
    rest: str = ""

    def __post_init__(self) -> None:
        tree = ast.parse(self.source)
        self._take(tree.body, "")
        self.rest = hashed(ast.unparse(tree))

    def _take(self, body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                self._take(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, FUNCTIONS):
                name = prefix + node.name
                self.functions[name] = hashed(self.functions.get(name, "") + ast.unparse(node))
                node.body = [ast.Pass()]


class Stamps:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, Pieces] = {}

    def of(self, fault: Fault, test: str) -> list[str]:
        """`test`: a test's id, or "timeout" or "import"."""
        return [of_fault(fault, self._pieces(fault.file)), self._of_test(test)]

    def _of_test(self, test: str) -> str:
        file, _, name = test.partition("::")
        return of_test(name, self._pieces(file)) if name else ""

    def _pieces(self, file: str) -> Pieces:
        if file not in self._known:
            path = self._root / file
            self._known[file] = Pieces(path.read_text(encoding="utf-8") if path.exists() else "")
        return self._known[file]


def of_fault(fault: Fault, pieces: Pieces) -> str:
    return pieces.functions.get(fault.function[0], "") if fault.function else pieces.rest


def of_test(name: str, pieces: Pieces) -> str:
    plain = name.partition("[")[0].replace("::", ".")
    return pieces.functions.get(plain) or hashed(pieces.source)
