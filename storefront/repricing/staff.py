"""The pages on which staff announce a new price for what renews: choose, see whom it meets, announce."""

import secrets
from datetime import date

from flask import Blueprint, Response, request

from core import clock, web
from core.access import Permission, staff
from core.asking import GOODS, SURE, nothing, takes
from core.errors import Invalid, NotFound
from storefront.money import Money, parse
from storefront.renewals.rules import PRICE_NOTICE
from storefront.repricing import rules, service
from storefront.repricing.service import Wanted

pages = Blueprint("repricing_staff", __name__)
SALES = Permission.SALES
SHOWN = 50
FIELDS = {"goods": GOODS, "price": GOODS, "from_day": GOODS, "reason": GOODS}


class DayUnreadable(Invalid):
    code = "day_unreadable"
    sentence = "Please give the day as a date. Nothing was announced."


class Different(Invalid):
    code = "different_by_now"
    sentence = "Something is different from what was shown. Please look again; nothing was announced."


@pages.get("/staff/renewals/prices")
@staff(SALES)
def prices() -> Response:
    """What renews, and what was announced."""
    return _form()


@pages.post("/staff/renewals/prices")
@staff(SALES)
@takes(**FIELDS)
def prices_submit() -> Response:
    """Whom it would meet; nothing is announced yet."""
    try:
        return _preview(_read())
    except Invalid as refused:
        return _form(refused.sentence, status=422)


@pages.post("/staff/renewals/prices/announce")
@staff(SALES)
@takes(**FIELDS, asked=SURE, seen=nothing("a fingerprint of what the page showed"))
def announce_submit() -> Response:
    """Tell everybody who was shown."""
    asked = request.form.get("asked", "")[:40]
    try:
        wanted = _read()
        met = service.met_by(wanted)
    except Invalid as refused:
        return _form(refused.sentence, status=422)
    if not asked or service.fingerprint(wanted, met) != request.form.get("seen", ""):
        return _preview(wanted, Different.sentence, status=409)
    service.announce(wanted, met, asked, web.acting_staff(SALES))
    return web.see_other("/staff/renewals/prices", "Announced. Everybody who is met is told by mail now.")


def _read() -> Wanted:
    """What was typed. Refuses with Invalid or its children, NotFound."""
    edition, _colon, currency = request.form.get("goods", "")[:40].partition(":")
    known = [one for one in service.goods() if (str(one.edition_id), one.currency) == (edition, currency)]
    if not known:
        raise NotFound("Nothing of this renews. Nothing was announced.")
    try:
        day = date.fromisoformat(request.form.get("from_day", "")[:10])
    except ValueError:
        raise DayUnreadable from None
    reason = " ".join(request.form.get("reason", "").split())
    unit = parse(request.form.get("price", ""), currency)
    return Wanted(edition_id=known[0].edition_id, unit=unit, from_day=day, reason=reason)


def _preview(wanted: Wanted, refused: str = "", status: int = 200) -> Response:
    met = service.met_by(wanted)
    currency = wanted.unit.currency
    return web.render(
        "storefront/repricing/preview.html",
        status=status,
        refused=refused,
        wanted=wanted,
        title=next(one.title for one in service.goods() if one.edition_id == wanted.edition_id),
        fields={name: request.form.get(name, "") for name in FIELDS},
        met=met[:SHOWN],
        count=len(met),
        before=Money(sum(one.before.amount for one in met), currency),
        after=Money(sum(one.after.amount for one in met), currency),
        seen=service.fingerprint(wanted, met),
        asked=secrets.token_urlsafe(16),
    )


def _form(refused: str = "", status: int = 200) -> Response:
    return web.render(
        "storefront/repricing/prices.html",
        status=status,
        refused=refused,
        goods=service.goods(),
        latest=[(one, title, Money(one.unit, one.currency)) for one, title in service.latest()],
        fields={name: request.form.get(name, "")[:200] for name in FIELDS},
        earliest=rules.earliest(clock.now()),
        notice_days=PRICE_NOTICE.days,
    )
