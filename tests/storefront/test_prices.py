"""Prices: which one holds for how many and when, what is said beside a reduction, and what pages show by the clock alone."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from core import clock
from core.access import PROGRAM
from core.db import session
from storefront.catalogue import builds, pricing
from storefront.catalogue.models import Product, Term
from storefront.catalogue.service import EditionDraft
from storefront.downloads import service as downloads
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.money import Money
from storefront.orders.models import Order
from storefront.prices import rules, service
from storefront.prices.models import PriceChange, PriceSale
from storefront.prices.rules import ENDLESS, Change, PriceList, Sale, Tier
from tests.shop import Shop
from tests.storefront.builders import SOLO, make_product
from tests.storefront.order_builders import pay, place

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAYS = st.integers(-60, 60).map(lambda day: NOW + timedelta(days=day))
AMOUNTS = st.integers(0, 20)


@st.composite
def price_lists(draw: st.DrawFn) -> PriceList:
    """Tiers from one on, and sales that do not overlap."""
    steps = sorted({1, *draw(st.lists(st.integers(2, 99), max_size=3))})
    edges = sorted(set(draw(st.lists(DAYS, max_size=6))))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return PriceList(
        currency="EUR",
        tiers=tuple(Tier(from_quantity=step, amount=draw(AMOUNTS)) for step in steps),
        sales=tuple(Sale(amount=draw(AMOUNTS), starts_at=start, ends_at=end) for start, end in pairs),
    )


@given(asks=price_lists(), quantity=st.integers(1, 99), at=DAYS)
def test_the_price_is_that_of_the_largest_tier_or_of_the_sale_if_that_is_lower(
    asks: PriceList, quantity: int, at: datetime
) -> None:
    tier = [tier.amount for tier in asks.tiers if tier.from_quantity <= quantity][-1]
    on_sale = [sale.amount for sale in asks.sales if sale.starts_at <= at < sale.ends_at]
    asked = asks.asked(quantity, at)
    assert asked.unit.amount == min([tier, *on_sale]) and asked.usual.amount == tier
    assert (asked.until is None) == (asked.unit == asked.usual) == (asked.lowest is None)


@given(
    changes=st.lists(st.builds(Change, amount=st.none() | AMOUNTS, at=DAYS), max_size=6, unique_by=lambda one: one.at),
    asks=price_lists(),
    start=DAYS,
)
def test_the_lowest_price_of_thirty_days_is_that_of_the_cheapest_of_these_days(
    changes: list[Change], asks: PriceList, start: datetime
) -> None:
    """Every change is at midnight, so thirty looks at noon see all that was asked."""
    seen: list[int] = []
    for moment in (start - timedelta(days=day, hours=-12) for day in range(1, 31)):
        told = [change.amount for change in sorted(changes, key=lambda one: one.at) if change.at <= moment]
        seen += [told[-1]] if told and told[-1] is not None else []
        seen += [sale.amount for sale in asks.sales if sale.starts_at <= moment < sale.ends_at]
    assert rules.lowest_before(changes, asks.sales, start) == min(seen, default=None)


@given(lists=st.lists(price_lists(), min_size=1, max_size=3), later=st.integers(0, 60))
def test_the_shelf_says_at_every_moment_what_the_cheapest_edition_asks(lists: list[PriceList], later: int) -> None:
    cut, at = rules.slices(lists, NOW), NOW + timedelta(days=later)
    assert cut[0].starts_at == NOW and cut[-1].ends_at == ENDLESS
    assert all(one.ends_at == other.starts_at for one, other in zip(cut, cut[1:], strict=False))
    here = next(one for one in cut if one.starts_at <= at < one.ends_at)
    assert here.amount == min(one.asked(1, at).unit.amount for one in lists) <= here.usual


@given(whole=st.integers(0, 10**7), weights=st.lists(st.integers(1, 10**5), min_size=1, max_size=12))
def test_the_parts_of_a_bundle_add_up_to_it(whole: int, weights: list[int]) -> None:
    parts = rules.divide(Money(whole, "JPY"), weights)
    assert sum(part.amount for part in parts) == whole and all(part.amount >= 0 for part in parts)


def test_a_sale_begins_and_ends_by_the_clock_on_kept_pages_too(shop: Shop) -> None:
    made, visitor = make_product(shop, "kilnwatch"), shop.visitor()
    solo = made.editions["solo"]
    with clock.moved(timedelta(days=-20)), shop.transaction():
        pricing.put_on_sale(solo, Money(8_000, "EUR"), clock.now(), clock.now() + timedelta(days=5), PROGRAM)
    with shop.transaction():
        begin = clock.now() + timedelta(hours=2)
        pricing.put_on_sale(solo, Money(9_000, "EUR"), begin, begin + timedelta(days=3), PROGRAM)
        with pytest.raises(rules.SaleRefused):
            pricing.put_on_sale(
                solo, Money(9_000, "EUR"), begin + timedelta(days=2), begin + timedelta(days=4), PROGRAM
            )
    for address in ("/", "/shop", "/shop?band=75-150&sort=price", "/shop/kilnwatch", "/search?q=kilnwatch"):
        assert "€119.00" in visitor.get(address).text and "€90.00" not in shop.visitor().get(address).text
        with _at(begin):
            page = visitor.get(address)
            assert "€90.00" in page.text and '<s class="price-before">' in page.text, address
        with _at(begin + timedelta(days=3, seconds=-15)):
            assert "€90.00" in visitor.get(address).text
            assert (
                "s-maxage=0" in visitor.get(f"{address}{'&' if '?' in address else '?'}anew=1").headers["Cache-Control"]
            )
        with _at(begin + timedelta(days=3)):
            assert "€90.00" not in visitor.get(address).text, address
    with clock.moved(timedelta(days=1)):
        assert "Lowest price of the 30 days before: €80.00" in visitor.get("/shop/kilnwatch?again=1").text
        member = shop.member()
        member.submit("/shop/kilnwatch", {"quantity": "2"}, action="/cart/add")
        assert "€180.00" in member.get("/cart").text
        member.submit("/checkout", {"country": "DE"}, action="/checkout")
        assert "€180.00" in member.get("/checkout/review").text
        with shop.transaction():
            pricing.end_sale(session.scalars(select(PriceSale.id).order_by(PriceSale.id.desc())).first() or 0, PROGRAM)
        assert "€90.00" not in shop.visitor().get("/shop/kilnwatch").text
        assert "rose from €90.00 to €119.00" in member.get("/cart").text


def test_prices_by_volume_stand_in_a_table_and_hold_in_the_cart(sqlite_shop: Shop) -> None:
    made, visitor = make_product(sqlite_shop, "kilnwatch"), sqlite_shop.visitor()
    with sqlite_shop.transaction():
        pricing.set_tier(made.editions["solo"], 5, Money(10_000, "EUR"), PROGRAM)
        pricing.set_tier(made.editions["solo"], 20, Money(9_000, "EUR"), PROGRAM)
        for wrong, refusal in ((1, rules.TierRefused), (100, rules.TierRefused)):
            with pytest.raises(refusal):
                pricing.set_tier(made.editions["solo"], wrong, Money(1, "EUR"), PROGRAM)
        with pytest.raises(rules.NoPrice):
            pricing.set_tier(made.editions["solo"], 5, Money(1, "USD"), PROGRAM)
    page = visitor.get("/shop/kilnwatch").text
    assert "5 to 19" in page and "20 and more" in page and "€90.00 each" in page
    visitor.submit("/shop/kilnwatch", {"quantity": "4"}, action="/cart/add")
    assert "€476.00" in visitor.get("/cart").text
    page = visitor.submit("/cart", {"quantity": "5"}, action="/cart/quantity").text
    assert "Each has the price for 5 now." in page and "€500.00" in page and "Go to checkout" in page
    with sqlite_shop.transaction():
        pricing.drop_tier(made.editions["solo"], 5, "EUR", PROGRAM)
    assert "rose from €100.00 to €119.00" in visitor.get("/cart").text


def test_the_database_refuses_two_sales_at_once_and_forgets_no_price(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch")
    first = {"edition_id": made.editions["solo"], "currency": "EUR", "amount": 1, "lowest": 2}

    def sale(start: int, end: int, **other: object) -> PriceSale:
        dates = {"starts_at": NOW + timedelta(days=start), "ends_at": NOW + timedelta(days=end)}
        return PriceSale(**{**first, **dates, **other})

    with shop.transaction():
        session.add_all([sale(0, 2), sale(2, 4), sale(1, 3, currency="USD")])
        pricing.set_price(made.editions["solo"], Money(9_900, "EUR"), PROGRAM)
        pricing.set_price(made.editions["solo"], Money(9_900, "USD"), PROGRAM)
        pricing.drop_price(made.editions["solo"], "USD", PROGRAM)
        with pytest.raises(pricing.OwnPrice):
            pricing.drop_price(made.editions["solo"], "EUR", PROGRAM)
    for wrong in (sale(1, 3), sale(-1, 5), sale(5, 5), sale(5, 6, amount=-1)):
        with _refused(shop):
            session.add(wrong)
            session.flush()
    for statement in (delete(PriceChange), update(PriceChange).values(amount=1)):
        with _refused(shop):
            session.execute(statement)
    with shop.transaction():
        told = select(PriceChange.currency, PriceChange.amount).order_by(PriceChange.id)
        assert [tuple(row) for row in session.execute(told)] == [
            ("EUR", 11_900),
            ("EUR", 9_900),
            ("USD", 9_900),
            ("USD", None),
        ]
        assert set(service.all_lists([made.editions["solo"]])) == {(made.editions["solo"], "EUR")}


def _at(moment: datetime) -> AbstractContextManager[None]:
    return clock.moved(moment - datetime.now(UTC))


@contextmanager
def _refused(shop: Shop) -> Iterator[None]:
    with pytest.raises(DatabaseError), shop.transaction():
        yield


def test_a_trial_is_given_once_costs_nothing_and_ends_by_itself(shop: Shop) -> None:
    trial = EditionDraft(slug="trial", name="Trial", term=Term.TRIAL, trial_days=14, price=0)
    made, ada = make_product(shop, "kilnwatch", editions=(SOLO, trial)), shop.member()
    assert "14 days to try" in ada.get("/shop/kilnwatch").text and "€119.00" in ada.get("/shop").text
    ada.post("/cart/add", {"edition": str(made.editions["trial"])})
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    page = ada.submit("/checkout/review", {"terms": "y"}, action="/checkout/review").text
    assert "LP-" in page and "Trial" in page
    with shop.transaction():
        license = session.scalars(select(License)).one()
        assert license.expires_at == license.issued_at + timedelta(days=14)
        assert session.scalars(select(Order.state)).one() == "paid"
    shop.work()
    ada.post("/cart/add", {"edition": str(made.editions["trial"])})
    assert "a trial is given once" in ada.get("/checkout/review").text
    with clock.moved(timedelta(days=15)), shop.transaction():
        assert not licenses.get_for(ada.account_id, license.public_id).is_live


def test_seats_are_one_license_and_new_versions_are_counted_from_the_day_of_buying(sqlite_shop: Shop) -> None:
    team = EditionDraft(slug="team", name="Team", per_seat=True, devices=2, update_months=12, price=5_000)
    make_product(sqlite_shop, "kilnwatch", editions=(team,))
    ada = sqlite_shop.member()
    ada.submit("/shop/kilnwatch", {"quantity": "7"}, action="/cart/add")
    pay(ada, place(ada))
    with sqlite_shop.transaction():
        license = session.scalars(select(License)).one()
        assert license.seats == 7 and license.updates_until
        assert license.updates_until - license.issued_at in (timedelta(days=365), timedelta(days=366))
    page = ada.get(f"/account/licenses/{license.public_id}").text
    assert "14 devices" in page and "New versions until" in page


def test_versions_that_came_after_the_window_are_refused_and_older_ones_stay(sqlite_shop: Shop) -> None:
    made = make_product(sqlite_shop, "kilnwatch", editions=(replace(SOLO, update_months=12),))
    ada = sqlite_shop.member()
    ada.submit("/shop/kilnwatch", {"quantity": "1"}, action="/cart/add")
    pay(ada, place(ada))
    with sqlite_shop.transaction():
        license = session.scalars(select(License)).one()
        for version in ("1.0", "2.0", "3.0"):
            downloads.plant_file("kilnwatch", f"kilnwatch-{version}.zip", f"Kilnwatch {version}\n")
    for version, later in (("2.0", 100), ("3.0", 500)):
        with clock.moved(timedelta(days=later)), sqlite_shop.transaction():
            builds.release(session.get_one(Product, made.id), version, f"kilnwatch-{version}.zip", 1)
    page = f"/account/licenses/{license.public_id}"
    text = ada.get(page).text
    assert "came later" in text and f"{page}/download?version=3.0" not in text
    for asked, sent in (("", "2.0"), ("?version=1.0", "1.0"), ("?version=2.0", "2.0")):
        with ada.get(f"{page}/download{asked}") as answer:
            assert f"kilnwatch-{sent}.zip" in answer.headers["Content-Disposition"]
    refused = ada.get(f"{page}/download?version=3.0")
    assert refused.status_code == 403 and "Version 3.0 came out after" in refused.text
    assert "/shop/kilnwatch" in refused.text and page in refused.text
    assert ada.get(f"{page}/download?version=9").status_code == 404
