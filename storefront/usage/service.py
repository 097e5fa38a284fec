"""How each program of our own making is used: sums that the database adds up, so that no row about anybody is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select

from core import clock
from core.db import session
from core.errors import NotFound
from storefront.activation.models import Device, LicenseRefusal, LicenseUse
from storefront.catalogue.models import Edition, Product, Source
from storefront.licenses.models import License
from storefront.licenses.service import LIVE
from storefront.usage import rules
from storefront.usage.rules import Sum, of_people

LATELY = timedelta(days=30)
Rows = list[tuple[str, Sum]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A program: who holds it, how many licenses work, how many were asked about within 30 days, and their devices."""

    slug: str
    name: str
    holders: Sum
    licenses: Sum
    used: Sum
    devices: Sum


@dataclass(frozen=True, kw_only=True)
class Detail:
    """The same of one program, by what may be told of its groups. Each counts holders."""

    line: Line
    editions: Rows
    platforms: Rows
    refusals: Rows


def overview() -> list[Line]:
    """All programs of our own making that anybody holds, those with the most holders that can be told first; one statement."""
    return sorted(_lines(()), key=lambda line: -(line.holders.told or 0))


def detail(slug: str) -> Detail:
    """One of them; four statements. Raises NotFound."""
    here = (Product.slug == slug,)
    lines = _lines(here)
    if not lines:
        raise NotFound("There are no figures about this program: nobody holds a license of it.")
    return Detail(line=lines[0], editions=_by(Edition.name, here), platforms=_platforms(here), refusals=_refusals(here))


def _lines(narrowed: Sequence[ColumnElement[bool]]) -> list[Line]:
    recent = _used_since(clock.now() - LATELY)
    machines = func.coalesce(LicenseUse.machines, 0)
    wanted = _held(
        select(
            Product.slug,
            Product.name,
            func.count(func.distinct(License.account_id)),
            func.count(License.id),
            func.count(func.distinct(case((recent, License.account_id)))),
            func.count(case((recent, License.id))),
            func.count(func.distinct(case((machines > 0, License.account_id)))),
            func.coalesce(func.sum(machines), 0),
        ).outerjoin(LicenseUse, LicenseUse.license_id == License.id),
        narrowed,
    )
    rows = session.execute(wanted.group_by(Product.id).order_by(Product.sort_name, Product.id))
    return [
        Line(
            slug=slug,
            name=name,
            holders=of_people(holders),
            licenses=Sum(people=holders, things=licenses),
            used=Sum(people=users, things=used),
            devices=Sum(people=owners, things=int(devices)),
        )
        for slug, name, holders, licenses, users, used, owners, devices in rows
    ]


def _used_since(since: datetime) -> ColumnElement[bool]:
    seen = exists().where(Device.license_id == License.id, Device.seen_at >= since)
    return or_(LicenseUse.validated_at >= since, seen)


def _by(name: Any, narrowed: Sequence[ColumnElement[bool]]) -> Rows:
    wanted = select(name, func.count(func.distinct(License.account_id)))
    wanted = _held(wanted.join(Edition, Edition.id == License.edition_id), narrowed)
    return rules.told({said: of_people(count) for said, count in session.execute(wanted.group_by(name))})


def _platforms(narrowed: Sequence[ColumnElement[bool]]) -> Rows:
    """Families only: what a program calls its platform may be as good as a name."""
    word = func.lower(Device.platform)
    families = [(word.contains(part, autoescape=True), literal(name)) for part, name in rules.FAMILIES]
    named = case((func.trim(Device.platform) == "", literal(rules.UNSAID)), *families, else_=literal(rules.OTHERS))
    inner = _held(
        select(named.label("family"), License.account_id).join(Device, Device.license_id == License.id), narrowed
    ).subquery()
    wanted = select(inner.c.family, func.count(func.distinct(inner.c.account_id))).group_by(inner.c.family)
    return rules.told({said: of_people(count) for said, count in session.execute(wanted)})


def _refusals(narrowed: Sequence[ColumnElement[bool]]) -> Rows:
    wanted = (
        select(LicenseRefusal.code, func.count(func.distinct(License.account_id)))
        .join(License, License.id == LicenseRefusal.license_id)
        .join(Product, Product.id == License.product_id)
        .where(LicenseRefusal.at >= clock.now() - LATELY, *narrowed)
    )
    rows = session.execute(wanted.group_by(LicenseRefusal.code))
    return rules.told({code: of_people(count) for code, count in rows})


def _held(wanted: Any, narrowed: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Licenses that work now, of our own making; a program that resold keys open is somebody else's to count."""
    now = clock.now()
    lasts = or_(License.expires_at.is_(None), License.expires_at > now)
    mine = and_(License.state.in_(LIVE), lasts, Product.source == Source.OWN.value)
    narrower: Select[Any] = wanted.join(Product, Product.id == License.product_id).where(mine, *narrowed)
    return narrower
