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
from core.errors import NotFound
from storefront.licenses import service as licenses
from storefront.licenses.rules import LicenseState, check_usable

LIFETIME = timedelta(minutes=10)
PURPOSE = "download"
BORN = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that may be sent: its place on disk and the name under which it is kept by the reader."""

    path: Path
    name: str


def make_link(account_id: int, public_id: str) -> str:
    """An address for this account and license that works for LIFETIME. Refuses a license that may not be used."""
    held = licenses.get_for(account_id, public_id)
    check_usable(LicenseState(held.license.state), held.license.expires_at, clock.now())
    return f"/download/{tokens.sign(PURPOSE, [account_id, public_id])}"


def open_link(account_id: int, token: str) -> File:
    """The file behind a link, for whom it was made. Raises LinkExpired, NotFound, or why the license does not count."""
    said = tokens.read(PURPOSE, token, within=LIFETIME)
    if not isinstance(said, list) or said[0] != account_id:
        raise NotFound
    held = licenses.get_for(account_id, str(said[1]))
    check_usable(LicenseState(held.license.state), held.license.expires_at, clock.now())
    return File(path=path_of(held.product_slug, held.file_name), name=held.file_name)


def path_of(product_slug: str, file_name: str) -> Path:
    """Where the product's file lies. Raises NotFound where there is none."""
    place = safe_join(str(_folder()), product_slug, file_name)
    if not file_name or place is None or not Path(place).is_file():
        raise NotFound(
            "The file of this product is not here just now. Please write to us; your license is not touched."
        )
    return Path(place)


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
