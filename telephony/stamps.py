"""Epoch seconds, as the dialplan writes them down (`CC_AT` and others)."""

from datetime import UTC, datetime


def moment(text: str) -> datetime | None:
    """None for whatever is no time."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
