"""Who is calling: earlier requests, tags, the open cases a repeated request may join (DUP-01)."""

from dataclasses import dataclass

from cases.case import CaseFilter, CaseSummary
from cases.store import CaseStore
from kernel.ids import NumberKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What the desk shows before the first ring ends. `number_key` None: the number is withheld."""

    number_key: NumberKey | None
    history: tuple[CaseSummary, ...] = ()  # newest first
    open_cases: tuple[CaseSummary, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def may_repeat(self) -> bool:
        """The repeat hint: ask whether it is about one of `open_cases`."""
        return bool(self.open_cases)


class CallerLookup:
    def __init__(self, cases: CaseStore, *, history_at_most: int = 20) -> None:
        self._cases = cases
        self._at_most = history_at_most

    async def look_up(self, number_key: NumberKey | None) -> Caller:
        """Nothing is known of a withheld number. Raises Unavailable."""
        if number_key is None:
            return Caller(number_key=None)
        history = await self._cases.cases(CaseFilter(number_key=number_key, limit=self._at_most))
        return Caller(
            number_key=number_key,
            history=history,
            open_cases=await self._cases.open_cases(number_key),
            tags=tuple(sorted({tag for case in history for tag in case.caller_tags})),
        )
