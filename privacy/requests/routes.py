"""The doors of requests, and how each kind that the area itself can carry out is carried out."""

from flask import Flask

from core import menus
from core.access import Permission
from privacy.export import service as export
from privacy.requests import access, service, staff, stopping, views
from privacy.requests.rules import Kind
from privacy.requests.service import Granted


def install(app: Flask) -> None:
    """Give the program the pages, and name the handlers."""
    app.register_blueprint(views.pages)
    app.register_blueprint(staff.pages)
    views.install()
    menus.add("staff", "Requests", staff.HERE, rank=40, permission=Permission.PRIVACY.value)
    service.fulfil(Kind.ORIGINAL_PURPOSES, stopping.keep_to_original)
    service.fulfil(Kind.OBJECTION, stopping.object_to_uses)
    service.fulfil(Kind.ACCESS, _put_together)
    access.listen()


def _put_together(granted: Granted) -> str:
    """Never the data itself in a mail: a link to the address on file, when the file is ready (clause P16)."""
    export.start(granted.account_id, mailed=True)
    return "Your data is being put together; a mail tells you when it can be fetched."
