"""One order for everything that is approved: through the cart and the checkout of the manager who places it."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import and_, delete, select, update

from core import clock
from core.db import session
from core.errors import NextStep
from core.events import on
from storefront.bundles import service as bundles
from storefront.cart import service as carts
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.placing import OrderPlaced, Piece
from storefront.orders.rules import OrderKind
from storefront.orders.service import OrderClosed, OrderSettled
from storefront.organizations import service as organizations
from storefront.organizations.models import Member, Organization
from storefront.organizations.rules import Deed
from storefront.organizations.service import MemberLeft, Seat
from storefront.papers import facts
from storefront.papers.rules import Said
from storefront.purchasing import letters, rules, service
from storefront.purchasing.models import JointPurchase, Requisition
from storefront.purchasing.rules import Centres, Ordered, RequisitionConflict, State, Verb, Want

CHECKOUT, ORDERED, PUT_BACK = "checkout", "ordered", "put_back"


def check_out(seat: Seat) -> None:
    """Put everything that is approved into one's own cart, which has to be empty.

    Refuses with MayNot, RequisitionConflict, QuantityRefused, CartFull or what the catalogue refuses.
    """
    seat.check(Deed.DECIDE)
    organizations.lock(seat.organization.id)
    if find_open(seat.organization.id) is not None:
        raise RequisitionConflict("Somebody is ordering for this organization already.")
    if carts.count(seat.account_id, None):
        step = NextStep(label="To your cart", address="/cart")
        raise RequisitionConflict(
            "Your own cart is not empty. Order or take out what is in it first.", next_steps=(step,)
        )
    approved = _approved(seat.organization.id)
    if not approved:
        raise RequisitionConflict("Nothing is approved yet, so there is nothing to order.")
    purchase = JointPurchase(
        organization_id=seat.organization.id, buyer_id=seat.account_id, state=CHECKOUT, made_at=clock.now()
    )
    session.add(purchase)
    session.flush()
    pieces = Counter[int]()
    for one in approved:
        service.step(one, Verb.CHECK_OUT)
        one.purchase_id = purchase.id
        pieces[one.edition_id] += one.quantity
    for edition_id, count in sorted(pieces.items()):
        carts.add(seat.account_id, None, edition_id, count)
    session.flush()


def find_open(organization_id: int) -> JointPurchase | None:
    """What is being ordered just now."""
    mine = (JointPurchase.organization_id == organization_id, JointPurchase.state == CHECKOUT)
    return session.scalar(select(JointPurchase).where(*mine))


def find_bought_by(account_id: int) -> tuple[JointPurchase, Organization] | None:
    """For which organization somebody is ordering."""
    wanted = select(JointPurchase, Organization).join(Organization, Organization.id == JointPurchase.organization_id)
    row = session.execute(wanted.where(JointPurchase.buyer_id == account_id, JointPurchase.state == CHECKOUT)).first()
    return (row[0], row[1]) if row else None


def about_cart(account_id: int) -> tuple[Organization | None, list[Organization]]:
    """For which organization somebody is ordering, and all that they may ask; one statement, as every cart asks it."""
    begun = (JointPurchase.organization_id == Organization.id, JointPurchase.state == CHECKOUT)
    wanted = (
        select(Organization, JointPurchase.id)
        .join(Member, Member.organization_id == Organization.id)
        .outerjoin(JointPurchase, and_(*begun, JointPurchase.buyer_id == account_id))
        .where(Member.account_id == account_id)
        .order_by(Organization.name, Organization.id)
    )
    rows = session.execute(wanted).all()
    ordering = next((organization for organization, purchase in rows if purchase is not None), None)
    return ordering, [organization for organization, _purchase in rows]


def orders_of(organization_id: int) -> list[tuple[Order, JointPurchase]]:
    """The orders of an organization, the latest first."""
    wanted = select(Order, JointPurchase).join(JointPurchase, JointPurchase.order_id == Order.id)
    mine = wanted.where(JointPurchase.organization_id == organization_id, JointPurchase.state == ORDERED)
    return [(order, purchase) for order, purchase in session.execute(mine.order_by(Order.id.desc()).limit(50))]


def give_up(seat: Seat) -> None:
    """Not now: everything is approved as before. The cart keeps what is in it. Refuses with MayNot or RequisitionConflict."""
    seat.check(Deed.DECIDE)
    organizations.lock(seat.organization.id)
    found = find_open(seat.organization.id)
    if found is None:
        raise RequisitionConflict("Nobody is ordering just now. Nothing was changed.")
    _put_back(found)


def claim(order: Order) -> JointPurchase | None:
    """The purchase that an order fulfils: the one that its buyer has begun, if it is exactly what was approved."""
    known = session.scalar(select(JointPurchase).where(JointPurchase.order_id == order.id))
    if known is not None or order.kind != OrderKind.PURCHASE:
        return known
    begun = find_bought_by(order.account_id)
    if begun is None or _matched(begun[0].id, _lines(order), order.currency) is None:
        return None
    purchase = begun[0]
    purchase.state, purchase.order_id = ORDERED, order.id
    for one in _of(purchase.id):
        service.step(one, Verb.ORDER)
    session.flush()
    return purchase


def would_fulfil(purchase: JointPurchase, pieces: Sequence[Piece]) -> bool:
    """Whether an order of these pieces would be the organization's."""
    lines = [
        Ordered(position=position, edition_id=piece.edition_id, pieces=piece.quantity)
        for position, piece in enumerate(pieces, start=1)
    ]
    return bool(pieces) and _matched(purchase.id, lines, pieces[0].unit.currency) is not None


