"""Vouchers as the staff see them: made, ended, counted; and the voucher's line on pages of orders."""

import csv
import io

from flask import Blueprint, Response, request
from markupsafe import escape

from core import clock, menus, web
from core.access import Permission, staff
from core.asking import GOODS, takes
from core.errors import Invalid
from storefront.backoffice.views import web_number
from storefront.orders.models import Order
from storefront.vouchers import making, service
from storefront.vouchers.making import Typed

pages = Blueprint("staff_vouchers", __name__)
menus.add("staff", "Vouchers", "/staff/vouchers", rank=17, permission=Permission.CATALOGUE.value)
CATALOGUE = Permission.CATALOGUE
FIELDS = tuple(Typed.__dataclass_fields__)
LONGEST = 400
TONES = {"valid": "good", "over": "neutral", "used up": "neutral", "not yet": "accent"}


@pages.get("/staff/vouchers")
@staff(CATALOGUE)
def overview() -> Response:
    """All vouchers, the latest first, with what they cost so far, and the form for more."""
    return _overview()


@pages.post("/staff/vouchers/new")
@staff(CATALOGUE)
@takes(**dict.fromkeys(FIELDS, GOODS))
def make_submit() -> Response:
    """Make one, or many as a file: the codes of many are shown this once and kept nowhere."""
    typed = Typed(**{name: request.form.get(name, "")[:LONGEST] for name in FIELDS})
    try:
        codes = making.make(typed, web.acting_staff(CATALOGUE))
    except Invalid as refused:
        return _overview(typed, refused.sentence, refused.status)
    return _sheet(codes) if len(codes) > 1 else web.see_other("/staff/vouchers", f"The voucher {codes[0]} is there.")


@pages.post("/staff/vouchers/<int:voucher_id>/end")
@staff(CATALOGUE)
def end_submit(voucher_id: int) -> Response:
    """Let nobody use it any more."""
    ended = making.end(voucher_id, web.acting_staff(CATALOGUE))
    return web.see_other("/staff/vouchers", f"The voucher {ended.label} is over. Orders that hold it keep it.")


def fill_slots() -> None:
    """The name of the voucher that an order used, on the order's pages."""
    menus.fill("order.voucher", used_by)


def used_by(order: Order) -> str:
    """The voucher's label as HTML; "" without one."""
    claim = service.claim_of(order.id) if order.discount else None
    return str(escape(claim.label)) if claim else ""


def _sheet(codes: list[str]) -> Response:
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["code"], *([code] for code in codes)])
    name = f"vouchers-{clock.now():%Y-%m-%d-%H%M%S}.csv"
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(sheet.getvalue(), mimetype="text/csv", headers=given)


def _overview(typed: Typed | None = None, refused: str = "", status: int = 200) -> Response:
    found = making.listed(web_number("before"))
    shown = found[: making.PAGE]
    return web.render(
        "storefront/vouchers/overview.html",
        status=status,
        vouchers=shown,
        older=shown[-1].voucher.id if len(found) > making.PAGE else 0,
        typed=typed or Typed(),
        refused=refused,
        tones=TONES,
        most=making.MOST_AT_ONCE,
    )
