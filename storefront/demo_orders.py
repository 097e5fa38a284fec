"""The demonstration's orders, planted through the services as its buyers would have caused them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from core import clock, db
from core.access import PROGRAM
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product
from storefront.demo_content import content
from storefront.demo_content.content import Person
from storefront.demo_content.orders import OrderDraft, State, plan_orders
from storefront.licenses import service as licenses
from storefront.money import Money
from storefront.orders import service as orders
from storefront.orders import telephones
from storefront.orders.models import Order
from storefront.orders.placing import Piece, Placing, create
from storefront.pages.rules import TERMS_VERSION
from storefront.payments import service as payments
from storefront.renewals import service as renewals
from storefront.tax import service as tax

Progress = Callable[[str, int, int], None]
KEPT_OPEN = timedelta(days=30)


def plant_orders(progress: Progress) -> None:
    """Every order of the plan on its own day, once. Goods, pools and people are there already."""
    with db.transaction(reading=True):
        if session.scalar(select(Order.id).limit(1)) is not None:
            return
    people = {person.email: person for person in (*content.members(), *content.testers())}
    drafts = plan_orders()
    for done, draft in enumerate(drafts, start=1):
        with clock.moved(-timedelta(days=draft.days_ago)):
            _plant(draft, people[draft.buyer_email], done)
        progress("orders", done, len(drafts))
    payments.give_back()
    with db.transaction():
        renewals.end_past()
        licenses.expire_due()
        telephones.forget()


def _plant(draft: OrderDraft, buyer: Person, count: int) -> None:
    with db.transaction():
        account = accounts.find_by_email(draft.buyer_email)
        if account is None:
            return
        order = create(_placing(draft, buyer, account, count))
        for line in orders.lines_of(order.id):
            if line.source == "pool":
                licenses.reserve(line, order.expires_at)
        account_id, number = account.id, order.number
    _lead_on(draft.state, account_id, number)


def _lead_on(state: State, account_id: int, number: str) -> None:
    """Do what its people did with the order."""
    if state in {State.PAID, State.REFUNDED, State.PAYMENT_FAILED}:
        card = "declined" if state is State.PAYMENT_FAILED else "paid"
        payments.pay(account_id, number, payments.Wish(gateway="pretend", method=card, attempt=1))
    with db.transaction():
        order = orders.lock(orders.get_for(account_id, number).id)
        if state is State.REFUNDED:
            orders.refund(order, PROGRAM)
        elif state is State.CANCELLED:
            orders.cancel(order, PROGRAM)
        elif state is State.EXPIRED:
            orders.expire(order)
        elif state is not State.PAID:
            orders.wait_until(order, datetime.now(UTC) + KEPT_OPEN)


def _placing(draft: OrderDraft, buyer: Person, account: Account, count: int) -> Placing:
    address = f"{buyer.full_name}\n{buyer.street}\n{buyer.postcode} {buyer.city}"
    taxed = tax.treatment(buyer.country, buyer.vat_id or "")
    pieces = tax.applied(tuple(_piece(line.edition, line.quantity) for line in draft.lines), taxed)
    return Placing(
        account_id=account.id,
        token=f"demo-{count}",
        pieces=pieces,
        currency=pieces[0].unit.currency,
        country=buyer.country,
        company=buyer.company or "",
        vat_id=buyer.vat_id or "",
        phone=draft.phone or "",
        address=address if draft.wants_invoice_address else "",
        terms_version=TERMS_VERSION,
        net_prices=taxed.net_prices,
        tax_kind=taxed.kind,
    )


def _piece(name: str, quantity: int) -> Piece:
    edition = catalogue.find_edition(*name.split("/"))
    assert isinstance(edition, Edition), f"the demonstration's catalogue lacks {name}"
    product = session.get_one(Product, edition.product_id)
    return Piece(
        product_id=product.id,
        edition_id=edition.id,
        title=product.name,
        edition_title=edition.name,
        source=product.source,
        term=edition.term,
        unit=Money(edition.price, edition.currency),
        quantity=quantity,
        tax_permille=0,
    )
