"""Who is reading on this request: worked out once, however often a page asks."""

from typing import cast

from flask import g

from core import web
from forum.reading import reader_for
from forum.seen import Reader


def reader() -> Reader:
    """The visitor as a reader of the forum."""
    known = g.get("forum_reader")
    if known is None:
        known = g.forum_reader = reader_for(web.person())
    return cast(Reader, known)
