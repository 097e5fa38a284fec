"""Things of one's own, made through the front door in the demonstration, so that every page about something has something."""

import re

from sqlalchemy import select

from core import db, later
from core.access import Door, Mark, Permission
from core.accounts import service as accounts
from core.opening import reveal
from storefront.catalogue import service as catalogue
from storefront.licenses.models import License
from tests.doors import links
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import pay, place
from tests.storefront.organization_builders import founded, order_all


def claims(holder: Visitor) -> list[str]:
    """Subscribe, have an order corrected and a quote written; those, and what every order and license of theirs leads to."""
    plan, refused = subscribe(holder), use(holder)
    own = [f"/account/{what}/" for what in ("orders", "licenses")]
    pages = [link for part in own for link in links(holder.get(part.rstrip("/")).text) if link.startswith(part)]
    found = {link for page in pages for link in links(holder.get(page).text)}
    wish = {"field": "company", "should": "Kiln Works", "why": "A slip."}
    asked = holder.submit(f"{own_order(pages)}/correct", wish, action="/correct")
    holder.submit("/shop/kilnwatch", {}, action="/cart/add")
    holder.submit("/checkout", {"country": "DE"}, action="/checkout")
    quote = holder.submit("/checkout/review", {}, action="/checkout/quote")
    return [asked.request.path, quote.request.path, plan, refused, *_shared(holder), *sorted(found)]


def _shared(holder: Visitor) -> list[str]:
    """An organization that has something, asks for more and waits for somebody; the pages of it."""
    home = founded(holder)
    holder.submit(home, {"address": "invited@example.com"}, action="/invite")
    for _twice in range(2):
        holder.submit("/shop/kilnwatch", {}, action="/cart/add")
        holder.submit("/cart", {"cost_centre": "Kiln room"}, action="/cart/ask")
        if _twice == 0:
            order_all(holder.shop, holder, home)
    holder.submit(f"{home}/licenses", {"people": "Mira Tallow, seated@example.com"}, action="/give")
    offered = holder.shop.letters("seated@example.com", "seat_offered")[-1].link("/seats/")
    holder.submit(offered, {}, action=offered)
    seats = [link for link in links(holder.get(f"{home}/licenses").text) if "/licenses/seats/" in link]
    return [home, f"{home}/purchases", f"{home}/licenses", *seats]


def subscribe(holder: Visitor) -> str:
    """Buy a month of something; where its plan would be changed."""
    with holder.shop.transaction():
        monthly = catalogue.find_edition("kilnwatch", "monthly")
        assert monthly is not None
        edition = monthly.id
    holder.submit("/shop/kilnwatch", {"edition": edition}, action="/cart/add")
    pay(holder, place(holder))
    own = [link for link in links(holder.get("/account/licenses").text) if link.startswith("/account/licenses/")]
    choices = {page: re.findall(r'name="edition" value="(\d+)"', holder.get(f"{page}/plan").text) for page in own}
    reviews = [f"{page}/plan/review?edition={one}&seats=1" for page, found in choices.items() for one in found]
    return next(address for address in reviews if holder.get(address).status_code == 200)


def use(holder: Visitor) -> str:
    """Put a machine on a license by hand, and let a program be refused on another; where that is explained."""
    own = [link for link in links(holder.get("/account/licenses").text) if link.startswith("/account/licenses/")]
    live = next(link for link in own if "Reveal the key" in holder.get(link).text)
    with holder.shop.transaction() as session:
        license = session.scalars(select(License).where(License.public_id == live.rsplit("/", 1)[1])).one()
        key = reveal(license.key)
    page = f"{live}/devices"
    holder.submit(page, {"fingerprint": "kiln-1", "name": "Kiln room"}, action=f"{page}/add")
    check = {"meta": {"key": key, "scope": {"fingerprint": "kiln-2"}}}
    answer = holder.shop.visitor().client.post("/v1/licenses/actions/validate-key", json=check)
    with holder.shop.app.app_context():
        db.use(holder.shop.database)
        later.flush()
    return f"/account/licenses/why/{answer.headers['X-Request-Id']}"


def own_order(pages: list[str]) -> str:
    """The first order among them."""
    return next(page for page in pages if re.fullmatch(r"/account/orders/[\w-]+", page))


def let_in(shop: Shop, email: str) -> str:
    """A session, as the sign-in page gives it."""
    with shop.transaction():
        account = accounts.find_by_email(email)
        assert account is not None
        return accounts.open_session(account.id, remembered=False, browser="Test", two_factors=True)


def reader_of(mark: Mark) -> str:
    """Who looks at such a page; what all of the staff may see, one of them looks at."""
    if mark.door is Door.STAFF:
        return (mark.permission or Permission.CATALOGUE).value
    return "holder" if mark.door is Door.SIGNED_IN else "stranger"
