"""What staff do with prices: set them, by volume too, put them on sale and end that. Each act is recorded, and shows at once."""

from datetime import datetime

from sqlalchemy import select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NotFound
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product
from storefront.money import Money
from storefront.prices import service as prices
from storefront.prices.models import PriceSale


class OwnPrice(Conflict):
    """An edition always has a price in its own currency."""

    code = "own_price"
    sentence = "The price in the edition's own currency stays. Withdraw the edition to sell it no longer."


def set_price(edition_id: int, price: Money, actor: Actor) -> None:
    """Ask this for one from now on, in this currency. Raises NotFound."""
    edition = _locked(edition_id)
    before = prices.lists_of([edition_id], price.currency).get(edition_id)
    prices.set_price(edition_id, price)
    if price.currency == edition.currency:
        edition.price = price.amount
    was = str(Money(before.tiers[0].amount, price.currency)) if before else "none"
    _told(edition, "reprice", actor, before=was, after=str(price))


def drop_price(edition_id: int, currency: str, actor: Actor) -> None:
    """Sell it no longer in this currency. Refuses with OwnPrice; raises NotFound."""
    edition = _locked(edition_id)
    if currency == edition.currency:
        raise OwnPrice
    prices.drop_price(edition_id, currency)
    _told(edition, "drop price", actor, currency=currency)


def set_tier(edition_id: int, from_quantity: int, price: Money, actor: Actor) -> None:
    """Ask this for each of at least so many. Refuses with TierRefused or NoPrice; raises NotFound."""
    edition = _locked(edition_id)
    prices.set_tier(edition_id, from_quantity, price)
    _told(edition, "set volume price", actor, quantity=str(from_quantity), after=str(price))


def drop_tier(edition_id: int, from_quantity: int, currency: str, actor: Actor) -> None:
    """Ask the same for so many as for fewer. Refuses with TierRefused; raises NotFound."""
    edition = _locked(edition_id)
    prices.drop_tier(edition_id, from_quantity, currency)
    _told(edition, "drop volume price", actor, quantity=str(from_quantity), currency=currency)


def set_one(edition_id: int, from_quantity: int, price: Money, actor: Actor) -> None:
    """Ask this for one or, from two on, for each of at least so many. Refuses as `set_tier`; raises NotFound."""
    if from_quantity > 1:
        set_tier(edition_id, from_quantity, price, actor)
    else:
        set_price(edition_id, price, actor)


def drop_one(edition_id: int, from_quantity: int, currency: str, actor: Actor) -> None:
    """Take back what `set_one` asked for. Refuses with OwnPrice or TierRefused; raises NotFound."""
    if from_quantity > 1:
        drop_tier(edition_id, from_quantity, currency, actor)
    else:
        drop_price(edition_id, currency, actor)


def put_on_sale(edition_id: int, price: Money, starts_at: datetime, ends_at: datetime, actor: Actor) -> PriceSale:
    """Ask less between these moments. Refuses with SaleRefused or NoPrice; raises NotFound."""
    edition = _locked(edition_id)
    sale = prices.put_on_sale(edition_id, price, starts_at, ends_at)
    when = {"from": sale.starts_at.isoformat(), "until": sale.ends_at.isoformat()}
    _told(edition, "put on sale", actor, price=str(price), **when)
    return sale


def end_sale(sale_id: int, actor: Actor) -> None:
    """End it now; one that has not begun never was. Raises NotFound for one that is over."""
    edition_id = session.scalar(select(PriceSale.edition_id).where(PriceSale.id == sale_id))
    if edition_id is None:
        raise NotFound("There is no such sale.")
    edition = _locked(edition_id)
    sale = prices.end_sale(sale_id)
    _told(edition, "end sale", actor, price=str(Money(sale.amount, sale.currency)))


def _locked(edition_id: int) -> Edition:
    """The edition, while nobody else changes its product."""
    edition = session.get(Edition, edition_id)
    if edition is None:
        raise NotFound("There is no such edition in this shop.")
    session.execute(select(Product.id).where(Product.id == edition.product_id).with_for_update())
    session.refresh(edition)
    return edition


def _told(edition: Edition, verb: str, actor: Actor, **details: str) -> None:
    session.flush()
    catalogue.refresh(edition.product_id)
    slug = session.get_one(Product, edition.product_id).slug
    audit.record(actor, verb, "edition", edition.id, product=slug, edition=edition.slug, **details)
