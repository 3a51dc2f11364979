"""Builds the enquiries about progress: the desk, and the errand of the menus (CH-05)."""

from cases.progress import query_code
from cases.progress_store import PgProgress
from hotline.center import Center, Errand
from hotline.desks.progress import ProgressDesk
from hotline.stories.progress_enquiry import ProgressEnquiry
from hotline.wiring import Hotline
from telephony.live_call import LiveCall


def make_progress(hotline: Hotline) -> ProgressDesk:
    """Before the switchboard runs: from now on the key of the menu leads to it."""
    ground = hotline.ground
    desk = ProgressDesk(
        keeps=PgProgress(ground.pool),
        code_of=lambda ticket_no: query_code(ground.cipher, ticket_no),
        region_code=ground.settings.site.region_code,
        settings=ground.rules.progress,
        calendar=ground.rules.calendar,
        write=ground.recorder.write,
        clock=ground.clock,
    )
    ground.in_force.follow(desk.use)
    hotline.center.errands["progress"] = errand(desk, hotline.center)
    return desk


def errand(desk: ProgressDesk, center: Center) -> Errand:
    async def run(call: LiveCall) -> bool:
        return await ProgressEnquiry(call, desk, center.phrases).run()

    return run
