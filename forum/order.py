"""The order in which a reader wants posts, remembered in the forum's own cookie and only by the reader's own act."""

from flask import Response, request

from core import web

COOKIE, NEWEST, DAYS = "lp_forum", "newest", 180


def is_newest_first() -> bool:
    """True for readers who chose to see the newest posts first."""
    return request.cookies.get(COOKIE) == NEWEST


def remember(answer: Response, order: str) -> None:
    """Keep the choice; the usual order needs no cookie, so choosing it takes the cookie back."""
    if order == NEWEST:
        web.put_cookie(answer, COOKIE, NEWEST, seconds=DAYS * 86_400, path="/forum")
    else:
        web.drop_cookie(answer, COOKIE, path="/forum")
