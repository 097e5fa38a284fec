"""License certificates: frozen when a license is issued, never changed; a correction writes another that replaces it."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select

from core import clock, web
from core.access import PROGRAM, Actor
from core.accounts.models import Account
from core.db import session
from core.errors import NotFound
from core.jobs.service import job
from core.sealed import seal
from privacy import gate
from storefront.catalogue.models import Edition, Product
from storefront.licenses.models import Certificate, License
from storefront.orders.models import Order, OrderLine

PURPOSE = "licenses"
PASSED_ON = "passed on"
ALPHABET, SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 10
AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A certificate, opened for somebody who may read it. replaced_by: the number of the one that stands, if another."""

    number: str
    issued_at: datetime
    said: Mapping[str, str] = field(repr=False)
    replaced_by: str = ""


def certify(order: Order, licenses: Sequence[License]) -> None:
    """Write the first certificate of each license, in the transaction that issues it."""
    if not licenses:
        return
    buyer = _buyer(order)
    for license in licenses:
        _write(license, 1, {**_facts(order, license), **buyer})


def certify_taker(license: License) -> None:
    """Write the certificate of somebody who did not buy the license; the buyer's order is not theirs to see."""
    line = session.get_one(OrderLine, license.order_line_id)
    said = _facts(session.get_one(Order, line.order_id), license)
    holder = {"holder": session.get_one(Account, license.account_id).name_shown, "company": "", "order": PASSED_ON}
    _write(license, 1, {**said, "edition": session.get_one(Edition, license.edition_id).name, **holder})


def reissue(license: License, said: Mapping[str, str]) -> tuple[Certificate, Certificate]:
    """The certificate that stood, and the one that says this from now on. Raises NotFound."""
    earlier = latest(license.id)
    kept = _opened(earlier, PROGRAM)
    return earlier, _write(license, earlier.issue + 1, {**kept, **said, "replaces": earlier.number})


def write_ending(license: License) -> None:
    """Say the ending of the license's key as it is now; nothing where no certificate has been written yet."""
    if numbers_of(license.id):
        reissue(license, {"last_five": license.last_five})


def write_plan(license: License) -> None:
    """Say the license's plan as it is now: edition, devices and end."""
    if numbers_of(license.id):
        edition = session.get_one(Edition, license.edition_id)
        until = license.expires_at.date().isoformat() if license.expires_at else ""
        devices = str(edition.devices * license.seats)
        reissue(license, {"edition": edition.name, "devices": devices, "until": until})


def latest(license_id: int) -> Certificate:
    """The certificate that stands. Raises NotFound."""
    own = select(Certificate).where(Certificate.license_id == license_id).order_by(Certificate.issue.desc())
    return _there(session.scalars(own.limit(1)).first())


def sheet_of(license: License, actor: Actor, number: str = "") -> Sheet:
    """The license's certificate that stands, or the one with this number, opened for this reader. Raises NotFound."""
    stands = latest(license.id)
    wanted = select(Certificate).where(Certificate.license_id == license.id, Certificate.number == number)
    found = _there(session.scalar(wanted)) if number else stands
    return Sheet(
        number=found.number,
        issued_at=found.issued_at,
        said=_opened(found, actor),
        replaced_by=stands.number if stands.issue > found.issue else "",
    )


def numbers_of(license_id: int) -> list[str]:
    """The numbers of a license's certificates; the one that stands first."""
    own = select(Certificate.number).where(Certificate.license_id == license_id)
    return list(session.scalars(own.order_by(Certificate.issue.desc())))


@job("licenses.certify", every=60)
def certify_missing() -> None:
    """Give those their certificate that were issued before there were any."""
    without = ~exists().where(Certificate.license_id == License.id)
    rows = select(License, Order).join(OrderLine, OrderLine.id == License.order_line_id)
    wanted = rows.join(Order, Order.id == OrderLine.order_id).where(without).order_by(License.id).limit(AT_ONCE)
    for license, order in session.execute(wanted).all():
        certify(order, [license])


def _facts(order: Order, license: License) -> dict[str, str]:
    """What is certified, in the words under which it was sold."""
    line, product = session.get_one(OrderLine, license.order_line_id), session.get_one(Product, license.product_id)
    of = web.settings()
    return {
        "product": line.title,
        "edition": line.edition_title,
        "engraving": product.slug,
        "devices": str(session.get_one(Edition, license.edition_id).devices * license.seats),
        "from": license.issued_at.date().isoformat(),
        "until": license.expires_at.date().isoformat() if license.expires_at else "",
        "order": order.number,
        "license": license.public_id,
        "last_five": license.last_five,
        "shop": of.site_name,
        "seller": of.company_name,
    }


def _buyer(order: Order) -> dict[str, str]:
    company = gate.disclose(order.company, purpose="orders", actor=PROGRAM) if order.company else ""
    return {"holder": session.get_one(Account, order.account_id).name_shown, "company": company}


def _write(license: License, issue: int, said: Mapping[str, str]) -> Certificate:
    now, account_id = clock.now(), license.account_id
    frozen = seal(json.dumps(dict(said), ensure_ascii=False), "license_certificate.frozen", subject=account_id)
    made = Certificate(license_id=license.id, issue=issue, number=_number(now), frozen=frozen, issued_at=now)
    session.add(made)
    session.flush()
    return made


def _number(now: datetime) -> str:
    """Drawn at random: it says nothing about how many there are, and nobody waits for anybody's turn."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
    return f"LC-{now.year}-{symbols[:5]}-{symbols[5:]}"


def _opened(certificate: Certificate, actor: Actor) -> dict[str, str]:
    said: dict[str, str] = json.loads(gate.disclose(certificate.frozen, purpose=PURPOSE, actor=actor))
    return said


def _there(found: Certificate | None) -> Certificate:
    if found is None:
        raise NotFound("There is no such certificate. One is written when a license is issued.")
    return found
