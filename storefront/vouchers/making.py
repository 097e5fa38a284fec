"""What staff do with vouchers: make one or many, end one, see how often each was used and what that cost."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from storefront.catalogue.models import Edition, Product, Vendor
from storefront.money import Money
from storefront.orders.models import Order
from storefront.vouchers import rules
from storefront.vouchers.models import Voucher, VoucherAmount, VoucherClaim
from storefront.vouchers.rules import TermsRefused
from storefront.vouchers.service import hashed

PAGE = 50
MOST_AT_ONCE = 1000
MOST_USES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form for new vouchers, as it was typed."""

    code: str = ""
    count: str = ""
    percent: str = ""
    off: str = ""
    least: str = ""
    only: str = ""
    uses: str = ""
    each: str = ""
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A voucher in the list: what it takes off and for what, in words; its uses; what it cost in each currency."""

    voucher: Voucher
    takes: str
    least: str
    only: str
    state: str
    cost: tuple[Money, ...]


def make(typed: Typed, actor: Actor) -> list[str]:
    """Make vouchers; their codes, which of a batch are kept nowhere. Refuses with TermsRefused or NotACode."""
    count = rules.read_count(typed.count, MOST_AT_ONCE) or 1
    if count > 1 and typed.code.strip():
        raise TermsRefused("Several codes are generated: please leave the code empty, or make one only.")
    spelled = [rules.read_code(typed.code)] if typed.code.strip() else [_generated() for _ in range(count)]
    if session.scalar(select(Voucher.id).where(Voucher.code_hash.in_([hashed(one) for one in spelled])).limit(1)):
        raise TermsRefused("There is a voucher with this code already. Please choose another code.")
    base = _read(typed, once=count > 1)
    amounts = _amounts(typed, base.permille)
    named = " ".join(typed.code.upper().split())[: rules.LONGEST]
    codes = [named or rules.written(one) for one in spelled]
    for one, code in zip(spelled, codes, strict=True):
        _keep(base, amounts, hashed(one), f"…{code[-6:]}" if count > 1 else code)
    session.flush()
    audit.record(actor, "make vouchers", "voucher", _last_id(), count=str(count), takes=typed.percent or typed.off)
    return codes


def end(voucher_id: int, actor: Actor) -> Voucher:
    """Nobody can use it from now on; orders that hold it keep it. Raises NotFound."""
    found = session.scalar(select(Voucher).where(Voucher.id == voucher_id).with_for_update())
    if found is None:
        raise NotFound("There is no such voucher.")
    now = clock.now()
    if found.ends_at is None or found.ends_at > now:
        found.ends_at = now
        audit.record(actor, "end voucher", "voucher", found.id)
    return found


def listed(before: int = 0) -> list[Listed]:
    """Vouchers, the latest first, a page of PAGE and one more."""
    wanted = select(Voucher).order_by(Voucher.id.desc()).limit(PAGE + 1)
    found = list(session.scalars(wanted.where(Voucher.id < before) if before else wanted))
    ids = [one.id for one in found]
    amounts, costs, names = _amounts_of(ids), _costs(ids), _names(found)
    return [
        _listed(one, amounts.get(one.id, []), costs.get(one.id, []), names.get(one.id, "everything")) for one in found
    ]


def _read(typed: Typed, *, once: bool) -> Voucher:
    starts, ends = _day(typed.starts), _day(typed.ends)
    if starts and ends and ends < starts:
        raise TermsRefused("The last day lies before the first. Please correct one of them.")
    vendor_id, product_id, edition_id = _scope(typed.only.strip().lower())
    now = clock.now()
    return Voucher(
        permille=rules.read_percent(typed.percent),
        uses_most=1 if once else rules.read_count(typed.uses, MOST_USES),
        each_most=rules.read_count(typed.each, MOST_USES),
        vendor_id=vendor_id,
        product_id=product_id,
        edition_id=edition_id,
        made_at=now,
        starts_at=starts or now,
        ends_at=ends + timedelta(days=1) if ends else None,
    )


def _amounts(typed: Typed, permille: int | None) -> list[tuple[str, int, int]]:
    """Currency, what is taken off, what the cart has to come to."""
    off, least = rules.read_amounts(typed.off), rules.read_amounts(typed.least)
    if (permille is None) == (not off):
        raise TermsRefused("Please write either a percentage or what is taken off, not both and not neither.")
    if off and least and set(off) != set(least):
        raise TermsRefused("Please name the smallest order in the same currencies as what is taken off.")
    return [(currency, off.get(currency, 0), least.get(currency, 0)) for currency in sorted({*off, *least})]


def _keep(base: Voucher, amounts: Sequence[tuple[str, int, int]], code_hash: str, label: str) -> None:
    columns = ("permille", "uses_most", "each_most", "vendor_id", "product_id", "edition_id")
    dates = ("made_at", "starts_at", "ends_at")
    made = Voucher(code_hash=code_hash, label=label, **{name: getattr(base, name) for name in (*columns, *dates)})
    session.add(made)
    session.flush()
    for currency, off, least in amounts:
        session.add(VoucherAmount(voucher_id=made.id, currency=currency, taken_off=off, least=least))


def _generated() -> str:
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.GENERATED))


def _last_id() -> int:
    return session.scalar(select(func.max(Voucher.id))) or 0


def _day(text: str) -> datetime | None:
    """Midnight (UTC) of a typed day."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()[:20])
        return datetime(day.year, day.month, day.day, tzinfo=clock.now().tzinfo)
    except ValueError:
        raise TermsRefused(f"“{text[:20]}” is no day. Please write it like 2026-11-30.") from None


