"""Thousands of random orders, made by the very rules of the checkout: voucher, tax, bundles, totals, refunds, changes of plan.

An example is a seed, so that building it costs nothing; whoever sees one fail gives the seed to `random.Random`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.bundles.service import Part, open_one
from storefront.catalogue.models import Edition, Product
from storefront.money import Money, total, zero
from storefront.orders.placing import Piece
from storefront.orders.rules import Totals, totals
from storefront.plans import rules as plans
from storefront.plans.rules import Standing, When
from storefront.refunds import rules as refunds
from storefront.refunds.rules import Bought, Wish
from storefront.tax.rates import COUNTRIES
from storefront.tax.rules import Seller, Treatment, treat
from storefront.tax.service import applied
from storefront.vatids.rules import Standing as IdStanding
from storefront.vouchers.rules import WHOLE, Good, Terms, VoucherRefused, discounts
from tests.shop import Shop
from tests.storefront.order_builders import put_into_cart
from tests.storefront.test_bundles import pair

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
CURRENCIES = ("EUR", "USD", "JPY", "KWD")
AMOUNTS = (0, 1, 2, 3, 7, 99, 100, 333, 999, 1_999, 11_900, 99_999, 1_234_567)


@settings(max_examples=2_500)
@given(st.integers(0, 2**63))
def test_a_random_order_adds_up(seed: int) -> None:
    dice = Random(seed)
    currency, how = dice.choice(CURRENCIES), _treatment(dice)
    cart = _with_voucher(dice, _cart(dice, currency))
    charged = applied(cart, how)
    opened = tuple(one for piece in charged for one in open_one(piece, _parts(dice, currency)))
    sums = _sums(opened, currency, how)
    assert sums == replace(_sums(charged, currency, how), amounts=sums.amounts), "a bundle's parts cost what it costs"
    _adds_up(sums, opened, currency, how)
    _goes_back(dice, sums, opened, currency, how)


@settings(max_examples=1_000)
@given(st.integers(0, 2**63))
def test_over_changes_of_plan_what_was_paid_is_used_up_or_still_worth_something(seed: int) -> None:
    """From what the order's line cost with its tax, over upgrades, more seats, fewer, and periods paid ahead."""
    dice = Random(seed)
    currency = dice.choice(CURRENCIES)
    pieces = applied(_cart(dice, currency), _treatment(dice))
    paid = dice.choice([piece.priced.amount for piece in pieces])
    end = START + timedelta(days=dice.choice((28, 31, 365)))
    standing = Standing(paid=paid, began=START, since=START, until=end, due=end, ahead=zero(currency))
    now, used = START, zero(currency)
    for _change in range(dice.randint(1, 8)):
        worth, now = plans.worth(standing, now), now + timedelta(seconds=dice.randint(0, 9 * 86_400))
        standing = plans.rolled(standing, now)
        if now >= standing.until:
            return
        used = used + worth - plans.worth(standing, now)
        assert used + plans.worth(standing, now) == paid
        cost = plans.same_term(standing, Money(dice.choice(AMOUNTS), currency) * dice.randint(1, 50), now)
        if cost.when is When.PAID:
            standing, paid = plans.after(standing, cost.charge, cost.ahead, now), paid + cost.charge
            assert plans.worth(standing, now) == cost.plan
        assert used + plans.worth(standing, now) == paid


def test_a_business_pays_for_a_bundle_what_the_cart_says(sqlite_shop: Shop) -> None:
    """149.99 with 19 % in it are 126.04 without: as one thing in the cart, and as two parts in the review."""
    ada = sqlite_shop.member()
    both, _editions = pair(sqlite_shop)
    put_into_cart(ada, both)
    details = {"country": "DE", "vat_id": "DE136695976", "company": "Ofen GmbH"}
    ada.submit("/checkout", details, action="/checkout")
    assert "€126.04" in ada.get("/checkout/review").text


def _cart(dice: Random, currency: str) -> tuple[Piece, ...]:
    return tuple(_piece(dice, number, currency) for number in range(1, dice.randint(1, 6) + 1))


def _piece(dice: Random, number: int, currency: str) -> Piece:
    unit = Money(dice.choice((dice.choice(AMOUNTS), dice.randint(0, 200_000))), currency)
    return Piece(
        product_id=number,
        edition_id=number,
        title="Kilnwatch",
        edition_title="Solo",
        source="own",
        term="perpetual",
        unit=unit,
        usual=unit + Money(dice.choice((0, 500)), currency),
        quantity=dice.choice((1, 1, 2, 3, 10, 250)),
        tax_permille=0,
    )


