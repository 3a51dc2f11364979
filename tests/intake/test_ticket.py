"""Every condition of the ticket (C1-C3), each with its own field and code."""

from datetime import timedelta
from typing import Any

import pytest

from intake.field_errors import BadTicket
from intake.identity_part import Identity
from intake.ticket import Ticket, TicketForm, complete
from intake.words import Exclusion, RequestType
from kernel.ids import TicketKey
from kernel.phone import WITHHELD
from tests.intake.forms import AT, CATALOGUE, EXCLUDED, REPORT, form, identity

ENTERPRISE = {
    "caller_kind": "enterprise",
    "company_name": "示范有限公司",
    "credit_code": "91350100M000100Y43",
}


def ticket_of(filled: TicketForm, of: Identity | None = None) -> Ticket:
    return complete(
        filled, of or identity(), CATALOGUE, ticket_key=TicketKey("key"), now=AT, home_area="0431"
    )


def broken(filled: TicketForm, of: Identity | None = None) -> set[tuple[str, str]]:
    """The (field, code) pairs for which it may not be filed; empty: it may."""
    try:
        ticket_of(filled, of)
    except BadTicket as err:
        return {(error.field, error.code) for error in err.fields}
    return set()


GOOD_FORMS: dict[str, dict[str, Any]] = {
    "a request for help": {},
    "a consultation answered on the call": {
        "request_type": "consult",
        "incident_address": "",
        "answered_on_call": True,
        "answer_text": "十八度以上",
    },
    "an enterprise": ENTERPRISE,
    "an organisation without credit code": {"caller_kind": "other_org", "company_name": "村委会"},
    "an anonymous citizen": {"is_anonymous": True, "caller_name": ""},
    "a protected report": {**REPORT, "is_confidential": True},
    "a report whose author needs no protection": {**REPORT, "is_whistleblower": False},
    "a complaint": {"request_type": "complaint", "subject_name": "某物业"},
    "a suggestion without a place": {"request_type": "suggestion", "incident_address": ""},
    "a refused request": EXCLUDED,
    "a refused complaint without subject or place": {
        **EXCLUDED, "request_type": "complaint", "incident_address": "",
    },
    "a place on the map": {"lat": 43.88, "lon": 125.32},
    "another number": {"contact_number": "0431-87654321"},
    "a local number, completed": {"contact_number": "87654321"},
    "an identity number": {"id_no": "11010519491231002x"},
    "a merge": {"merge_into": "0190-case"},
    "the path beside its code": {
        "category_path": ["城乡建设", "供热", "居民供热", "供热质量", "室温不达标"]
    },
    "publication agreed": {"publish_consent": True},
}  # fmt: skip


@pytest.mark.parametrize("changed", GOOD_FORMS.values(), ids=GOOD_FORMS)
def test_a_complete_form_becomes_a_ticket(changed: dict[str, Any]) -> None:
    assert broken(form(**changed)) == set()


BROKEN: list[tuple[dict[str, Any], str, str]] = [
    ({"request_type": None}, "request_type", "request-type-missing"),
    ({"caller_name": ""}, "caller_name", "name-missing"),
    ({"is_anonymous": True}, "caller_name", "anonymous-with-name"),
    ({"caller_kind": None}, "caller_kind", "caller-kind-missing"),
    ({**ENTERPRISE, "company_name": ""}, "company_name", "company-missing"),
    ({**ENTERPRISE, "credit_code": ""}, "credit_code", "credit-code-missing"),
    ({**ENTERPRISE, "credit_code": "91350100M000100Y44"}, "credit_code", "credit-code-wrong"),
    ({"company_name": "示范有限公司"}, "company_name", "company-without-enterprise"),
    ({"credit_code": "91350100M000100Y43"}, "credit_code", "company-without-enterprise"),
    ({"id_no": "110105194912310021"}, "id_no", "id-no-wrong"),
    (
        {"is_anonymous": True, "caller_name": "", "id_no": "11010519491231002X"},
        "id_no",
        "anonymous-with-id",
    ),
    ({"contact_number": "12"}, "contact_number", "bad-phone-number"),
    ({**REPORT, "is_whistleblower": None}, "is_whistleblower", "whistleblower-missing"),
    ({"is_whistleblower": True}, "is_whistleblower", "whistleblower-without-accusation"),
    ({**REPORT, "publish_consent": True}, "publish_consent", "publish-not-allowed"),
    (
        {"is_confidential": True, "publish_consent": True},
        "publish_consent",
        "publish-not-allowed",
    ),
    ({"title": ""}, "title", "title-missing"),
    ({"title": "请联系13812345678"}, "title", "title-with-number"),
    ({"title": "身份证11010519491231002X"}, "title", "title-with-number"),
    ({"content": " "}, "content", "content-missing"),
    ({"incident_address": ""}, "incident_address", "address-missing"),
    ({"lat": 43.88}, "lat", "coordinates-half"),
    ({"lat": 125.32, "lon": 43.88}, "lat", "coordinates-outside"),
    (
        {"incident_time": (AT + timedelta(minutes=1)).isoformat()},
        "incident_time",
        "incident-in-future",
    ),
    ({"request_type": "complaint"}, "subject_name", "subject-missing"),
    ({"subject_phone": "x"}, "subject_phone", "bad-phone-number"),
    ({"answered_on_call": True}, "answer_text", "answer-missing"),
    ({"answer_text": "十八度"}, "answered_on_call", "answer-without-flag"),
    ({**EXCLUDED, "guidance_given": False}, "guidance_given", "guidance-missing"),
    ({**EXCLUDED, "guidance_text": ""}, "guidance_text", "guidance-text-missing"),
    (
        {**EXCLUDED, "answered_on_call": True, "answer_text": "x"},
        "answered_on_call",
        "excluded-and-answered",
    ),
    ({**EXCLUDED, "merge_into": "c"}, "merge_into", "excluded-and-merged"),
    ({"category_code": ""}, "category_code", "category-missing"),
    ({"category_code": "02010101"}, "category_code", "category-unknown"),  # a branch, no leaf
    ({"category_code": "9999999999"}, "category_code", "category-unknown"),
    ({"category_path": ["供热"]}, "category_path", "category-path-wrong"),
]


