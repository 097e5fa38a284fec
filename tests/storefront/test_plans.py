"""Changes of plan: the difference is paid, key and devices stay, and no cent is made or lost over any sequence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.access import Permission
from storefront.catalogue.models import Term
from storefront.catalogue.service import EditionDraft
from storefront.licenses.models import License
from storefront.money import Money, zero
from storefront.orders.models import Order
from storefront.plans import rules
from storefront.plans.rules import Standing, When
from storefront.renewals.models import Subscription
from tests.shop import Shop, Visitor
from tests.storefront.builders import make_product
from tests.storefront.order_builders import Ware, buy, has_form, pay, press, refund
from tests.storefront.test_renewals import Calendar, at, keep, page_of

START = datetime(2027, 1, 31, 12, tzinfo=UTC)
changes = st.lists(
    st.tuples(st.integers(0, 40 * 86_400), st.integers(0, 500_000), st.booleans(), st.booleans()), max_size=12
)


@given(st.integers(0, 500_000), changes, st.sampled_from(["EUR", "JPY", "KWD"]))
def test_over_any_sequence_of_changes_no_cent_is_made_or_lost(first: int, steps: Any, code: str) -> None:
    """What was paid altogether is, at every moment, what was used up and what is still worth something."""
    standing = Standing(
        paid=Money(first, code), began=START, since=START, until=START + timedelta(days=28),
        due=START + timedelta(days=28), ahead=zero(code),
    )  # fmt: skip
    paid, used, now = Money(first, code), zero(code), START
    for seconds, price, pays_ahead, is_other in steps:
        now += timedelta(seconds=seconds)
        before = rules.worth(standing, now)
        if now >= standing.until and standing.has_ahead:
            standing = rules.rolled(standing, now)
        if pays_ahead and not standing.has_ahead:
            standing = Standing(
                paid=standing.paid, began=standing.began, since=standing.since, until=standing.until,
                due=max(standing.until, now) + timedelta(days=31), ahead=Money(price, code),
            )  # fmt: skip
            paid, before = paid + Money(price, code), before + Money(price, code)
        left = rules.worth(standing, now)
        used = paid - left
        cost = (rules.other_term if is_other else rules.same_term)(standing, Money(price, code), now)
        assert cost.worth == left and cost.charge == cost.plan - left
        if cost.when is When.PAID and not is_other and now < standing.until:
            standing = rules.after(standing, cost.charge, cost.ahead, now)
            paid = paid + cost.charge
            assert rules.worth(standing, now) == cost.plan, "what the new plan costs is what is worth something now"
        assert rules.worth(standing, now) + used == paid
        assert zero(code) <= rules.worth(standing, now) <= paid


@given(st.integers(0, 10**7), st.integers(-10, 40 * 86_400), st.integers(1, 40 * 86_400))
def test_what_is_used_and_what_is_left_add_up(amount: int, past: int, whole: int) -> None:
    used, left = rules.used_and_left(
        Money(amount, "EUR"), START, START + timedelta(seconds=whole), START + timedelta(seconds=past)
    )
    assert used + left == Money(amount, "EUR") and min(used, left).amount >= 0
    assert (past < whole or not left) and (past > 0 or not used)


def goods(shop: Shop, **fields: Any) -> dict[str, Ware]:
    """A product with editions by the month, by the year and for good."""
    drafts = (
        EditionDraft(slug="small", name="Small", term=Term.MONTH, devices=1, price=1_000, **fields),
        EditionDraft(slug="large", name="Large", term=Term.MONTH, devices=5, price=3_100, **fields),
        EditionDraft(slug="annual", name="Annual", term=Term.YEAR, devices=5, price=30_000, **fields),
        EditionDraft(slug="solo", name="Solo", devices=2, price=10_000),
        EditionDraft(slug="studio", name="Studio", devices=9, price=25_000),
    )
    made = make_product(shop, editions=drafts)
    return {slug: Ware(made.id, number, made.slug, slug) for slug, number in made.editions.items()}


def holding(shop: Shop, visitor: Visitor) -> Any:
    """Edition, seats, end and key of the visitor's only license."""
    with shop.transaction() as session:
        wanted = select(License.edition_id, License.seats, License.expires_at, License.key_hash)
        return session.execute(wanted.where(License.account_id == visitor.account_id)).one()


def review(visitor: Visitor, page: str, edition: int, seats: int = 1) -> str:
    return visitor.get(f"{page}/plan/review?edition={edition}&seats={seats}").text


def take(visitor: Visitor, page: str, edition: int, seats: int = 1) -> str:
    """Take a plan; the path of the page that comes next."""
    at_review = f"{page}/plan/review?edition={edition}&seats={seats}"
    return visitor.submit(at_review, action="/plan").request.path


def test_a_month_becomes_larger_now_and_smaller_with_the_next_period(shop: Shop) -> None:
    plans = goods(shop)
    days = Calendar(shop, at(2027, 1, 1))
    with days.today():
        ada = shop.member()
        keep(ada, plans["small"])
        page, key = page_of(shop, ada), holding(shop, ada)[3]
    days.day = at(2027, 1, 16, 23)
    with days.today():
        ada.sign_in(ada.account_id)
        text = ada.get(f"{page}/plan").text
        assert "Yours" in text and "Annual" in text and "Studio" not in text
        shown = review(ada, page, plans["large"].edition_id)
        assert "€15.54" in shown and "−€5.01" in shown and "€10.53" in shown
        number = take(ada, page, plans["large"].edition_id).rsplit("/", 1)[1]
        assert holding(shop, ada)[0] == plans["small"].edition_id, "nothing changes before it is paid"
        pay(ada, number)
        edition, _seats, until, same = holding(shop, ada)
        assert (edition, until.date(), same) == (plans["large"].edition_id, at(2027, 2, 1).date(), key)
        assert "5 devices" in ada.get(page).text
        assert take(ada, page, plans["small"].edition_id) == page
        assert "From 1 February 2027 on it is" in ada.get(page).text
        assert "present plan" in press(ada, page, "/plan/keep")
        assert "From 1 February" not in ada.get(page).text
        take(ada, page, plans["small"].edition_id)
        shop.work()
    days.live_until(at(2027, 2, 2))
    with shop.transaction() as session:
        totals = list(session.scalars(select(Order.total).order_by(Order.id)))
        subscription = session.scalars(select(Subscription)).one()
        assert totals == [1_000, 1_053, 1_000] and (subscription.unit, subscription.next_unit) == (1_000, None)
    assert holding(shop, ada)[0] == plans["small"].edition_id


