"""The emergency directory in the page: released, obeyed, and never without the four (EMG-01)."""

import pytest

from tests.console.house import OpenHouse
from tests.console.test_settings_rules_api import document, release


async def test_emg_01_a_ring_time_is_released_and_obeyed_at_once(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    emergency = await document(admin, "emergency")
    emergency["lines"][0]["ring_for_s"] = 35

    saved = await release(admin, "emergency", emergency, reason="与公安商定")

    assert (saved.status, saved.body["version"], saved.body["in_force"]) == (200, 1, 1)
    assert saved.body["applies"] == "at_once"
    obeyed = house.inside.rules.in_force.now.emergency
    assert (obeyed.line("110").ring_for_s, obeyed.line("119").ring_for_s) == (35, 20)


@pytest.mark.parametrize("place", range(4))
async def test_emg_01_none_of_the_four_can_be_taken_away_in_the_page(
    house: OpenHouse, place: int
) -> None:
    admin = await house.signed_in("administrator")
    emergency = await document(admin, "emergency")
    del emergency["lines"][place]

    refused = await release(admin, "emergency", emergency)

    (found,) = refused.body["problems"]
    assert (refused.status, found["key"]) == (422, "lines")
    assert found["remedy_zh"] == "110、119、120、122 不可删除，请补回。"
    assert house.inside.rules.in_force.now.emergency.codes == ("110", "119", "120", "122")


async def test_emg_04_a_code_that_asterisk_does_not_know_is_refused_with_what_to_do(
    house: OpenHouse,
) -> None:
    admin = await house.signed_in("administrator")
    emergency = await document(admin, "emergency")
    emergency["lines"].append({"code": "12395", "name_zh": "水上遇险", "name_en": "Distress"})

    refused = await release(admin, "emergency", emergency)

    (found,) = refused.body["problems"]
    assert (found["key"], found["value"]) == ("lines.4.code", "12395")
    assert "重新生成 Asterisk 配置" in found["remedy_zh"]
    assert "[trunk] of site.toml" in found["remedy_en"]


async def test_emg_03_a_system_without_an_address_is_refused(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    emergency = await document(admin, "emergency")
    emergency["lines"][0]["tells"] = "police"

    refused = await release(admin, "emergency", emergency)

    (found,) = refused.body["problems"]
    assert (found["key"], found["value"]) == ("lines.0.tells", "police")
    assert "[hand_off.receivers]" in found["remedy_zh"]
