"""The demo's releases: for a few programs an older one, the present one and a beta, each with a file for every system."""

import io
import zipfile
from datetime import timedelta

from core import clock, db
from core.access import PROGRAM
from storefront.catalogue import service as catalogue
from storefront.catalogue.models import Product
from storefront.releases import service
from storefront.releases.rules import Platform
from storefront.releases.service import FileDraft

OF = ("kilnwatch", "inkhollow", "plotfinch")
BORN = (2026, 1, 1, 0, 0, 0)
HISTORY = (
    (300, "1.8.0", "stable", "The last of the first series.\n\n- reads files of all versions before"),
    (40, "", "stable", "- opens twice as fast\n- **printing** keeps its margins\n- two crashes less"),
    (
        3,
        "beta",
        "beta",
        "For those who like to try things:\n\n- a new window for settings\n- please tell us in the forum",
    ),
)
"""Days ago, the version ("": the one that is sold; beta: the next one's), the channel, and what was new."""


def plant() -> None:
    """Bring them out, each on its day."""
    for slug in OF:
        for ago, version, channel, notes in HISTORY:
            with clock.moved(-timedelta(days=ago)), db.transaction():
                _bring_out(catalogue.get_product(slug), version, channel, notes)


def _bring_out(product: Product, version: str, channel: str, notes: str) -> None:
    number = {"": product.version, "beta": f"{int(product.version.split('.')[0]) + 1}.0.0b1"}.get(version, version)
    made = service.draft(product, number, channel, notes, PROGRAM)
    for platform in (Platform.WINDOWS, Platform.MACOS, Platform.LINUX):
        packed = _zip({"README.txt": f"{product.name} {number} for {platform}\n"})
        file = FileDraft(name=f"{product.slug}-{number}-{platform}.zip", platform=platform)
        service.add_file(made, file, packed, PROGRAM)
    service.add_file(
        made, FileDraft(name=f"{product.slug}-{number}-py3-none-any.whl"), _wheel(product.slug, number), PROGRAM
    )
    service.publish(made, PROGRAM)


def _wheel(name: str, version: str) -> io.BytesIO:
    """A package of one line, which pip installs."""
    info = f"{name}-{version}.dist-info"
    return _zip(
        {
            f"{name}.py": f'VERSION = "{version}"\n',
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: licensepal\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": "",
        }
    )


def _zip(files: dict[str, str]) -> io.BytesIO:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(zipfile.ZipInfo(name, BORN), text)
    body.seek(0)
    return body
