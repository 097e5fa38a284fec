"""What staff do with makers and shelves: add, rename, put in order. Each act is recorded."""

from sqlalchemy import exists, func, select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from storefront.catalogue import search
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Category, Product, Vendor
from storefront.shelving import service


def counted(column: type[Vendor] | type[Category]) -> dict[int, int]:
    """How many products each maker, or each shelf, has."""
    key = Product.vendor_id if column is Vendor else Product.category_id
    return {one: count for one, count in session.execute(select(key, func.count()).group_by(key))}


def get_maker(maker_id: int) -> Vendor:
    """A maker. Raises NotFound."""
    found = session.get(Vendor, maker_id)
    if found is None:
        raise NotFound("There is no such maker.")
    return found


def get_shelf(shelf_id: int) -> Category:
    """A shelf. Raises NotFound."""
    found = session.get(Category, shelf_id)
    if found is None:
        raise NotFound("There is no such shelf.")
    return found


def add_maker(word: str, said: dict[str, str], actor: Actor, *, own: bool) -> None:
    """Somebody new who makes products. Refuses with WordTaken."""
    _check_free(Vendor, word)
    number = catalogue.plant_vendor(slug=word, own=own, **said)
    audit.record(actor, "add", "vendor", number, vendor=word)


def rename_maker(maker_id: int, said: dict[str, str], actor: Actor) -> None:
    """Call it so from now on; the search finds its products by that. Raises NotFound."""
    maker = get_maker(maker_id)
    _rename(maker, said)
    _find_anew(Product.vendor_id == maker_id)
    audit.record(actor, "rename", "vendor", maker_id, vendor=maker.slug)


def add_shelf(word: str, said: dict[str, str], actor: Actor) -> None:
    """One more shelf, behind the others. Refuses with WordTaken."""
    _check_free(Category, word)
    rank = (session.scalar(select(func.max(Category.rank))) or 0) + 1
    number = catalogue.plant_category(slug=word, rank=rank, **said)
    audit.record(actor, "add", "category", number, category=word)


def rename_shelf(shelf_id: int, said: dict[str, str], actor: Actor) -> None:
    """Call it so from now on; the search finds its products by that. Raises NotFound."""
    shelf = get_shelf(shelf_id)
    _rename(shelf, said)
    _find_anew(Product.category_id == shelf_id)
    audit.record(actor, "rename", "category", shelf_id, category=shelf.slug)


def put_shelf_before(shelf_id: int, actor: Actor) -> None:
    """One place further up. Raises NotFound."""
    shelf, order = get_shelf(shelf_id), service.shelves()
    place = order.index(shelf)
    order.insert(max(place - 1, 0), order.pop(place))
    for rank, one in enumerate(order, start=1):
        one.rank = rank
    session.flush()
    audit.record(actor, "put before", "category", shelf_id, category=shelf.slug)


def _rename(thing: Vendor | Category, said: dict[str, str]) -> None:
    for name, value in said.items():
        setattr(thing, name, value)
    session.flush()


def _find_anew(whose: object) -> None:
    for product in session.scalars(select(Product).where(whose).order_by(Product.id)):  # type: ignore[arg-type]
        search.index(product)


def _check_free(kind: type[Vendor] | type[Category], word: str) -> None:
    if session.scalar(select(exists().where(kind.slug == word))):
        raise service.WordTaken
