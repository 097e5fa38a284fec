"""What can be done with prices: ask them, set them, put them on sale. Whoever sets one brings the shelf up to date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)

from core import clock, db, web
from core.db import session
from core.errors import NotFound
from core.inserting import insert_or
from storefront.money import Money
from storefront.prices import rules
from storefront.prices.models import Price, PriceChange, PriceSale, ShelfPrice
from storefront.prices.rules import Change, PriceList, Sale, Tier


def chosen_currency() -> str:
    """The currency that this visitor chose, the shop's own for whoever chose none."""
    wished = web.wished().prices
    return web.settings().currency if wished == "house" else wished


def given() -> dict[str, Any]:
    """What every select with shelf prices is given: the visitor's currency, and now."""
    return {"currency": chosen_currency(), "now": clock.now()}


def next_edge() -> ColumnElement[datetime]:
    """When prices of the shelves change next by themselves, as a column of a select that is given `given()`."""
    moment = bindparam("now", type_=ShelfPrice.ends_at.type)
    return select(func.min(ShelfPrice.ends_at)).where(ShelfPrice.ends_at > moment).correlate(None).scalar_subquery()


def tiers_of(edition_id: SQLColumnExpression[int]) -> ColumnElement[str]:
    """The prices by volume of the edition that a select names, as JSON; the select is given `given()`."""
    is_sqlite = db.current().dialect == "sqlite"
    many, one = ("json_group_array", "json_array") if is_sqlite else ("json_agg", "json_build_array")
    pair = getattr(func, one)(Price.from_quantity, Price.amount)
    here = and_(Price.edition_id == edition_id, Price.currency == bindparam("currency", type_=String(3)))
    return cast(select(getattr(func, many)(pair)).where(here).correlate_except(Price).scalar_subquery(), Text)


