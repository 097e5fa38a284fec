"""/privacy/discarded for everybody, /account/privacy/keeping for oneself: how long things stay, and what keeps them."""

from flask import Blueprint, Response

from core import menus
from core.access import Permission, public, signed_in
from core.datakeys import rules as kinds
from core.web import me, render
from privacy.pageviews.rules import shown
from privacy.panel import sections
from privacy.retention import holds, service

pages = Blueprint("privacy_retention", __name__)


def join() -> None:
    """Put the page into the panel and the holds into the back office."""
    sections.add("How long we keep it", "/account/privacy/keeping", _line, rank=15)
    menus.add("staff", "Legal holds", "/staff/holds", rank=70, permission=Permission.PRIVACY.value)


@pages.get("/privacy/discarded")
@public(cached=True)
def discarded() -> Response:
    """What was discarded, as sums that name nobody."""
    rows = [(one.expiry, shown(one.lately), shown(one.ever)) for one in service.tallies()]
    return render("privacy/retention/discarded.html", rows=rows)


@pages.get("/account/privacy/keeping")
@signed_in
def keeping() -> Response:
    """Each kind of one's data, how long it stays, since when its keys exist, which are destroyed, and what holds it."""
    return render(
        "privacy/retention/keeping.html",
        kept=service.kept_of(me().id),
        holds=holds.of(me().id),
        titles={kind.name: kind.title for kind in kinds.kinds()},
    )


def _line(account_id: int) -> str:
    held = len(holds.held(account_id))
    return f"{held} legal {'hold' if held == 1 else 'holds'}" if held else "No legal hold"
