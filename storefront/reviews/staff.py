"""Reviews as support sees them: answer, hide with a reason, show again."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Actor, Permission, staff
from core.asking import noted, takes
from storefront.reviews import reading, service

pages = Blueprint("staff_reviews", __name__)
menus.add("staff", "Reviews", "/staff/reviews", rank=45, permission=Permission.SUPPORT.value)
HERE = "/staff/reviews"


@pages.get("/staff/reviews")
@staff(Permission.SUPPORT)
def queue() -> Response:
    """All reviews, the latest first."""
    rows = reading.queue(request.args.get("before", 0, type=int) % 2**53)
    shown = rows[: reading.QUEUE]
    older = shown[-1][0].id if len(rows) > reading.QUEUE else 0
    return web.render("storefront/reviews/queue.html", rows=shown, older=older)


@pages.post("/staff/reviews/<int:review_id>/answer")
@staff(Permission.SUPPORT)
@takes(answer=noted("review.answer"))
def answer_submit(review_id: int) -> Response:
    """Answer in the shop's name; an empty answer takes it back."""
    review = service.answer(_actor(), review_id, request.form.get("answer", ""))
    return web.see_other(HERE, "The answer stands below the review." if review.answer else "The answer was taken back.")


@pages.post("/staff/reviews/<int:review_id>/hide")
@staff(Permission.SUPPORT)
@takes(reason=noted("review.hidden_reason"))
def hide_submit(review_id: int) -> Response:
    """Hide it; its author reads why."""
    service.hide(_actor(), review_id, request.form.get("reason", ""))
    return web.see_other(HERE, "The review is hidden, its rating does not count, and its author can read why.")


@pages.post("/staff/reviews/<int:review_id>/restore")
@staff(Permission.SUPPORT)
def restore_submit(review_id: int) -> Response:
    """Show it again."""
    service.restore(_actor(), review_id)
    return web.see_other(HERE, "The review is shown again, and its rating counts.")


def _actor() -> Actor:
    return web.acting_staff(Permission.SUPPORT)
