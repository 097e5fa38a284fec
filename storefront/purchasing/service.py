"""What can be done with requisitions: ask, approve, decline, withdraw."""

from dataclasses import dataclass

from sqlalchemy import Row, Select, func, select

from core import clock
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from storefront.cart import contents
from storefront.cart import service as carts
from storefront.catalogue.models import Edition, Product
from storefront.money import Money
from storefront.organizations.rules import Deed
from storefront.organizations.service import Seat
from storefront.prices import service as prices
from storefront.purchasing import letters, rules
from storefront.purchasing.models import Requisition
from storefront.purchasing.rules import RequisitionConflict, State, Verb

LATEST = 50
WAITING = (State.ASKED.value, State.APPROVED.value, State.CHECKOUT.value)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A requisition as the organization sees it. `amount`: what it costs today, None where it is not sold in the currency."""

    requisition: Requisition
    product: str
    slug: str
    edition: str
    by: str
    state: State
    amount: Money | None

    @property
    def title(self) -> str:
        """Product and edition."""
        return f"{self.product}, {self.edition}"


def ask(seat: Seat, typed_centre: str) -> int:
    """Ask for everything that is in one's own cart, which is empty afterwards; how many lines.

    Refuses with MayNot, TextRefused or RequisitionConflict; then the cart is as it was.
    """
    seat.check(Deed.ASK)
    centre = rules.read_text(typed_centre, rules.LONGEST_CENTRE, "cost centre")
    cart = carts.cart_for(seat.account_id, None)
    lines = [line for line in cart.lines if line.counts]
    if not lines:
        raise RequisitionConflict("There is nothing in your cart that is sold. Put in what you need first.")
    if _waiting(seat.organization.id) + len(lines) > rules.MOST_WAITING:
        raise RequisitionConflict("Too much waits for a yes already. Your cart is as it was.")
    now = clock.now()
    session.add_all(
        Requisition(
            organization_id=seat.organization.id,
            edition_id=line.edition_id,
            quantity=line.quantity,
            cost_centre=centre,
            state=State.ASKED.value,
            asked_by=seat.account_id,
            asked_at=now,
            reason="",
        )
        for line in lines
    )
    carts.empty(seat.account_id)
    return len(lines)


def waiting_of(organization_id: int) -> list[Asked]:
    """What was not ordered yet, oldest first, at the prices of today."""
    mine = _wanted().where(Requisition.organization_id == organization_id, Requisition.state.in_(WAITING))
    rows = session.execute(mine.order_by(Requisition.id)).all()
    currency = prices.chosen_currency()
    pieces = dict[int, int]()
    for found, *_rest in rows:
        pieces[found.edition_id] = pieces.get(found.edition_id, 0) + found.quantity
    asked = contents.asked_for(pieces, currency)
    return [_seen(row, asked[row[0].edition_id].unit if row[0].edition_id in asked else None) for row in rows]


def latest_of(organization_id: int) -> list[Asked]:
    """What was ordered, declined or withdrawn, the latest first."""
    over = _wanted().where(Requisition.organization_id == organization_id, Requisition.state.not_in(WAITING))
    return [_seen(row, None) for row in session.execute(over.order_by(Requisition.id.desc()).limit(LATEST))]


def approve(seat: Seat, number: int, typed_centre: str) -> None:
    """Yes, for this cost centre. Refuses with MayNot, NotFound, TextRefused or RequisitionConflict."""
    seat.check(Deed.DECIDE)
    centre = rules.read_text(typed_centre, rules.LONGEST_CENTRE, "cost centre")
    found = _locked(seat, number)
    step(found, Verb.APPROVE)
    found.cost_centre = centre
    _decided(found, seat)


def decline(seat: Seat, number: int, typed_reason: str) -> None:
    """No; whoever asked reads the reason. Refuses with MayNot, NotFound, TextRefused or RequisitionConflict."""
    seat.check(Deed.DECIDE)
    reason = rules.read_text(typed_reason, rules.LONGEST_REASON, "reason")
    found = _locked(seat, number)
    step(found, Verb.DECLINE)
    found.reason = reason
    _decided(found, seat)
    letters.tell_declined(found, seat.organization)


def withdraw(seat: Seat, number: int) -> None:
    """Not needed any more; one's own only. Refuses with NotFound or RequisitionConflict."""
    found = _locked(seat, number)
    if found.asked_by != seat.account_id:
        raise NotFound("You asked for no such thing.")
    step(found, Verb.WITHDRAW)


def step(requisition: Requisition, verb: Verb) -> None:
    """The one way in which its state changes. Refuses with RequisitionConflict."""
    requisition.state = rules.check_verb(State(requisition.state), verb).value


def _decided(requisition: Requisition, seat: Seat) -> None:
    requisition.decided_by, requisition.decided_at = seat.account_id, clock.now()


def _locked(seat: Seat, number: int) -> Requisition:
    wanted = select(Requisition).where(Requisition.id == number, Requisition.organization_id == seat.organization.id)
    found = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound("There is no such request in this organization.")
    return found


def _waiting(organization_id: int) -> int:
    wanted = select(func.count()).select_from(Requisition).where(Requisition.organization_id == organization_id)
    return session.scalar(wanted.where(Requisition.state.in_(WAITING))) or 0


def _wanted() -> Select[Requisition, str, str, str, str]:
    return (
        select(Requisition, Product.name, Product.slug, Edition.name, Account.name_shown)
        .join(Edition, Edition.id == Requisition.edition_id)
        .join(Product, Product.id == Edition.product_id)
        .join(Account, Account.id == Requisition.asked_by)
    )


def _seen(row: Row[Requisition, str, str, str, str], unit: Money | None) -> Asked:
    found, product, slug, edition, by = row
    return Asked(
        requisition=found,
        product=product,
        slug=slug,
        edition=edition,
        by=by,
        state=State(found.state),
        amount=unit * found.quantity if unit else None,
    )
