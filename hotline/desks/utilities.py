"""A call handed to a utility by its agent; where nobody answers there now, an urgent ticket.

Rule (UTL-02): nobody is told to ring tomorrow, and nothing here waits long for the database: what
cannot be saved now is handed to the agent's browser.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from acd.ports import WritesFacts
from console import levels_shown as shown
from console.ports import KeepsForms
from hotline.desks.levels import HandsOn
from hotline.rule_files import RuleFiles
from intake.drafts import Draft
from intake.ticket import TicketForm
from intake.words import RequestType, Urgency
from kernel.clock import Clock
from kernel.errors import HotlineError, Unavailable
from kernel.ids import AgentNo, CallId
from kernel.phone import PhoneNumber
from telephony.passed_on import PassingRefused, UtilityAsked, UtilityTicketBegun
from telephony.utilities import Utilities, Utility, Wanted, Way

log = structlog.get_logger(__name__)

SAVED_WITHIN: Final = timedelta(seconds=2)


@dataclass(slots=True, kw_only=True)
class UtilityDesk:
    """Fits `console/levels_shown.py: HandsToUtilities`."""

    utilities: Utilities
    contacts: HandsOn
    forms: KeepsForms
    write: WritesFacts
    clock: Clock
    home_area: str = ""

    def use(self, rules: RuleFiles) -> None:
        self.utilities = rules.utilities

    def directory(self, district: str) -> Sequence[shown.UtilityRow]:
        now = self.clock.now()
        found = []
        for kind, utility in self.utilities.utilities.items():
            service = utility.service(district)
            found.append(
                shown.UtilityRow(
                    utility=kind.value,
                    name_zh=utility.name_zh,
                    name_en=utility.name_en,
                    district=district,
                    number=service.number,
                    round_the_clock=service.hours is None,
                    open_now=self.utilities.is_open(service, now),
                    instead=service.instead,
                )
            )
        return found

    async def hand_over(
        self, agent: AgentNo, call: CallId, utility: str, district: str, *, how: Wanted
    ) -> shown.UtilityDone:
        """Raises UnknownUtility, WrongTicketStep, DraftChanged, and what a transfer raises."""
        known = self.utilities.utility(utility)
        way = self.utilities.way(utility, district, self.clock.now(), wanted=how)
        if way.number is None:
            return await self._ticket(agent, call, (utility, district), known)
        await self._transfer(agent, call, (utility, district, way.number), way)
        return shown.UtilityDone(
            done="transferring",
            number=way.number,
            tell_zh=f"正在转接{known.name_zh}服务热线，未接通时来电会回到您这里。",
            tell_en=f"He is being put through to {known.name_en}; if nobody answers he comes back.",
        )

    async def _transfer(
        self, agent: AgentNo, call: CallId, to: tuple[str, str, str], way: Way
    ) -> None:
        utility, district, number = to
        asked = UtilityAsked(
            at=self.clock.now(),
            call=call,
            utility=utility,
            district=district,
            number=number,
            instead=way.instead,
            agent=agent,
        )
        self.write([asked])
        try:
            dialled = PhoneNumber.parse(number, home_area=self.home_area)
            await self.contacts.transfer(agent, call, dialled)
        except HotlineError as trouble:
            self.write([PassingRefused(at=self.clock.now(), call=call, why=trouble.code)])
            raise

    async def _ticket(
        self, agent: AgentNo, call: CallId, of: tuple[str, str], known: Utility
    ) -> shown.UtilityDone:
        begun = UtilityTicketBegun(
            at=self.clock.now(),
            call=call,
            utility=of[0],
            district=of[1],
            category_code=known.category_code,
            agent=agent,
        )
        self.write([begun])
        saved = await self._saved(agent, call, known)
        return shown.UtilityDone(
            done="ticket",
            tell_zh=f"{known.name_zh}热线此时无人值守：已开立加急工单，请补全后提交，由承办单位立即处理。",
            tell_en=f"Nobody answers at {known.name_en} now: complete and file the urgent ticket.",
            form=saved.form if saved is not None else urgent(TicketForm(), known),
            version=saved.version if saved is not None else None,
        )

    async def _saved(self, agent: AgentNo, call: CallId, known: Utility) -> Draft | None:
        """Through intake's own door, on top of what was typed already; None: not now."""
        try:
            async with asyncio.timeout(SAVED_WITHIN.total_seconds()):
                draft = await self.forms.open_draft(call, by=agent)
                form = urgent(draft.form, known)
                return await self.forms.save_draft(call, form, by=agent, based_on=draft.version)
        except (TimeoutError, Unavailable) as trouble:
            log.warning("an urgent ticket could not be saved now", call_id=call, why=repr(trouble))
            return None


def urgent(form: TicketForm, of: Utility) -> TicketForm:
    """The form as an urgent one of that utility; its category says the unit. Nothing that the agent
    has typed is lost."""
    return form.model_copy(
        update={
            "urgency": Urgency.URGENT if form.urgency is Urgency.NORMAL else form.urgency,
            "category_code": form.category_code or of.category_code,
            "request_type": form.request_type or RequestType.HELP,
            "title": form.title or of.title_zh,
        }
    )
