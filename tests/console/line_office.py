"""Lines and branch centres in memory: fits TakesBranches and ReportsLines."""

from collections.abc import Sequence
from datetime import datetime

from console.lines_port import (
    BranchShown,
    CallsTaken,
    FeedState,
    LineSide,
    RowRefused,
    Sent,
    TicketsTaken,
    TicketTaken,
)
from figures.lines_report import Kept, LinesReport, lines_report
from figures.lines_store import LineQuarterRow
from figures.lines_told import read_call
from intake.branch_door import Signed, check_signature
from kernel.clock import Clock
from kernel.errors import Unavailable
from telephony.lines import Lines

SECRET = b"a secret of the tax branch"


class FakeBranches:
    """One branch, `tax`; `is_away` makes each method raise."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.sent: list[Sent] = []
        self.is_away = False
        self.shown: list[BranchShown] = [
            BranchShown(
                line="tax", name_zh="税务 12366", name_en="Taxes 12366", kind="branch",
                state=FeedState.NEVER, newest_at=None, heard_at=None, lag_s=None, calls=0,
                tickets=0, refused=0,
            )
        ]  # fmt: skip

    async def admit(self, line: str, signed: Signed) -> None:
        if self.is_away:
            raise Unavailable("It is away.", remedy="Try again.")
        check_signature(signed, [SECRET] if line == "tax" else [], self._clock.now())

    async def take_calls(self, line: str, sent: Sent) -> CallsTaken:
        self.sent.append(sent)
        found = [read_call(row, self._clock.now()) for row in sent.rows]
        refused = [
            RowRefused(row=n, id="", errors=list(one))
            for n, one in enumerate(found)
            if isinstance(one, tuple)
        ]
        return CallsTaken(taken=len(found) - len(refused), known=0, refused=refused)

    async def take_tickets(self, line: str, sent: Sent) -> TicketsTaken:
        self.sent.append(sent)
        taken = TicketTaken(
            id="t1", ticket_no="22010020261121000001", case_id="c", status="accepted", again=False
        )
        return TicketsTaken(tickets=[taken for _ in sent.rows], refused=[])

    def feeds(self) -> Sequence[BranchShown]:
        return self.shown


class FakeReports:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.rows: list[LineQuarterRow] = []
        self.asked: list[tuple[datetime, datetime]] = []

    async def report(self, start: datetime, end: datetime, *, by_day: bool) -> LinesReport:
        self.asked.append((start, end))
        return lines_report(Kept(self.rows, [], {}), self._lines, (start, end), by_day=by_day)


class FakeLines:
    def __init__(self, clock: Clock, lines: Lines) -> None:
        self.branches = FakeBranches(clock)
        self.reports = FakeReports(lines)

    def side(self) -> LineSide:
        return LineSide(branches=self.branches, reports=self.reports)
