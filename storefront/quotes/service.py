"""What can be done with quotes: ask, read, accept, give more time."""

import json
from datetime import timedelta

from sqlalchemy import select

from core import clock
from core.access import PROGRAM, Actor
from core.accounts import service as accounts
from core.accounts.models import Account
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NextStep, NotFound
from core.sealed import seal
from privacy import gate
from storefront.catalogue.models import Edition, Product
from storefront.checkout.reviewing import Review, review
from storefront.checkout.service import CannotBeOrdered, reserve
from storefront.money import Money
from storefront.orders import placing
from storefront.orders.models import Order
from storefront.orders.placing import Piece, Placing
from storefront.orders.rules import TaxKind
from storefront.papers import facts
from storefront.papers.rules import Kind, Said
from storefront.papers.service import Paper, next_number
from storefront.quotes.models import Quote

VALID = timedelta(days=30)
SHOWN = 100


class QuoteOver(Conflict):
    """A quote stands until its day, and becomes one order."""

    code = "quote_over"
    title = "This quote is over"
    sentence = "Its last day has passed. Nothing was ordered. Ask for another one at today's prices, or write to us."


def ask(account_id: int) -> Quote:
    """Freeze what would be ordered now; nothing is reserved. Vouchers count for orders alone, so none is in it.

    Refuses with NothingToOrder, BuyerRefused and CannotBeOrdered.
    """
    shown = review(account_id)
    if shown.obstacles or not shown.pieces:
        sentence = " ".join([*shown.obstacles, "No quote was written and your cart is as it was."])
        raise CannotBeOrdered(sentence, next_steps=(NextStep(label="To the cart", address="/cart"),))
    now = clock.now()
    said = _said(account_id, shown)
    quote = Quote(
        account_id=account_id,
        number=next_number("QU", "quote", now.year),
        currency=said["currency"],
        total=said["total"],
        frozen=seal(json.dumps(said, ensure_ascii=False), "quote.frozen", subject=account_id),
        made_at=now,
        valid_until=now + VALID,
    )
    session.add(quote)
    session.flush()
    return quote


def quotes_of(account_id: int) -> list[Quote]:
    """One's own quotes, the latest first."""
    own = select(Quote).where(Quote.account_id == account_id)
    return list(session.scalars(own.order_by(Quote.id.desc()).limit(SHOWN)))


def latest() -> list[Quote]:
    """The latest quotes of everybody, for staff."""
    return list(session.scalars(select(Quote).order_by(Quote.id.desc()).limit(SHOWN)))


def get_for(account_id: int, number: str) -> Quote:
    """One's own quote. Raises NotFound, also for other people's."""
    found = session.scalar(select(Quote).where(Quote.number == number, Quote.account_id == account_id))
    if found is None:
        raise NotFound("There is no quote with this number in your account.")
    return found


def paper_of(quote: Quote, actor: Actor) -> Paper:
    """The quote as a paper, for this reader; it names the day until which it stands."""
    said = {**_opened(quote, actor), "valid_until": quote.valid_until.date().isoformat()}
    return Paper(number=quote.number, kind=Kind.QUOTE.value, issued_at=quote.made_at, said=said)


def is_open(quote: Quote) -> bool:
    """Whether it can be accepted."""
    return quote.order_number is None and quote.valid_until > clock.now()


def accept(account_id: int, number: str, terms_version: int) -> str:
    """Order what was quoted at the prices quoted; the order's number. Twice it is one order.

    Refuses with QuoteOver, CannotBeOrdered and SoldOut; then nothing was ordered.
    """
    own = select(Quote).where(Quote.number == number, Quote.account_id == account_id).with_for_update()
    quote = session.scalar(own.execution_options(populate_existing=True)) or get_for(account_id, number)
    if quote.order_number:
        return quote.order_number
    if not is_open(quote):
        raise QuoteOver(next_steps=(NextStep(label="Look through the shop", address="/shop"),))
    said = _opened(quote, PROGRAM)
    _check_on_sale([line["edition_id"] for line in said["lines"]])
    order = _order(quote, said, terms_version)
    reserve(order)
    accounts.accept(account_id, "terms", terms_version, place="checkout")
    quote.order_number = order.number
    return order.number


def extend(number: str, actor: Actor) -> Quote:
    """Staff let a quote stand for VALID from now. Refuses with QuoteOver one that became an order."""
    quote = session.scalar(select(Quote).where(Quote.number == number).with_for_update())
    if quote is None:
        raise NotFound("There is no quote with this number.")
    if quote.order_number:
        raise QuoteOver(f"This quote became order {quote.order_number} already. Nothing was changed.")
    quote.valid_until = clock.now() + VALID
    audit.record(actor, "extend", "quote", quote.id, until=quote.valid_until.date().isoformat())
    return quote


def _order(quote: Quote, said: Said, terms_version: int) -> Order:
    buyer = said["buyer"]
    return placing.create(
        Placing(
            account_id=quote.account_id,
            token=f"quote:{quote.number}",
            pieces=tuple(_piece(line, said["currency"]) for line in said["lines"]),
            currency=said["currency"],
            terms_version=terms_version,
            country=buyer["country"],
            company=buyer["company"],
            vat_id=buyer["vat_id"],
            address=buyer["address"],
            purchase_order=buyer["purchase_order"],
            net_prices=said["net_prices"],
            tax_kind=TaxKind(said["tax_kind"]),
        )
    )


def _check_on_sale(edition_ids: list[int]) -> None:
    gone = select(Product.name).join(Edition, Edition.product_id == Product.id).where(Edition.id.in_(edition_ids))
    names = session.scalars(gone.where(Edition.withdrawn_at.is_not(None) | Product.withdrawn_at.is_not(None))).all()
    if names:
        raise CannotBeOrdered(f"No longer sold: {', '.join(names)}. Nothing was ordered; the quote stays as it was.")


def _piece(line: Said, currency: str) -> Piece:
    return Piece(
        **{name: line[name] for name in ("product_id", "edition_id", "title", "source", "term", "quantity")},
        edition_title=line["edition"],
        unit=Money(line["unit"], currency),
        usual=Money(line["usual"], currency),
        tax_permille=line["tax_permille"],
    )


def _said(account_id: int, shown: Review) -> Said:
    account, buyer = session.get_one(Account, account_id), shown.buyer
    named = {"customer": account.number, "name": account.name_shown, "country": buyer.country}
    given = {name: getattr(buyer, name) for name in ("company", "vat_id", "purchase_order", "address")}
    return facts.of_pieces(shown.pieces, {**named, **given}, shown.slugs[shown.pieces[0].product_id], shown.taxed.kind)


def _opened(quote: Quote, actor: Actor) -> Said:
    said: Said = json.loads(gate.disclose(quote.frozen, purpose="orders", actor=actor))
    return said
