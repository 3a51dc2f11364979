"""Runs tests on one fault after another in forked copies of this process: nothing on disk changes.

A fault inside a function is made after everything is imported and collected: the function is given
the faulty code. A fault at module level is made while its module is imported, by a finder of ours.
A fault is noticed when a test fails, when collecting fails, or when the tests take too long.
"""

import ast
import gc
import importlib.abc
import importlib.machinery
import json
import os
import resource
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants.faults import Fault, Faults

MEMORY: Final = 6 << 30  # a fault that gathers without end must not take the machine with it
SURVIVED: Final = "survived"
QUICK_S: Final = 2.0
side_by_side = 2  # `--jobs`

settings.register_profile(
    "mutants",
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`by`: the test that noticed it, "timeout", "import", or SURVIVED."""

    by: str
    seconds: float

    @property
    def survived(self) -> bool:
        return self.by == SURVIVED


@dataclass
class Reach:
    """What each test reaches: its seconds, and (file, line) of the subjects' lines it ran."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests_of: dict[str, set[str]] = field(default_factory=dict)  # "file:line" -> tests

    def tests_for(self, fault: Fault) -> list[str]:
        """Cheapest first. All of them where the fault is made at import."""
        reaching: set[str] = set()
        for line in fault.lines:
            reaching |= self.tests_of.get(f"{fault.file}:{line}", set())
        if fault.function is None:
            stem = f"test_{Path(fault.file).stem}"
            return sorted(self.seconds, key=lambda test: (stem not in test, self.seconds[test]))
        return sorted(reaching, key=lambda test: self.seconds[test])

    def nearest(self, fault: Fault) -> list[str]:
        """The two quick files of tests that reach most of the fault's file: tried first."""
        lines: Counter[str] = Counter()
        for at, tests in self.tests_of.items():
            if at.rpartition(":")[0] == fault.file:
                lines.update({test.partition("::")[0] for test in tests})
        seconds: Counter[str] = Counter()
        for test, took in self.seconds.items():
            seconds[test.partition("::")[0]] += took  # type: ignore[assignment]  # not whole
        return [file for file, _ in lines.most_common() if seconds[file] < QUICK_S][:2]


def in_copies(
    jobs: Iterable[tuple[str, Callable[[int], None]]],
) -> Iterator[tuple[str, bytes, int]]:
    """(name, what it wrote to its pipe, exit status) of each job, each in a process of its own."""
    waiting = iter(jobs)
    running: dict[int, tuple[str, int]] = {}  # pipe -> name, process
    written: dict[int, bytes] = {}
    more = True
    while more or running:
        while more and len(running) < side_by_side:
            job = next(waiting, None)
            more = job is not None
            if job is not None:
                pipe, process = _forked(job[1])
                running[pipe], written[pipe] = (job[0], process), b""
        for pipe in select.select(list(running), [], [])[0] if running else ():
            chunk = os.read(pipe, 1 << 16)
            written[pipe] += chunk
            if not chunk:
                name, process = running.pop(pipe)
                os.close(pipe)
                yield name, written.pop(pipe), os.waitpid(process, 0)[1]


def _forked(work: Callable[[int], None]) -> tuple[int, int]:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return reading, process
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(silence, stream)
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        work(writing)
        status = 0
    finally:
        os._exit(status)


@dataclass
class OnTheGround:
    """The pytest plugin: what happens instead of running the tests once."""

    loop: Callable[[list[pytest.Item]], None]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:  # all could be collected
            self.loop(session.items)
        return True


def collected(tests: Sequence[str], loop: Callable[[list[pytest.Item]], None]) -> int:
    """Collects the tests in this process and hands them over."""
    settings.load_profile("mutants")
    quiet = ["-q", "-p", "no:cacheprovider", "--capture=no", "--no-header", "--no-summary"]
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # loaded before, on purpose
    return int(pytest.main([*quiet, "--disable-warnings", *tests], plugins=[OnTheGround(loop)]))


def run(items: Sequence[pytest.Item]) -> str:
    """The name of the first test that fails, or SURVIVED."""
    for at, item in enumerate(items):
        following = items[at + 1] if at + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            item.session._setupstate.teardown_exact(None)  # servers that fixtures have started
            return item.nodeid
    return SURVIVED


def measure(items: Sequence[pytest.Item], subjects: Sequence[str], root: Path) -> Reach:
    """Runs every test once, twice as slow, and notes what it reaches. Raises on a failing test."""
    reach = Reach()
    files = {str(root / subject): subject for subject in subjects}
    for at, item in enumerate(items):
        seen: set[tuple[str, int]] = set()
        began = time.monotonic()
        sys.settrace(_tracer(files, seen))
        try:
            following = items[at + 1] if at + 1 < len(items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            sys.settrace(None)
        reach.seconds[item.nodeid] = time.monotonic() - began
        if item.session.testsfailed:
            raise AssertionError(f"{item.nodeid} fails without any fault")
        for file, line in seen:
            reach.tests_of.setdefault(f"{files[file]}:{line}", set()).add(item.nodeid)
    return reach


def _tracer(files: dict[str, str], seen: set[tuple[str, int]]) -> Any:
    def lines(frame: FrameType, event: str, _: object) -> Any:
        seen.add((frame.f_code.co_filename, frame.f_lineno))
        return lines

    def calls(frame: FrameType, event: str, _: object) -> Any:
        return lines(frame, event, _) if frame.f_code.co_filename in files else None

    return calls


def swap_code(fault: Fault, faults: Faults, functions: Iterable[FunctionType]) -> bool:
    """Gives the living functions their faulty code. False: none of them lives."""
    fault.make()
    ast.fix_missing_locations(faults.tree)
    whole = compile(faults.tree, str(faults.path), "exec")
    code = next((one for one in _codes(whole) if _key(one) == fault.function), None)
    found = False
    for function in functions:
        if code is not None and function.__code__.co_freevars == code.co_freevars:
            function.__code__ = code
            found = True
    return found


def living_functions(faults: Faults) -> dict[tuple[str, int], list[FunctionType]]:
    found: dict[tuple[str, int], list[FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(faults.path):
            found.setdefault(_key(one.__code__), []).append(one)
    return found


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


class FaultyImport(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the one module that carries the fault."""

    def __init__(self, fault: Fault, faults: Faults) -> None:
        self.fault, self.faults = fault, faults
        self.module = fault.file.removesuffix(".py").replace("/", ".")

    def find_spec(
        self, fullname: str, path: object, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        where = str(self.faults.path)
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=where)
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        self.fault.make()
        ast.fix_missing_locations(self.faults.tree)
        exec(compile(self.faults.tree, str(self.faults.path), "exec"), module.__dict__)


def at_most(seconds: float) -> None:
    """This process is ended when it has had so much time, in work or asleep. What it waits for a
    core does not count: on a busy machine a fault that nobody notices would look like one that
    hangs."""
    began, waited_before = time.monotonic(), _waited_for_a_core()

    def look(_signal: int, _frame: FrameType | None) -> None:
        waited = _waited_for_a_core() - waited_before
        left = seconds - (time.monotonic() - began - waited)
        if left <= 0:
            os._exit(1)
        signal.setitimer(signal.ITIMER_REAL, max(left, 0.1))

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    most = int(seconds) + 5  # where no handler of Python's is called: a loop without end in C
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def _waited_for_a_core() -> float:
    """Seconds that this process was ready and others ran; 0 where the kernel does not say."""
    with suppress(OSError, IndexError):
        return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def tell(pipe: int, found: object) -> None:
    with suppress(BrokenPipeError), os.fdopen(pipe, "wb") as stream:
        stream.write(json.dumps(found).encode())
