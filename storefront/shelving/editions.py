"""What staff do with editions: add one, change it, put it before another. Each act is recorded."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import NotFound
from storefront.catalogue import history
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product, Term
from storefront.catalogue.service import EditionDraft
from storefront.money import Money
from storefront.orders.models import OrderLine
from storefront.shelving import rules, service
from storefront.shelving.rules import Terms


@dataclass(frozen=True, kw_only=True)
class Said:
    """What staff say of an edition."""

    name: str
    includes: tuple[str, ...]
    terms: Terms


def get(slug: str, edition_id: int) -> tuple[Product, Edition]:
    """A product with one of its editions. Raises NotFound."""
    product = catalogue.get_product(slug)
    edition = session.get(Edition, edition_id)
    if edition is None or edition.product_id != product.id:
        raise NotFound("This product has no such edition.")
    return product, edition


def said_of(edition: Edition) -> Said:
    """What stands of it."""
    terms = Terms(
        term=edition.term,
        devices=edition.devices,
        trial_days=edition.trial_days,
        update_months=edition.update_months,
        per_seat=edition.per_seat,
    )
    return Said(name=edition.name, includes=tuple(edition.includes), terms=terms)


def is_sold(edition_id: int) -> bool:
    """Whether anybody ordered it, ever."""
    return bool(session.scalar(select(exists().where(OrderLine.edition_id == edition_id))))


def add(slug: str, word: str, said: Said, price: Money, actor: Actor) -> int:
    """One more, behind the others, on sale with its product; its id. Refuses with WordTaken; raises NotFound."""
    product = service.locked(slug)
    if catalogue.find_edition(slug, word):
        raise service.WordTaken("Another edition of this product has this word in addresses. Choose another one.")
    terms = vars(said.terms) | {"term": Term(said.terms.term)}
    draft = EditionDraft(
        slug=word, name=said.name, includes=said.includes, price=price.amount, currency=price.currency, **terms
    )
    edition_id = catalogue.plant_edition(product.id, draft)
    catalogue.refresh(product.id)
    audit.record(actor, "add", "edition", edition_id, product=slug, edition=word, price=str(price))
    return edition_id


def change(slug: str, edition_id: int, said: Said, seen: str, actor: Actor) -> bool:
    """Sell it as this; whether that is different. Refuses with TermsAreSold and PlaceChanged; raises NotFound."""
    service.locked(slug)
    product, edition = get(slug, edition_id)
    session.refresh(edition)
    before = said_of(edition)
    if before == said:
        return False
    if service.fingerprint(before) != seen:
        raise service.PlaceChanged
    rules.check_terms(before.terms, said.terms, sold=is_sold(edition_id))
    edition.name, edition.includes = said.name, list(said.includes)
    for name, value in vars(said.terms).items():
        setattr(edition, name, value)
    session.flush()
    catalogue.refresh(product.id)
    entry = audit.record(actor, "change", "edition", edition_id, product=slug, edition=edition.slug)
    changed = history.differences(_flat(before), _flat(said))
    history.note(entry, product.id, changed, edition_id)
    return True


def _flat(said: Said) -> dict[str, object]:
    return {"name": said.name, "includes": said.includes, **vars(said.terms)}


def put_before(slug: str, edition_id: int, actor: Actor) -> None:
    """Show it one place further up. Raises NotFound."""
    product = service.locked(slug)
    get(slug, edition_id)
    wanted = select(Edition).where(Edition.product_id == product.id).order_by(Edition.rank, Edition.id)
    order = list(session.scalars(wanted))
    place = next(number for number, one in enumerate(order) if one.id == edition_id)
    order.insert(max(place - 1, 0), order.pop(place))
    for rank, one in enumerate(order, start=1):
        one.rank = rank
    session.flush()
    audit.record(actor, "put before", "edition", edition_id, product=slug)
