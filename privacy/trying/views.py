"""POST /privacy/try/<clause>: one try on one's own data."""

from flask import Blueprint, Response

from core import db
from core.access import signed_in
from core.errors import NotFound
from core.limits import limited
from core.web import me, render
from privacy import register
from privacy.looks.rules import why
from privacy.trying import checks, service
from privacy.trying.rules import CHECKS, FORGERIES, MISUSES, button

pages = Blueprint("privacy_trying", __name__)

NEEDS_NO_TRANSACTION = "P19"


@pages.post("/privacy/try/<clause>")
@limited("try")
@signed_in(own_transactions=True)
def attempt(clause: str) -> Response:
    """Try it, and show what came of it. Raises NotFound where there is nothing to try."""
    if clause not in register.clauses or not button(clause):
        raise NotFound
    outcome = _outcome(me().id, clause)
    names = {one.id: one.name for one in register.purposes.values()}
    with db.transaction(reading=True):
        return render(
            "privacy/trying/result.html",
            clause=register.clauses[clause],
            button=button(clause),
            outcome=outcome,
            names=names,
            why=why,
        )


def _outcome(account_id: int, clause: str) -> service.Outcome:
    if clause in MISUSES:
        return service.attempt(account_id, clause)
    if clause in FORGERIES:
        return service.forge(clause)
    if clause in CHECKS and clause == NEEDS_NO_TRANSACTION:
        return checks.look(account_id, clause)
    with db.transaction(reading=True):
        return checks.look(account_id, clause)
