"""The full-text index of products: FTS5 in SQLite, a tsvector in PostgreSQL, written whenever a product changes."""

from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, column, func, select, table, text

from core import db
from core.db import session
from storefront.catalogue import rules, spelling
from storefront.catalogue.models import Category, Product, Vendor

MOST = 1000
_INDEX = table("product_search", column("rowid"), column("id"), column("words"), column("product_search"))
_ADD_SQLITE = text("INSERT INTO product_search (rowid, name, about, body) VALUES (:id, :name, :about, :body)")
_ADD_POSTGRES = text(
    "INSERT INTO product_search (id, words) VALUES (:id, setweight(to_tsvector('english', :name), 'A') || "
    "setweight(to_tsvector('english', :about), 'B') || setweight(to_tsvector('english', :body), 'D'))"
)


def index(product: Product) -> None:
    """Write the product's words anew."""
    vendor, category = session.get_one(Vendor, product.vendor_id), session.get_one(Category, product.category_id)
    about = (product.tagline, product.subtitle, product.keywords.replace(",", " "), vendor.name, category.name)
    words = {
        "name": rules.index_text(f"{product.name} {product.slug.replace('-', ' ')}"),
        "about": rules.index_text(" \n".join(about)),
        "body": rules.index_text(product.description),
    }
    session.execute(_remove(), {"id": product.id})
    session.execute(_ADD_SQLITE if _is_sqlite() else _ADD_POSTGRES, {"id": product.id, **words})
    spelling.learn(" ".join(words.values()))


def matching(query: str) -> Select[Any] | None:
    """A select of (id, rank) of the products with all these words, small ranks best; None where no word is left."""
    words = rules.read_words(query)
    if not words:
        return None
    if _is_sqlite():
        rank: ColumnElement[Any] = func.bm25(_INDEX.c.product_search, 10.0, 4.0, 1.0)
        found = select(_INDEX.c.rowid.label("id"), rank.label("rank"))
        return found.where(_INDEX.c.product_search.match(rules.fts5_match(words)))
    asked = func.to_tsquery("english", rules.tsquery_text(words))
    rank = -func.ts_rank(_INDEX.c.words, asked)
    return select(_INDEX.c.id.label("id"), rank.label("rank")).where(_INDEX.c.words.op("@@")(asked))


def hits(query: str) -> tuple[int, ...]:
    """The products with all these words, best first, at most MOST of them."""
    found = matching(query)
    if found is None:
        return ()
    best = found.cte("hits").prefix_with("MATERIALIZED")
    on_sale = select(best.c.id).join(Product, Product.id == best.c.id).where(Product.withdrawn_at.is_(None))
    return tuple(session.scalars(on_sale.order_by(best.c.rank, best.c.id).limit(MOST)))


def _remove() -> TextClause:
    return text(f"DELETE FROM product_search WHERE {'rowid' if _is_sqlite() else 'id'} = :id")  # noqa: S608  (two fixed words)


def _is_sqlite() -> bool:
    return db.current().dialect == "sqlite"
