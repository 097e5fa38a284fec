"""What the shop says and does when a customer is erased."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import ColumnElement, delete, func, select, update

from core.access import PROGRAM
from core.db import session
from core.sealed import seal
from privacy.erasure.parts import Part, on_erase
from privacy.erasure.rules import Fate, Leaving, Line, Share
from privacy.requests.models import Correction
from privacy.retention import holds
from storefront.activation.models import Device, LicenseEvent, LicenseRefusal, LicenseUse
from storefront.handover import service as handover
from storefront.leaving import papers
from storefront.leaving.papers import Kept
from storefront.licenses.models import Certificate, License, PoolKey, Rest, Reveal
from storefront.orders import service as orders
from storefront.orders.models import Order, PostalAddress
from storefront.orders.rules import OPEN_STATES
from storefront.payments import saved
from storefront.payments.models import PaymentIntent
from storefront.payments.rules import IN_FLIGHT_STATES
from storefront.pools.models import KeyDispute
from storefront.renewals import service as renewals

TABLES = (
    "order",
    "order_line",
    "order_step",
    "voucher_claim",
    "postal_address",
    "invoice",
    "correction",
    "payment_intent",
    "payment_event",
    "payment_return",
    "payment_dispute",
    "dispute_evidence",
    "transfer_receipt",
    "subscription",
    "renewal",
    "plan_change",
    "handover",
    "license",
    "license_rest",
    "license_reveal",
    "license_certificate",
    "license_use",
    "license_device",
    "license_event",
    "license_refusal",
    "pool_key",
    "key_step",
    "key_dispute",
)
ENDING = (
    "They end at once: programs that check them stop working, and there are no more downloads. A key of another maker "
    "may go on working there, but we cannot show it to you again: write it down before."
)
BOOKS = (
    "Number, dates, goods, amounts, tax, country, and how they were paid: tax law asks for these books. Telephone "
    "number, company, VAT id, purchase order number and postal address are taken off."
)
PAPERS = "Tax law asks for them word for word as they were written: with the name you showed, and the company and address you gave."
RECORD = "They belong to these papers and stay with them: what was wrong, what it says since, and why."
ATTEMPTS = "Only number, amount and the attempts to pay, so that money that arrives late can be sent back."


def listen() -> None:
    """Take part in every erasure."""
    on_erase(Part(name="shop", tables=TABLES, preview=preview, erase=erase, sweep=sweep, rank=40))


def preview(account_id: int) -> Share:
    """Licenses, numbers and addresses go; papers stay until their day."""
    kept = papers.kept_of(account_id)
    lines = [*_going(account_id, kept), *_staying(kept)]
    return Share(lines=tuple(lines), obstacles=tuple(_under_way(account_id)))


def erase(leaving: Leaving) -> None:
    """Give open orders up, end the licenses, and strip what stays down to what the law asks for."""
    renewals.forget(leaving.account_id)
    handover.forget(leaving.account_id)
    for order_id in _open_orders(leaving.account_id):
        orders.cancel(orders.lock(order_id), PROGRAM)
    saved.tell_remote(leaving.account_id)
    _end_licenses(leaving.account_id)
    kept = papers.kept_of(leaving.account_id)
    papers.forget_details([one.order.id for one in kept if not one.is_paid])
    papers.forget([one.order.id for one in kept if one.until is None])
    session.execute(delete(Correction).where(papers.corrections_elsewhere(leaving.account_id)))
    papers.forget_evidence(leaving.account_id)
    session.execute(delete(PostalAddress).where(PostalAddress.account_id == leaving.account_id))
    bare = update(Order).where(Order.account_id == leaving.account_id)
    session.execute(bare.values(phone=None, company=None, vat_id=None, purchase_order=None))


def sweep(account_id: int, today: date) -> date | None:
    """Delete what has stayed long enough; the last day of what stays next. A legal hold on papers keeps them all."""
    kept = papers.kept_of(account_id)
    if "invoice" in holds.held(account_id):
        return today
    papers.forget([one.order.id for one in kept if one.until is None or one.until < today])
    return min((one.until for one in kept if one.until and one.until >= today), default=None)


def _going(account_id: int, kept: list[Kept]) -> list[Line]:
    own = Order.account_id == account_id
    licenses, looks = _count(License.account_id == account_id), _count(Reveal.account_id == account_id)
    others = _count(papers.corrections_elsewhere(account_id))
    phones = _count(own & Order.phone.is_not(None))
    addresses = _count(PostalAddress.account_id == account_id)
    dropped = [one for one in kept if one.until is None]
    elsewhere = "Deleted. An address on an invoice stays on that paper." if any(one.is_paid for one in kept) else ""
    return [
        Line(title="Licenses", count=licenses, fate=Fate.GOES, sentence=ENDING, warns=True),
        _goes("Telephone numbers", phones, "Deleted from every order."),
        _goes("Postal addresses", addresses, elsewhere or "Deleted from every order."),
        _goes("Orders that were never paid", len(dropped), "Open ones are cancelled, and all of them deleted."),
        Line(title="Corrections of certificates", count=others, fate=Fate.GOES, sentence="Deleted.", weighs=False),
        Line(title="When keys were looked at", count=looks, fate=Fate.GOES, sentence="Deleted.", weighs=False),
    ]


def _staying(kept: list[Kept]) -> Iterable[Line]:
    lasting = sorted((one for one in kept if one.until), key=lambda one: (one.is_paid, one.until, one.order.id))
    for (is_paid, until), group in groupby(lasting, key=lambda one: (one.is_paid, one.until)):
        ids = [one.order.id for one in group]
        rows = papers.rows_of(ids, whole=is_paid)
        if not is_paid:
            yield _stays("Orders that were never paid", len(ids), until, ATTEMPTS, rows)
            continue
        invoices = rows.pop("invoice")
        yield _stays("Papers of these orders", invoices, until, PAPERS, {"invoice": invoices})
        corrected = papers.corrections_on(ids)
        yield _stays("Corrections of invoices", corrected, until, RECORD, {"correction": corrected})
        yield _stays("Orders that were paid", len(ids), until, BOOKS, rows)


def _under_way(account_id: int) -> Iterable[str]:
    states = [state.value for state in IN_FLIGHT_STATES]
    wanted = select(Order.number).join(PaymentIntent, PaymentIntent.order_id == Order.id)
    numbers = session.scalars(
        wanted.where(Order.account_id == account_id, PaymentIntent.state.in_(states)).order_by(Order.number).distinct()
    )
    for number in numbers:
        yield f"A payment for the order {number} is on its way. It is settled within minutes: please come back then."


def _open_orders(account_id: int) -> list[int]:
    own = (Order.account_id == account_id, Order.state.in_([state.value for state in OPEN_STATES]))
    return list(session.scalars(select(Order.id).where(*own).order_by(Order.id)))


def _end_licenses(account_id: int) -> None:
    """A resold key stays used up, without its text and without a way to who bought it."""
    own = select(License.id).where(License.account_id == account_id)
    used = update(PoolKey).where(PoolKey.license_id.in_(own))
    session.execute(used.values(key=seal("", "pool_key.key"), last_five="", license_id=None, order_line_id=None))
    session.execute(delete(KeyDispute).where(KeyDispute.license_id.in_(own)))
    session.execute(delete(Reveal).where(Reveal.account_id == account_id))
    for kept in (Certificate, Device, LicenseUse, LicenseEvent, LicenseRefusal, Rest):
        session.execute(delete(kept).where(kept.license_id.in_(own)))
    session.execute(delete(License).where(License.account_id == account_id))


def _goes(title: str, count: int, sentence: str) -> Line:
    return Line(title=title, count=count, fate=Fate.GOES, sentence=sentence)


def _stays(title: str, count: int, until: date | None, sentence: str, rows: dict[str, int]) -> Line:
    return Line(title=title, count=count, fate=Fate.STAYS, sentence=sentence, until=until, remains=rows)


def _count(about: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(about)) or 0
