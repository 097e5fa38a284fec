"""Where the files of products lie, and the signed links that lead to them."""

import gzip
import io
import tarfile
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from werkzeug.security import safe_join

from core import clock, tokens, web
from core.errors import NextStep, NotAllowed, NotFound
from storefront.catalogue import builds, naming
from storefront.catalogue.models import Build
from storefront.licenses import loads
from storefront.licenses import service as licenses
from storefront.licenses.rules import LicenseState, check_usable
from storefront.licenses.service import Held

LIFETIME = timedelta(minutes=10)
PURPOSE = "download"
BORN = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that may be sent: its place on disk and the name under which it is kept by the reader."""

    path: Path
    name: str


class NotIncluded(NotAllowed):
    """The version came out after the license's time for new versions was over."""

    code = "version_not_included"
    title = "This version came later"


def make_link(account_id: int, public_id: str, version: str = "") -> str:
    """An address for this account and license that works for LIFETIME: of the named version, or of the newest that the
    license has. Refuses a license that may not be used, and with NotIncluded a version that came too late for it."""
    held = licenses.get_for(account_id, public_id)
    check_usable(LicenseState(held.license.state), held.license.expires_at, clock.now())
    _file_of(held, version)
    loads.note(held.license)
    return f"/download/{tokens.sign(PURPOSE, [account_id, public_id, version])}"


def open_link(account_id: int, token: str) -> File:
    """The file behind a link, for whom it was made. Raises LinkExpired, NotFound, or why the license does not count."""
    said = tokens.read(PURPOSE, token, within=LIFETIME)
    if not isinstance(said, list) or said[0] != account_id:
        raise NotFound
    held = licenses.get_for(account_id, str(said[1]))
    check_usable(LicenseState(held.license.state), held.license.expires_at, clock.now())
    name = _file_of(held, str(said[2]) if len(said) > 2 else "")
    return File(path=path_of(held.product_slug, name), name=name)


def builds_for(held: Held) -> list[tuple[Build, bool]]:
    """All versions of the license's product, the newest first, and whether each is part of the license."""
    until = held.license.updates_until
    return [(one, until is None or one.released_at <= until) for one in builds.builds_of(held.license.product_id)]


def _file_of(held: Held, version: str) -> str:
    """The name of a version's file; without a version, of the newest that is part of the license."""
    until = held.license.updates_until
    if until is None and not version:
        return held.file_name
    known = builds_for(held)
    found = next((one for one, included in known if (one.version == version if version else included)), None)
    if found is None:
        raise NotFound("There is no such version of this product.")
    if until is not None and found.released_at > until:
        raise NotIncluded(
            f"Version {found.version} came out after {until:%d %B %Y}, until when your license has new versions. "
            "All versions before it stay yours to download.",
            next_steps=(
                NextStep(label="Your versions", address=f"/account/licenses/{held.license.public_id}"),
                NextStep(label="Buy the new version", address=f"/shop/{held.product_slug}"),
            ),
        )
    return found.file_name


def path_of(product_slug: str, file_name: str) -> Path:
    """Where the product's file lies: in a folder of its name, or of one it had before. Raises NotFound."""
    found = _file_in(product_slug, file_name)
    former = () if found else naming.former_slugs(product_slug)
    found = found or next((place for one in former if (place := _file_in(one, file_name))), None)
    if found is None:
        raise NotFound(
            "The file of this product is not here just now. Please write to us; your license is not touched."
        )
    return found


def _file_in(folder: str, file_name: str) -> Path | None:
    place = safe_join(str(_folder()), folder, file_name)
    return Path(place) if file_name and place is not None and Path(place).is_file() else None


def plant_file(product_slug: str, file_name: str, words: str) -> int:
    """Put a small archive in a product's place, the same bytes every time; its size in bytes."""
    target = _folder() / product_slug / file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    body = _tar(words.encode()) if file_name.endswith(".tar.gz") else _zip(words)
    target.write_bytes(body)
    return len(body)


def _zip(words: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("README.txt", BORN), words)
    return body.getvalue()


def _tar(words: bytes) -> bytes:
    body, entry = io.BytesIO(), tarfile.TarInfo("README.txt")
    entry.size = len(words)
    with (
        gzip.GzipFile(fileobj=body, mode="wb", mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w") as packed,
    ):
        packed.addfile(entry, io.BytesIO(words))
    return body.getvalue()


def _folder() -> Path:
    return web.settings().instance.resolve() / "files"
