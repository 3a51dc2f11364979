"""Rule files changed over HTTP: checked whole, released with a reason, obeyed, written down."""

import base64
from copy import deepcopy
from typing import Any

import pytest

from acd.happenings import SeatWanted
from hotline.facts import RulesReleased, SoundReleased
from hotline.releases.rule_book import RULE_FILES
from kernel.ids import QueueName
from tests.console.house import CALL, GENERAL, OpenHouse, Visitor
from tests.console.rules_room import CONFIG, shipped_rules

WELCOME_WAV = CONFIG.parent / "asterisk" / "sounds" / "zh" / "phrases" / "goodbye.wav"


async def document(admin: Visitor, name: str) -> Any:
    return deepcopy((await admin.ask("GET", f"/api/settings/{name}")).body["document"])


async def release(
    admin: Visitor, name: str, document: Any, version: int = 0, reason: str = "节前调整"
) -> Any:
    return await admin.ask(
        "PUT",
        f"/api/settings/{name}",
        {"document": document, "reason": reason},
        headers={"If-Match": f'"{version}"'},
    )


async def test_every_rule_file_is_listed_with_its_version(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")

    files = (await admin.ask("GET", "/api/settings")).body["files"]

    assert {file["name"] for file in files} >= set(RULE_FILES)
    assert {"catalogue.01_consumer"} <= {file["name"] for file in files}
    assert {file["version"] for file in files} == {0}
    assert all(file["title_zh"] and file["changed_by"] is None for file in files)


async def test_a_release_is_obeyed_at_once_and_written_down(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    queues = await document(admin, "queues")
    queues["queues"]["general"]["wrap_up"] = {"limit_s": 12, "extension_s": 5, "extensions": 1}

    saved = await release(admin, "queues", queues)

    assert (saved.status, saved.body["version"], saved.body["in_force"]) == (200, 1, 1)
    assert saved.body["changed_by"] == "administrator"
    inside = house.inside
    assert inside.rules.in_force.now.policies.queues[GENERAL].wrap_up.limit_s == 12
    said = [fact for fact in inside.journal.facts if isinstance(fact, RulesReleased)]
    assert [(f.file, f.version, f.by, f.reason) for f in said] == [
        ("queues", 1, "administrator", "节前调整")
    ]
    rows = (await admin.ask("GET", "/api/settings/queues/releases")).body["releases"]
    assert [(row["version"], row["digest"]) for row in rows] == [(1, said[0].digest)]


async def test_an_old_release_is_restored_by_releasing_its_document(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    queues = await document(admin, "queues")
    queues["queues"]["general"]["ring_limit_s"] = 6
    await release(admin, "queues", queues)

    old = (await admin.ask("GET", "/api/settings/queues/releases/0")).body["document"]
    back = await release(admin, "queues", old, version=1)

    assert back.body["version"] == 2
    assert house.inside.rules.in_force.now.policies == shipped_rules().rules.policies


async def test_who_saw_an_older_version_is_refused(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    queues = await document(admin, "queues")
    await release(admin, "queues", queues)

    late = await release(admin, "queues", queues)
    unsaid = await admin.ask("PUT", "/api/settings/queues", {"document": queues, "reason": "再来"})

    assert (late.status, late.body["code"]) == (412, "rules-changed-meanwhile")
    assert (unsaid.status, unsaid.body["code"]) == (428, "version-missing")


@pytest.mark.parametrize(
    ("name", "change", "key", "value"),
    [
        ("queues", {"ring_slack_s": 60}, "ring_slack_s", "60"),
        ("queues", {"rush": 1}, "rush", "1"),
        ("queues", {"default_queue": "nowhere"}, "", ""),
        ("utilities", {"zone": None}, "zone", ""),
        ("holidays", {"years": {"2026": {"certified": True}}}, "years.2026.source", ""),
    ],
)
async def test_what_is_wrong_is_said_with_its_key_and_a_remedy_in_both_languages(
    house: OpenHouse, name: str, change: dict[str, Any], key: str, value: str
) -> None:
    admin = await house.signed_in("administrator")
    wrong = await document(admin, name) | change

    checked = (await admin.ask("POST", f"/api/settings/{name}/check", {"document": wrong})).body
    refused = await release(admin, name, wrong)

    first = checked["problems"][0]
    assert (first["key"], first["value"]) == (key, value)
    assert first["remedy_zh"] and first["remedy_en"]
    assert (refused.status, refused.body["code"]) == (422, "bad-rules")
    assert refused.body["problems"] == checked["problems"]
    assert house.inside.rules.store.rows == []


async def test_all_wrong_keys_of_a_file_are_said_at_once(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    wrong = await document(admin, "queues") | {"time_budget": 0, "return_grace_s": -1}

    checked = await admin.ask("POST", "/api/settings/queues/check", {"document": wrong})

    assert {found["key"] for found in checked.body["problems"]} == {"time_budget", "return_grace_s"}


async def test_a_menu_names_only_what_there_is(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    menus = await document(admin, "menus")
    menus["menus"]["main"]["keys"]["5"] = {"queue": "fishing"}

    refused = await release(admin, "menus", menus)

    (found,) = refused.body["problems"]
    assert (found["key"], found["value"]) == ("menus.main.keys.5.queue", "fishing")
    assert "general" in found["remedy_zh"]


async def test_a_queue_that_a_menu_names_is_not_taken_away(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    queues = await document(admin, "queues")
    del queues["queues"]["dialect"]

    refused = await release(admin, "queues", queues)

    assert refused.status == 422
    assert refused.body["problems"][0]["value"] == "dialect"


async def with_a_queue_more(admin: Visitor) -> Any:
    queues = await document(admin, "queues")
    queues["queues"]["fair"] = queues["queues"]["general"] | {"name_zh": "展会", "name_en": "Fair"}
    await release(admin, "queues", queues)
    return queues


async def test_a_queue_in_which_somebody_waits_is_not_taken_away(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    queues = await with_a_queue_more(admin)
    inside = house.inside
    inside.floor.take(
        SeatWanted(
            call=CALL, queue=QueueName("fair"), needs={}, priority=0, asked_at=inside.clock.now()
        )
    )
    del queues["queues"]["fair"]

    refused = await release(admin, "queues", queues, version=1)

    (found,) = refused.body["problems"]
    assert (found["key"], found["remedy_zh"]) == (
        "queues.fair",
        "该队列还有人在等待，请在队列清空后再删除。",
    )
    assert [waiting.queue for waiting in inside.floor.snapshot().waiting] == ["fair"]


async def test_what_waits_for_the_next_start_is_not_named_by_what_is_obeyed_at_once(
    house: OpenHouse,
) -> None:
    admin = await house.signed_in("administrator")
    surge = await document(admin, "surge")
    surge["targets"]["siping_too"] = {"number": "043412345", "at_most": 2}
    queues = await document(admin, "queues")
    queues["queues"]["general"] |= {"overflow": {"target": "siping_too"}, "when_full": "overflow"}

    later = await release(admin, "surge", surge)
    refused = await release(admin, "queues", queues)

    shown = later.body["version"], later.body["in_force"], later.body["applies"]
    assert shown == (1, 0, "next_start")
    assert refused.status == 422
    assert "下次启动" in refused.body["problems"][0]["remedy_zh"]


async def test_words_are_not_released_without_their_sound(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    phrases = await document(admin, "phrases")
    phrases["phrases"]["goodbye"]["zh"] = "谢谢，再见。"
    sound = {
        "content": base64.b64encode(WELCOME_WAV.read_bytes()).decode(),
        "words": "谢谢，再见。",
    }

    refused = await release(admin, "phrases", phrases)
    kept = await admin.ask("PUT", "/api/settings/phrases/sounds/goodbye/zh", sound)
    taken = await release(admin, "phrases", phrases)

    assert refused.body["problems"][0]["key"] == "phrases.goodbye.zh"
    assert (kept.status, kept.body["words"], taken.status) == (200, "谢谢，再见。", 200)
    inside = house.inside
    played = inside.rules.in_force.now.sounds.files[kept.body["file"]].path
    assert played.is_relative_to(inside.rules.places.uploaded_sounds)
    assert [f.sound for f in inside.journal.facts if isinstance(f, SoundReleased)] == [
        kept.body["file"]
    ]
    heard = await admin.ask("GET", "/api/settings/phrases/sounds/goodbye/zh")
    assert heard.body == WELCOME_WAV.read_bytes()


async def test_a_new_phrase_is_released_after_its_sound(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    phrases = await document(admin, "phrases")
    phrases["phrases"]["snow"] = {
        "zh": "因降雪，请耐心等待。", "en": "Snow: please wait.", "file": "zh/phrases/snow",
    }  # fmt: skip
    sound = {
        "content": base64.b64encode(WELCOME_WAV.read_bytes()).decode(),
        "words": "因降雪，请耐心等待。",
    }

    refused = await release(admin, "phrases", phrases)
    await admin.ask("PUT", "/api/settings/phrases/sounds/snow/zh", sound)
    taken = await release(admin, "phrases", phrases)

    assert "录音" in refused.body["problems"][0]["remedy_zh"]
    assert taken.status == 200
    assert house.inside.rules.in_force.now.phrases.say("snow") == ["zh/phrases/snow"]


@pytest.mark.parametrize("wav", [b"RIFFnothing", b"", WELCOME_WAV.read_bytes()[:20]])
async def test_what_asterisk_would_play_as_silence_is_not_taken(
    house: OpenHouse, wav: bytes
) -> None:
    admin = await house.signed_in("administrator")
    content = base64.b64encode(wav).decode() or "===="

    refused = await admin.ask(
        "PUT", "/api/settings/phrases/sounds/goodbye/zh", {"content": content}
    )

    assert refused.status == 422
    assert house.inside.rules.store.uploads == []


async def test_a_sound_has_a_name_of_its_own_folder(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    sound = {"content": base64.b64encode(WELCOME_WAV.read_bytes()).decode(), "words": "再见。"}

    for path in ("goodbye/en", "..%2F..%2Fgoodbye/zh", "good-bye/zh"):
        refused = await admin.ask("PUT", f"/api/settings/phrases/sounds/{path}", sound)
        assert refused.status == 404


async def test_whoever_waits_keeps_his_place_when_the_rules_change(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")
    house.inside.ring()
    queues = await document(admin, "queues")
    queues["defaults"]["max_wait_s"] = 900

    await release(admin, "queues", queues)

    assert [waiting.call for waiting in house.inside.floor.snapshot().waiting] == [CALL]


async def test_unknown_files_and_versions_are_not_found(house: OpenHouse) -> None:
    admin = await house.signed_in("administrator")

    for path in ("directory", "site", "queues/releases/7", "queues/releases/x", "nothing/releases"):
        assert (await admin.ask("GET", f"/api/settings/{path}")).status == 404


async def test_a_reason_holds_no_phone_number(house: OpenHouse) -> None:
    """It goes into the journal, from which nothing is ever erased."""
    admin = await house.signed_in("administrator")

    queues = await document(admin, "queues")

    refused = await release(admin, "queues", queues, reason="应 13812345678 要求")

    assert refused.status == 422
    assert house.inside.rules.store.rows == []
