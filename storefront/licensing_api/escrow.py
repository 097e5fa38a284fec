"""What holders are left with should the shop end: for every license an offline file without an end, closed with its key."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from core import clock
from core.access import PROGRAM
from core.audit import service as audit
from core.db import session
from privacy import gate
from storefront.activation import reading
from storefront.activation.reading import Found
from storefront.licenses.models import License
from storefront.licensing_api import documents, files
from storefront.licensing_api.files import Wish
from storefront.signing import service as signing

BATCH = 200
LIVE = ("issued", "active")
FOREVER = Wish(kind="license", encrypt=True, ttl=0, include=("entitlements",))
READ_ME = """These are licenses whose seller may be gone. Each file is named by its license's key: take the SHA-256 of the
key as it stands in your mail (capital letters, with hyphens), in hex; the first 32 digits are the name. The file is closed
with the key (AES-256-GCM; the secret is the SHA-256 of the key) and signed (Ed25519) under a key in keys.json, as every
offline file is. It has no end.
"""


def write(folder: Path) -> int:
    """Write them all into a new folder; how many. Raises FileExistsError. Licenses for a time that is over get none."""
    folder.mkdir(parents=True)
    ring = [{"id": one.id, "public": one.public, "algorithm": "ed25519"} for one in signing.ring()]
    (folder / "keys.json").write_text(json.dumps(ring, indent=1) + "\n")
    (folder / "README.txt").write_text(READ_ME)
    count = 0
    for license in _all():
        key = gate.disclose(license.key, purpose="licenses", actor=PROGRAM)
        found = reading.find(key, product=str(license.product_id))
        if found is not None and found.id == license.id and found.state.value in LIVE:
            (folder / f"{name_of(key)}.lic").write_text(file_for(found))
            count += 1
    audit.record(PROGRAM, "write escrow", "license", 0, files=str(count))
    return count


def name_of(key: str) -> str:
    """What the file of this key is called."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def file_for(found: Found) -> str:
    """The file without an end."""
    now = clock.now()
    body = {
        "data": documents.license_of(found),
        "included": documents.included(found, FOREVER.include),
        "meta": {"issued": documents.moment(now), "expiry": None, "ttl": None, "keyid": signing.current().id},
    }
    return files.certificate(body, FOREVER, found.key)


def _all() -> Iterator[License]:
    after = 0
    while True:
        wanted = select(License).where(License.id > after, License.state.in_(LIVE)).order_by(License.id).limit(BATCH)
        some = session.scalars(wanted).all()
        yield from some
        if len(some) < BATCH:
            return
        after = some[-1].id
