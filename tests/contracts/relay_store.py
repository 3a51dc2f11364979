"""What calls about cases and enquiries of progress keep to, in memory and in SQL."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from cases.case import Protection
from cases.closing import CaseFlag, ClosesCases
from cases.errors import UnknownCase
from cases.facts import (
    ProgressAnswer,
    ProgressAsked,
    RelayBegun,
    RelayEnded,
    RelayOutcome,
    RelayStep,
    RelayStepped,
)
from cases.progress_store import LooksUpProgress
from cases.relay_store import CitizenOf, KeepsRelays
from cases.status import CaseStatus
from cases.store import CaseStore
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, Epoch, LegId, NumberKey, TicketNo, relay_id
from tests.cases.filings import AT, filing, number_key

Tells = Callable[[Sequence[Fact]], Awaitable[None]]
EPOCHS = iter(range(1000, 9999))
SECOND = timedelta(seconds=1)


@dataclass
class Relays:
    """`tell`: the projectors have taken these facts."""

    keeps: KeepsRelays
    progress: LooksUpProgress
    tell: Tells
    store: CaseStore
    closing: ClosesCases


def begun(call: CallId, case: CaseId | None, ticket: TicketNo | None = None) -> RelayBegun:
    return RelayBegun(
        at=AT, call=call, case=case, ticket_no=ticket, login="zhang", work_no="H001", agent=None,
        unit="环保局", leg=LegId("7-r1"), caller="138****5678", caller_key=NumberKey("k"),
    )  # fmt: skip


def stepped(call: CallId, *steps: RelayStep) -> list[Fact]:
    return [RelayStepped(at=AT + n * SECOND, call=call, step=s) for n, s in enumerate(steps, 1)]


def ended(call: CallId, outcome: RelayOutcome, talked: int = 0) -> RelayEnded:
    return RelayEnded(at=AT + 90 * SECOND, call=call, outcome=outcome, talked=talked * SECOND)


TALK = (RelayStep.HANDLER, RelayStep.CITIZEN, RelayStep.JOINING, RelayStep.TALKING)


class RelayContract:
    """Subclasses give the fixture `relays`."""

    async def test_frd_03_a_call_is_kept_with_who_spoke_about_which_case_and_how_long(
        self, relays: Relays
    ) -> None:
        receipt = await relays.store.take(filing())
        call = relay_id(Epoch(next(EPOCHS)), 1)
        await relays.tell([begun(call, receipt.case_id, receipt.ticket_no), *stepped(call, *TALK)])
        talking = await relays.keeps.find(call)
        await relays.tell([ended(call, RelayOutcome.TALKED, 86)])

        assert talking is not None
        assert (talking.step, talking.outcome) == (RelayStep.TALKING, None)
        (kept,) = await relays.keeps.of_case(receipt.case_id)
        assert (kept.login, kept.work_no, kept.unit) == ("zhang", "H001", "环保局")
        assert kept.ticket_no == receipt.ticket_no
        assert (kept.joined_at, kept.ended_at) == (AT + 4 * SECOND, AT + 90 * SECOND)
        assert (kept.outcome, kept.talked) == (RelayOutcome.TALKED, 86 * SECOND)

    async def test_frd_03_what_is_told_twice_is_kept_once(self, relays: Relays) -> None:
        """A leader that died after the write, and the next one that settles it too."""
        receipt = await relays.store.take(filing())
        call = relay_id(Epoch(next(EPOCHS)), 1)
        told: list[Fact] = [begun(call, receipt.case_id), *stepped(call, *TALK)]
        await relays.tell([*told, ended(call, RelayOutcome.TALKED, 86)])
        await relays.tell([*told, ended(call, RelayOutcome.LOST)])

        (kept,) = await relays.keeps.of_case(receipt.case_id)
        assert kept.outcome is RelayOutcome.TALKED

    async def test_frd_03_those_left_open_are_of_processes_before(self, relays: Relays) -> None:
        mine = Epoch(next(EPOCHS))
        older, own = relay_id(Epoch(mine - 1), 77), relay_id(mine, 77)
        for call in (older, own):
            await relays.tell([begun(call, None), *stepped(call, RelayStep.HANDLER)])

        left = [one.call for one in await relays.keeps.left_open(mine)]
        assert older in left
        assert own not in left
        await relays.tell([ended(older, RelayOutcome.LOST)])
        assert older not in [one.call for one in await relays.keeps.left_open(mine)]

    async def test_frd_03_the_contacts_number_goes_before_the_callers(self, relays: Relays) -> None:
        caller, contact = number_key(), number_key()
        receipt = await relays.store.take(filing(caller_key=caller, contact_key=contact))
        await relays.closing.dispatch(receipt.case_id, "环保局", by="S1", now=AT)

        assert await relays.keeps.citizen_of(receipt.case_id) == CitizenOf(
            case=receipt.case_id,
            ticket_no=receipt.ticket_no,
            number_key=contact,
            status=CaseStatus.DISPATCHED,
            flags=frozenset(),
            unit="环保局",
            urgent=False,
        )

    async def test_frd_03_flags_and_urgency_are_known_beside_the_number(
        self, relays: Relays
    ) -> None:
        guarded = filing(protection=Protection(confidential=True), urgency="urgent")
        receipt = await relays.store.take(guarded)

        found = await relays.keeps.citizen_of(receipt.case_id)

        assert found.flags == {CaseFlag.CONFIDENTIAL}
        assert found.urgent

    async def test_an_unknown_case_has_no_citizen(self, relays: Relays) -> None:
        with pytest.raises(UnknownCase):
            await relays.keeps.citizen_of(CaseId("none"))

    async def test_ch_04_outbound_calls_are_counted_by_what_came_of_them(
        self, relays: Relays
    ) -> None:
        epoch, since = Epoch(next(EPOCHS)), AT - timedelta(days=400)
        calls = [relay_id(epoch, n) for n in range(3)]
        rung = (RelayStep.HANDLER, RelayStep.CITIZEN)
        facts: list[Fact] = [replace(begun(call, None), at=since + SECOND) for call in calls]
        facts += [*stepped(calls[0], *TALK), ended(calls[0], RelayOutcome.TALKED, 60)]
        facts += [*stepped(calls[1], *rung), ended(calls[1], RelayOutcome.BUSY)]
        facts += [
            *stepped(calls[2], RelayStep.HANDLER),
            ended(calls[2], RelayOutcome.HANDLER_NO_ANSWER),
        ]
        before = await relays.keeps.outbound(since, since + 2 * SECOND)
        await relays.tell(facts)

        made = await relays.keeps.outbound(since, since + 2 * SECOND)
        assert made.made - before.made == 3
        assert made.talked - before.talked == 1
        assert made.not_reached - before.not_reached == 1
        assert made.talked_for - before.talked_for == 60 * SECOND

    # ---- progress

    async def test_ch_05_a_tickets_progress_with_its_numbers_and_its_state(
        self, relays: Relays
    ) -> None:
        caller, contact = number_key(), number_key()
        receipt = await relays.store.take(filing(caller_key=caller, contact_key=contact))
        await relays.closing.dispatch(receipt.case_id, "环保局", by="S1", now=AT)

        found = await relays.progress.look_up(receipt.ticket_no, AT)

        assert found is not None
        assert found.owners == {caller, contact}
        assert (found.status, found.unit) == (CaseStatus.DISPATCHED, "环保局")
        assert (found.dispatched_at, found.closed_at) == (AT, None)
        assert (found.request_type, found.wrong_codes) == ("help", 0)
        assert await relays.progress.look_up(TicketNo("99999920261121999999"), AT) is None

    async def test_ch_05_a_withheld_number_owns_nothing(self, relays: Relays) -> None:
        receipt = await relays.store.take(filing(caller_key=None))

        found = await relays.progress.look_up(receipt.ticket_no, AT)

        assert found is not None
        assert found.owners == frozenset()

    async def test_ch_05_wrong_codes_of_the_last_day_are_counted(self, relays: Relays) -> None:
        receipt = await relays.store.take(filing())
        hours = (1, 2, 30)
        wrong = [asked(receipt.ticket_no, ProgressAnswer.WRONG_CODE, hour) for hour in hours]
        await relays.tell([*wrong, asked(receipt.ticket_no, ProgressAnswer.TOLD, 1)])

        found = await relays.progress.look_up(receipt.ticket_no, AT)

        assert found is not None
        assert found.wrong_codes == 2


def asked(ticket_no: TicketNo, answer: ProgressAnswer, hours_ago: int) -> ProgressAsked:
    at = AT - timedelta(hours=hours_ago)
    return ProgressAsked(
        at=at, call=None, agent=AgentNo("1001"), ticket_no=ticket_no, way="code", answer=answer
    )
