"""bench speech: thirty citizens answer at once, one worker on one core; what an answer costs.

The sounds are the spoken answers of the tests: A-law from 8 kHz, sent as Asterisk sends them.
"""

import asyncio
import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID, uuid4

from bench.report import Report
from bench.timing import median, percentile
from hotline.private.places import PROJECT, cache_home
from hotline.rehearsal.audio import LINEAR
from telephony.speech.audio_socket import FRAME_S, SILENCE, Kind, frame, frames_of
from telephony.speech.listens import Language
from telephony.speech.models import plans
from telephony.speech.orders import CHOICE, Order
from telephony.speech.recognizers import Options, Recognizer
from telephony.speech.settings import SpeechSettings, load_speech_settings
from telephony.speech.supervisor import SpeechWorker
from telephony.speech.workshop import Workshop

STREAMS: Final = 30
ANSWERS: Final = PROJECT / "tests" / "speech"
KOREAN: Final[Options] = {
    "very-satisfied": ("매우 만족",),
    "satisfied": ("만족",),
    "neutral": ("보통",),
    "dissatisfied": ("불만족",),
    "very-dissatisfied": ("매우 불만족",),
    "person": ("상담원",),
}
CHINESE: Final[Options] = {
    "very-satisfied": ("非常满意", "很满意"),
    "satisfied": ("满意",),
    "neutral": ("一般", "还可以"),
    "dissatisfied": ("不满意",),
    "very-dissatisfied": ("非常不满意",),
    "person": ("转人工",),
}
BEFORE: Final = [SILENCE] * 25
UP_WITHIN_S: Final = 120.0


@dataclass(slots=True)
class Taken:
    """`lags`: seconds from the moment at which the pause was long enough to the reply."""

    lags: list[float] = field(default_factory=list)
    sent_s: float = 0.0


def run(quick: bool) -> Report:
    settings = load_speech_settings(PROJECT / "config" / "speech.yaml")
    report = Report()
    with TemporaryDirectory() as folder:
        asyncio.run(_streams(report, settings, Path(folder), 6.0 if quick else 20.0))
    _costs(report, settings, 16 if quick else 64)
    report.notes.append("a stream: half a second of silence, an answer, silence until the reply")
    return report


def sounds(language: str) -> Iterator[list[bytes]]:
    for file in sorted((ANSWERS / language).glob("*.alaw")):
        if not file.name.startswith(("comment", "solved", "not-solved")):
            codes = file.read_bytes()
            linear = b"".join(LINEAR[c].to_bytes(2, "little", signed=True) for c in codes)
            yield frames_of(linear)


# ---- thirty at once


async def _streams(
    report: Report, settings: SpeechSettings, evidence: Path, seconds: float
) -> None:
    worker = SpeechWorker(settings, plans(settings, cache_home()))
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(worker.run())
        worker.want(Language.KO)
        async with asyncio.timeout(UP_WITHIN_S):
            await worker.changed(lambda: worker.hears(Language.KO))
        core = _pin(worker.pid or 0)
        rows = [await _row(worker, count, evidence, seconds) for count in (1, STREAMS)]
        keeping.cancel()
    report.add(
        f"Vosk grammar streams, the worker on core {core} alone",
        (
            "streams",
            "answers",
            "lag p50, ms",
            "lag p99, ms",
            "longest, ms",
            "core, %",
            "a stream, %",
        ),
        rows,
    )
    report.bar(f"{STREAMS} streams: the longest lag < 1,000 ms", rows[1][4], 1000, "ms")
    needed = rows[1][6] * STREAMS
    report.bar(f"{STREAMS} streams without a pause need less than one core", needed, 95, "%")


