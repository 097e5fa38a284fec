"""/account/privacy/looked: who looked at one's data, page by page."""

from flask import Blueprint, Response, request

from core.access import signed_in
from core.web import me, render
from privacy import register
from privacy.looks import service
from privacy.looks.rules import why

pages = Blueprint("privacy_looks", __name__)


@pages.get("/account/privacy/looked")
@signed_in
def looked() -> Response:
    """Openings by staff and every refusal, the latest first; what the program opened by itself as sums."""
    before = request.args.get("before", default=0, type=int)
    shown = service.page_of(me().id, before=before)
    return render(
        "privacy/panel/looked.html",
        looked=shown.entries,
        older=shown.older,
        is_first=not before,
        routines=service.by_program(me().id),
        names={one.id: one.name for one in register.purposes.values()},
        why=why,
    )
