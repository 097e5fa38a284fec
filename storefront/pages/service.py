"""What the house's own pages need to know: the published terms, and whether the program is ready to serve."""

import hashlib
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core import store
from core.db import session
from storefront.catalogue import markdown

TERMS = Path(__file__).parent / "terms"


@cache
def terms_html(version: int) -> str:
    """The text of a version that exists, rendered."""
    return markdown.render((TERMS / f"v{version}.md").read_text(encoding="utf-8"))


def fingerprint(version: int) -> str:
    """The SHA-256 of a version's text, by which anybody can tell that it never changed."""
    return hashlib.sha256((TERMS / f"v{version}.md").read_bytes()).hexdigest()


def is_ready() -> bool:
    """True if the database answers and has all the tables that this program expects."""
    try:
        return session.execute(text("SELECT version_num FROM alembic_version")).scalar() == store.head()
    except SQLAlchemyError:  # away, busy or empty: whatever it is, nobody should be sent here now
        return False