def cost_centres(order: Order) -> list[Said]:
    """What each cost centre pays of an order, as its papers say it; nothing where nobody named one."""
    purchase = claim(order)
    pieces = _matched(purchase.id, _lines(order), order.currency) if purchase else None
    if not pieces or not any(name for centres in pieces.values() for name in centres):
        return []
    amounts = {line.position: line.priced(order.currency).amount for line in orders.lines_of(order.id)}
    shares = rules.split(amounts, pieces, order.currency)
    return [{"name": name or rules.NO_CENTRE, "amount": share.amount} for name, share in shares.items()]


def listen() -> None:
    """Hear of orders, and of who goes."""
    facts.split_by(cost_centres)
    organizations.holds_open(_holds)
    on(OrderPlaced, _placed)
    on(OrderSettled, _paid)
    on(OrderClosed, _closed)
    on(MemberLeft, _left)


def _placed(event: OrderPlaced) -> None:
    claim(session.get_one(Order, event.order_id))


def _paid(event: OrderSettled) -> None:
    found = session.scalar(select(JointPurchase).where(JointPurchase.order_id == event.order_id))
    if found is not None:
        letters.tell_ordered(found, session.get_one(Organization, found.organization_id), _of(found.id))


def _closed(event: OrderClosed) -> None:
    found = session.scalar(select(JointPurchase).where(JointPurchase.order_id == event.order_id))
    if found is not None:
        _put_back(found)


def _left(event: MemberLeft) -> None:
    """What was being ordered waits for somebody else; what they asked for and nobody ordered is withdrawn."""
    mine = (JointPurchase.organization_id == event.organization_id, JointPurchase.buyer_id == event.account_id)
    for purchase in session.scalars(select(JointPurchase).where(*mine, JointPurchase.state == CHECKOUT)):
        _put_back(purchase)
    asked = (Requisition.organization_id == event.organization_id, Requisition.asked_by == event.account_id)
    for one in session.scalars(select(Requisition).where(*asked)):
        if (State(one.state), Verb.WITHDRAW) in rules.TRANSITIONS:
            service.step(one, Verb.WITHDRAW)


def _holds(organization_id: int) -> str:
    return "Something is being ordered for it." if find_open(organization_id) else ""


def forget(account_id: int) -> None:
    """Of somebody who is erased: what they asked for and ordered is deleted, and what they decided says no more who did."""
    mine = select(JointPurchase.id).where(JointPurchase.buyer_id == account_id)
    begun = select(JointPurchase).where(JointPurchase.id.in_(mine), JointPurchase.state == CHECKOUT)
    for purchase in session.scalars(begun):
        _put_back(purchase)
    session.execute(delete(Requisition).where(Requisition.asked_by == account_id))
    session.execute(delete(JointPurchase).where(JointPurchase.buyer_id == account_id))
    session.execute(update(Requisition).where(Requisition.decided_by == account_id).values(decided_by=None))


def _put_back(purchase: JointPurchase) -> None:
    for one in _of(purchase.id):
        service.step(one, Verb.PUT_BACK)
        one.purchase_id = None
    purchase.state = PUT_BACK
    session.flush()


def _approved(organization_id: int) -> list[Requisition]:
    mine = (Requisition.organization_id == organization_id, Requisition.state == State.APPROVED.value)
    return list(session.scalars(select(Requisition).where(*mine).order_by(Requisition.id).with_for_update()))


def _of(purchase_id: int) -> list[Requisition]:
    mine = select(Requisition).where(Requisition.purchase_id == purchase_id)
    return list(session.scalars(mine.order_by(Requisition.id)))


def _lines(order: Order) -> list[Ordered]:
    return [
        Ordered(position=line.position, edition_id=line.edition_id, pieces=line.quantity)
        for line in orders.lines_of(order.id)
    ]


def _matched(purchase_id: int, lines: Sequence[Ordered], currency: str) -> dict[int, Centres] | None:
    wants = [Want(edition_id=one.edition_id, pieces=one.quantity, centre=one.cost_centre) for one in _of(purchase_id)]
    parts = bundles.parts_of([want.edition_id for want in wants], currency)
    opened = {number: [part.edition.id for part in found] for number, found in parts.items()}
    return rules.match(wants, opened, lines)
