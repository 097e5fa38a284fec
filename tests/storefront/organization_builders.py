"""Organizations, what they want and what they have, for tests; all through the front door."""

from sqlalchemy import select

from storefront.purchasing.models import Requisition
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import Ware, pay, place, put_into_cart

HERE = "/account/organizations"


def founded(owner: Visitor, name: str = "Ostrakon Pottery") -> str:
    """An organization; its page."""
    page = owner.submit(HERE, {"name": name}, action=HERE)
    return str(page.request.path)


def join(shop: Shop, owner: Visitor, page: str, who: Visitor, address: str, role: str = "member") -> None:
    """Invited and come in."""
    owner.submit(page, {"address": address, "role": role}, action="/invite")
    link = shop.letters(address, "organization_invited")[-1].link("/organizations/")
    who.submit(link, {}, action=link)


def ask(who: Visitor, *wares: Ware, quantity: int = 1, centre: str = "") -> str:
    """Ask for it from the cart; what the page says."""
    put_into_cart(who, *wares, quantity=quantity)
    return str(who.submit("/cart", {"cost_centre": centre}, action="/cart/ask").text)


def requisitions(shop: Shop) -> list[Requisition]:
    """All of them, the oldest first."""
    with shop.transaction() as session:
        found = list(session.scalars(select(Requisition).order_by(Requisition.id)))
        session.expunge_all()
        return found


def order_all(shop: Shop, owner: Visitor, home: str) -> None:
    """Approve what was asked last, order and pay it."""
    owner.submit(f"{home}/purchases", {}, action=f"/{requisitions(shop)[-1].id}/approve")
    owner.submit(f"{home}/purchases", {}, action="/order")
    pay(owner, place(owner, country="AT"))
