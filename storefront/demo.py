"""The demo's goods, people, keys and files, planted through the services; the orders follow from storefront.orders."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import click
from sqlalchemy import select

from core import clock, db, web
from core.access import PROGRAM, Permission
from core.accounts import passwords
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from privacy import gate
from storefront import demo_card, demo_prices, demo_stock
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Edition, Product, Source, Term
from storefront.catalogue.service import EditionDraft, ProductDraft
from storefront.demo_content import content
from storefront.downloads import service as downloads
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licensing_api import signing
from storefront.pages.rules import TERMS_VERSION

Progress = Callable[[str, int, int], None]

PASSWORD = "rosette and seal 24"
POLICY_VERSION = 1
OLDEST = timedelta(days=440)
"""Everybody joined before the first order and the first post of the demo."""

SUBTITLES = {"naskhbench": "منضدة خط النسخ", "belegbruecke": "Belege einlesen, prüfen, weitergeben"}
LABELS = (
    ("memory", "Memory"),
    ("disk", "Disk"),
    ("screen", "Screen"),
    ("windows", "System"),
    ("graphics", "Graphics"),
    ("processor", "Processor"),
    ("files as", "Files"),
    ("scores as", "Files"),
    ("pictures as", "Files"),
    ("printer", "Printer"),
    ("scanner", "Scanner"),
    ("database", "Database"),
    ("usb", "Connection"),
    ("folder", "Storage"),
    ("host", "Host"),
    ("java", "Runtime"),
    ("loudspeakers", "Sound"),
    ("tripod", "Equipment"),
)
"""What a requirement is about, by the first of these words in it."""


def plant(progress: Progress) -> bool:
    """Plant all of it, once; True if this was the time."""
    with db.transaction(reading=True):
        planted = session.scalar(select(Product.id).limit(1)) is not None
    if planted:
        click.echo("The demo data is there.")
    else:
        _plant_goods(progress)
        _plant_people(progress)
        demo_stock.plant_pools(progress)
        demo_prices.plant()
    return not planted


def write_card(*, anew: bool) -> None:
    """Write who can sign in, what they hold and what the pools hold; if not anew, only where the card lacks it."""
    if not anew and "licenses" in demo_card.read():
        demo_card.keep()
        return
    with db.transaction():
        emails = {_account(person).id: person.email for person in content.testers()}
        staff, colleagues = _staff()
        demo_card.keep(
            people={person.role.value: _signing_in(person) for person in content.testers()},
            staff=staff,
            colleagues=colleagues,
            licenses=_licenses(emails),
            pools=_pools(),
            api={"account": signing.ACCOUNT, "public_key": signing.public_key()},
        )


def show_card() -> None:
    """Print who can sign in."""
    for line in demo_card.lines():
        click.echo(line)


def _plant_goods(progress: Progress) -> None:
    with db.transaction():
        vendors = {
            one.slug: catalogue.plant_vendor(
                slug=one.slug, name=one.name, about=one.about, country=one.country, own=one.own
            )
            for one in content.vendors()
        }
        shelves = {
            one.slug: catalogue.plant_category(slug=one.slug, name=one.name, sentence=one.sentence, rank=rank)
            for rank, one in enumerate(content.categories())
        }
        everything = content.products()
        for number, product in enumerate(everything):
            catalogue.plant_product(_draft(product, vendors[product.vendor], shelves[product.category], number))
            progress("products", number + 1, len(everything))


def _draft(product: content.Product, vendor_id: int, category_id: int, number: int) -> ProductDraft:
    words = f"{product.name} {product.version}\n\n{product.tagline}.\n\n{product.description}"
    return ProductDraft(
        slug=product.slug,
        name=product.name,
        subtitle=SUBTITLES.get(product.slug, ""),
        vendor_id=vendor_id,
        category_id=category_id,
        source=Source.OWN if product.source is content.Source.OWN else Source.POOL,
        tagline=product.tagline,
        description=product.description,
        keywords=product.keywords,
        requirements=[(_label(text), text[:1].upper() + text[1:]) for text in product.requirements],
        platforms=product.platforms,
        version=product.version,
        file_name=product.file_name,
        file_bytes=downloads.plant_file(product.slug, product.file_name, words),
        published_at=clock.now() - OLDEST - timedelta(days=30 + 211 * number % 900),
        editions=[_edition(edition, own=product.source is content.Source.OWN) for edition in product.editions],
    )


def _edition(edition: content.Edition, *, own: bool) -> EditionDraft:
    return EditionDraft(
        slug=edition.slug,
        name=edition.name,
        term=Term(edition.term.value),
        devices=edition.devices,
        price=edition.prices["EUR"],
        prices=demo_prices.others(edition.prices, own=own),
        includes=edition.included,
    )


def _label(requirement: str) -> str:
    return next((label for word, label in LABELS if word in requirement.lower()), "Besides")


def _plant_people(progress: Progress) -> None:
    """One hash serves all: every account of the demo has the same password."""
    hashed = passwords.make(PASSWORD, cost=web.settings().bcrypt_cost)
    everybody = [*content.members(), *content.testers(), *content.staff()]
    with db.transaction():
        for number, person in enumerate(everybody):
            with clock.moved(-OLDEST - timedelta(hours=7 * number)):
                _join(person, hashed)
            progress("people", number + 1, len(everybody))


def _join(person: content.Person, hashed: str) -> None:
    account = accounts.register(email=person.email, name_shown=person.name_shown, password_hash=hashed)
    accounts.accept(account.id, "terms", TERMS_VERSION, place="sign-up")
    accounts.accept(account.id, "policy", POLICY_VERSION, place="sign-up")
    accounts.confirm(account.id)
    accounts.grant(account.id, _permissions(person))


def _permissions(person: content.Person) -> list[Permission]:
    if person.permission:
        return [Permission(person.permission)]
    return [Permission.MODERATION] if person.role is content.Role.MODERATOR else []


def _signing_in(person: content.Person) -> dict[str, str]:
    return {"email": person.email, "password": PASSWORD}


def _staff() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """One for each kind of work; and who else does the same, so that two can agree on something."""
    first: dict[str, dict[str, str]] = {}
    others: dict[str, dict[str, str]] = {}
    for person in content.staff():
        known = others if str(person.permission) in first else first
        known[str(person.permission)] = _signing_in(person)
    return first, others


def _account(person: content.Person) -> Account:
    found = accounts.find_by_email(person.email)
    assert found is not None
    return found


def _licenses(emails: dict[int, str]) -> list[dict[str, object]]:
    """What the testers hold, with the keys in full: all of it is invented."""
    wanted = select(License, Edition, Product).join(Edition, Edition.id == License.edition_id)
    wanted = wanted.join(Product, Product.id == License.product_id).where(License.account_id.in_(emails))
    return [
        {
            "key": gate.disclose(license_.key, purpose="licenses", actor=PROGRAM),
            "policy": f"{product.slug}/{edition.slug}",
            "product_id": product.id,
            "max_machines": edition.devices,
            "status": license_.state,
            "holder": emails[license_.account_id],
        }
        for license_, edition, product in session.execute(wanted.order_by(License.id))
    ]


def _pools() -> list[dict[str, object]]:
    editions = _pool_editions()
    free = licenses.free_in_pool([edition_id for edition_id, _product, _edition in editions])
    return [
        {"product": product, "edition": edition, "free": free.get(edition_id, 0)}
        for edition_id, product, edition in editions
    ]


def _pool_editions() -> Iterable[tuple[int, str, str]]:
    wanted = select(Edition.id, Product.slug, Edition.slug).join(Product, Product.id == Edition.product_id)
    rows = session.execute(wanted.where(Product.source == Source.POOL.value).order_by(Edition.id))
    return [(edition_id, product, edition) for edition_id, product, edition in rows]