@pytest.mark.parametrize(("changed", "field", "code"), BROKEN, ids=lambda v: str(v)[:40])
def test_a_broken_rule_is_named_by_field_and_code(
    changed: dict[str, Any], field: str, code: str
) -> None:
    assert (field, code) in broken(form(**changed))


@pytest.mark.parametrize("exclusion", Exclusion)
def test_no_exclusion_is_filed_without_guidance(exclusion: Exclusion) -> None:
    """EXC-05."""
    assert ("guidance_given", "guidance-missing") in broken(form(exclusion_code=exclusion.value))


def test_all_broken_rules_are_told_at_once() -> None:
    found = broken(TicketForm())

    assert {
        ("request_type", "request-type-missing"),
        ("title", "title-missing"),
        ("content", "content-missing"),
        ("caller_kind", "caller-kind-missing"),
        ("caller_name", "name-missing"),
        ("category_code", "category-missing"),
    } <= found


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"titel": "x"}, "titel", "unknown-field"),
        ({"title": "长" * 81}, "title", "too-long"),
        ({"content": "长" * 4001}, "content", "too-long"),
        ({"request_type": "praise"}, "request_type", "unknown-value"),
        ({"caller_tags": ["rich"]}, "caller_tags.0", "unknown-value"),
        ({"attachments": ["a"] * 21}, "attachments", "too-many"),
        ({"incident_time": "yesterday"}, "incident_time", "wrong-type"),
        ({"incident_time": "2026-11-20T10:00:00"}, "incident_time", "wrong-type"),  # no zone
        ([], "form", "wrong-type"),
    ],
)
def test_what_cannot_be_read_is_named_by_field_too(sent: Any, field: str, code: str) -> None:
    with pytest.raises(BadTicket) as caught:
        TicketForm.parse(sent)

    assert (field, code) in {(error.field, error.code) for error in caught.value.fields}


def test_an_error_never_repeats_what_the_citizen_said() -> None:
    with pytest.raises(BadTicket) as caught:
        TicketForm.parse({"caller_name": "欧阳小满" * 20, "request_type": "13812345678"})

    told = str(caught.value) + "".join(error.model_dump_json() for error in caught.value.fields)
    assert "欧阳" not in told
    assert "13812345678" not in told


def test_a_title_of_eighty_characters_is_long_enough() -> None:
    assert broken(form(title="长" * 80)) == set()


def test_a_withheld_number_needs_another_one_only_if_a_reply_is_wanted() -> None:
    hidden = identity(caller_number=WITHHELD, caller_key=None)

    assert broken(form(), hidden) == {("contact_number", "contact-missing")}
    assert broken(form(contact_number="withheld"), hidden) == {
        ("contact_number", "contact-missing")
    }
    assert broken(form(reply_needed=False), hidden) == set()
    assert broken(form(contact_number="13900001111"), hidden) == set()


@pytest.mark.parametrize(
    "lacking", ["call", "call_time", "dialled_number", "agent", "caller_number"]
)
def test_a_ticket_from_a_call_brings_what_the_call_knows(lacking: str) -> None:
    empty = "" if lacking == "dialled_number" else None

    found = broken(form(reply_needed=False), identity(**{lacking: empty}))

    assert found == {(lacking, "call-fact-missing")}


def test_a_ticket_from_another_channel_needs_no_call() -> None:
    of = Identity(region_code="220100", source_channel="website")

    assert broken(form(contact_number="13900001111"), of) == set()


def test_a_request_from_110_carries_its_incident_number() -> None:
    """EMG-02."""
    assert ("external_ref", "external-ref-missing") in broken(
        form(), identity(transferred_from="110")
    )
    assert broken(form(), identity(transferred_from="110", external_ref="JQ-1")) == set()


def test_publication_is_never_assumed() -> None:
    """SEC-03."""
    assert TicketForm().publish_consent is False


def test_there_are_five_request_types() -> None:
    """TYP-01."""
    assert len(RequestType) == 5


def test_a_ticket_cannot_be_changed() -> None:
    ticket = ticket_of(form())

    with pytest.raises(ValueError, match="frozen"):
        ticket.submitted_at = AT  # type: ignore[misc]
