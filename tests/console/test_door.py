"""What everything meets on its way in: login, origin, headers, the shape of errors."""

import pytest

from console.app import OPERATIONS
from console.error_replies import language_of, texts
from tests.console.house import PASSWORD, PEOPLE, OpenHouse, open_house

JSON = {"Content-Type": "application/json"}
LOGIN = {"name": "agent", "password": PASSWORD}


async def test_a_login_opens_a_session_and_a_logout_ends_it(house: OpenHouse) -> None:
    visitor = await house.signed_in("agent")

    assert (await visitor.ask("GET", "/api/me")).body["agent"] == "1001"
    assert (await visitor.ask("POST", "/api/logout")).status == 204
    assert (await visitor.ask("GET", "/api/me")).status == 401


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(
    house: OpenHouse,
) -> None:
    visitor = await house.visitor()

    cookie = (await visitor.ask("POST", "/api/login", LOGIN)).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_with_tls_the_cookie_belongs_to_this_host_alone(tmp_path: object) -> None:
    async with open_house(tmp_path, tls=True) as tls:  # type: ignore[arg-type]
        visitor = await tls.visitor()

        cookie = (await visitor.ask("POST", "/api/login", LOGIN)).headers["Set-Cookie"]

    assert cookie.startswith("__Host-hotline=")
    assert "Secure" in cookie


async def test_an_unknown_name_reads_like_a_wrong_password(house: OpenHouse) -> None:
    visitor = await house.visitor()

    unknown = await visitor.ask("POST", "/api/login", {"name": "nobody", "password": "x"})
    wrong = await visitor.ask("POST", "/api/login", {"name": "agent", "password": "x"})

    assert unknown.body == wrong.body
    assert wrong.body["code"] == "wrong-name-or-password"


async def test_after_three_failures_even_the_right_password_has_to_wait(house: OpenHouse) -> None:
    visitor = await house.visitor()
    for _ in range(3):
        await visitor.ask("POST", "/api/login", {"name": "agent", "password": "x"})

    refused = await visitor.ask("POST", "/api/login", LOGIN)
    house.inside.clock.advance(1)
    admitted = await visitor.ask("POST", "/api/login", LOGIN)

    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert admitted.status == 200


async def test_without_the_database_a_login_waits_and_a_session_goes_on(house: OpenHouse) -> None:
    visitor = await house.signed_in("agent")
    house.inside.logins.is_away = True

    assert (await visitor.ask("GET", "/api/me")).status == 200
    assert (await visitor.ask("POST", "/api/login", LOGIN)).status == 503


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
async def test_another_site_cannot_act_or_watch_through_the_cookie(
    house: OpenHouse, headers: dict[str, str]
) -> None:
    visitor = await house.signed_in("agent")

    act = await visitor.ask("POST", "/api/seat/sign-in", {"seat": "S001"}, headers=headers)
    watch = await visitor.client.get(
        "/api/live", headers={**headers, "Upgrade": "websocket", "Connection": "Upgrade"}
    )

    assert (act.status, act.body["code"]) == (403, "foreign-origin")
    assert watch.status == 403


async def test_our_own_page_may_act(house: OpenHouse) -> None:
    visitor = await house.signed_in("agent")
    own = str(house.server.make_url("")).rstrip("/")

    answer = await visitor.ask("POST", "/api/logout", headers={"Origin": own})

    assert answer.status == 204


async def test_every_answer_carries_the_security_headers(house: OpenHouse) -> None:
    visitor = await house.visitor()

    for path in ("/healthz", "/api/me", "/no/such/place"):
        headers = (await visitor.ask("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Server" not in headers


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"data": b"{", "headers": JSON}, 400, "malformed-json"),
        ({"data": b"\xff\xfe", "headers": JSON}, 400, "malformed-json"),
        ({"data": b"seat=S001"}, 415, "wrong-media-type"),
        ({"json": {"seat": "x" * 65}}, 422, "text-too-long"),
        ({"json": {"seat": 7}}, 422, "bad-form"),
        ({"json": {"seat": "S001", "more": 1}}, 422, "bad-form"),
        ({"json": {"seat": "S\u00001"}}, 422, "bad-form"),
        ({"json": {"seat": "x" * 300_000}}, 413, "body-too-large"),
        ({"json": {"seat": "S999"}}, 404, "unknown-seat"),
        ({"json": {"seat": "S005"}}, 409, "seat-without-phone"),
    ],
)  # fmt: skip
async def test_each_bad_input_has_its_own_code(
    house: OpenHouse, sent: dict[str, object], status: int, code: str
) -> None:
    visitor = await house.signed_in("agent")

    answer = await visitor.ask("POST", "/api/seat/sign-in", **sent)

    assert (answer.status, answer.body["code"]) == (status, code)
    assert set(answer.body) >= {"code", "problem", "remedy"}


