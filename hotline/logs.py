"""Logs: JSON lines on standard output; personal values (keys that begin with `pii_`) are masked.

A log that cannot be written (the disk is full) is counted and otherwise ignored: no decision may
fail because nobody could be told of it.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO, cast

import structlog


def mask_personal(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """What belongs to a person never reaches a file."""
    for key in event:
        if key.startswith("pii_"):
            event[key] = "***"
    return event


class PatientStream:
    """Writes to `stream`; what the disk refuses is counted in `lost`, never raised."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self.lost += 1
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self.lost += 1


OUT: Final = PatientStream(sys.stdout)


def log_as_json() -> None:
    logging.basicConfig(level=logging.WARNING, stream=OUT, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            mask_personal,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, OUT)),
        cache_logger_on_first_use=True,
    )
