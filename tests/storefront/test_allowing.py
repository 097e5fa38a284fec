"""Staff say what licenses allow, and see beforehand whom that meets; programs are answered by it at once."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from core import clock
from core.access import Permission
from core.audit.models import AuditEntry
from core.opening import reveal
from storefront.activation.models import LicensePolicy
from storefront.catalogue.models import Term
from storefront.catalogue.service import EditionDraft
from storefront.licenses.models import License
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_devices import activate, home, key_of
from tests.storefront.test_prices import make_product

EMPTY = dict.fromkeys(("max_uses", "max_cores", "max_users", "max_processes", "heartbeat_seconds", "check_in_days"), "")
USUAL = {
    **EMPTY,
    "lock": "floating",
    "max_machines": "3",
    "overage": "none",
    "after_end": "restrict",
    "begins": "issue",
    "offline_days": "30",
    "transferable": "y",
    "entitlements": "",
}


@pytest.fixture
def clerk(shop: Shop) -> Visitor:
    """Staff for the catalogue."""
    return shop.member("clerk@example.com", "Clerk", [Permission.CATALOGUE])


@pytest.fixture
def holder(shop: Shop) -> Iterator[Visitor]:
    """Somebody with a license for three devices, two of which are used."""
    found = shop.member()
    buy(found, ware(shop))
    for number in (1, 2):
        assert activate(found, f"kiln-{number}") == 201
    yield found


def desk(shop: Shop) -> str:
    """The page of the only edition."""
    with shop.transaction() as session:
        return f"/staff/licensing/{session.scalars(select(License.edition_id)).first()}"


def save(staff: Visitor, shown: TestResponse) -> TestResponse:
    """Press the button on the page that shows whom it meets."""
    form = find_form(shown.text, shown.request.path)
    return staff.client.post(form.action, data=form.values, follow_redirects=True)


def code(holder: Visitor, **scope: str) -> str:
    """What a check of the license answers."""
    asked = {"meta": {"key": key_of(holder), "scope": {"fingerprint": "kiln-1", **scope}}}
    answer = holder.shop.visitor().client.post("/v1/licenses/actions/validate-key", json=asked)
    return str(answer.json["meta"]["code"])  # type: ignore[index]


def test_whom_a_policy_meets_is_shown_before_it_is_saved(shop: Shop, clerk: Visitor, holder: Visitor) -> None:
    at = desk(shop)
    page = clerk.get(at).text
    assert 'value="3"' in page and "Named users" in page and "With its first device" in page
    shown = clerk.submit(at, {**USUAL, "max_machines": "1"}, action=at)
    assert "Nothing is saved yet" in shown.text and "3 → 1" in shown.text
    assert "has more devices than places" in shown.text and home(holder).split("/")[3] in shown.text
    assert code(holder) == "VALID"
    saved = save(clerk, shown)
    assert "Programs are answered by it from now on" in saved.text
    assert code(holder) == "TOO_MANY_MACHINES"
    with shop.transaction() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "change license policy")).one()
        assert entry.details["Places for each seat"] == "3 → 1"
    back = save(clerk, clerk.submit(at, {"sure": "yes"}, action=f"{at}/usual"))
    assert "Programs are answered by it" in back.text and code(holder) == "VALID"


def test_what_was_shown_is_what_is_saved(shop: Shop, clerk: Visitor, holder: Visitor) -> None:
    at = desk(shop)
    shown = clerk.submit(at, {**USUAL, "max_machines": "2"}, action=at)
    assert activate(holder, "kiln-3") == 201
    again = save(clerk, shown)
    assert "Something changed since this was shown" in again.text and code(holder) == "VALID"
    other = shop.member("other@example.com", "Other", [Permission.CATALOGUE])
    first = clerk.submit(at, {**USUAL, "max_machines": "5"}, action=at)
    second = other.submit(at, {**USUAL, "max_machines": "6"}, action=at)
    assert "Programs are answered" in save(clerk, first).text
    late = save(other, second)
    assert late.status_code == 409 and "Somebody saved another policy meanwhile" in late.text


def test_wrong_words_are_said_beside_their_fields_and_kept(shop: Shop, clerk: Visitor, holder: Visitor) -> None:
    at = desk(shop)
    typed = {**USUAL, "heartbeat_seconds": "5", "entitlements": "export\nno code!", "max_machines": "-1"}
    refused = clerk.submit(at, typed, action=at)
    assert refused.status_code == 422
    for words in ("At least 60 seconds", "is no code", "From 1 to 100000", "no code!"):
        assert words in refused.text
    assert shop.member("plain@example.com", "Plain").get(at).status_code == 403
    assert shop.member("sales@example.com", "Sales", [Permission.SALES]).post(at, USUAL).status_code == 403


def test_every_part_of_a_policy_is_heard_by_programs(shop: Shop, clerk: Visitor, holder: Visitor) -> None:
    at = desk(shop)

    def allow(**said: str) -> None:
        shown = clerk.submit(at, {**USUAL, **said}, action=at)
        if "Nothing is saved yet" in shown.text:
            save(clerk, shown)

    allow(entitlements="export\nteams\nexport")
    assert code(holder) == "VALID"
    with shop.transaction() as session:
        assert session.scalars(select(LicensePolicy)).one().entitlements == ["export", "teams"]
    gone = clerk.submit(at, {**USUAL, "entitlements": "teams"}, action=at)
    assert "lacks something that it includes now" in gone.text
    allow(check_in_days="7")
    with clock.moved(timedelta(days=8)):
        assert code(holder) == "OVERDUE"
    allow(heartbeat_seconds="600")
    assert code(holder) == "HEARTBEAT_NOT_STARTED"
    allow(max_machines="1", overage="double")
    assert code(holder) == "VALID" and activate(holder, "kiln-3") == 422
    allow(max_machines="1", overage="always")
    assert code(holder) == "TOO_MANY_MACHINES" and activate(holder, "kiln-3") == 201
    allow(max_machines="")
    assert activate(holder, "kiln-4") == 201


@pytest.mark.parametrize(
    ("begins", "act"), [("activation", "device"), ("download", "download"), ("download", "device")]
)
def test_a_trial_whose_days_wait_begins_with_its_use(shop: Shop, clerk: Visitor, begins: str, act: str) -> None:
    trial = EditionDraft(slug="trial", name="Trial", term=Term.TRIAL, trial_days=14, price=0)
    made, ada = make_product(shop, "kilnwatch", editions=(trial,)), shop.member()
    at = f"/staff/licensing/{made.editions['trial']}"
    save(clerk, clerk.submit(at, {**USUAL, "begins": begins, "transferable": ""}, action=at))
    ada.post("/cart/add", {"edition": str(made.editions["trial"])})
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    ada.submit("/checkout/review", {"terms": "y"}, action="/checkout/review")
    page = home(ada).removesuffix("/devices")
    assert "14 days after its first use" in ada.get(page).text
    with clock.moved(timedelta(days=100)):
        ada.sign_in(ada.account_id)
        assert "Reveal the key" in ada.get(page).text
        if act == "device":
            assert activate(ada, "kiln-1") == 201
        else:
            ada.get(f"{page}/download")
            shop.work()
        with shop.transaction() as session:
            ends = session.scalars(select(License.expires_at)).one()
        assert ends is not None and abs(ends - clock.now() - timedelta(days=14)) < timedelta(minutes=5)
        assert ada.get(f"{page}/pass-on").status_code == 409
    with shop.transaction() as session:
        assert reveal(session.scalars(select(License)).one().key)


def test_editions_are_listed_with_what_they_allow(shop: Shop, clerk: Visitor, holder: Visitor) -> None:
    page = clerk.get("/staff/licensing").text
    assert re.search(r"Kilnwatch</bdi>, <bdi>Solo", page) and "Several devices" in page
    assert clerk.get("/staff/licensing/999999").status_code == 404
