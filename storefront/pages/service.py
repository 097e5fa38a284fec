"""What the house's own pages need to know: the published terms, and whether the program is ready to serve."""

import hashlib
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core import store
from core.db import session
from storefront.catalogue import markdown

FOLDER = Path(__file__).parent


@cache
def text_html(text: str, version: int) -> str:
    """The text ("terms", "company") of a version that exists, rendered."""
    return markdown.render(_file(text, version).read_text(encoding="utf-8"))


@cache
def fingerprint(text: str, version: int) -> str:
    """The SHA-256 of a version's text, by which anybody can tell that it never changed."""
    return hashlib.sha256(_file(text, version).read_bytes()).hexdigest()


def is_ready() -> bool:
    """True if the database answers and has all the tables that this program expects."""
    try:
        return session.execute(text("SELECT version_num FROM alembic_version")).scalar() == store.head()
    except SQLAlchemyError:  # away, busy or empty: whatever it is, nobody should be sent here now
        return False


def _file(text: str, version: int) -> Path:
    return FOLDER / text / f"v{version}.md"
