"""Beside each clause: a try of the misuse on one's own data, through the real doors, and the refusal to read."""

import pytest
from sqlalchemy import func, select

from core.accounts import service as accounts
from core.datakeys.models import DataKey
from privacy import register
from privacy.consent.models import ConsentEntry
from privacy.contact.models import StoppedNumber, Suppression
from privacy.looks.models import AccessEntry
from privacy.trying.rules import CHECKS, FORGERIES, MISUSES, button
from tests.privacy.builders import wants
from tests.shop import Shop, Visitor

REASONS = {
    "P4b": "aggregates_only",
    "P4d": "undeclared",
    "P6": "stopped",
    "P7": "other_purpose",
    "P8": "other_purpose",
    "P9": "undeclared",
    "P10": "calls_stopped",
    "P11": "not_in_force",
    "P14": "original_only",
    "P15a": "role",
    "P15b": "role",
    "P15c": "role",
    "P16": "not_yours",
}


def try_(visitor: Visitor, clause: str) -> str:
    """Press the button beside the clause; what is shown then."""
    return visitor.submit("/privacy", action=f"/privacy/try/{clause}").text


def test_there_is_something_to_try_beside_every_clause() -> None:
    assert {clause for clause in register.clauses if button(clause)} == set(register.clauses)
    assert set(REASONS) == set(MISUSES)


def refused(shop: Shop, clause: str) -> None:
    """The button shows a refusal, and the list of who looked has the same line."""
    ada = shop.member()
    page = try_(ada, clause)
    assert 'badge-good">refused' in page
    with shop.transaction() as session:
        row = session.scalars(select(AccessEntry).where(AccessEntry.account_id == ada.account_id)).one()
        assert (row.allowed, row.reason, row.labels) == (False, REASONS[clause], MISUSES[clause].label)
        assert accounts.get(ada.account_id).email is not None
        for table in (ConsentEntry, StoppedNumber, Suppression):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert MISUSES[clause].label in page and MISUSES[clause].label in ada.get("/account/privacy/looked").text


@pytest.mark.parametrize(
    "clause", [pytest.param(one, marks=pytest.mark.clause(one)) for one in MISUSES if one not in {"P8", "P14"}]
)
def test_the_gate_refuses_the_misuse(sqlite_shop: Shop, clause: str) -> None:
    refused(sqlite_shop, clause)


@pytest.mark.clause("P8")
def test_a_telephone_number_for_a_newsletter(shop: Shop) -> None:
    refused(shop, "P8")


@pytest.mark.clause("P14")
def test_another_use_with_original_purposes_only(shop: Shop) -> None:
    """What the try supposes is undone, and a key made for a made-up value opens nothing."""
    refused(shop, "P14")
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(DataKey)) <= 2


@pytest.mark.parametrize("clause", [pytest.param(one, marks=pytest.mark.clause(one)) for one in FORGERIES])
def test_the_guard_keeps_a_forged_cookie_back(sqlite_shop: Shop, clause: str) -> None:
    ada = sqlite_shop.member()
    page = try_(ada, clause)
    assert 'badge-good">refused' in page and "0 cookies left the program" in page
    assert set(ada.cookies()) == {"lp_session"}


@pytest.mark.parametrize("clause", [pytest.param(one, marks=pytest.mark.clause(one)) for one in CHECKS])
def test_a_clause_without_a_misuse_is_looked_at_live(sqlite_shop: Shop, clause: str) -> None:
    page = try_(sqlite_shop.member(), clause)
    assert 'class="tried"' in page and ("checked" in page or "refused" in page)


def test_what_the_person_allowed_is_told_as_allowed(sqlite_shop: Shop) -> None:
    """A try is no theatre: where the gate opens, it says so."""
    ada = sqlite_shop.member()
    wants(sqlite_shop, ada.account_id, "newsletter")
    assert 'badge-good">refused' in try_(ada, "P14")
    assert "Sign in</a> to try each promise" in sqlite_shop.visitor().get("/privacy").text
    answer = sqlite_shop.visitor().post("/privacy/try/P8", follow_redirects=False)
    assert answer.status_code == 303 and answer.location.startswith("/sign-in")
    assert ada.post("/privacy/try/P99").status_code == 404
