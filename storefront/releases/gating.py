"""Which releases a license may have: found by its key, within its window."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from core import clock, tokens
from core.db import session
from core.errors import NotFound, Refusal
from storefront.catalogue.models import Product
from storefront.licenses import loads
from storefront.licenses import service as licenses
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState, check_usable, state_at
from storefront.releases import rules, service
from storefront.releases.models import Release, ReleaseFile
from storefront.releases.service import Listed

LIFETIME = timedelta(hours=1)
PURPOSE = "release file"


class WrongKey(Refusal):
    """A program sent no key, or none that has to do with what it asks for."""

    status = 401
    code = "wrong_key"
    title = "No license key that opens this"
    sentence = "Send the key of a license of this product."
    challenge = 'Basic realm="licenses", charset="UTF-8"'


@dataclass(frozen=True, kw_only=True)
class Holds:
    """A license that counts here, and its product."""

    license: License
    product: Product


def opened(key: str, name: str = "") -> Holds:
    """The license of this key, for the product of that name in the index ("": whichever it is). Raises WrongKey, or why
    the license was taken back; one that ended still has what was there before."""
    wanted = select(License, Product).join(Product, Product.id == License.product_id)
    for license, product in session.execute(wanted.where(License.key_hash == licenses.key_hash(key)).limit(20)):
        if name in {"", rules.index_name(product.slug)}:
            _check(license)
            return Holds(license=license, product=product)
    raise WrongKey


def releases_for(holds: Holds, *, beta: bool = True) -> list[Listed]:
    """What the license may have, the newest version first."""
    return [one for one in service.listed(holds.product.id) if _may_have(holds.license, one.release, beta=beta)]


def releases_of(license: License) -> list[Listed]:
    """The same for a license that its holder looks at."""
    return [one for one in service.listed(license.product_id) if _may_have(license, one.release, beta=True)]


def link_to(license: License, file: ReleaseFile) -> str:
    """An address that hands out this file to whoever has it, for LIFETIME."""
    return f"/v1/files/{tokens.sign(PURPOSE, [license.id, file.id])}/{file.name}"


def open_link(token: str) -> ReleaseFile:
    """The file of a link. Raises LinkExpired, NotFound, or why the license does not count any more."""
    said = tokens.read(PURPOSE, token, within=LIFETIME)
    assert isinstance(said, list)
    license, file = session.get(License, said[0]), session.get(ReleaseFile, said[1])
    if license is None or file is None:
        raise NotFound
    _check(license)
    if not _may_have(license, session.get_one(Release, file.release_id), beta=True):
        raise NotFound("This release is not handed out any more.")
    loads.note(license)
    return file


def _check(license: License) -> None:
    state = LicenseState(license.state)
    if state_at(state, license.expires_at, clock.now()) is not LicenseState.EXPIRED:
        check_usable(state, license.expires_at, clock.now())


def _may_have(license: License, release: Release, *, beta: bool) -> bool:
    if release.published_at is None or release.withdrawn_at is not None or (release.channel == "beta" and not beta):
        return False
    end = rules.window_end(license.expires_at, license.updates_until)
    return rules.is_within(release.published_at, end)
