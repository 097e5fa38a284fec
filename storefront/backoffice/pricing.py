"""The prices of one edition as staff set them: in each currency, by volume, and on sale for a while."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

from flask import Response, request

from core import clock, web
from core.access import staff
from core.asking import GOODS, takes
from core.errors import Invalid, Refusal
from storefront.backoffice import pricelist, rules, supposing
from storefront.backoffice.records import pages
from storefront.backoffice.views import CATALOGUE, form_number
from storefront.catalogue import pricing
from storefront.catalogue.meeting import Supposed
from storefront.money import EXPONENTS

__all__ = ["pages"]

TYPED = ("currency", "price", "quantity", "starts", "ends")


class DayRefused(Invalid):
    code = "day_refused"
    sentence = "A day looks like 2026-12-24. Nothing was changed."


@pages.get("/staff/catalogue/<slug>/prices/<int:edition_id>")
@staff(CATALOGUE)
def prices_of(slug: str, edition_id: int) -> Response:
    """What an edition costs, will cost and did cost, and who would see a change."""
    return _show(slug, edition_id)


@pages.post("/staff/catalogue/<slug>/prices/<int:edition_id>/set")
@staff(CATALOGUE)
@takes(currency=GOODS, price=GOODS, quantity=GOODS, met=GOODS)
def set_submit(slug: str, edition_id: int) -> Response:
    """Another price: for one, or for each of at least so many."""
    pricelist.get(slug, edition_id)
    try:
        price, quantity = rules.read_price(request.form.get("price", "")[:40], _currency()), form_number("quantity")
        act = partial(pricing.set_one, edition_id, max(quantity, 1), price, web.acting_staff(CATALOGUE))
        supposing.tried(act)
    except Refusal as refused:
        return _refused(slug, edition_id, "set", refused)
    said = f" for each of {quantity} or more" if quantity > 1 else ""
    facts = [("It costs", f"{price}{said}"), ("It costs now", pricelist.now(edition_id, price.currency, quantity))]
    return _asked(slug, edition_id, facts) or _done(slug, edition_id, act, f"It costs {price} now{said}.")


@pages.post("/staff/catalogue/<slug>/prices/<int:edition_id>/drop")
@staff(CATALOGUE)
@takes(currency=GOODS, quantity=GOODS, met=GOODS)
def drop_submit(slug: str, edition_id: int) -> Response:
    """Sell it no longer in a currency, or ask the same for so many as for fewer."""
    pricelist.get(slug, edition_id)
    currency, quantity = _currency(), form_number("quantity")
    act = partial(pricing.drop_one, edition_id, max(quantity, 1), currency, web.acting_staff(CATALOGUE))
    supposing.tried(act)
    say = f"It is not sold in {currency} any more. Carts that hold it say so."
    if quantity > 1:
        say = f"{quantity} or more cost the same as fewer in {currency} now."
    facts = [("Dropped", f"the price in {currency} for {max(quantity, 1)} or more")]
    return _asked(slug, edition_id, facts) or _done(slug, edition_id, act, say)


@pages.post("/staff/catalogue/<slug>/prices/<int:edition_id>/sale")
@staff(CATALOGUE)
@takes(currency=GOODS, price=GOODS, starts=GOODS, ends=GOODS, met=GOODS)
def sale_submit(slug: str, edition_id: int) -> Response:
    """A lower price from a day to another, both in it; without a first day from now on."""
    pricelist.get(slug, edition_id)
    try:
        price = rules.read_price(request.form.get("price", "")[:40], _currency())
        starts, ends = _midnight("starts"), _midnight("ends")
        if ends is None:
            raise DayRefused("A sale needs a last day. Nothing was changed.")
        when = (starts or clock.now(), ends + timedelta(days=1))
        act = partial(pricing.put_on_sale, edition_id, price, *when, web.acting_staff(CATALOGUE))
        supposing.tried(act)
    except Refusal as refused:
        return _refused(slug, edition_id, "sale", refused)
    first = f"{starts:%d %B %Y}" if starts else "now"
    facts = [
        ("On sale at", str(price)),
        ("From", first),
        ("Until the end of", f"{ends:%d %B %Y}"),
        ("It costs now", pricelist.now(edition_id, price.currency, 1)),
    ]
    say = "The sale has begun." if when[0] <= clock.now() else "The sale begins by itself."
    say += " Beside it stands the lowest price of the thirty days before."
    return _asked(slug, edition_id, facts) or _done(slug, edition_id, act, say)


@pages.post("/staff/catalogue/<slug>/prices/<int:edition_id>/end")
@staff(CATALOGUE)
@takes(sale=GOODS, met=GOODS)
def end_sale_submit(slug: str, edition_id: int) -> Response:
    """End a sale now; one that has not begun never was."""
    pricelist.get(slug, edition_id)
    act = partial(pricing.end_sale, pricelist.sale_of(edition_id, form_number("sale")), web.acting_staff(CATALOGUE))
    supposing.tried(act)
    facts = [("Ended", "the sale. The price from before holds again, higher for whoever buys.")]
    say = "The sale is over. The price from before holds again."
    return _asked(slug, edition_id, facts) or _done(slug, edition_id, act, say)


def _asked(slug: str, edition_id: int, facts: list[tuple[str, str]]) -> Response | None:
    """Whom it meets, unless that was shown."""
    product, edition = pricelist.get(slug, edition_id)
    back = f"/staff/catalogue/{slug}/prices/{edition_id}"
    return supposing.ask(product, edition, Supposed(edition_id=edition_id, price=True), facts, back)


def _done(slug: str, edition_id: int, act: Callable[[], object], say: str) -> Response:
    act()
    return web.see_other(f"/staff/catalogue/{slug}/prices/{edition_id}", say)


def _currency() -> str:
    found = request.form.get("currency", "")
    if found not in EXPONENTS:
        raise Invalid("Choose one of the shop's currencies. Nothing was changed.")
    return found


def _midnight(field: str) -> datetime | None:
    typed = request.form.get(field, "").strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if 2000 < day.year < 9000 else _bad_day()
    except ValueError:
        return _bad_day()


def _bad_day() -> datetime:
    raise DayRefused


def _refused(slug: str, edition_id: int, form: str, refused: Refusal) -> Response:
    typed = {name: request.form.get(name, "")[:40] for name in TYPED}
    return _show(slug, edition_id, status=refused.status, wrong=form, sentence=refused.sentence, typed=typed)


def _show(slug: str, edition_id: int, status: int = 200, **more: object) -> Response:
    product, edition = pricelist.get(slug, edition_id)
    given = {"wrong": "", "sentence": "", "typed": dict.fromkeys(TYPED, ""), **more}
    return web.render(
        "storefront/backoffice/prices.html",
        status=status,
        product=product,
        edition=edition,
        asks=pricelist.asks(edition_id),
        sales=pricelist.sales(edition_id),
        past=pricelist.history(edition_id),
        currencies=sorted(EXPONENTS),
        now=clock.now(),
        **given,
    )