def sale_of(edition_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """What joins an edition to the sale that holds now; the select is given `given()`."""
    moment = bindparam("now", type_=PriceSale.ends_at.type)
    same = and_(PriceSale.edition_id == edition_id, PriceSale.currency == bindparam("currency", type_=String(3)))
    return and_(same, PriceSale.starts_at <= moment, PriceSale.ends_at > moment)


def lists_of(edition_ids: Iterable[int], currency: str) -> dict[int, PriceList]:
    """What each of these editions asks in this currency, by edition; one without a price in it is missing. One statement."""
    ids = sorted(set(edition_ids))
    return {key[0]: one for key, one in _lists(ids, currency, clock.now()).items()} if ids else {}


def all_lists(edition_ids: Iterable[int]) -> dict[tuple[int, str], PriceList]:
    """The same in all currencies."""
    ids = sorted(set(edition_ids))
    return _lists(ids, "", clock.now()) if ids else {}


def set_price(edition_id: int, price: Money) -> None:
    """Ask this for one from now on; the one way in which a price changes, which its history tells."""
    _put(edition_id, price, 1)
    session.add(PriceChange(edition_id=edition_id, currency=price.currency, amount=price.amount, at=clock.now()))
    session.flush()
    _look_back_again(edition_id, price.currency)


def drop_price(edition_id: int, currency: str) -> None:
    """Sell it no longer in this currency."""
    mine = and_(Price.edition_id == edition_id, Price.currency == currency)
    session.execute(delete(Price).where(mine))
    for sale in sales_of(edition_id, currency):
        end_sale(sale.id)
    session.add(PriceChange(edition_id=edition_id, currency=currency, amount=None, at=clock.now()))
    session.flush()


def set_tier(edition_id: int, from_quantity: int, price: Money) -> None:
    """Ask this for each of at least so many. Refuses with TierRefused or NoPrice."""
    rules.check_tier(from_quantity)
    get_list(edition_id, price.currency)
    _put(edition_id, price, from_quantity)


def drop_tier(edition_id: int, from_quantity: int, currency: str) -> None:
    """Ask the same for so many as for fewer. Refuses with TierRefused."""
    rules.check_tier(from_quantity)
    mine = and_(Price.edition_id == edition_id, Price.currency == currency, Price.from_quantity == from_quantity)
    session.execute(delete(Price).where(mine))


def put_on_sale(edition_id: int, price: Money, starts_at: datetime, ends_at: datetime) -> PriceSale:
    """Ask less between these moments. Refuses with SaleRefused or NoPrice; `lowest` is worked out from the history."""
    before = get_list(edition_id, price.currency)
    now = clock.now()
    wanted = Sale(amount=price.amount, starts_at=max(starts_at, now), ends_at=ends_at)
    rules.check_sale(wanted, Money(before.tiers[0].amount, price.currency), now)
    if any(
        sale.starts_at < ends_at and wanted.starts_at < sale.ends_at for sale in sales_of(edition_id, price.currency)
    ):
        raise rules.SaleRefused("There is a sale in these days already. End it first; nothing was changed.")
    sale = PriceSale(
        edition_id=edition_id,
        currency=price.currency,
        amount=price.amount,
        lowest=before.tiers[0].amount,
        starts_at=wanted.starts_at,
        ends_at=ends_at,
    )
    session.add(sale)
    session.flush()
    _look_back_again(edition_id, price.currency)
    return sale


def end_sale(sale_id: int) -> PriceSale:
    """End it now; one that has not begun never was. Raises NotFound for one that is over."""
    now = clock.now()
    sale = session.get(PriceSale, sale_id, with_for_update=True)
    if sale is None or sale.ends_at <= now:
        raise NotFound("This sale is over already. Nothing was changed.")
    if sale.starts_at >= now:
        session.delete(sale)
    else:
        sale.ends_at = now
    session.flush()
    _look_back_again(sale.edition_id, sale.currency)
    return sale


def get_list(edition_id: int, currency: str) -> PriceList:
    """What an edition asks in a currency. Refuses with NoPrice."""
    found = lists_of([edition_id], currency).get(edition_id)
    if found is None:
        raise rules.NoPrice(f"This edition has no price in {currency}. Nothing was changed.")
    return found


def sales_of(edition_id: int, currency: str = "") -> list[PriceSale]:
    """Sales that hold or will hold, the first to begin first."""
    mine = select(PriceSale).where(PriceSale.edition_id == edition_id, PriceSale.ends_at > clock.now())
    mine = mine.where(PriceSale.currency == currency) if currency else mine
    return list(session.scalars(mine.order_by(PriceSale.currency, PriceSale.starts_at)))


def put_on_shelf(product_id: int, edition_ids: Iterable[int]) -> None:
    """Write what lists say of a product that sells these editions."""
    by_currency: defaultdict[str, list[PriceList]] = defaultdict(list)
    for (_edition, currency), one in all_lists(edition_ids).items():
        by_currency[currency].append(one)
    rows = [
        {
            "product_id": product_id,
            "currency": currency,
            "starts_at": cut.starts_at,
            "ends_at": cut.ends_at,
            "amount": cut.amount,
            "usual": cut.usual,
        }
        for currency, lists in by_currency.items()
        for cut in rules.slices(lists, clock.now())
    ]
    session.execute(delete(ShelfPrice).where(ShelfPrice.product_id == product_id))
    if rows:
        session.execute(insert(ShelfPrice), rows)


def _lists(ids: list[int], currency: str, now: datetime) -> dict[tuple[int, str], PriceList]:
    """By edition and currency, with every sale that is not over; one currency, or all for ""."""
    given: dict[str, Any] = {"ids": ids, "now": now}
    rows = db.rows(_IN_ONE, {**given, "currency": currency}) if currency else db.rows(_IN_ALL, given)
    tiers: defaultdict[tuple[int, str], dict[Tier, None]] = defaultdict(dict)
    sales: defaultdict[tuple[int, str], dict[Sale, None]] = defaultdict(dict)
    for edition_id, coin, quantity, amount, reduced, start, end, lowest in rows:
        tiers[edition_id, coin][Tier(from_quantity=quantity, amount=amount)] = None
        if reduced is not None:
            sales[edition_id, coin][Sale(amount=reduced, starts_at=start, ends_at=end, lowest=lowest)] = None
    return {
        key: PriceList(currency=key[1], tiers=tuple(found), sales=tuple(sales[key])) for key, found in tiers.items()
    }


_IN_ALL = (
    select(
        *(Price.edition_id, Price.currency, Price.from_quantity, Price.amount),
        *(PriceSale.amount.label("sale"), PriceSale.starts_at, PriceSale.ends_at, PriceSale.lowest),
    )
    .outerjoin(
        PriceSale,
        and_(
            PriceSale.edition_id == Price.edition_id,
            PriceSale.currency == Price.currency,
            PriceSale.ends_at > bindparam("now", type_=PriceSale.ends_at.type),
        ),
    )
    .where(Price.edition_id.in_(bindparam("ids", expanding=True)))
    .order_by(Price.edition_id, Price.currency, Price.from_quantity, PriceSale.starts_at)
)
_IN_ONE = _IN_ALL.where(Price.currency == bindparam("currency"))
"""Asked by every product's page and every cart, and therefore written once."""


def _put(edition_id: int, price: Money, from_quantity: int) -> None:
    values: Mapping[str, Any] = {"edition_id": edition_id, "currency": price.currency, "from_quantity": from_quantity}
    put = insert_or(Price).values(**values, amount=price.amount)
    same = ["edition_id", "currency", "from_quantity"]
    session.execute(put.on_conflict_do_update(index_elements=same, set_={"amount": price.amount}))


def _look_back_again(edition_id: int, currency: str) -> None:
    """Work out anew what the sales that begin now or later were preceded by."""
    mine = and_(PriceSale.edition_id == edition_id, PriceSale.currency == currency)
    told = [
        Sale(amount=amount, starts_at=start, ends_at=end)
        for amount, start, end in session.execute(
            select(PriceSale.amount, PriceSale.starts_at, PriceSale.ends_at).where(mine)
        )
    ]
    asked = select(PriceChange.amount, PriceChange.at).where(
        PriceChange.edition_id == edition_id, PriceChange.currency == currency
    )
    changes = [Change(amount=amount, at=at) for amount, at in session.execute(asked.order_by(PriceChange.id))]
    for sale in told:
        if sale.starts_at >= clock.now():
            lowest = rules.lowest_before(changes, [one for one in told if one is not sale], sale.starts_at)
            if lowest is not None:
                here = update(PriceSale).where(mine, PriceSale.starts_at == sale.starts_at)
                session.execute(here.values(lowest=lowest))
