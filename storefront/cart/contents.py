"""A cart as its owner sees it: lines at the prices of now, and what changed since they last looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency
from sqlalchemy import ColumnElement, Row, Select, select

from core import clock
from core.db import session
from storefront.cart import rules
from storefront.cart.models import Cart, CartLine
from storefront.cart.rules import Change
from storefront.catalogue.models import Edition, Product, Source, Term
from storefront.licenses import pool
from storefront.money import Money, total, zero
from storefront.prices import service as prices
from storefront.prices import shown
from storefront.prices.rules import Asked
from storefront.vouchers import service as vouchers
from storefront.vouchers.service import Applied


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """Something that is no longer as it was seen: nothing is ordered before its owner decided about it.

    `now` is the new price where that is what changed; `free_keys` what an empty pool could still give.
    """

    kind: Change
    sentence: str
    now: Money | None = None
    free_keys: int | None = None


@dataclass(frozen=True, kw_only=True)
class LineView:
    """One line. `amount` is what it costs at the price of now, and counts only while `is_on_sale`; `asked` is None where
    it has no price in the cart's currency."""

    edition_id: int
    product_slug: str
    product_name: str
    edition_name: str
    term: Term
    quantity: int
    unit: Money
    amount: Money
    asked: Asked | None
    is_on_sale: bool
    changes: tuple[LineChange, ...]

    @property
    def counts(self) -> bool:
        """Whether it is part of the total."""
        return self.is_on_sale and self.asked is not None

    @property
    def title(self) -> str:
        """Product and edition."""
        return f"{self.product_name}, {self.edition_name}"


@dataclass(frozen=True, kw_only=True)
class CartView:
    """The whole cart. `total` leaves out what is no longer sold, and is without the voucher."""

    lines: tuple[LineView, ...]
    total: Money
    voucher: Applied | None = None

    @property
    def count(self) -> int:
        """Pieces, over all lines."""
        return sum(line.quantity for line in self.lines)

    @property
    def to_pay(self) -> Money:
        """What is left of the total after the voucher."""
        return self.total - self.voucher.off if self.voucher and self.voucher.off else self.total

    @property
    def may_be_ordered(self) -> bool:
        """Whether there is something, and nothing that its owner has to decide first."""
        return bool(self.lines) and not any(line.changes for line in self.lines)


def read(owned: ColumnElement[bool], account_id: int | None) -> CartView:
    """The cart that fulfils this condition on Cart, unless it has run out; four statements without a voucher."""
    rows = session.execute(_wanted().where(owned, Cart.expires_at > clock.now()).order_by(CartLine.id)).all()
    currency = next((kept.currency_seen for kept, _edition, _product in rows), prices.chosen_currency())
    asked = asked_for({kept.edition_id: kept.quantity for kept, _edition, _product in rows}, currency)
    offers = _offers(rows, asked)
    seen = [as_rule_line(kept, edition, product) for kept, edition, product in rows]
    differences = rules.compare(seen, offers)
    lines = tuple(_view(row, offers, asked, differences) for row in rows)
    counted = [line.amount for line in lines if line.counts]
    held = vouchers.held_in(rows[0][0].cart_id) if rows else None
    seen_by = vouchers.look(held, priced(lines), account_id) if held else None
    return CartView(lines=lines, total=total(counted, currency), voucher=seen_by)


def priced(lines: Sequence[LineView]) -> list[tuple[int, Money]]:
    """The lines that count, as a voucher looks at them."""
    return [(line.edition_id, line.amount) for line in lines if line.counts]


def empty() -> CartView:
    """Nothing, in the currency that was chosen."""
    return CartView(lines=(), total=zero(prices.chosen_currency()))


def asked_for(quantities: Mapping[int, int], currency: str) -> dict[int, Asked]:
    """What each of so many of these editions costs now; one without a price in the currency is missing."""
    now, lists = clock.now(), prices.lists_of(quantities, currency)
    return {edition_id: one.asked(quantities[edition_id], now) for edition_id, one in lists.items()}


def as_rule_line(kept: CartLine, edition: Edition, product: Product) -> rules.CartLine:
    """A stored line as the rules know it."""
    return rules.CartLine(
        edition_id=kept.edition_id,
        title=f"{product.name}, {edition.name}",
        quantity=kept.quantity,
        seen_price=Money(kept.price_seen, kept.currency_seen),
    )


def rule_lines(cart_id: int) -> list[rules.CartLine]:
    """The stored lines of a cart, in the order in which they were added."""
    rows = session.execute(_wanted().where(CartLine.cart_id == cart_id).order_by(CartLine.id))
    return [as_rule_line(kept, edition, product) for kept, edition, product in rows]


def is_on_sale(edition: Edition, product: Product) -> bool:
    """Whether it can be bought now."""
    return edition.withdrawn_at is None and product.withdrawn_at is None


def _wanted() -> Select[CartLine, Edition, Product]:
    return (
        select(CartLine, Edition, Product)
        .join(Cart, Cart.id == CartLine.cart_id)
        .join(Edition, Edition.id == CartLine.edition_id)
        .join(Product, Product.id == Edition.product_id)
    )


def _offers(rows: Sequence[Row[CartLine, Edition, Product]], asked: Mapping[int, Asked]) -> dict[int, rules.Offer]:
    resold = {edition.id for _kept, edition, product in rows if product.source == Source.POOL}
    free = pool.free_in_pool(resold) if resold else {}
    return {
        edition.id: rules.Offer(
            edition_id=edition.id,
            price=asked[edition.id].unit if edition.id in asked else None,
            on_sale=is_on_sale(edition, product),
            free_keys=free.get(edition.id, 0) if edition.id in resold else None,
        )
        for _kept, edition, product in rows
    }


def _view(
    row: Row[CartLine, Edition, Product],
    offers: Mapping[int, rules.Offer],
    asked: Mapping[int, Asked],
    differences: Sequence[rules.Difference],
) -> LineView:
    kept, edition, product = row
    offer = offers[edition.id]
    unit = offer.price or zero(kept.currency_seen)
    return LineView(
        edition_id=edition.id,
        product_slug=product.slug,
        product_name=product.name,
        edition_name=edition.name,
        term=Term(edition.term),
        quantity=kept.quantity,
        unit=unit,
        amount=unit * kept.quantity,
        asked=asked.get(edition.id),
        is_on_sale=offer.on_sale,
        changes=tuple(_told(one) for one in differences if one.line.edition_id == edition.id),
    )


def _told(found: rules.Difference) -> LineChange:
    return LineChange(kind=found.change, sentence=_sentence(found), now=found.now, free_keys=found.free_keys)


def _sentence(found: rules.Difference) -> str:
    title = found.line.title
    if found.change is Change.WITHDRAWN:
        return f"{title} is no longer sold. Please take it out."
    if found.change is Change.NO_PRICE:
        return (
            f"{title} is not sold in {found.line.seen_price.currency}. Please take it out, or choose another currency."
        )
    if found.change is Change.POOL_EMPTY:
        left = "no key is left" if not found.free_keys else f"only {found.free_keys} left"
        return f"{title}: {left} just now. You asked for {found.line.quantity}."
    assert found.now is not None
    view = shown.view()
    before, now = _written(view.price(found.line.seen_price)), _written(view.price(found.now))
    verb = {Change.PRICE_ROSE: "rose", Change.PRICE_FELL: "fell"}.get(found.change, "changed")
    return f"The price of {title} {verb} from {before} to {now} since you put it in."


def _written(amount: Money) -> str:
    return str(format_currency(Decimal(amount.decimal()), amount.currency, locale="en"))
