"""The queue of keys that do not work: look, replace, or decline with a sentence."""

from flask import Response, request

from core import web
from core.access import staff
from core.asking import noted, takes
from core.errors import Refusal
from storefront.stockroom import disputes
from storefront.stockroom.imports import pages
from storefront.stockroom.staff import CATALOGUE

__all__ = ["pages"]


@pages.get("/staff/pools/disputes")
@staff(CATALOGUE)
def queue() -> Response:
    """Open ones, the oldest first, and what was answered lately."""
    waiting, answered = disputes.cases(is_open=True), disputes.cases(is_open=False, most=20)
    return web.render("storefront/stockroom/disputes.html", waiting=waiting, answered=answered)


@pages.get("/staff/pools/disputes/<int:dispute_id>")
@staff(CATALOGUE)
def case(dispute_id: int) -> Response:
    """One of them, with what the holder wrote; reading it is written down."""
    return _show(dispute_id)


@pages.post("/staff/pools/disputes/<int:dispute_id>/replace")
@staff(CATALOGUE)
def replace_submit(dispute_id: int) -> Response:
    """Another key from the pool."""
    try:
        disputes.replace(dispute_id, web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _show(dispute_id, status=refused.status, refused=refused.sentence)
    return web.see_other("/staff/pools/disputes", "Replaced. The new key is in the holder's mail and account.")


@pages.post("/staff/pools/disputes/<int:dispute_id>/decline")
@staff(CATALOGUE)
@takes(sentence=noted("key_dispute.answer"))
def decline_submit(dispute_id: int) -> Response:
    """No other key, and why."""
    sentence = request.form.get("sentence", "")
    try:
        disputes.decline(dispute_id, sentence, web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _show(dispute_id, status=refused.status, refused=refused.sentence, sentence=sentence)
    return web.see_other("/staff/pools/disputes", "Declined. The holder reads your sentence beside the license.")


@pages.post("/staff/pools/disputes/<int:dispute_id>/key")
@staff(CATALOGUE)
@takes(reason=noted("audit_entry.details"))
def key_submit(dispute_id: int) -> Response:
    """The whole key, once, for a reason."""
    reason = request.form.get("reason", "")
    try:
        return _show(dispute_id, key=disputes.open_key(dispute_id, reason, web.acting_staff(CATALOGUE)))
    except Refusal as refused:
        return _show(dispute_id, status=refused.status, refused=refused.sentence, reason=reason)


def _show(dispute_id: int, status: int = 200, **more: object) -> Response:
    found = disputes.get_case(dispute_id)
    words, answer = disputes.words_of(found, web.acting_staff(CATALOGUE))
    given = {"refused": "", "sentence": "", "reason": "", "key": "", **more}
    return web.render("storefront/stockroom/case.html", status=status, case=found, words=words, answer=answer, **given)
