"""Before the menu, while an incident is open in his area: what is known of it, and a key (EMG-05).

Who presses it stands in the incident's own queue and is tagged; a key of the menu is taken for the
menu's; who presses nothing hears the menu as ever.
"""

import structlog

from acd.surge_facts import IncidentId
from acd.surge_happenings import TagCall
from hotline.center import Center
from kernel.errors import HotlineError
from kernel.ids import CallId
from telephony.live_call import LiveCall
from telephony.menu import Menu, MenuAnswer

log = structlog.get_logger(__name__)


async def incident_notice(call: LiveCall, menu: Menu, center: Center) -> MenuAnswer | None:
    """His answer; None: the menu is to be asked."""
    incident, asks = center.notices.incident_for(call), center.notices.asks
    if incident is None or asks is None:
        return None
    opened, within = incident.opened, center.notices.answer_within
    said = center.phrases.say(opened.announcement, asks.asks)
    key = await call.collect(said, digits=1, first_within=within, between=within, ends="")
    if key != opened.key:
        return menu.after(key) if key else None
    await _tag(call.id, opened.incident, center)
    return MenuAnswer(queue=opened.queue, skills={}, language="zh", keys=key)


async def _tag(call: CallId, incident: IncidentId, center: Center) -> None:
    """It may have been closed while he listened: he is served all the same."""
    try:
        await center.desk.order(TagCall(call, incident, "key"))
    except HotlineError as late:
        log.info("a call was not tagged", incident=incident, code=late.code)
