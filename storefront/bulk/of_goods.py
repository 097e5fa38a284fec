"""What can be done with many products or editions: sold no longer, sold again, another price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from core.access import Actor, Permission
from core.db import session
from storefront.backoffice import service as backoffice
from storefront.bulk import acts
from storefront.bulk.acts import Act, Field, Listing
from storefront.bulk.rules import Looked, Task, changed, read_percent
from storefront.catalogue import meeting, pricing
from storefront.catalogue.meeting import Met, Supposed
from storefront.catalogue.models import Edition, Product
from storefront.money import Money
from storefront.prices import service as prices
from storefront.prices.rules import PriceList

AT = "/staff/catalogue"
MOST_PRICES = 200
PERCENT = Field(
    name="percent",
    label="Change in percent",
    hint="-10 for a tenth less, 7.5 for more. It holds in every currency and by volume, rounded to the smallest coin.",
    reads=read_percent,
    mode="text",
)


@dataclass(frozen=True, kw_only=True)
class Good:
    """A product, or with an edition one of its editions."""

    product: Product
    edition: Edition | None = None

    @property
    def is_sold(self) -> bool:
        return (self.edition or self.product).withdrawn_at is None


def install() -> None:
    """The lists of goods, and what can be done there."""
    for name, title, address, one in (
        ("products", "Catalogue", AT, "product"),
        ("editions", "Catalogue", AT, "edition"),
    ):
        acts.add_listing(
            Listing(
                name=name,
                title=title,
                address=address,
                one=one,
                many=f"{one}s",
                permission=Permission.CATALOGUE,
                matching=_products_matching if name == "products" else _editions_matching,
            )
        )
        acts.add(
            _sale_act(name, "withdraw", "Sell them no longer", "withdrawn", is_sold=True),
            _sale_act(name, "sell-again", "Sell them again", "for sale again", is_sold=False),
        )
    acts.add(
        Act(
            name="editions.price",
            label="Change their prices in percent",
            done="repriced",
            listing="editions",
            look=_look_price,
            lock=_lock_edition,
            does=_reprice,
            fields=(PERCENT,),
            also_from={"products": _editions_of},
            met=_met,
            most=MOST_PRICES,
        )
    )


def _products_matching(query: Mapping[str, str]) -> Select[int]:
    return backoffice.all_products(query.get("q", "")[:80])


def _editions_matching(query: Mapping[str, str]) -> Select[int]:
    wanted = select(Edition.id).join(Product, Product.id == Edition.product_id)
    return wanted.where(Product.slug == query.get("product", "")[:80]).order_by(Edition.id)


def _editions_of(product_ids: Sequence[int]) -> list[int]:
    wanted = select(Edition.id).where(Edition.product_id.in_(product_ids), Edition.withdrawn_at.is_(None))
    return list(session.scalars(wanted.order_by(Edition.product_id, Edition.rank, Edition.id)))


def _sale_act(listing: str, name: str, label: str, done: str, *, is_sold: bool) -> Act:
    goods = _products if listing == "products" else _editions

    def look(ids: Sequence[int], _task: Task) -> list[Looked]:
        return [_looked_sale(good, is_sold=is_sold) for good in goods(ids)]

    def does(thing_id: int, _task: Task, actor: Actor) -> None:
        act: Callable[[str, int, Actor], None] = backoffice.withdraw if is_sold else backoffice.sell_again
        good = goods([thing_id])[0]
        act(good.product.slug, good.edition.id if good.edition else 0, actor)

    return Act(
        name=f"{listing}.{name}",
        label=label,
        done=done,
        listing=listing,
        look=look,
        lock=_lock_product if listing == "products" else _lock_edition,
        does=does,
        also_from={},
    )


def _looked_sale(good: Good, *, is_sold: bool) -> Looked:
    words = {True: "On sale", False: "Withdrawn"}
    refusal = ""
    if good.edition is None and good.product.draft:
        refusal = "It is a draft, which goes on sale by being published."
    elif good.is_sold is not is_sold:
        refusal = "It is on sale." if good.is_sold else "It is withdrawn already."
    return _looked(good, words[good.is_sold], words[not is_sold], refusal)


def _look_price(ids: Sequence[int], task: Task) -> list[Looked]:
    goods, lists = _editions(ids), prices.all_lists(ids)
    return [_looked_price(good, _lists_of(good, lists), task.given["percent"]) for good in goods]


def _looked_price(good: Good, lists: list[PriceList], percent: str) -> Looked:
    now = "; ".join(_words(one) for one in lists)
    after = [_after(one, percent) for one in lists]
    then = "; ".join(_words(one) for one in after)
    if any(not tier.amount for one in after for tier in one.tiers):
        return _looked(good, now, "", "It would cost nothing.")
    held = [sale for one in after for sale in one.sales if sale.amount >= one.tiers[0].amount]
    if held:
        return _looked(good, now, "", "It is on sale for no less than it would cost then. End the sale first.")
    return _looked(good, now, then, "Rounded, nothing would change." if now == then else "")


def _after(one: PriceList, percent: str) -> PriceList:
    tiers = tuple(
        type(tier)(from_quantity=tier.from_quantity, amount=changed(tier.amount, percent)) for tier in one.tiers
    )
    return PriceList(currency=one.currency, tiers=tiers, sales=one.sales)


def _words(one: PriceList) -> str:
    told = [
        f"{Money(tier.amount, one.currency)}{f' from {tier.from_quantity} on' if tier.from_quantity > 1 else ''}"
        for tier in one.tiers
    ]
    return ", ".join(told)


def _reprice(edition_id: int, task: Task, actor: Actor) -> None:
    found = prices.all_lists([edition_id])
    for key in sorted(found):
        for before, after in zip(found[key].tiers, _after(found[key], task.given["percent"]).tiers, strict=True):
            if before != after:
                pricing.set_one(edition_id, after.from_quantity, Money(after.amount, key[1]), actor)


def _met(ids: Sequence[int]) -> list[Met]:
    """Whom the prices of all of them meet together."""
    sums: dict[str, Met] = {}
    for edition_id in ids:
        for one in meeting.met_by(Supposed(edition_id=edition_id, price=True)):
            before = sums.get(one.name)
            count = one.count + (before.count if before else 0)
            said = before.sentence if before and before.count else one.sentence
            sums[one.name] = Met(name=one.name, count=count, sentence=said)
    return list(sums.values())


def _lists_of(good: Good, lists: Mapping[tuple[int, str], PriceList]) -> list[PriceList]:
    mine = good.edition.id if good.edition else 0
    return [lists[key] for key in sorted(lists) if key[0] == mine]


def _lock_product(product_id: int) -> None:
    session.execute(select(Product.id).where(Product.id == product_id).with_for_update())


def _lock_edition(edition_id: int) -> None:
    session.execute(select(Product.id).join(Edition).where(Edition.id == edition_id).with_for_update(of=Product))


def _products(ids: Sequence[int]) -> list[Good]:
    wanted = select(Product).where(Product.id.in_(ids)).order_by(Product.sort_name, Product.id)
    return [Good(product=one) for one in session.scalars(wanted.execution_options(populate_existing=True))]


def _editions(ids: Sequence[int]) -> list[Good]:
    wanted = select(Product, Edition).join(Edition, Edition.product_id == Product.id).where(Edition.id.in_(ids))
    wanted = wanted.order_by(Product.sort_name, Product.id, Edition.rank, Edition.id)
    rows = session.execute(wanted.execution_options(populate_existing=True))
    return [Good(product=product, edition=edition) for product, edition in rows]


def _looked(good: Good, now: str, then: str, refusal: str) -> Looked:
    edition = good.edition
    at = f"{AT}/{good.product.slug}"
    return Looked(
        thing_id=edition.id if edition else good.product.id,
        label=f"{good.product.name}, {edition.name}" if edition else good.product.name,
        address=f"{AT}/{good.product.slug}/prices/{edition.id}" if edition else at,
        now=now,
        then=then,
        refusal=refusal,
    )
