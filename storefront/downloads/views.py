"""Downloading the file of a product that one holds a license of."""

from flask import Blueprint, Response, send_file

from core import web
from core.access import signed_in
from storefront.downloads import service

pages = Blueprint("downloads", __name__)


@pages.get("/account/licenses/<public_id>/download")
@signed_in
def begin(public_id: str) -> Response:
    """Make a link that works for some minutes, and follow it."""
    return web.see_other(service.make_link(web.me().id, public_id))


@pages.get("/download/<token>")
@signed_in
def send(token: str) -> Response:
    """The file itself, or the asked-for range of it."""
    file = service.open_link(web.me().id, token)
    answer = send_file(file.path, as_attachment=True, download_name=file.name, conditional=True)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