def test_a_year_begins_on_the_day_it_is_paid_and_its_money_takes_it_back(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    plans = goods(shop)
    days = Calendar(shop, at(2027, 1, 1))
    with days.today():
        ada = shop.member()
        keep(ada, plans["large"])
        page = page_of(shop, ada)
    days.day = at(2027, 1, 17, 3)
    with days.today():
        ada.sign_in(ada.account_id)
        pay(ada, take(ada, page, plans["annual"].edition_id).rsplit("/", 1)[1])
        assert holding(shop, ada)[2].date() == at(2028, 1, 17).date()
        with shop.transaction() as session:
            worth, total = (
                session.scalars(select(Subscription.paid)).one(),
                session.scalar(select(func.sum(Order.total))),
            )
            # a cent of the plan before may be used up between the question and the payment
            assert worth >= 29_999 and total is not None and total < 33_100
        take(ada, page, plans["small"].edition_id)
        shop.work()
    days.live_until(at(2027, 1, 19))
    days.day = at(2028, 1, 15)
    days.live_until(at(2028, 1, 18))
    assert holding(shop, ada)[0] == plans["small"].edition_id
    assert holding(shop, ada)[2].date() == at(2028, 2, 17).date(), "from there on by the month"


def test_a_license_for_good_becomes_more_never_less(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    plans = goods(shop)
    ada = shop.member()
    buy(ada, plans["solo"])
    page = page_of(shop, ada)
    assert ">Small</span>" not in ada.get(f"{page}/plan").text
    number = take(ada, page, plans["studio"].edition_id).rsplit("/", 1)[1]
    pay(ada, number)
    assert holding(shop, ada)[:3] == (plans["studio"].edition_id, 1, None)
    refused = ada.get(f"{page}/plan/review?edition={plans['solo'].edition_id}&seats=1")
    assert refused.status_code == 409 and "it can become more, not less" in refused.text
    assert "has from 1 to" in review(ada, page, plans["studio"].edition_id, seats=2)
    assert "not on sale for this license" in review(ada, page, 10**9)
    with shop.transaction() as session:
        assert session.scalar(select(func.sum(Order.total))) == 25_000
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    refund(clerk, number)
    assert holding(shop, ada)[:3] == (plans["solo"].edition_id, 1, None)
    bob = shop.member("bob@example.com", "Bob")
    assert bob.get(f"{page}/plan").status_code == 404


@pytest.mark.parametrize("term", ["perpetual", "month"])
def test_seats_are_added_now_and_given_up_later(sqlite_shop: Shop, term: str) -> None:
    shop = sqlite_shop
    made = make_product(
        shop, editions=(EditionDraft(slug="team", name="Team", term=Term(term), price=1_000, per_seat=True),)
    )
    team = Ware(made.id, made.editions["team"], made.slug, "team")
    ada = shop.member()
    buy(ada, team, quantity=3)
    page = page_of(shop, ada)
    assert "have more or fewer seats" in ada.get(page).text
    number = take(ada, page, team.edition_id, 5).rsplit("/", 1)[1]
    again = take(ada, page, team.edition_id, 4).rsplit("/", 1)[1]
    assert "cancelled" in ada.get(f"/account/orders/{number}").text.lower(), "one change at a time"
    pay(ada, again)
    assert holding(shop, ada)[1] == 4
    with shop.transaction() as session:
        assert session.scalars(select(Order.total).where(Order.number == again)).one() == 1_000
    if term == "month":
        assert take(ada, page, team.edition_id, 2) == page
        assert "with 2 seats" in ada.get(page).text and holding(shop, ada)[1] == 4
    else:
        assert "more, not less" in review(ada, page, team.edition_id, 2)
    assert "That is the plan that the license has" in review(ada, page, team.edition_id, 4)


def test_a_trial_becomes_a_license_with_the_same_key(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    trial = EditionDraft(slug="trial", name="Trial", term=Term.TRIAL, trial_days=14, price=0)
    made = make_product(
        shop, editions=(trial, EditionDraft(slug="annual", name="Annual", term=Term.YEAR, price=30_000))
    )
    ada = shop.member()
    number = ada.submit(f"/shop/{made.slug}", {"edition": made.editions["trial"]}, action="/cart")
    assert number.status_code == 200
    ada.submit("/checkout", {"country": "DE"}, action="/checkout")
    ada.submit("/checkout/review", {"terms": "y"}, action="/checkout/review")
    page, key = page_of(shop, ada), holding(shop, ada)[3]
    assert not has_form(ada.get(page).text, "/renewal")
    pay(ada, take(ada, page, made.editions["annual"]).rsplit("/", 1)[1])
    edition, _seats, until, same = holding(shop, ada)
    assert (edition, same) == (made.editions["annual"], key) and until > datetime.now(UTC) + timedelta(days=360)
    assert "The next year" in ada.get(page).text
