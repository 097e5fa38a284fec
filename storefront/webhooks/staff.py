"""Pages on which staff name programs that are told of events, and see what each was told."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Permission, staff
from core.asking import GOODS, SEARCH, takes
from core.errors import Invalid, Refusal
from core.limits import limited
from storefront.webhooks import rules, service
from storefront.webhooks.models import Endpoint

pages = Blueprint("webhooks", __name__)
CATALOGUE = Permission.CATALOGUE
HERE = "/staff/webhooks"
menus.add("staff", "Webhooks", HERE, rank=24, permission=CATALOGUE.value)


@pages.get(HERE)
@staff(CATALOGUE)
def overview() -> Response:
    """Every program, and the form for another."""
    return _overview()


@pages.post(f"{HERE}/new")
@staff(CATALOGUE, fresh=True)
@takes(address=GOODS, kind=GOODS)
def add_submit() -> Response:
    """Name one; its secret is shown this once."""
    address, kinds = request.form.get("address", "")[:600], request.form.getlist("kind")
    try:
        made, secret = service.add(address, kinds, web.settings(), web.acting_staff(CATALOGUE))
    except Invalid as refused:
        return _overview(refused.sentence, refused.status, address=address, kinds=kinds)
    return _show(made, secret=secret)


@pages.get(f"{HERE}/<int:endpoint_id>")
@staff(CATALOGUE)
@takes(before=SEARCH)
def endpoint(endpoint_id: int) -> Response:
    """One program, and what it was told."""
    return _show(service.get(endpoint_id))


@pages.post(f"{HERE}/<int:endpoint_id>/choose")
@staff(CATALOGUE)
@takes(kind=GOODS)
def choose_submit(endpoint_id: int) -> Response:
    """Tell it these kinds."""
    found = service.get(endpoint_id)
    try:
        service.choose(found, request.form.getlist("kind"), web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _show(found, refused=f"{refused.sentence} Nothing was changed.", status=refused.status)
    return web.see_other(f"{HERE}/{endpoint_id}", "It is told these from now on.")


@pages.post(f"{HERE}/<int:endpoint_id>/secret")
@staff(CATALOGUE, fresh=True)
@takes()
def secret_submit(endpoint_id: int) -> Response:
    """Another secret, shown this once."""
    found = service.get(endpoint_id)
    return _show(found, secret=service.renew_secret(found, web.acting_staff(CATALOGUE)))


@pages.post(f"{HERE}/<int:endpoint_id>/test")
@staff(CATALOGUE)
@limited("form")
@takes()
def test_submit(endpoint_id: int) -> Response:
    """Tell it something that means nothing."""
    service.try_out(service.get(endpoint_id), web.acting_staff(CATALOGUE))
    return web.see_other(f"{HERE}/{endpoint_id}", "A test is on its way. Load the page again to see the answer.")


@pages.post(f"{HERE}/<int:endpoint_id>/events/<int:delivery_id>/replay")
@staff(CATALOGUE)
@limited("form")
@takes()
def replay_submit(endpoint_id: int, delivery_id: int) -> Response:
    """Tell it an event once more."""
    service.replay(service.get(endpoint_id), delivery_id, web.acting_staff(CATALOGUE))
    return web.see_other(f"{HERE}/{endpoint_id}", "It is told again, under the same number.")


@pages.post(f"{HERE}/<int:endpoint_id>/pause")
@staff(CATALOGUE)
@takes()
def pause_submit(endpoint_id: int) -> Response:
    """Send nothing more for now."""
    service.pause(service.get(endpoint_id), web.acting_staff(CATALOGUE))
    return web.see_other(f"{HERE}/{endpoint_id}", "Paused. What happens meanwhile is not told to it.")


@pages.post(f"{HERE}/<int:endpoint_id>/go-on")
@staff(CATALOGUE)
@takes()
def go_on_submit(endpoint_id: int) -> Response:
    """Send again."""
    service.go_on(service.get(endpoint_id), web.acting_staff(CATALOGUE))
    return web.see_other(f"{HERE}/{endpoint_id}", "It is told again from now on, and what waited is on its way.")


@pages.post(f"{HERE}/<int:endpoint_id>/remove")
@staff(CATALOGUE)
@takes()
def remove_submit(endpoint_id: int) -> Response:
    """Forget it."""
    service.remove(service.get(endpoint_id), web.acting_staff(CATALOGUE))
    return web.see_other(HERE, "Removed, with what it was told.")


def _overview(refused: str = "", status: int = 200, **typed: object) -> Response:
    return web.render(
        "storefront/webhooks/overview.html",
        status=status,
        endpoints=service.all_of_them(),
        choices=rules.CHOICES,
        refused=refused,
        typed={"address": "", "kinds": []} | typed,
    )


def _show(found: Endpoint, *, secret: str = "", refused: str = "", status: int = 200) -> Response:
    typed = request.args.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    told = service.told(found, before)
    return web.render(
        "storefront/webhooks/endpoint.html",
        status=status,
        one=found,
        told=told,
        older=f"{HERE}/{found.id}?before={told[-1].id}" if len(told) == service.MOST else "",
        choices=rules.CHOICES,
        tries=len(rules.WAITS),
        secret=secret,
        refused=refused,
    )