def _with_voucher(dice: Random, cart: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A share, an amount, for everything or one thing, or none."""
    currency = cart[0].unit.currency
    permille = dice.choice((None, dice.randint(1, WHOLE)))
    only = dice.choice((None, None, cart[0].edition_id))
    terms = Terms(permille=permille, off={currency: dice.choice(AMOUNTS[1:])}, least={}, edition_id=only)
    goods = [
        Good(edition_id=one.edition_id, product_id=one.product_id, vendor_id=1, amount=one.unit * one.quantity)
        for one in cart
    ]
    try:
        off = discounts(terms, goods) if dice.random() < 0.7 else None
    except VoucherRefused:
        off = None
    return tuple(replace(one, discount=less) for one, less in zip(cart, off, strict=True)) if off else cart


def _treatment(dice: Random) -> Treatment:
    seller = Seller(country=dice.choice(("AT", "DE", "US")), oss=dice.random() < 0.7, is_small=dice.random() < 0.2)
    day = date(2026, 1, 1) + timedelta(days=dice.randint(0, 900))
    return treat(seller, dice.choice(sorted(COUNTRIES)), dice.choice(tuple(IdStanding)), day)


def _parts(dice: Random, currency: str) -> list[Part]:
    alone = [dice.choice((None, *AMOUNTS)) for _part in range(dice.choice((0, 0, 1, 2, 3, 12)))]
    return [
        Part(
            edition=Edition(id=number, name="Solo", term="perpetual"),
            product=Product(id=number, name="Claydesk", source="own"),
            alone=None if one is None else Money(one, currency),
        )
        for number, one in enumerate(alone, 100)
    ]


def _sums(pieces: tuple[Piece, ...], currency: str, how: Treatment) -> Totals:
    return totals([piece.priced for piece in pieces], currency, net_prices=how.net_prices)


def _adds_up(sums: Totals, pieces: tuple[Piece, ...], currency: str, how: Treatment) -> None:
    """Lines to the total, groups to the tax; no line below nothing."""
    assert total(sums.amounts, currency) == (sums.net if how.net_prices else sums.gross)
    assert sums.gross == sums.net + sums.tax and total((one.tax for one in sums.groups), currency) == sums.tax
    assert min(sums.amounts) >= zero(currency) and sums.tax >= zero(currency)
    assert sums.discount == total((one.discount for one in pieces if one.discount), currency)
    before = total((one.unit * one.quantity for one in pieces), currency)
    assert before - sums.discount == total(sums.amounts, currency)


def _goes_back(dice: Random, sums: Totals, pieces: tuple[Piece, ...], currency: str, how: Treatment) -> None:
    """By pieces and by amounts, in any order: never more than was paid, and all of it in the end."""
    lines = {number: piece.priced for number, piece in enumerate(pieces, 1)}
    shares = refunds.shares(lines, currency, net_prices=how.net_prices)
    assert total(shares.values(), currency) == sums.gross
    bought = {
        number: Bought(
            position=number, gross=shares[number], pieces=line.quantity, returned=zero(currency), pieces_returned=0
        )
        for number, line in lines.items()
    }
    for _time in range(dice.randint(0, 5)):
        line = bought[dice.choice(sorted(bought))]
        amount = Money(dice.randint(0, line.left.amount), currency)
        wish = Wish(position=line.position, pieces=dice.randint(0, line.pieces_left))
        if dice.random() < 0.4:
            wish = Wish(position=line.position, amount=amount)
        if not (wish.pieces or wish.amount):
            continue
        for part in refunds.plan(list(bought.values()), [wish]):
            bought[part.position] = _after(bought[part.position], part)
        back = total((one.returned for one in bought.values()), currency)
        assert zero(currency) <= back <= sums.gross
        assert all(zero(currency) <= one.returned <= one.gross and one.pieces_left >= 0 for one in bought.values())
    rest = refunds.sum_of(refunds.whole(list(bought.values())), currency)
    assert total((one.returned for one in bought.values()), currency) + rest == sums.gross


def _after(line: Bought, part: refunds.Part) -> Bought:
    return replace(line, returned=line.returned + part.amount, pieces_returned=line.pieces_returned + part.pieces)
