"""Bundles for staff: put an edition together of others, and take parts out."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Permission, staff
from core.asking import GOODS, takes
from storefront.bundles import service
from storefront.bundles.rules import BundleRefused

pages = Blueprint("bundles_staff", __name__)
CATALOGUE = Permission.CATALOGUE
menus.add("staff", "Bundles", "/staff/bundles", rank=12, permission=CATALOGUE.value)


@pages.get("/staff/bundles")
@staff(CATALOGUE)
def overview() -> Response:
    """All bundles with their parts, and what could become one."""
    return _show()


@pages.post("/staff/bundles")
@staff(CATALOGUE)
@takes(bundle=GOODS, edition=GOODS)
def put_in_submit() -> Response:
    """One part more; a choice that cannot be is said beside the form, which keeps it."""
    bundle, edition = _number("bundle"), _number("edition")
    try:
        service.put_in(bundle, edition, web.acting_staff(CATALOGUE))
    except BundleRefused as refused:
        return _show(bundle, edition, refused.sentence, refused.status)
    return web.see_other(
        "/staff/bundles", "It is part of the bundle from now on. Orders that were placed stay as they were."
    )


@pages.post("/staff/bundles/take-out")
@staff(CATALOGUE)
@takes(bundle=GOODS, edition=GOODS)
def take_out_submit() -> Response:
    """One part fewer."""
    service.take_out(_number("bundle"), _number("edition"), web.acting_staff(CATALOGUE))
    return web.see_other(
        "/staff/bundles", "It is not part of the bundle any more. Orders that were placed stay as they were."
    )


def _show(bundle: int = 0, edition: int = 0, refused: str = "", status: int = 200) -> Response:
    return web.render(
        "storefront/bundles/staff.html",
        status=status,
        bundles=service.bundles(),
        candidates=service.candidates(),
        bundle=bundle,
        edition=edition,
        refused=refused,
    )


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
