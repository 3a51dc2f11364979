"""The logins of softphones in pages, pushed into Asterisk's memory by ARI (config/dynamic).

Three objects a phone: auth, aor, endpoint. No reload, nothing on a disk; a restart of Asterisk
forgets them, so whoever opens a phone's socket pushes them again (console/sip_proxy.py). They speak
A-law only, as every endpoint does (ADR 0014).
"""

from collections.abc import Mapping
from typing import Final

import aiohttp

from kernel.errors import Unavailable
from kernel.ids import Extension
from telephony.seat_phones import page_endpoint
from telephony.settings import WebPhoneSettings

# As [seat] of pjsip.conf; what differs is how a browser sends sound.
_ENDPOINT: Final = {
    "transport": "ws",
    "context": "from-agent",
    "disallow": "all",
    "allow": "alaw",
    "webrtc": "yes",
    "dtls_auto_generate_cert": "yes",
    "direct_media": "no",
    "dtmf_mode": "rfc4733",
    "identify_by": "username",
    "language": "zh",
    "tone_zone": "cn",
    "rewrite_contact": "yes",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "device_state_busy_at": "1",
    "rtp_keepalive": "15",
    "rtp_timeout": "30",
    "rtp_timeout_hold": "60",
    "allow_subscribe": "no",
    "send_pai": "yes",
    "trust_id_outbound": "yes",
}
_AOR: Final = {
    "max_contacts": "1",
    "remove_existing": "yes",
    "remove_unavailable": "yes",
    "qualify_frequency": "0",
    "default_expiration": "120",
    "maximum_expiration": "600",
    "minimum_expiration": "10",
}


class WebPhones:
    """One a process. Fits `console.seat_credentials.PushesPhones`."""

    def __init__(self, settings: WebPhoneSettings) -> None:
        self._settings = settings
        self._base = f"http://{settings.host}:{settings.port}/ari/asterisk/config/dynamic/res_pjsip"

    @property
    def socket(self) -> str:
        """Where Asterisk takes SIP over WebSocket; empty: nowhere."""
        at = self._settings
        return "" if at.port is None else f"ws://{at.host}:{at.port}/ws"

    async def push(self, phone: Extension, password: str) -> None:
        """The login holds from now on, again and again. Raises Unavailable."""
        name = page_endpoint(phone)
        where = self._settings.media_address
        media = {"media_address": where, "bind_rtp_to_media_address": "yes"} if where else {}
        await self._put(
            "auth", name, {"auth_type": "digest", "username": name, "password": password}
        )
        await self._put("aor", name, _AOR)
        shown = {"aors": name, "auth": name, "callerid": f"{phone} <{phone}>"}
        await self._put("endpoint", name, {**_ENDPOINT, **media, **shown})

    async def drop(self, phone: Extension) -> None:
        """Refused from now on; what is not there is no error. Raises Unavailable."""
        for kind in ("endpoint", "aor", "auth"):
            await self._ask("DELETE", f"{kind}/{page_endpoint(phone)}", None, (204, 404))

    async def _put(self, kind: str, name: str, fields: Mapping[str, str]) -> None:
        body = {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
        await self._ask("PUT", f"{kind}/{name}", body, (200,))

    async def _ask(self, method: str, path: str, body: object, good: tuple[int, ...]) -> None:
        if self._settings.port is None:
            raise Unavailable("Softphones in pages are off.", remedy="Set HOTLINE_ARI_PORT.")
        try:
            async with (
                self._session() as client,
                client.request(method, f"{self._base}/{path}", json=body) as answer,
            ):
                if answer.status in good:
                    return
                why = f"{answer.status} {(await answer.text())[:200]}"
        except (aiohttp.ClientError, TimeoutError) as away:
            why = type(away).__name__
        raise Unavailable(
            f"Asterisk did not take the login of a softphone ({method} {path}: {why}).",
            remedy="See whether Asterisk runs with its HTTP server (http.conf, ari.conf).",
        )

    def _session(self) -> aiohttp.ClientSession:
        """One a question: a sign-in is rare, and nothing has to be closed with us."""
        at = self._settings
        login = aiohttp.encode_basic_auth(at.user, at.secret.get_secret_value())
        timeout = aiohttp.ClientTimeout(total=at.ask_within.total_seconds())
        return aiohttp.ClientSession(
            headers={"Authorization": login}, timeout=timeout, trust_env=False
        )
