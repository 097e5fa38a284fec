"""Tokens of programs: made and shown once, listed, revoked; and the question by which a program learns whose it has."""

from flask import Blueprint, Response, jsonify, request

from core import menus, web
from core.access import api, signed_in
from core.accounts import apitokens
from core.accounts.models import ApiToken
from core.asking import kept, takes
from core.errors import Invalid
from core.limits import limited
from privacy import gate

pages = Blueprint("apitokens", __name__)
HERE = "/account/tokens"
menus.add("account", "Tokens", HERE, rank=85)


@pages.get(HERE)
@signed_in
def overview() -> Response:
    """One's tokens, and the form for another."""
    return _page()


@pages.post(f"{HERE}/new")
@signed_in
@limited("form")
@takes(name=kept("api_token.name"), scope=kept("api_token.scopes"), days=kept("api_token.expires_at"))
def make_submit() -> Response:
    """Make one, and show it this once."""
    name, scopes, days = request.form.get("name", ""), request.form.getlist("scope"), request.form.get("days", "")
    try:
        token = apitokens.make(web.me(), name, scopes, int(days) if days in map(str, apitokens.DAYS) else 0)
    except Invalid as refused:
        return _page(refused.sentence, refused.status, name=name[:200], scopes=scopes, days=days)
    return _page(token=token)


@pages.post(f"{HERE}/<int:token_id>/revoke")
@signed_in
def revoke_submit(token_id: int) -> Response:
    """End one at once."""
    apitokens.revoke(web.me(), token_id)
    return web.see_other(HERE, "The token is revoked. Programs that used it are refused from now on.")


@pages.get("/v1/token")
@api()
@limited("api")
def whose() -> Response:
    """For a program: whose token it has, and whether it still works."""
    return jsonify(name=web.me().name_shown, number=web.me().number)


def _tokens() -> list[tuple[ApiToken, str]]:
    """One's tokens with the names that one gave them."""
    found = apitokens.tokens_of(web.me().id)
    return [(one, gate.disclose(one.name, purpose="security", actor=web.actor())) for one in found]


def _page(refused: str = "", status: int = 200, *, token: str = "", **typed: object) -> Response:
    return web.render(
        "storefront/apitokens/overview.html",
        status=status,
        tokens=_tokens(),
        scopes=apitokens.scopes_for(web.me()),
        words=apitokens.WORDS,
        lengths=apitokens.DAYS,
        refused=refused,
        token=token,
        typed={"name": "", "scopes": [], "days": "90"} | typed,
    )
