"""The pools of all resold editions: what is in them, how long it lasts, and the terms of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, Select, func, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from core.jobs.service import job
from core.text import clean_line
from storefront.catalogue.models import Edition, Product, Source
from storefront.licenses import pool as keys
from storefront.licenses.models import PoolKey
from storefront.pools import rules
from storefront.pools.models import KeyPool, KeyStep, Supplier
from storefront.pools.rules import Forecast, PoolState

Counts = dict[tuple[int, str], int]
MOST_DAYS, MOST_LOW = 3650, 100_000


class PoolExists(Conflict):
    code = "pool_exists"
    sentence = "There is a pool for exactly these countries already. Put the keys into that one."


class SupplierRefused(Invalid):
    code = "supplier_refused"


class TermsRefused(Invalid):
    code = "terms_refused"
    sentence = (
        f"A threshold is a whole number up to {MOST_LOW}, a warranty has at most {MOST_DAYS} days, and a key is "
        "replaced at once for no longer than the warranty lasts."
    )


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A pool as staff see it. `given` counts keys that went out, in whatever state they are now."""

    kept: KeyPool
    product_slug: str
    product_name: str
    edition_slug: str
    edition_name: str
    is_on_sale: bool
    counts: dict[str, int]
    forecast: Forecast
    lapsing: int

    @property
    def id(self) -> int:
        """Its number in addresses."""
        return self.kept.id

    @property
    def free(self) -> int:
        """Keys that can be sold."""
        return self.forecast.free

    @property
    def given(self) -> int:
        """Keys that went out."""
        waiting = {PoolState.IMPORTED.value, PoolState.RESERVED.value, PoolState.LAPSED.value}
        return sum(count for state, count in self.counts.items() if state not in waiting)

    @property
    def is_low(self) -> bool:
        """Whether new keys should be bought."""
        return self.is_on_sale and self.forecast.is_low

    @property
    def title(self) -> str:
        """Product and edition."""
        return f"{self.product_name}, {self.edition_name}"

    @property
    def where(self) -> str:
        """The countries in words."""
        return self.kept.regions or "everywhere"


def ensure_pools() -> None:
    """Every resold edition has a pool for everywhere at least."""
    having = select(KeyPool.id).where(KeyPool.edition_id == Edition.id).exists()
    joined = select(Edition.id).join(Product, Product.id == Edition.product_id)
    for edition_id in session.scalars(joined.where(Product.source == Source.POOL.value, ~having).order_by(Edition.id)):
        ensure_pool(edition_id)


def ensure_pool(edition_id: int, regions: str = rules.EVERYWHERE) -> KeyPool:
    """The pool of an edition for these regions, a new one where there is none."""
    found = session.scalar(select(KeyPool).where(KeyPool.edition_id == edition_id, KeyPool.regions == regions))
    if found is None:
        found = KeyPool(edition_id=edition_id, regions=regions, created_at=clock.now())
        session.add(found)
        session.flush()
    return found


def open_pool(edition_id: int, typed: str, known: Collection[str], actor: Actor) -> KeyPool:
    """A new pool of a resold edition for some countries. Raises NotFound, RegionsRefused or PoolExists."""
    regions = rules.read_regions(typed, known)
    if edition_id not in {edition_id_ for edition_id_, _name in resold_editions()}:
        raise NotFound("There is no resold edition of this number, so it has no pool.")
    taken = select(KeyPool.id).where(KeyPool.edition_id == edition_id, KeyPool.regions == regions)
    if session.scalar(taken) is not None:
        raise PoolExists
    made = ensure_pool(edition_id, regions)
    audit.record(actor, "open a pool", "key pool", made.id, regions=regions or "everywhere")
    return made


def set_terms(pool_id: int, *, low_at: int, warranty_days: int, auto_days: int, actor: Actor) -> None:
    """The terms of a pool, from now on also for keys that were delivered before. Refuses with TermsRefused."""
    kept = get_pool(pool_id).kept
    if not (0 <= low_at <= MOST_LOW and 0 <= auto_days <= warranty_days <= MOST_DAYS):
        raise TermsRefused
    before = f"{kept.low_at}, {kept.warranty_days}, {kept.auto_days}"
    kept.low_at, kept.warranty_days, kept.auto_days = low_at, warranty_days, auto_days
    after = f"{low_at}, {warranty_days}, {auto_days}"
    audit.record(actor, "set the terms of a pool", "key pool", pool_id, before=before, after=after)


def pools(*, low: bool = False) -> list[Pool]:
    """All pools by name, or those that are low; four statements."""
    rows = session.execute(_wanted().order_by(Product.sort_name, Edition.rank, Edition.id, KeyPool.regions)).all()
    found = _seen(rows)
    return [pool for pool in found if pool.is_low] if low else found


def get_pool(pool_id: int) -> Pool:
    """One pool. Raises NotFound."""
    rows = session.execute(_wanted().where(KeyPool.id == pool_id)).all()
    if not rows:
        raise NotFound("There is no pool of this number.")
    return _seen(rows)[0]


def resold_editions() -> list[tuple[int, str]]:
    """Editions that are sold from pools, with their names."""
    wanted = select(Edition.id, Product.name, Edition.name).join(Product, Product.id == Edition.product_id)
    rows = session.execute(wanted.where(Product.source == Source.POOL.value).order_by(Product.sort_name, Edition.rank))
    return [(edition_id, f"{product}, {edition}") for edition_id, product, edition in rows]