async def _row(
    worker: SpeechWorker, count: int, evidence: Path, seconds: float
) -> tuple[float, ...]:
    taken, pid = Taken(), worker.pid or 0
    until = time.monotonic() + seconds
    cpu, wall = _cpu_s(pid), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for n in range(count):
            group.create_task(_stream(worker, taken, evidence / f"{n}.wav", n, until))
    used = _cpu_s(pid) - cpu
    busy, each = used / (time.monotonic() - wall) * 100, used / taken.sent_s * 100
    lags = [lag * 1000 for lag in taken.lags]
    return count, len(lags), median(lags), percentile(lags, 0.99), max(lags), busy, each


async def _stream(worker: SpeechWorker, taken: Taken, file: Path, n: int, until: float) -> None:
    await asyncio.sleep(n * 0.037)  # they do not speak in one breath
    spoken = itertools.islice(itertools.cycle(sounds("ko")), n, None)
    while time.monotonic() < until:
        await _answer(worker, taken, file, next(spoken))


async def _answer(worker: SpeechWorker, taken: Taken, file: Path, spoken: list[bytes]) -> None:
    order = Order(
        id=str(uuid4()),
        kind=CHOICE,
        language="ko",
        sounds=(),
        options=dict(KOREAN),
        within=8.0,
        longest=6.0,
        evidence=str(file),
    )
    reply = worker.ask(order)
    host, _, port = worker.address.partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(frame(Kind.ID, UUID(order.id).bytes))
    loop = asyncio.get_running_loop()
    pause = worker.settings.ear.pause_ms / 1000
    due, over = loop.time(), 0.0
    for n, one in enumerate(itertools.chain(BEFORE, spoken, itertools.repeat(SILENCE))):
        if reply.done():
            break
        writer.write(frame(Kind.SOUND, one))
        over = due if n < len(BEFORE) + _loud(spoken) else over
        due += FRAME_S
        await asyncio.sleep(max(0.0, due - loop.time()))
    taken.lags.append(max(0.0, loop.time() - over - pause))
    taken.sent_s += n * FRAME_S
    writer.close()


def _loud(spoken: list[bytes]) -> int:
    """How many frames until the last one in which something is heard."""
    heard = [n for n, one in enumerate(spoken) if max(memoryview(one).cast("h")) > 300]
    return heard[-1] + 1 if heard else 0


def _pin(pid: int) -> int:
    """All threads of it on the last core that we may use; ours on the others, if there are any."""
    cores = sorted(os.sched_getaffinity(0))
    for thread in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(thread), cores[-1:])
    os.sched_setaffinity(0, cores[:-1] or cores)
    return cores[-1]


def _cpu_s(pid: int) -> float:
    """Seconds of CPU of a process and its threads."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


# ---- what one answer costs


def _costs(report: Report, settings: SpeechSettings, most: int) -> None:
    workshop = Workshop(settings, plans(settings, cache_home()), skip=frozenset())
    rows: list[tuple[str | float, ...]] = []
    for name, language, options in (
        ("vosk/ko", "ko", KOREAN),
        ("whisper/zh", "zh", CHINESE),
    ):
        trouble = workshop.load(name)
        recognizer = workshop.for_choice(Language(language), options)
        if trouble or recognizer is None:
            report.notes.append(f"{name} was not measured ({trouble}): `./dev test` installs it")
            continue
        rows.append((name, *_cost(recognizer, options, list(sounds(language))[:most])))
    report.add(
        "One spoken answer in a thread of its own",
        ("recogniser", "answers", "sound, s", "CPU p50, ms", "CPU p99, ms", "s of sound per CPU s"),
        rows,
    )


def _cost(recognizer: Recognizer, options: Options, spoken: list[list[bytes]]) -> tuple[float, ...]:
    cpu, length = [], 0.0
    for frames in spoken:
        utterance = recognizer.choice(options)
        assert utterance is not None, "it hears these words"
        length += len(frames) * FRAME_S
        cpu.append(_timed(utterance.take, b"".join(frames)) + _timed(utterance.end))
    return len(spoken), length, median(cpu), percentile(cpu, 0.99), length / sum(cpu) * 1000


def _timed(step: Callable[..., object], *arguments: object) -> float:
    began = time.process_time()
    step(*arguments)
    return (time.process_time() - began) * 1000
