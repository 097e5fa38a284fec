"""Words of the shop in pieces of three letters, so that a word typed wrong is found"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

SHORTEST, LONGEST = 3, 32
READ = (
    "SELECT p.name, p.slug, p.tagline, p.subtitle, p.keywords, p.description, v.name, c.name FROM product p "
    "JOIN vendor v ON v.id = p.vendor_id JOIN category c ON c.id = p.category_id"
)


def upgrade() -> None:
    """Take the step."""
    made = op.create_table(
        "search_gram",
        sa.Column("gram", sa.String(length=3), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("gram", "word", name=op.f("pk_search_gram")),
    )
    words = {word for row in op.get_bind().execute(sa.text(READ)) for text in row for word in _words(text)}
    rows = [{"gram": gram, "word": word} for word in sorted(words) for gram in sorted(_grams(word))]
    if rows:
        op.bulk_insert(made, rows)


def downgrade() -> None:
    """Take it back."""
    op.drop_table("search_gram")


def _words(text: str) -> list[str]:
    apart = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn").casefold()
    return [word for word in re.findall(r"[a-z]+", apart) if SHORTEST <= len(word) <= LONGEST]


def _grams(word: str) -> set[str]:
    return {"", *(f" {word} "[place : place + 3] for place in range(len(word)))}
