"""What staff see and do with pools of resold keys: how many there are in which state, and new ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from storefront.catalogue.models import Edition, Product, Source
from storefront.licenses import service as licenses
from storefront.licenses.models import PoolKey, PoolState
from storefront.licenses.pool import Imported, ImportRefused

LOW = 5


@dataclass(frozen=True, kw_only=True)
class Pool:
    """An edition's keys by state; `delivered` counts those that were looked at, too."""

    edition_id: int
    product_slug: str
    product_name: str
    edition_name: str
    is_on_sale: bool
    free: int
    reserved: int
    delivered: int
    replaced: int

    @property
    def is_low(self) -> bool:
        """Whether new keys should be ordered."""
        return self.is_on_sale and self.free < LOW


def pools() -> list[Pool]:
    """The pools of all resold editions by name, two statements."""
    rows = session.execute(_wanted().order_by(Product.sort_name, Edition.rank, Edition.id)).all()
    counts = _counts([edition.id for edition, _product in rows])
    return [_pool(edition, product, counts) for edition, product in rows]


def get_pool(edition_id: int) -> Pool:
    """The pool of one resold edition. Raises NotFound."""
    row = session.execute(_wanted().where(Edition.id == edition_id)).first()
    if row is None:
        raise NotFound("There is no resold edition of this number, so it has no pool.")
    edition, product = row
    return _pool(edition, product, _counts([edition_id]))


def import_pasted(edition_id: int, pasted: str, actor: Actor) -> Imported:
    """Put pasted keys, one a line, into a pool: all of them or, with ImportRefused, none. Raises NotFound."""
    pool = get_pool(edition_id)
    session.execute(select(Edition.id).where(Edition.id == edition_id).with_for_update())
    if not pasted.strip():
        raise ImportRefused(["There is no key in what was pasted. Write one key a line."])
    done = licenses.import_keys(edition_id, pasted.splitlines())
    audit.record(
        actor,
        "import keys",
        "edition",
        edition_id,
        product=pool.product_slug,
        edition=pool.edition_name,
        count=str(done.count),
    )
    return done


def _wanted() -> Select[Edition, Product]:
    joined = select(Edition, Product).join(Product, Product.id == Edition.product_id)
    return joined.where(Product.source == Source.POOL.value)


def _counts(edition_ids: list[int]) -> dict[tuple[int, str], int]:
    grouped = select(PoolKey.edition_id, PoolKey.state, func.count()).group_by(PoolKey.edition_id, PoolKey.state)
    rows: Any = session.execute(grouped.where(PoolKey.edition_id.in_(edition_ids)))
    return {(edition_id, state): count for edition_id, state, count in rows}


def _pool(edition: Edition, product: Product, counts: Mapping[tuple[int, str], int]) -> Pool:
    def of(*states: PoolState) -> int:
        return sum(counts.get((edition.id, state.value), 0) for state in states)

    return Pool(
        edition_id=edition.id,
        product_slug=product.slug,
        product_name=product.name,
        edition_name=edition.name,
        is_on_sale=edition.withdrawn_at is None and product.withdrawn_at is None,
        free=of(PoolState.IMPORTED),
        reserved=of(PoolState.RESERVED),
        delivered=of(PoolState.DELIVERED, PoolState.REVEALED),
        replaced=of(PoolState.REPLACED),
    )
