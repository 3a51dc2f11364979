"""Lines with seats of their own: to them with call data, and from them to us (MRG-03)."""

from telephony.facts import WayIn
from telephony.passed_on import CameFromLevel
from tests.fakes.virtual_time import at_once
from tests.stories.stage import LINES, open_house

TICKET = "22010020261121000001"


def test_mrg_03_whom_a_retained_line_hands_over_gets_a_person_and_its_call_is_known() -> None:
    """Without a menu; what its centre told goes into the journal (CC_FROM of the dialplan)."""

    async def story() -> None:
        async with open_house() as house:
            told = house.rings_up(handed=f"tax//{TICKET}/tax-77.3")
            await house.passes(1)

            way, handed = house.only(WayIn), house.only(CameFromLevel)
            assert (way.why, way.queue) == ("line:tax", "general")
            assert (handed.level, handed.their_call, handed.ticket_no) == (
                "tax",
                "tax-77.3",
                TICKET,
            )
            assert "menu" not in told.heard

    at_once(story())


def test_mrg_03_whom_its_own_seats_get_goes_with_the_id_of_our_call() -> None:
    async def story() -> None:
        tax = LINES.lines["tax"].model_copy(update={"dialled": ("12366",)})
        lines = LINES.model_copy(update={"lines": {**LINES.lines, "tax": tax}})
        async with open_house(lines=lines) as house:
            told = house.rings_up(dialled="12366")
            await house.passes(5)

            assert told.line.sent_to == [("level", "12366")]
            assert told.line.variables["CC_CARRY"] == "c1^^"

    at_once(story())
