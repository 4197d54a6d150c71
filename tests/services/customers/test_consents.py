from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from customers.consents import PURPOSES, Consent, Decision, decided
from tests.services.customers.conftest import Caller

CONSENTS = "/v1/customers/me/consents"
CHANGES = f"{CONSENTS}/changes"
YES = {"granted": True, "text_version": "2026-05"}
NO = {"granted": False, "text_version": "2026-05"}

DECISIONS = st.dictionaries(
    st.sampled_from(PURPOSES),
    st.builds(Decision, granted=st.booleans(), text_version=st.sampled_from(("v1", "v2"))),
)


@given(steps=st.lists(DECISIONS, max_size=10))
def test_the_history_always_leads_to_what_holds(steps: list[dict[str, Decision]]) -> None:
    current: dict[str, Consent] = {}
    replayed: dict[str, Consent] = {}
    for time, decisions in enumerate(steps):
        consents, new = decided(current, decisions, now=f"{time}")
        current = dict(consents)
        replayed |= new
        assert replayed == current
        for purpose, decision in decisions.items():
            assert current[purpose]["granted"] == decision.granted
            assert current[purpose]["text_version"] == decision.text_version
        assert decided(current, decisions, now="later") == (current, {})


def test_nothing_is_agreed_to_until_it_is_said(ada: Caller) -> None:
    answer = ada("GET", CONSENTS)
    assert answer.json == {"marketing_email": None, "personalization": None, "analytics": None}
    assert answer.headers["ETag"] == '"0"'


def test_every_change_is_kept_with_its_time_and_text(ada: Caller) -> None:
    given_ = ada("PUT", CONSENTS, {"marketing_email": YES, "analytics": NO})
    ada("PUT", CONSENTS, {"marketing_email": YES})
    withdrawn = ada("PUT", CONSENTS, {"marketing_email": NO})
    assert (given_.headers["ETag"], withdrawn.headers["ETag"]) == ('"1"', '"2"')
    assert withdrawn.json["analytics"] == given_.json["analytics"]
    first = ada("GET", CHANGES, query={"limit": "1"}).json
    assert first["items"] == [{"marketing_email": withdrawn.json["marketing_email"]}]
    second = ada("GET", CHANGES, query={"limit": "1", "cursor": str(first["next"])}).json
    assert second["next"] is None
    assert second["items"] == [
        {"marketing_email": given_.json["marketing_email"], "analytics": given_.json["analytics"]}
    ]


def test_nobodys_decision_is_lost_or_seen_by_others(ada: Caller, bob: Caller) -> None:
    ada("PUT", CONSENTS, {"analytics": YES}, headers={"If-Match": '"0"'})
    assert ada("PUT", CONSENTS, {"analytics": NO}, headers={"If-Match": '"0"'}).problem()["status"] == 412
    assert bob("GET", CONSENTS).json["analytics"] is None


def test_an_unknown_purpose_is_told(ada: Caller) -> None:
    found = ada("PUT", CONSENTS, {"world_domination": YES}).problem()
    assert found["errors"][0]["pointer"] == "/world_domination"  # type: ignore[index]
