"""A resold key that does not work: the holder says so, staff answer, and the license goes on under another key."""

from datetime import timedelta
from threading import Thread

from sqlalchemy import func, select

from core import clock
from core.access import Permission
from core.audit.models import AuditEntry
from storefront.licenses import certificates
from storefront.licenses.models import License, PoolKey
from storefront.pools.models import KeyDispute, KeyPool, KeyStep
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import buy, has_form, put_into_cart, ware

SAID = "The maker's page says: this key was used already."


def holder(shop: Shop, keys: int = 2) -> tuple[Visitor, str]:
    """Somebody with a resold key, and the page of its license."""
    ada = shop.member()
    buy(ada, ware(shop, keys=keys))
    with shop.transaction() as session:
        return ada, f"/account/licenses/{session.scalar(select(License.public_id))}"


def keeper(shop: Shop) -> Visitor:
    return shop.member("keeper@example.com", "Kim Keeper", (Permission.CATALOGUE,))


def test_a_dead_key_is_replaced_under_its_license(shop: Shop) -> None:
    (ada, page), kim = holder(shop), keeper(shop)
    assert ada.submit(f"{page}/dispute", {"words": "no"}, action="/dispute").status_code == 422
    assert "We look at it" in ada.submit(f"{page}/dispute", {"words": SAID}, action="/dispute").text
    assert "You told us already" in ada.get(f"{page}/dispute").text
    assert "Kilnwatch" in kim.get("/staff/pools/disputes").text
    case = "/staff/pools/disputes/1"
    shown = kim.get(case).text
    assert "was used already" in shown and "KILNWATCH-KEY" not in shown
    assert kim.submit(case, {"reason": "x"}, action="/key").status_code == 400
    assert "00000" in kim.submit(case, {"reason": "To ask the supplier"}, action="/key").text
    assert "Replaced." in kim.submit(case, action="/replace").text
    assert kim.post(f"{case}/replace").status_code == 409
    (letter,) = shop.letters(name="key_replaced")
    assert "KILNWATCH-KEY-00001-XYZ" in letter.text and letter.link("/account/licenses") == page
    opened = ada.submit(page, action="/reveal").text
    assert "00001" in opened and "replaces it since" in opened
    with shop.transaction() as session:
        old, new = session.scalars(select(PoolKey).order_by(PoolKey.id))
        assert (old.state, new.state) == ("replaced", "revealed") and old.license_id == new.license_id
        assert len(certificates.numbers_of(old.license_id or 0)) == 2  # the later one says how the new key ends
        verbs = session.scalars(select(KeyStep.verb).where(KeyStep.pool_key_id == old.id).order_by(KeyStep.id)).all()
        assert verbs == ["reserve", "deliver", "dispute", "replace"]
        acts = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
        assert acts == ["open a disputed key", "replace a key"]


def test_a_refusal_says_why_and_an_empty_pool_changes_nothing(shop: Shop) -> None:
    (ada, page), kim = holder(shop, keys=1), keeper(shop)
    ada.submit(f"{page}/dispute", {"words": SAID}, action="/dispute")
    case = "/staff/pools/disputes/1"
    assert "No other key is free" in kim.submit(case, action="/replace").text
    sentence = "The maker told us that it was redeemed on your own account."
    assert kim.submit(case, {"sentence": ""}, action="/decline").status_code == 400
    kim.submit(case, {"sentence": sentence}, action="/decline")
    assert sentence in ada.get(page).text
    assert sentence not in shop.letters(name="key_declined")[0].text
    assert "Noted" in ada.submit(page, action="/redeemed").text
    with shop.transaction() as session:
        assert session.scalar(select(PoolKey.state)) == "redeemed"
    assert ada.post(f"{page}/redeemed").status_code == 409
    stranger = shop.member("eve@example.com", "Eve")
    assert stranger.post(f"{page}/dispute", {"words": SAID}).status_code == 404


def test_the_first_complaint_is_answered_at_once_where_the_pool_says_so(sqlite_shop: Shop) -> None:
    ada, page = holder(sqlite_shop, keys=3)
    with sqlite_shop.transaction() as session:
        session.scalars(select(KeyPool)).one().auto_days = 3
    assert "Here is another key" in ada.submit(f"{page}/dispute", {"words": SAID}, action="/dispute").text
    assert "We look at it" in ada.submit(f"{page}/dispute", {"words": SAID}, action="/dispute").text
    with sqlite_shop.transaction() as session:
        rows = session.execute(select(KeyDispute.state, KeyDispute.automatic).order_by(KeyDispute.id)).all()
        assert [tuple(row) for row in rows] == [("replaced", True), ("open", False)]


def test_after_the_warranty_support_helps(sqlite_shop: Shop) -> None:
    ada, page = holder(sqlite_shop)
    with sqlite_shop.transaction() as session:
        kept = session.scalars(select(PoolKey).where(PoolKey.license_id.is_not(None))).one()
        kept.delivered_at = clock.now() - timedelta(days=30)
    assert "does not work" not in ada.get(page).text
    assert "write to support" in ada.get(f"{page}/dispute").text
    assert ada.post(f"{page}/dispute", {"words": SAID}).status_code == 409


def test_own_programs_have_no_maker_to_blame(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    buy(ada, ware(sqlite_shop))
    with sqlite_shop.transaction() as session:
        page = f"/account/licenses/{session.scalar(select(License.public_id))}"
    assert "does not work" not in ada.get(page).text
    assert not has_form(ada.get(f"{page}/dispute").text, "/dispute")
    assert ada.post(f"{page}/dispute", {"words": SAID}).status_code == 404


def test_the_last_key_goes_to_a_buyer_or_to_a_holder_never_to_both(shop: Shop) -> None:
    (ada, page), kim = holder(shop), keeper(shop)
    ada.submit(f"{page}/dispute", {"words": SAID}, action="/dispute")
    buyers = [shop.member(f"buyer{number}@example.com", f"Buyer {number}") for number in range(3)]
    sent: list[tuple[Visitor, str, dict[str, str]]] = []
    case = "/staff/pools/disputes/1/replace"
    sent.append((kim, case, find_form(kim.get("/staff/pools/disputes/1").text, "/replace").values))
    clay = ware(shop)
    for buyer in buyers:
        put_into_cart(buyer, clay)
        buyer.submit("/checkout", {"country": "DE"}, action="/checkout")
        form = find_form(buyer.get("/checkout/review").text, "/checkout/review").values
        sent.append((buyer, "/checkout/review", {**form, "terms": "y"}))
    ends: list[int] = []
    threads = [
        Thread(target=lambda one=one: ends.append(one[0].client.post(one[1], data=one[2]).status_code)) for one in sent
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [303, 409, 409, 409]
    with shop.transaction() as session:
        free = session.scalar(select(func.count()).where(PoolKey.state == "imported"))
        given = session.scalar(select(func.count()).where(PoolKey.state.in_(["reserved", "delivered"])))
        assert (free, given) == (0, 1)
