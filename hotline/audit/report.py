"""What an audit says at its end: what was compared, what could not be, and each difference."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from figures.audit_lines import Difference, Span, moment_of

_COMPARED: Final = ("已核对", "compared")
_NOTE: Final = ("说明", "note")


@dataclass(slots=True)
class Report:
    """`head` in (Chinese, English), as the notes and what was compared."""

    head: tuple[str, str]
    span: Span | None = None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)  # by queue
    compared: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def found(self, differences: Iterable[Difference], zh: str, en: str) -> None:
        """One comparison that was made, with what it found."""
        self.differences += differences
        self.compared.append((zh, en))

    def lines(self) -> list[str]:
        told = [f"{self.head[0]} / {self.head[1]}"]
        told += [f"  {_COMPARED[0]} {zh} / {_COMPARED[1]} {en}" for zh, en in self.compared]
        told += [f"  {_NOTE[0]}: {zh} / {_NOTE[1]}: {en}" for zh, en in self.notes]
        told += [f"  {n}. {one.sentence}" for n, one in enumerate(self.differences, start=1)]
        count = len(self.differences)
        ends = (
            (f"{count} 处差异", f"{count} differences") if count else ("没有差异", "no difference")
        )
        return [*told, f"{ends[0]} / {ends[1]}"]

    def as_json(self) -> dict[str, Any]:
        span = self.span
        return {
            "from": moment_of(span.start).isoformat() if span else None,
            "to": moment_of(span.end).isoformat() if span else None,
            "counts": self.counts,
            "compared": [{"zh": zh, "en": en} for zh, en in self.compared],
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
            "differences": [
                {"about": one.about, "zh": one.zh, "en": one.en} for one in self.differences
            ],
        }
