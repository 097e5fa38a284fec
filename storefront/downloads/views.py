"""Downloading the file of a product that one holds a license of."""

from flask import Blueprint, Response, render_template, request, send_file
from markupsafe import Markup

from core import menus, web
from core.access import signed_in
from core.asking import GOODS, takes
from storefront.downloads import service
from storefront.licenses.service import Held

pages = Blueprint("downloads", __name__)


@pages.get("/account/licenses/<public_id>/download")
@signed_in
@takes(version=GOODS)
def begin(public_id: str) -> Response:
    """Make a link that works for some minutes, and follow it."""
    return web.see_other(service.make_link(web.me().id, public_id, request.args.get("version", "")[:40]))


@pages.get("/download/<token>")
@signed_in
def send(token: str) -> Response:
    """The file itself, or the asked-for range of it."""
    file = service.open_link(web.me().id, token)
    answer = send_file(file.path, as_attachment=True, download_name=file.name, conditional=True)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def versions(held: Held) -> Markup:
    """On a license's page: every version there is, and which of them it has."""
    known = service.builds_for(held) if held.is_live else []
    worth = len(known) > 1 or any(not included for _build, included in known)
    return Markup(render_template("storefront/downloads/versions.html", held=held, builds=known)) if worth else Markup()


menus.fill("license.below", versions)
