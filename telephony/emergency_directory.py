"""Whom a citizen in need is handed to (EMG-01, EMG-04): 110, 119, 120, 122 and whom a centre adds.

Pure. What can be dialled at all, and by which trunks, stands in Asterisk's own configuration: it
holds while we are dead. Here stands what the centre decides.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.errors import BadSettings
from kernel.settings_file import read_yaml
from telephony.errors import WrongPhase

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")
LEGAL: Final = ("110", "119", "120", "122")  # no centre takes them away (EMG-01)
RING_FOR_S: Final = 20

ShortCode = Annotated[str, Field(pattern=r"^[0-9]{3,6}$")]


class BadEmergency(BadSettings):
    code = "bad-emergency"


class EmergencyLine(BaseModel):
    """`ring_for_s` on each trunk; then the next one, then he is with his agent again.

    `tells`: the system of theirs that is told of a hand-off (EMG-03), by its name in site.toml
    [hand_off.receivers]; None: none is told.
    """

    model_config = FROZEN

    code: ShortCode
    name_zh: str = Field(min_length=1, max_length=20)
    name_en: str = Field(min_length=1, max_length=40)
    ring_for_s: int = Field(default=RING_FOR_S, ge=5, le=120)
    tells: str | None = None


class EmergencyDirectory(BaseModel):
    """config/emergency.yaml. The desk shows its keys in this order."""

    model_config = FROZEN

    lines: tuple[EmergencyLine, ...]

    @model_validator(mode="after")
    def _once_each(self) -> "EmergencyDirectory":
        twice = sorted({code for code in self.codes if self.codes.count(code) > 1})
        if twice:
            raise ValueError(f"{twice[0]} stands there twice")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(line.code for line in self.lines)

    @property
    def told(self) -> frozenset[str]:
        """Codes of those whose system is told of a hand-off."""
        return frozenset(line.code for line in self.lines if line.tells is not None)

    def tells(self, code: str) -> str | None:
        """The system that is told of a hand-off to this number."""
        found = self.find(code)
        return None if found is None else found.tells

    def find(self, code: str) -> EmergencyLine | None:
        return next((line for line in self.lines if line.code == code), None)

    def line(self, code: str) -> EmergencyLine:
        """Raises WrongPhase for a code that the directory does not have."""
        found = self.find(code)
        if found is None:
            raise WrongPhase(
                f"{code} is no emergency number of this site.",
                remedy=f"Use one of {', '.join(self.codes)}.",
            )
        return found

    def rings(self, codes: Iterable[str]) -> dict[str, int]:
        """For the dialplan: seconds on each trunk where nobody of us says how many."""
        known = {line.code: line.ring_for_s for line in self.lines}
        return {code: known.get(code, RING_FOR_S) for code in codes}


def load_emergency(path: Path) -> EmergencyDirectory:
    """Raises BadEmergency with file, key, value and remedy; then `check_emergency`."""
    found = read_yaml(path, EmergencyDirectory, error=BadEmergency)
    missing = [code for code in LEGAL if code not in found.codes]
    if missing:
        raise BadEmergency(
            f"{path}: key lines: {missing[0]} is missing.",
            remedy="Put it back: 110, 119, 120 and 122 cannot be taken away.",
        )
    return found


def check_emergency(
    directory: EmergencyDirectory, *, dialled: Collection[str], receivers: Collection[str]
) -> None:
    """Asterisk knows each code (`dialled`: [trunk] emergency), each system has an address.

    Raises BadEmergency.
    """
    for place, line in enumerate(directory.lines):
        if line.code not in dialled:
            raise BadEmergency(
                f"emergency.yaml: key lines.{place}.code: value {line.code!r}: Asterisk's own "
                "configuration does not have it.",
                remedy="Write it into emergency under [trunk] of site.toml, render Asterisk's "
                "configuration anew (hotline render-asterisk), restart; then it can stand here.",
            )
        if line.tells is not None and line.tells not in receivers:
            raise BadEmergency(
                f"emergency.yaml: key lines.{place}.tells: value {line.tells!r}: site.toml gives "
                "it no address.",
                remedy=f'Write {line.tells} = "https://..." under [hand_off.receivers] of '
                "site.toml and restart, or take tells away.",
            )
