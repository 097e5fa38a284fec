"""What can be done with bundles: put them together, and open them where they are ordered.

In a cart a bundle is one thing at one price. An order has its parts, each at its share: so every part has its own key,
stands on the invoice, and can be given back for what it cost.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, exists, func, select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from storefront.bundles import rules
from storefront.bundles.models import BundlePart
from storefront.bundles.rules import BundleRefused
from storefront.catalogue.models import Edition, Product, Source, Term
from storefront.money import Money
from storefront.orders.placing import Piece
from storefront.prices import service as prices


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a bundle, and what one of it costs alone (None where it has no price in the currency)."""

    edition: Edition
    product: Product
    alone: Money | None = None

    @property
    def is_sold(self) -> bool:
        """Whether it can be had at all."""
        return self.edition.withdrawn_at is None and self.product.withdrawn_at is None


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """An edition with its parts."""

    edition: Edition
    product: Product
    parts: list[Part]


def is_bundle(edition_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whether an edition has parts, as a part of the select that names it."""
    return exists().where(BundlePart.bundle_id == edition_id).correlate(Edition)


def parts_of(bundle_ids: Iterable[int], currency: str) -> dict[int, list[Part]]:
    """The parts of those among these editions that are bundles, in their order; two statements at most."""
    wanted = select(BundlePart.bundle_id, Edition, Product).join(Edition, Edition.id == BundlePart.edition_id)
    joined = wanted.join(Product, Product.id == Edition.product_id)
    mine = joined.where(BundlePart.bundle_id.in_(sorted(set(bundle_ids)))).order_by(
        BundlePart.bundle_id, BundlePart.rank
    )
    rows = session.execute(mine).all()
    asked = prices.lists_of([edition.id for _bundle, edition, _product in rows], currency) if rows else {}
    found: dict[int, list[Part]] = defaultdict(list)
    for bundle_id, edition, product in rows:
        alone = Money(asked[edition.id].tiers[0].amount, currency) if edition.id in asked else None
        found[bundle_id].append(Part(edition=edition, product=product, alone=alone))
    return dict(found)


def opened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with bundles opened; what a bundle costs, and what is taken off it, is divided over its parts."""
    if not pieces:
        return ()
    parts = parts_of([piece.edition_id for piece in pieces], pieces[0].unit.currency)
    return tuple(one for piece in pieces for one in open_one(piece, parts.get(piece.edition_id, [])))


def open_one(piece: Piece, parts: Sequence[Part]) -> tuple[Piece, ...]:
    """A piece as its parts, which add up to it; as it is where it has none."""
    if not parts:
        return (piece,)
    alone = [part.alone for part in parts]
    units, usuals = rules.shares(piece.unit, alone), rules.shares(piece.usual or piece.unit, alone)
    discounts = rules.split(piece.discount, [unit * piece.quantity for unit in units])
    return tuple(
        replace(
            piece,
            product_id=part.product.id,
            edition_id=part.edition.id,
            title=part.product.name,
            edition_title=f"{part.edition.name[:30]}, part of {piece.title[:24]}, {piece.edition_title[:16]}",
            source=part.product.source,
            term=part.edition.term,
            unit=unit,
            usual=usual,
            discount=discount,
        )
        for part, unit, usual, discount in zip(parts, units, usuals, discounts, strict=True)
    )


def missing(pieces: Iterable[Piece]) -> list[str]:
    """Sentences about bundles of which a part is not sold any more."""
    of = {piece.edition_id: piece for piece in pieces}
    parts = parts_of(of, next(iter(of.values())).unit.currency) if of else {}
    return [
        f"{of[number].title}: {part.product.name} is part of it and no longer sold. Please take it out."
        for number, found in parts.items()
        for part in found
        if not part.is_sold
    ]


def bundles() -> list[Bundle]:
    """All of them, for staff, by product and rank."""
    wanted = select(Edition, Product).join(Product, Product.id == Edition.product_id).where(is_bundle(Edition.id))
    rows = session.execute(wanted.order_by(Product.sort_name, Edition.rank)).all()
    parts = parts_of([edition.id for edition, _product in rows], prices.chosen_currency())
    return [Bundle(edition=edition, product=product, parts=parts[edition.id]) for edition, product in rows]


def candidates() -> list[tuple[Edition, Product]]:
    """What can be a part, or become a bundle: licenses for good, not by the seat, that are on sale."""
    wanted = select(Edition, Product).join(Product, Product.id == Edition.product_id)
    fit = (Edition.term == Term.PERPETUAL.value, Edition.per_seat.is_(False), Edition.withdrawn_at.is_(None))
    rows = session.execute(wanted.where(*fit, Product.withdrawn_at.is_(None)).order_by(Product.sort_name, Edition.rank))
    return [(edition, product) for edition, product in rows]


def put_in(bundle_id: int, edition_id: int, actor: Actor) -> None:
    """Make an edition a part of another. Refuses with BundleRefused. Orders that were placed do not change."""
    fit = {edition.id: (edition, product) for edition, product in candidates()}
    if bundle_id not in fit or edition_id not in fit or bundle_id == edition_id:
        raise BundleRefused("Please choose two different editions that are licenses for good. Nothing was changed.")
    if fit[bundle_id][1].source == Source.POOL.value:
        raise BundleRefused("A bundle has no key of its own: it belongs to a product of our own making.")
    parts = list(session.scalars(select(BundlePart.edition_id).where(BundlePart.bundle_id == bundle_id)))
    if edition_id in parts or len(parts) >= rules.MOST_PARTS:
        raise BundleRefused(f"It is part of it already, or there are {rules.MOST_PARTS} parts. Nothing was changed.")
    if _has_parts(edition_id) or _is_part(bundle_id):
        raise BundleRefused("A bundle cannot be part of another bundle. Nothing was changed.")
    session.add(BundlePart(bundle_id=bundle_id, edition_id=edition_id, rank=len(parts) + 1))
    session.flush()
    audit.record(actor, "put into bundle", "edition", bundle_id, part=str(edition_id))


def take_out(bundle_id: int, edition_id: int, actor: Actor) -> None:
    """Make it a part no longer; without any parts the edition is a plain one again."""
    session.execute(delete(BundlePart).where(BundlePart.bundle_id == bundle_id, BundlePart.edition_id == edition_id))
    audit.record(actor, "take out of bundle", "edition", bundle_id, part=str(edition_id))


def _has_parts(edition_id: int) -> bool:
    mine = select(func.count()).select_from(BundlePart).where(BundlePart.bundle_id == edition_id)
    return bool(session.scalar(mine))


def _is_part(edition_id: int) -> bool:
    mine = select(func.count()).select_from(BundlePart).where(BundlePart.edition_id == edition_id)
    return bool(session.scalar(mine))
