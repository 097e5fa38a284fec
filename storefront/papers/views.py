"""The papers of one's own orders as files, and their list on the pages of orders."""

from flask import Blueprint, Response, render_template

from core import menus, web
from core.access import signed_in
from core.errors import NotFound
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.rules import OPEN_STATES, OrderState
from storefront.papers import drawing, einvoice, service
from storefront.papers.rules import TITLES, Kind

pages = Blueprint("papers", __name__)

KINDS = "any('confirmation', 'proforma', 'invoice', 'receipt', 'credit-note')"

MACHINES = "any('invoice', 'credit-note')"


@pages.get(f"/account/orders/<number>/<{KINDS}:kind>.pdf")
@signed_in
def paper(number: str, kind: str) -> Response:
    """The order's latest paper of a kind as a PDF."""
    return _pdf(number, kind.replace("-", "_"))


@pages.get("/account/orders/<number>/papers/<paper_number>.pdf")
@signed_in
def numbered_paper(number: str, paper_number: str) -> Response:
    """Any paper of the order as a PDF; one that was corrected says by which."""
    return _pdf(number, "", paper_number)


@pages.get(f"/account/orders/<number>/<{MACHINES}:kind>.xml")
@signed_in
def paper_for_machines(number: str, kind: str) -> Response:
    """The order's latest invoice or credit note as XML (EN 16931)."""
    return _xml(number, kind.replace("-", "_"))


@pages.get("/account/orders/<number>/papers/<paper_number>.xml")
@signed_in
def numbered_paper_for_machines(number: str, paper_number: str) -> Response:
    """Any invoice or credit note of the order as XML (EN 16931)."""
    return _xml(number, "", paper_number)


@pages.post("/account/orders/<number>/proforma")
@signed_in
def proforma_submit(number: str) -> Response:
    """Write a proforma invoice of an order that waits for its payment."""
    service.proforma(orders.lock(orders.get_for(web.me().id, number).id))
    return web.see_other(f"/account/orders/{number}", "The proforma invoice is there, beside the order.")


def beside_order(order: Order) -> str:
    """The papers, on the buyer's page of an order."""
    papers, is_exact = _papers(order.id), einvoice.is_exact(order.currency, order.total, order.tax)
    may_ask = OrderState(order.state) in OPEN_STATES and not any(file.startswith("proforma") for _, file, _ in papers)
    return render_template(
        "storefront/papers/_beside_order.html", order=order, papers=papers, may_ask=may_ask, is_exact=is_exact
    )


def beside_order_for_staff(order: Order) -> str:
    """Which papers there are, on the staff's page of an order."""
    named = [(TITLES[Kind(kind)], number) for kind, number in service.papers_of(order.id)]
    return render_template("storefront/papers/_staff.html", papers=named)


def fill_slots() -> None:
    """What this room shows on pages of others."""
    menus.fill("order.aside", beside_order)
    menus.fill("staff.order.aside", beside_order_for_staff)


def _papers(order_id: int) -> list[tuple[str, str, str]]:
    """Words, file and number of each paper; an invoice that a later one replaces says so."""
    papers = service.papers_of(order_id)
    latest = dict(papers)
    shown = []
    for kind, number in papers:
        words, file = TITLES[Kind(kind)], f"{kind.replace('_', '-')}.pdf"
        is_latest = latest[kind] == number
        replaced = kind == Kind.INVOICE and not is_latest
        shown.append(
            (f"{words}, corrected since:" if replaced else words, file if is_latest else f"papers/{number}.pdf", number)
        )
    return shown


def _pdf(number: str, kind: str, paper_number: str = "") -> Response:
    found = service.get_paper(orders.get_for(web.me().id, number), kind, web.actor(), paper_number)
    answer = Response(drawing.draw(found), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer


def _xml(number: str, kind: str, paper_number: str = "") -> Response:
    found = service.get_paper(orders.get_for(web.me().id, number), kind, web.actor(), paper_number)
    if not einvoice.is_possible(found):
        raise NotFound(
            "This paper cannot be said in EN 16931, which knows two digits after the point. The PDF says it all."
        )
    answer = Response(einvoice.write(found), mimetype="application/xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.xml"'
    return answer
