"""By which words products are reached in addresses: today's, and those they had before."""

from sqlalchemy import select

from core.db import session
from storefront.catalogue import service
from storefront.catalogue.models import FormerSlug, Product


def shown_product(slug: str) -> Product:
    """The product of this slug as shoppers know it: a draft is not there yet. Raises NotFound."""
    found = service.find_product(slug)
    return service.get_product("" if found is not None and found.draft else slug)


def slug_now(former: str) -> str | None:
    """What a product is called today that was called so before, once it is published."""
    wanted = select(Product.slug).join(FormerSlug, FormerSlug.product_id == Product.id)
    return session.scalar(wanted.where(FormerSlug.slug == former, Product.draft.is_(False)))


def former_slugs(slug: str) -> list[str]:
    """What the product that is called so was called before."""
    wanted = select(FormerSlug.slug).join(Product, Product.id == FormerSlug.product_id)
    return list(session.scalars(wanted.where(Product.slug == slug).order_by(FormerSlug.slug)))
