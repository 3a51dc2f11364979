"""How the webhook signs and waits. On a wire: tests/integration/test_cases_webhook.py."""

import hmac
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError

from cases.settings import WebhookSettings
from cases.webhook import pause_after, signature

SECRET = SecretStr("s" * 32)


def test_the_signature_covers_time_key_and_body() -> None:
    signed = signature(b"s", "1700000000", "key", b"{}")

    assert signed == "v1=" + hmac.digest(b"s", b"1700000000.key.{}", "sha256").hex()
    changed = [
        signature(b"t", "1700000000", "key", b"{}"),
        signature(b"s", "1700000001", "key", b"{}"),
        signature(b"s", "1700000000", "kez", b"{}"),
        signature(b"s", "1700000000", "key", b"[]"),
    ]
    assert signed not in changed


def test_the_pause_doubles_up_to_its_limit() -> None:
    settings = WebhookSettings(retry_first=timedelta(seconds=2), retry_at_most=timedelta(minutes=1))

    pauses = [pause_after(n, settings).total_seconds() for n in (1, 2, 3, 6, 7, 10_000)]

    assert pauses == [2, 4, 8, 60, 60, 60]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "ftp://cases.example.cn", "secret": SECRET}, "https"),
        ({"url": "http://cases.example.cn/in", "secret": SECRET}, "personal data"),
        ({"url": "https://cases.example.cn/in"}, "HOTLINE_WEBHOOK_SECRET"),
        ({"url": "https://cases.example.cn/in", "secret": SecretStr("short")}, "16 characters"),
        (
            {"url": "https://c.example.cn", "secret": SECRET, "claim_for": timedelta(seconds=5)},
            "claim_for",
        ),
    ],
)
def test_an_unsafe_setting_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WebhookSettings.model_validate(given)


def test_without_an_address_nothing_else_is_needed() -> None:
    assert not WebhookSettings().wanted