def suppliers() -> list[tuple[Supplier, int]]:
    """The suppliers by name, and how many keys came from each."""
    count = select(func.count()).where(PoolKey.supplier_id == Supplier.id).correlate(Supplier).scalar_subquery()
    return [(one, keys_) for one, keys_ in session.execute(select(Supplier, count).order_by(Supplier.name))]


def find_supplier(supplier_id: int) -> Supplier | None:
    """The supplier of this number."""
    return session.get(Supplier, supplier_id)


def supplier_named(name: str, actor: Actor) -> Supplier:
    """The supplier of this name, a new one where there is none. Refuses with SupplierRefused."""
    found = session.scalar(select(Supplier).where(Supplier.name == clean_line(name)))
    return found or keep_supplier(0, name, "", actor)


def keep_supplier(supplier_id: int, name: str, note: str, actor: Actor) -> Supplier:
    """Write a supplier down, or another name of one that is there (0: a new one). Refuses with SupplierRefused."""
    clean, kept = clean_line(name), find_supplier(supplier_id)
    if not 0 < len(clean) <= 80 or len(note) > 300:
        raise SupplierRefused("A supplier needs a name of at most 80 characters, and a note has at most 300.")
    other = session.scalar(select(Supplier.id).where(Supplier.name == clean))
    if other is not None and (kept is None or other != kept.id):
        raise SupplierRefused(f"{clean} is there already.")
    if kept is None:
        kept = Supplier(name=clean, created_at=clock.now())
        session.add(kept)
    kept.name, kept.note = clean, clean_line(note)
    session.flush()
    audit.record(actor, "keep a supplier", "key supplier", kept.id, name=clean)
    return kept


def keys_of(pool_id: int, before: int = 0, most: int = 50) -> list[tuple[PoolKey, str]]:
    """Keys of a pool with their suppliers' names, the latest first; one more than `most`."""
    wanted = select(PoolKey, func.coalesce(Supplier.name, "")).outerjoin(Supplier, Supplier.id == PoolKey.supplier_id)
    wanted = wanted.where(PoolKey.pool_id == pool_id).order_by(PoolKey.id.desc()).limit(most + 1)
    rows = session.execute(wanted.where(PoolKey.id < before) if before else wanted)
    return [(key, name) for key, name in rows]


def get_key(key_id: int) -> PoolKey:
    """One key. Raises NotFound."""
    found = session.get(PoolKey, key_id)
    if found is None:
        raise NotFound("There is no key of this number.")
    return found


def steps_of(key_id: int) -> Sequence[KeyStep]:
    """The history of a key, from its first step on."""
    return list(session.scalars(select(KeyStep).where(KeyStep.pool_key_id == key_id).order_by(KeyStep.id)))


@job("pools.lapse", every=60)
def lapse_due() -> None:
    """Keys that their makers take no longer leave the stock."""
    keys.lapse()


def _wanted() -> Select[KeyPool, Edition, Product]:
    joined = select(KeyPool, Edition, Product).join(Edition, Edition.id == KeyPool.edition_id)
    return joined.join(Product, Product.id == Edition.product_id).where(Product.source == Source.POOL.value)


def _seen(rows: Sequence[Row[KeyPool, Edition, Product]]) -> list[Pool]:
    ids, now = [kept.id for kept, _edition, _product in rows], clock.now()
    counts, sold = _counts(ids), _sold(ids, now - timedelta(days=rules.FORECAST_DAYS))
    lapsing = _lapsing(ids, (now + rules.SOON).date())
    return [
        Pool(
            kept=kept,
            product_slug=product.slug,
            product_name=product.name,
            edition_slug=edition.slug,
            edition_name=edition.name,
            is_on_sale=edition.withdrawn_at is None and product.withdrawn_at is None,
            counts={state: count for (pool_id, state), count in counts.items() if pool_id == kept.id},
            forecast=Forecast(
                free=counts.get((kept.id, PoolState.IMPORTED.value), 0), sold=sold.get(kept.id, 0), low_at=kept.low_at
            ),
            lapsing=lapsing.get(kept.id, 0),
        )
        for kept, edition, product in rows
    ]


def _counts(pool_ids: Sequence[int]) -> Counts:
    grouped = select(PoolKey.pool_id, PoolKey.state, func.count()).group_by(PoolKey.pool_id, PoolKey.state)
    rows = session.execute(grouped.where(PoolKey.pool_id.in_(pool_ids)))
    return {(pool_id, state): count for pool_id, state, count in rows}


def _sold(pool_ids: Sequence[int], since: datetime) -> dict[int, int]:
    grouped = select(PoolKey.pool_id, func.count()).where(PoolKey.pool_id.in_(pool_ids), PoolKey.delivered_at >= since)
    return {pool_id: count for pool_id, count in session.execute(grouped.group_by(PoolKey.pool_id))}


def _lapsing(pool_ids: Sequence[int], until: date) -> dict[int, int]:
    """Free keys that can be redeemed for 30 more days at most."""
    soon = (PoolKey.pool_id.in_(pool_ids), PoolKey.state == PoolState.IMPORTED.value, PoolKey.redeem_by <= until)
    rows = session.execute(select(PoolKey.pool_id, func.count()).where(*soon).group_by(PoolKey.pool_id))
    return {pool_id: count for pool_id, count in rows}
