"""`config/callbacks.yaml`: what ships is the default; what is wrong names file, key and value."""

from pathlib import Path

import pytest

from callbacks.settings import CallbackSettings, load_callback_settings
from kernel.errors import BadSettings

SHIPPED = Path(__file__).parents[2] / "config" / "callbacks.yaml"


def test_the_shipped_file_is_the_defaults() -> None:
    assert load_callback_settings(SHIPPED) == CallbackSettings()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('schedule: {night: "21-9"}', "schedule.night"),
        ('schedule: {night: "21:00"}', "schedule.night"),
        ('schedule: {night: "09:00-09:00"}', "schedule.night"),
        ('schedule: {day_parts: ["09:00"]}', "schedule"),
        ('schedule: {day_parts: ["00:00", "18:00", "12:00"]}', "schedule"),
        ("schedule: {day_parts: [00:00, 720]}", "schedule.day_parts"),
        ('schedule: {day_parts: ["00:00"]}', "schedule"),
        ("schedule: {zone: Europe/Paris}", "whole file"),
        ("schedule: {survey: {trunk_share: 1.2}}", "schedule.survey.trunk_share"),
        ("schedule: {survey: {per_day: 0}}", "schedule.survey.per_day"),
        ("schedule: {survey: {days: 4}}", "schedule.survey"),
        ("schedule: {survey: {gap: PT0S}}", "schedule.survey.gap"),
        ('schedule: {survey: {windows: {workday: ["09:00-10:00"]}}}', "schedule.survey"),
        ("schedule: {survey: {windows: {workday: [], restday: [], holiday: []}}}", "survey"),
        (
            'schedule: {survey: {windows: {workday: ["20:00-08:00"], restday: [], holiday: []}}}',
            "schedule.survey",
        ),
        ("schedule: {engine: {hopeless: [gone]}}", "schedule.engine.hopeless"),
        ("schedule: {people: {try: 3}}", "schedule.people.try"),
        ("sms: {send: webhook}", "sms"),
        ("sms: {send: webhook, url: http://sms.example}", "sms"),
        ("sms: {send: fax}", "sms.send"),
        ("sms: {send: webhook, url: https://sms.example, secret: short}", "sms"),
    ],
)
def test_a_wrong_setting_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    file = tmp_path / "callbacks.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadSettings) as caught:
        load_callback_settings(file)

    assert str(file) in caught.value.problem
    assert key in caught.value.problem
    assert caught.value.remedy


def test_the_secret_comes_from_outside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "callbacks.yaml"
    file.write_text("sms: {send: webhook, url: https://sms.example}", encoding="utf-8")

    found = load_callback_settings(file, sms_secret="s" * 16)

    assert found.sms.secret is not None
    assert "ssss" not in repr(found)
