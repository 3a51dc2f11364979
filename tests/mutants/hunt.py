"""One hunt: the faults of some files against the tests of one folder."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from tests.mutants import ground
from tests.mutants.faults import Fault, Faults
from tests.mutants.ground import Reach, Verdict

PATIENCE_S: Final = 10.0  # and three times what the tests take
Told = Callable[[Fault, Verdict], None]


class Hunt:
    def __init__(self, root: Path, files: Sequence[Faults], tests: Sequence[str]) -> None:
        self._root, self._tests = root, tests
        self._files = {one.name: one for one in files}
        self._reach = Reach()

    def go(self, faults: Sequence[Fault], told: Told) -> None:
        """Those inside functions in a process that has everything loaded, the others one by one."""
        inside = [one for one in faults if one.function is not None]
        at_import = [one for one in faults if one.function is None]
        for index, verdict in self._loaded(inside):
            if verdict is None:
                at_import.append(inside[index])
            else:
                told(inside[index], verdict)
        jobs = ((str(n), self._import_job(one)) for n, one in enumerate(at_import))
        for name, verdict in _verdicts(jobs):
            fault = at_import[int(name)]
            told(fault, verdict or Verdict("import", 0.0))

    def _loaded(self, faults: Sequence[Fault]) -> Iterator[tuple[int, Verdict | None]]:
        """A child collects and measures; its verdicts come line by line through a pipe."""
        sys.stdout.flush()
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            with os.fdopen(writing, "w") as out:
                ground.collected(self._tests, lambda items: self._in_child(items, faults, out))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as lines:
            first = json.loads(lines.readline() or "null")
            if first is None:
                raise SystemExit("the tests fail without any fault; see above")
            tests_of = {at: set(tests) for at, tests in first["tests_of"].items()}
            self._reach = Reach(first["seconds"], tests_of)
            for module in first["modules"]:
                _preload(module)
            for line in lines:
                index, by, seconds = json.loads(line)
                yield index, None if by is None else Verdict(by, seconds)
        os.waitpid(process, 0)

    def _in_child(self, items: list[pytest.Item], faults: Sequence[Fault], out: object) -> None:
        write = getattr(out, "write")  # noqa: B009 - a text stream
        ((_, measured, _),) = ground.in_copies([("", lambda pipe: self._measured(items, pipe))])
        if not measured:
            return
        known = json.loads(measured)
        write(json.dumps(known) + "\n")
        getattr(out, "flush")()  # noqa: B009
        tests_of = {at: set(tests) for at, tests in known["tests_of"].items()}
        self._reach = Reach(known["seconds"], tests_of)
        by_name = {item.nodeid: item for item in items}
        living = {name: ground.living_functions(one) for name, one in self._files.items()}

        def job(fault: Fault) -> Callable[[int], None]:
            functions = living[fault.file].get(fault.function or ("", 0), [])
            chosen = [by_name[test] for test in self._reach.tests_for(fault)]

            def work(pipe: int) -> None:
                ground.at_most(self._patience(fault))
                swapped = ground.swap_code(fault, self._files[fault.file], functions)
                ground.tell(pipe, ground.run(chosen) if swapped and chosen else None)

            return work

        jobs = ((str(n), job(fault)) for n, fault in enumerate(faults))
        for name, verdict in _verdicts(jobs):
            line = [int(name), verdict.by if verdict else None, verdict.seconds if verdict else 0]
            write(json.dumps(line) + "\n")
            getattr(out, "flush")()  # noqa: B009

    def _measured(self, items: Sequence[pytest.Item], pipe: int) -> None:
        reach = ground.measure(items, list(self._files), self._root)
        foreign = [name for name, one in list(sys.modules.items()) if self._is_foreign(one)]
        tests_of = {at: sorted(tests) for at, tests in reach.tests_of.items()}
        found = {"seconds": reach.seconds, "tests_of": tests_of, "modules": foreign}
        ground.tell(pipe, found)

    def _is_foreign(self, module: object) -> bool:
        """Not of the project: it can be loaded before any fault is made."""
        where = getattr(module, "__file__", None) or ""
        return "site-packages" in where or where.startswith(sys.base_prefix)

    def _import_job(self, fault: Fault) -> Callable[[int], None]:
        order = {test: n for n, test in enumerate(self._reach.tests_for(fault))}

        def loop(items: list[pytest.Item]) -> None:
            self._found = ground.run(sorted(items, key=lambda item: order.get(item.nodeid, 0)))

        def work(pipe: int) -> None:
            ground.at_most(self._patience(fault))
            sys.meta_path.insert(0, ground.FaultyImport(fault, self._files[fault.file]))
            nearest = self._reach.nearest(fault)
            for tests in (nearest, self._tests) if nearest else (self._tests,):
                self._found = "import"
                ground.collected(tests, loop)
                if self._found != ground.SURVIVED:
                    break
            ground.tell(pipe, self._found)

        return work

    def _patience(self, fault: Fault) -> float:
        seconds = self._reach.seconds
        return PATIENCE_S + 3 * sum(seconds[test] for test in self._reach.tests_for(fault))


def _verdicts(
    jobs: Iterator[tuple[str, Callable[[int], None]]],
) -> Iterator[tuple[str, Verdict | None]]:
    """None: the job said that it could not make its fault."""
    began: dict[str, float] = {}

    def timed() -> Iterator[tuple[str, Callable[[int], None]]]:
        for name, work in jobs:
            began[name] = time.monotonic()
            yield name, work

    for name, said, _ in ground.in_copies(timed()):
        seconds = time.monotonic() - began[name]
        by = json.loads(said) if said else "timeout"
        yield name, None if by is None else Verdict(by, seconds)


def _preload(module: str) -> None:
    try:
        import_module(module)
    except Exception as why:
        print(f"not loaded before: {module}: {why!r}", file=sys.stderr)
