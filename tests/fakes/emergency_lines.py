"""The lines of the shipped directory, rung for as long as a test can wait."""

from pathlib import Path
from typing import Final

from telephony.emergency_directory import RING_FOR_S, EmergencyLine, load_emergency

DIRECTORY: Final = load_emergency(Path(__file__).parents[2] / "config/emergency.yaml")


def emergency_line(code: str = "110", ring_for_s: int = RING_FOR_S) -> EmergencyLine:
    """Also shorter than a centre may have it."""
    return DIRECTORY.line(code).model_copy(update={"ring_for_s": ring_for_s})
