"""Versions of products: which came out when, so that older ones stay to be had."""

from datetime import datetime

from sqlalchemy import select

from core import clock
from core.db import session
from core.inserting import insert_or
from storefront.catalogue.models import Build, Product


def builds_of(product_id: int) -> list[Build]:
    """All versions, the newest first."""
    wanted = select(Build).where(Build.product_id == product_id)
    return list(session.scalars(wanted.order_by(Build.released_at.desc(), Build.id.desc())))


def release(product: Product, version: str, file_name: str, file_bytes: int) -> None:
    """Bring out a new version: what is sold from now on."""
    product.version, product.file_name, product.file_bytes = version, file_name, file_bytes
    note(product, clock.now())


def note(product: Product, released_at: datetime) -> None:
    """Keep the product's version as one of its builds; the same version again changes its file."""
    session.flush()
    file = {"file_name": product.file_name, "file_bytes": product.file_bytes}
    put = insert_or(Build).values(product_id=product.id, version=product.version, released_at=released_at, **file)
    session.execute(put.on_conflict_do_update(index_elements=["product_id", "version"], set_=file))