async def test_what_was_typed_is_not_repeated_in_an_error(house: OpenHouse) -> None:
    visitor = await house.signed_in("agent")

    answer = await visitor.ask("POST", "/api/seat/sign-in", {"seat": ["13812345678"]})

    assert "13812345678" not in str(answer.body)
    assert answer.body["fields"][0]["field"] == "seat"


async def test_a_fault_of_ours_shows_its_number_and_nothing_else(house: OpenHouse) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail 13812345678")

    visitor = await house.signed_in("agent")
    house.inside.floor.snapshot = broken  # type: ignore[assignment,method-assign]

    answer = await visitor.ask("GET", "/api/me")

    assert (answer.status, answer.body["code"]) == (500, "internal-fault")
    assert len(answer.body["incident"]) == 12
    assert "secret" not in str(answer.body)


async def test_chinese_comes_first_and_english_on_request(house: OpenHouse) -> None:
    visitor = await house.visitor()

    zh = await visitor.ask("GET", "/api/me")
    en = await visitor.ask("GET", "/api/me", headers={"Accept-Language": "en-GB,zh;q=0.5"})

    assert zh.body["problem"] == "尚未登录或登录已过期。"
    assert en.body["problem"] == "You are not signed in, or the session is over."
    assert (zh.headers["Content-Language"], en.headers["Content-Language"]) == ("zh", "en")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "zh"), ("de", "zh"), ("en;q=0.3, zh-CN;q=0.9", "zh"), ("en", "en"), ("zh,en", "zh")],
)
def test_the_language_is_the_better_ranked_one(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_every_error_a_route_may_give_has_its_text_in_both_languages() -> None:
    codes = {error.code for operation in OPERATIONS for error in operation.all_errors()}

    assert codes - set(texts("zh")) == set()
    assert codes - set(texts("en")) == set()


async def test_the_document_names_every_route_once_and_its_references_resolve(
    house: OpenHouse,
) -> None:
    visitor = await house.visitor()

    answer = await visitor.ask("GET", "/api/openapi.json")

    served = {(op.method.lower(), op.path) for op in OPERATIONS}
    said = {(m, path) for path, item in answer.body["paths"].items() for m in item}
    names = [op["operationId"] for item in answer.body["paths"].values() for op in item.values()]
    assert answer.body["openapi"] == "3.1.0"
    assert said == served
    assert len(names) == len(set(names))
    schemas = answer.body["components"]["schemas"]
    for reference in _references(answer.body):
        assert reference.removeprefix("#/components/schemas/") in schemas


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [r for item in value.values() for r in _references(item)]
    return [r for item in value for r in _references(item)] if isinstance(value, list) else []


async def test_health_says_alive_always_and_ready_only_when_all_is_there(house: OpenHouse) -> None:
    visitor = await house.visitor()

    assert (await visitor.ask("GET", "/readyz")).status == 200
    house.inside.health.states["telephony"] = False
    unready = await visitor.ask("GET", "/readyz")

    assert unready.status == 503
    assert unready.body["dependencies"] == {"database": True, "telephony": False}
    assert (await visitor.ask("GET", "/healthz")).status == 200


async def test_metrics_count_the_floor_for_the_loopback(house: OpenHouse) -> None:
    house.inside.talk()
    visitor = await house.visitor()

    text = (await visitor.ask("GET", "/metrics")).body.decode()

    assert 'hotline_seats{activity="talking",presence="available"} 1.0' in text
    assert "hotline_journal_lag_seconds 0.5" in text


async def test_metrics_with_a_token_are_for_its_bearer_only(tmp_path: object) -> None:
    async with open_house(tmp_path, metrics_token="scrape-me") as guarded:  # type: ignore[arg-type]
        visitor = await guarded.visitor()

        without = await visitor.ask("GET", "/metrics")
        bearer = {"Authorization": "Bearer scrape-me"}
        with_token = await visitor.ask("GET", "/metrics", headers=bearer)

    assert (without.status, with_token.status) == (401, 200)


def test_the_five_people_cover_every_role() -> None:
    assert {role for role, _ in PEOPLE.values()} == set(type(PEOPLE["agent"][0]))
