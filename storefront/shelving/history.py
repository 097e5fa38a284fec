"""What was changed of a product, as it is read, and put back."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from core.access import Actor
from core.db import session
from core.errors import Conflict
from storefront.backoffice import rules as texts_rules
from storefront.backoffice import service as texts
from storefront.backoffice.service import Texts
from storefront.catalogue import history
from storefront.catalogue.models import Edition, GoodsChange, Product
from storefront.shelving import editions, service
from storefront.shelving.rules import Terms
from storefront.shelving.service import Place

WORDS = {
    "slug": "Word in its address",
    "vendor_id": "Made by",
    "category_id": "Shelf",
    "file_name": "Name of the file",
    "on_sale": "On sale",
    "trial_days": "Days of a trial",
    "update_months": "Months of new versions",
    "per_seat": "Sold by the seat",
}
TEXTS, PLACE, TERMS = ({field.name for field in fields(kind)} for kind in (Texts, Place, Terms))


class StandsAlready(Conflict):
    """There is nothing to put back."""

    code = "stands_already"
    sentence = "It stands like that already, so nothing was changed."


def word(field: str) -> str:
    """What a field is called on pages."""
    return WORDS.get(field, field.capitalize())


def shown(field: str, value: Any) -> str:
    """A value of a field as it is read."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field in {"vendor_id", "category_id"}:
        known = service.makers() if field == "vendor_id" else service.shelves()
        return next((one.name for one in known if one.id == value), "–")
    if field == "requirements":
        return texts_rules.write_requirements(value)
    return "\n".join(value) if isinstance(value, list) else "–" if value in {None, ""} else str(value)


def put_back(slug: str, change_id: int, taken: Collection[str], actor: Actor) -> str:
    """Make what was before a change hold again, as a change of its own; the slug. Refuses like whoever makes such a
    change by hand, or with StandsAlready; raises NotFound."""
    product = service.locked(slug)
    change = history.get(product.id, change_id)
    was = _frozen(change.before)
    if _now(product, change) == was:
        raise StandsAlready
    if change.field == "on_sale":
        (texts.sell_again if was else texts.withdraw)(slug, change.edition_id or 0, actor)
    elif change.edition_id:
        _put_back_edition(slug, change, was, actor)
    elif change.field in TEXTS:
        now = texts.texts_of(product)
        texts.rewrite(slug, replace(now, **{change.field: was}), texts.fingerprint(now), actor)
    else:
        place = service.place_of(product)
        service.move(slug, replace(place, **{change.field: was}), service.fingerprint(place), taken, actor)
    return product.slug


def _put_back_edition(slug: str, change: GoodsChange, was: Any, actor: Actor) -> None:
    _, edition = editions.get(slug, change.edition_id or 0)
    now = editions.said_of(edition)
    is_term = change.field in TERMS
    wanted = (
        replace(now, terms=replace(now.terms, **{change.field: was}))
        if is_term
        else replace(now, **{change.field: was})
    )
    editions.change(slug, edition.id, wanted, service.fingerprint(now), actor)


def _now(product: Product, change: GoodsChange) -> Any:
    """What stands there today."""
    edition = session.get(Edition, change.edition_id) if change.edition_id else None
    if change.field == "on_sale":
        return (edition or product).withdrawn_at is None
    if edition is not None:
        return _frozen(getattr(edition, change.field))
    return _frozen(getattr(product, change.field))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value