def _scope(only: str) -> tuple[int | None, int | None, int | None]:
    """Vendor, product or edition that alone is meant: `vendor:slug`, `product`, `product/edition`."""
    if not only:
        return None, None, None
    if only.startswith("vendor:"):
        vendor = session.scalar(select(Vendor.id).where(Vendor.slug == only.removeprefix("vendor:").strip()))
        return _known(vendor, only), None, None
    slug, _, edition_slug = only.partition("/")
    product = _known(session.scalar(select(Product.id).where(Product.slug == slug)), only)
    if not edition_slug:
        return None, product, None
    own = select(Edition.id).where(Edition.product_id == product, Edition.slug == edition_slug)
    return None, None, _known(session.scalar(own), only)


def _known(found: int | None, only: str) -> int:
    if found is None:
        raise TermsRefused(f"There is no “{only[:60]}” in the catalogue. The word is the one in its page's address.")
    return found


def _amounts_of(ids: Sequence[int]) -> dict[int, list[VoucherAmount]]:
    found: dict[int, list[VoucherAmount]] = {}
    rows = select(VoucherAmount).where(VoucherAmount.voucher_id.in_(ids)).order_by(VoucherAmount.currency)
    for row in session.scalars(rows):
        found.setdefault(row.voucher_id, []).append(row)
    return found


def _costs(ids: Sequence[int]) -> dict[int, list[Money]]:
    """What paid orders were given, by voucher and currency."""
    wanted = (
        select(VoucherClaim.voucher_id, Order.currency, func.sum(Order.discount))
        .join(Order, Order.id == VoucherClaim.order_id)
        .where(VoucherClaim.voucher_id.in_(ids), VoucherClaim.final_at.is_not(None))
        .group_by(VoucherClaim.voucher_id, Order.currency)
    )
    found: dict[int, list[Money]] = {}
    for voucher_id, currency, amount in session.execute(wanted):
        found.setdefault(voucher_id, []).append(Money(int(amount), currency))
    return found


def _names(found: Sequence[Voucher]) -> dict[int, str]:
    """What alone each is for, by voucher."""
    vendors = dict[int, str](_pairs(Vendor.id, Vendor.name, [one.vendor_id for one in found]))
    products = dict[int, str](_pairs(Product.id, Product.name, [one.product_id for one in found]))
    wanted = select(Edition.id, Product.name, Edition.name).join(Product, Product.id == Edition.product_id)
    rows = session.execute(wanted.where(Edition.id.in_([one.edition_id for one in found if one.edition_id])))
    editions = {edition_id: f"{product}, {name}" for edition_id, product, name in rows}
    named = {
        one.id: vendors.get(one.vendor_id or 0)
        or products.get(one.product_id or 0)
        or editions.get(one.edition_id or 0)
        for one in found
    }
    return {voucher_id: name for voucher_id, name in named.items() if name}


def _pairs(key: Any, name: Any, ids: Sequence[int | None]) -> list[tuple[int, str]]:
    wanted = [one for one in ids if one is not None]
    return [(row[0], row[1]) for row in session.execute(select(key, name).where(key.in_(wanted)))] if wanted else []


def _listed(voucher: Voucher, amounts: Sequence[VoucherAmount], cost: Sequence[Money], only: str) -> Listed:
    off = ", ".join(str(Money(row.taken_off, row.currency)) for row in amounts if row.taken_off)
    return Listed(
        voucher=voucher,
        takes=off or f"{(voucher.permille or 0) / 10:g} %",
        least=", ".join(str(Money(row.least, row.currency)) for row in amounts if row.least),
        only=only,
        state=_state(voucher),
        cost=tuple(cost),
    )


def _state(voucher: Voucher) -> str:
    now = clock.now()
    if voucher.ends_at is not None and voucher.ends_at <= now:
        return "over"
    if voucher.uses_most is not None and voucher.used >= voucher.uses_most:
        return "used up"
    return "not yet" if voucher.starts_at > now else "valid"
