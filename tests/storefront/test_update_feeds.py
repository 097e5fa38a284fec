"""Update feeds: the right build for the machine, the channel and the license, with signatures that clients can check."""

import base64
import hashlib
import io
import json
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import update

from core import clock
from core.access import PROGRAM
from storefront.catalogue import service as catalogue
from storefront.licenses.models import License
from storefront.releases import service
from storefront.releases.service import FileDraft
from tests.shop import Shop
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_releases import key_of

SPARKLE = "{http://www.andymatuschak.org/xml-namespaces/sparkle}"
HERE = "/v1/updates/kilnwatch"


def bring_out(shop: Shop, version: str, channel: str, ago: int) -> None:
    """A release for two systems, so many days ago."""
    with clock.moved(-timedelta(days=ago)), shop.transaction():
        made = service.draft(catalogue.get_product("kilnwatch"), version, channel, "Warm & **dry**", PROGRAM)
        for platform, arch, end in (("windows", "x86_64", "exe"), ("macos", "any", "dmg")):
            file = FileDraft(name=f"kilnwatch-{version}.{end}", platform=platform, arch=arch)
            service.add_file(made, file, io.BytesIO(f"{platform} {version}".encode()), PROGRAM)
        service.publish(made, PROGRAM)


def test_each_client_gets_the_newest_build_that_its_license_allows(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    goods, holder, client = ware(shop, term="year"), shop.member(), shop.visitor().client
    bring_out(shop, "2.1.0", "stable", 30)
    buy(holder, goods)
    bring_out(shop, "2.2.0", "stable", 3)
    bring_out(shop, "2.3.0-beta.1", "beta", 1)
    said = {"Authorization": f"License {key_of(shop)}"}
    assert client.get(f"{HERE}/appcast.xml").status_code == 401
    assert client.get(f"{HERE}/appcast.xml", headers={"Authorization": "License LPAL-1"}).status_code == 401
    new = client.get(f"{HERE}/tauri/windows/x86_64/2.1.9", headers=said).json
    assert new is not None and new["version"] == "2.2.0"
    with client.get(new["url"]) as sent:
        assert sent.data == b"windows 2.2.0"
    _check_minisign(new["signature"], b"windows 2.2.0", client.get("/v1/release-keys").json["tauri"])
    for machine in ("windows/x86_64/2.2.0", "windows/aarch64/1.0", "amiga/m68k/1.0"):
        assert client.get(f"{HERE}/tauri/{machine}", headers=said).status_code == 204
    beta = client.get(f"{HERE}/tauri/darwin/aarch64/2.2.0?channel=beta", headers=said).json
    assert beta is not None and beta["version"] == "2.3.0-beta.1"
    told = client.get(f"{HERE}/electron/latest-mac.yml", headers=said).text
    digest = base64.b64encode(hashlib.sha512(b"macos 2.2.0").digest()).decode()
    assert f"version: {json.dumps('2.2.0')}" in told and f"\nsha512: {json.dumps(digest)}\n" in told
    assert '"2.3.0-beta.1"' in client.get(f"{HERE}/electron/beta.yml", headers=said).text
    assert client.get(f"{HERE}/electron/nightly.yml", headers=said).status_code == 404
    cast = ElementTree.fromstring(client.get(f"{HERE}/appcast.xml", headers=said).data)
    items = [(one.findtext("title"), one.findtext(f"{SPARKLE}channel")) for one in cast.iter("item")]
    assert items == [("2.3.0-beta.1", "beta"), ("2.2.0", None), ("2.1.0", None)]
    raw = Ed25519PublicKey.from_public_bytes(base64.b64decode(client.get("/v1/release-keys").json["ed25519"]))
    enclosure = next(iter(cast.iter("enclosure"))).attrib
    raw.verify(base64.b64decode(enclosure[f"{SPARKLE}edSignature"]), b"macos 2.3.0-beta.1")
    assert "<strong>dry</strong>" in str(next(iter(cast.iter("description"))).text)
    with shop.transaction() as session:
        session.execute(update(License).values(updates_until=clock.now() - timedelta(days=10)))
    assert '"2.1.0"' in client.get(f"{HERE}/electron/beta.yml", headers=said).text


def _check_minisign(signature: str, body: bytes, public: str) -> None:
    """As minisign does: the signature over the file, and the one over that and the trusted comment."""
    key = base64.b64decode(base64.b64decode(public).decode().splitlines()[1])
    _, first, told, second = base64.b64decode(signature).decode().splitlines()
    written = base64.b64decode(first)
    assert written[:2] == key[:2] == b"Ed" and written[2:10] == key[2:10]
    checked = Ed25519PublicKey.from_public_bytes(key[10:])
    checked.verify(written[10:], body)
    checked.verify(base64.b64decode(second), written[10:] + told.removeprefix("trusted comment: ").encode())
