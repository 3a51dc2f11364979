"""AMI text. To Asterisk: what may stand in a header, and what foreign text loses before. From it:
a message as a plain dictionary.

A CR LF inside a header value is a second action for Asterisk: refused, never repaired. A caller's
name and number are foreign text: what the dialplan would read as syntax is taken out first.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from telephony.errors import ForbiddenText

# What an action may carry: a repeated header is a sequence.
ActionHeaders = Mapping[str, str | Sequence[str]]

LONGEST_HEADER: Final = 1000  # bytes; Asterisk reads a line into 1,024 and drops what is longer
KNOWN_NAMES: Final = 1000  # of headers; foreign ones must not fill the memory
_FORBIDDEN: Final = re.compile(r"[\r\n\x00]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_SYNTAX: Final = re.compile(r"[,^|${}\[\]()\\\"'<>;&=]")
_WITH_BODY: Final = ("Response: Follows", "Response: Fail")
_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def checked(headers: ActionHeaders) -> list[tuple[str, str]]:
    """The headers one by one. Raises ForbiddenText for what Asterisk would misread."""
    lines = [
        (name, value)
        for name, given in headers.items()
        for value in ([given] if isinstance(given, str) else given)
    ]
    for name, value in lines:
        if not _HEADER_NAME.fullmatch(name):
            raise ForbiddenText(
                "An AMI header's name holds characters other than letters, digits and '-'.",
                remedy="Use the header names of Asterisk's documentation.",
            )
        if _FORBIDDEN.search(value):
            raise ForbiddenText(
                f"The value of the AMI header {name!r} holds a line break or a NUL.",
                remedy="Pass foreign text through `foreign_text` first.",
            )
        if len(f"{name}: {value}".encode()) > LONGEST_HEADER:
            raise ForbiddenText(
                f"The AMI header {name!r} is longer than {LONGEST_HEADER} bytes.",
                remedy="Shorten it: Asterisk would drop the line.",
            )
    return lines


def without_line_breaks(text: str) -> str:
    """The text as it was, but in one line: each run of control characters becomes one space."""
    return _CONTROL.sub(" ", text).strip()


def foreign_text(text: str, *, longest: int = 60) -> str:
    """A caller's name or number made harmless for AMI and dialplan, cut at `longest`."""
    return _SYNTAX.sub("", without_line_breaks(text))[:longest].strip()


def agi_quoted(text: str) -> str:
    """One argument of an AGI command, in quotes. Raises ForbiddenText for what cannot be quoted."""
    if '"' in text or "\\" in text or _FORBIDDEN.search(text):
        raise ForbiddenText(
            "An argument of an AGI command holds a quote, a backslash or a line break.",
            remedy="Name sounds by letters, digits, '-', '_' and '/'.",
        )
    return f'"{text}"'


class _Lowered(dict[str, str]):
    """Names of headers in lower case, each made once: Asterisk has some hundred of them."""

    def __missing__(self, name: str) -> str:
        lowered = name.lower()
        if len(self) < KNOWN_NAMES:
            self[name] = lowered
        return lowered


_LOWERED: Final = _Lowered()


def usual(text: str) -> dict[str, str | tuple[str, ...]] | None:
    """A message of lines `Name: value`, each name once, names in lower case: nearly all are so.

    None for any other (repeated names, a body, an encoded `Result`): panoramisk's parser has those.
    """
    found: dict[str, str | tuple[str, ...]] = {}
    lines = text.split("\r\n")
    for line in lines:
        name, colon, value = line.partition(": ")
        if not colon:
            return None
        found[_LOWERED[name]] = value
    if len(found) < len(lines) or "result" in found or lines[0].startswith(_WITH_BODY):
        return None
    if "event" not in found and "response" not in found:
        return None
    found["content"] = ""
    return found


def plain(message: Mapping[str, object], content: str) -> dict[str, str | tuple[str, ...]]:
    """A message as panoramisk parsed it, as a plain dictionary, names in lower case."""
    found = {
        _LOWERED[name]: value if isinstance(value, str) else _repeated(value)
        for name, value in message.items()
    }
    found["content"] = content
    return found


def _repeated(value: object) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)
