"""Logs: JSON lines on standard output; personal values (keys that begin with `pii_`) are masked."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def mask_personal(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """What belongs to a person never reaches a file."""
    for key in event:
        if key.startswith("pii_"):
            event[key] = "***"
    return event


def log_as_json() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format="%(message)s")
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
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
