"""The list of licenses for staff. Whose they are is not said here: an order's page opens that, for a reason."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from core import clock, menus, web
from core.access import Permission, staff
from core.asking import SEARCH, takes
from storefront.licenses import listing
from storefront.licenses.rules import LicenseState, state_at
from storefront.licenses.views import WORDS

pages = Blueprint("licenses_staff", __name__)
SALES = Permission.SALES
FILTERS = ("product", "edition", "state", "ends")
menus.add("staff", "Licenses", "/staff/licenses", rank=21, permission=SALES.value)


@pages.get("/staff/licenses")
@staff(SALES)
@takes(**dict.fromkeys((*FILTERS, "before"), SEARCH))
def overview() -> Response:
    """The latest licenses, all or those that are asked for."""
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    wanted, query = listing.read(request.args), _query()
    found = listing.licenses(wanted, before)
    shown, now = found[: listing.PAGE], clock.now()
    return web.render(
        "storefront/licenses/staff.html",
        rows=[
            (license, product, edition, *WORDS[state_at(LicenseState(license.state), license.expires_at, now)])
            for license, product, edition in shown
        ],
        wanted=wanted,
        query=query,
        products=listing.products(),
        editions=listing.editions(wanted.product),
        states=[(state.value, WORDS[state][0]) for state in LicenseState],
        older=_address(query, before=str(shown[-1][0].id)) if len(found) > listing.PAGE else "",
        newest=_address(query) if before else "",
    )


def _query() -> str:
    return urlencode({name: request.args[name][:80] for name in FILTERS if request.args.get(name)})


def _address(query: str, **more: str) -> str:
    said = "&".join(part for part in (query, urlencode(more)) if part)
    return f"/staff/licenses?{said}" if said else "/staff/licenses"
