"""Releases: brought in pieces with a token, published, handed to licenses within their window, to pip by its own protocol."""

import base64
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from core import clock
from core.access import PROGRAM, Permission, Scope
from core.errors import Invalid
from storefront.catalogue import service as catalogue
from storefront.licenses.models import License
from storefront.releases import rules, service
from storefront.releases.service import FileDraft
from tests.shop import Shop
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_apitokens import make

OF_KILNWATCH = "/v1/products/kilnwatch/releases"


def wheel(version: str) -> bytes:
    """The smallest wheel that pip takes."""
    body, info = io.BytesIO(), f"kilnwatch-{version}.dist-info"
    with zipfile.ZipFile(body, "w") as packed:
        packed.writestr("kilnwatch.py", f"VERSION = {version!r}\n")
        packed.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: kilnwatch\nVersion: {version}\n")
        packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{info}/RECORD", "")
    return body.getvalue()


def publish(shop: Shop, version: str, *, ago: int = 0) -> None:
    """Bring out a wheel of that version, so many days ago."""
    with clock.moved(-timedelta(days=ago)), shop.transaction():
        made = service.draft(catalogue.get_product("kilnwatch"), version, "stable", "*Warmer*.", PROGRAM)
        file = FileDraft(name=f"kilnwatch-{version}-py3-none-any.whl")
        service.add_file(made, file, io.BytesIO(wheel(version)), PROGRAM)
        service.publish(made, PROGRAM)


def key_of(shop: Shop) -> str:
    """The key that was mailed last."""
    return shop.letters(name="license_keys")[-1].text.split("Your key:")[1].split()[0]


def test_a_build_server_brings_a_file_in_pieces_and_a_holder_gets_it(shop: Shop) -> None:
    ware(shop)
    builder, holder = shop.member("zoe@example.com", "Zoe", [Permission.CATALOGUE]), shop.member()
    client = shop.visitor().client
    said: Any = {"Authorization": f"Bearer {make(builder, Scope.RELEASES_READ, Scope.RELEASES_WRITE)}"}
    body, name = wheel("2.2"), "kilnwatch-2.2-py3-none-any.whl"
    assert client.post(OF_KILNWATCH, json={"version": "2.2"}).status_code == 401
    assert client.post(OF_KILNWATCH, json={"version": "2.2", "notes": "**Warmer**"}, headers=said).status_code == 201
    assert client.post(OF_KILNWATCH, json={"version": "2.2.0"}, headers=said).status_code == 409
    assert client.post(f"{OF_KILNWATCH}/2.2/publish", headers=said).status_code == 409
    begun = client.post(f"{OF_KILNWATCH}/2.2/uploads", json={"name": name, "size": len(body)}, headers=said).json
    place, total = begun["upload"], len(body)
    first = client.put(place, data=body[:100], headers=said | {"Content-Range": f"bytes 0-99/{total}"})
    assert first.status_code == 202 and first.json["received"] == 100
    again = client.put(place, data=body[:100], headers=said | {"Content-Range": f"bytes 0-99/{total}"})
    assert again.status_code == 409 and client.get(place, headers=said).json["received"] == 100
    last = client.put(place, data=body[100:], headers=said | {"Content-Range": f"bytes 100-{total - 1}/{total}"})
    assert last.status_code == 201 and client.get(place, headers=said).status_code == 404
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(client.get("/v1/release-keys").json["ed25519"]))
    key.verify(base64.b64decode(last.json["signature"]), body)
    buy(holder, ware(shop))
    with shop.transaction() as session:
        page = f"/account/licenses/{session.scalar(select(License.public_id))}"
    assert name not in holder.get(page).text
    assert client.post(f"{OF_KILNWATCH}/2.2/publish", headers=said).status_code == 200
    shown = holder.get(page).text
    link = shown.split('href="/v1/files/')[1].split('"')[0]
    with client.get(f"/v1/files/{link}") as whole:
        assert whole.data == body
        etag = whole.headers["ETag"]
    with client.get(f"/v1/files/{link}", headers={"Range": "bytes=5-9", "If-Range": etag}) as part:
        assert (part.status_code, part.data) == (206, body[5:10])
    with client.get(f"/v1/files/{link}", headers={"Range": "bytes=5-9", "If-Range": '"other"'}) as part:
        assert part.status_code == 200
    assert client.get(f"/v1/files/{link}", headers={"Range": "bytes=999999-"}).status_code == 416
    builder.submit("/staff/releases/kilnwatch", action="/withdraw")
    assert client.get(f"/v1/files/{link}").status_code == 404 and name not in holder.get(page).text


def test_staff_drafts_gives_a_file_and_publishes_without_a_program(sqlite_shop: Shop) -> None:
    ware(sqlite_shop)
    staff = sqlite_shop.member(permissions=[Permission.CATALOGUE])
    page = "/staff/releases/kilnwatch"
    assert "Kilnwatch" in staff.get("/staff/releases").text
    refused = staff.submit(page, {"version": "newest", "channel": "beta", "notes": "Hm"}, action="/draft")
    assert refused.status_code == 400 and "Write the version like" in refused.text and "newest" in refused.text
    staff.submit(page, {"version": "3.0.0-beta.1", "channel": "beta", "notes": ""}, action="/draft")
    sent = {"file": (io.BytesIO(b"MZ"), "kilnwatch.exe"), "platform": "windows", "arch": "x86_64"}
    assert "is there and signed" in staff.submit(page, sent, action="/file").text
    assert "out since" in staff.submit(page, action="/publish").text


def test_pip_gets_what_the_key_allows(sqlite_shop: Shop, tmp_path: Path) -> None:
    shop = sqlite_shop
    goods, holder = ware(shop, term="year"), shop.member()
    publish(shop, "2.1", ago=30)
    buy(holder, goods)
    publish(shop, "2.2")
    key = key_of(shop)
    with served(shop) as address:
        assert (tmp_path / "new" / "kilnwatch-2.2-py3-none-any.whl").is_file() is False
        assert pip(address, key, tmp_path / "new") == ["kilnwatch-2.2-py3-none-any.whl"]
        assert pip(address, "LPAL-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", tmp_path / "none") == []
        with shop.transaction() as session:
            session.execute(update(License).values(state="expired", expires_at=clock.now() - timedelta(days=1)))
        assert pip(address, key, tmp_path / "old") == ["kilnwatch-2.1-py3-none-any.whl"]
    asked: Any = {"Authorization": "Basic " + base64.b64encode(f"license:{key}".encode()).decode()}
    wanted = asked | {"Accept": "application/vnd.pypi.simple.v1+json"}
    told = shop.visitor().get("/v1/simple/kilnwatch/", headers=wanted)
    assert told.mimetype == wanted["Accept"] and [one["filename"] for one in told.json["files"]] == [  # type: ignore[index]
        "kilnwatch-2.1-py3-none-any.whl"
    ]
    wrong = shop.visitor().get("/v1/simple/kilnwatch/")
    assert wrong.status_code == 401 and wrong.headers["WWW-Authenticate"].startswith("Basic")
    with shop.transaction() as session:
        session.execute(update(License).values(state="revoked"))
    assert shop.visitor().get("/v1/simple/kilnwatch/", headers=asked).status_code == 409


def test_versions_are_ordered_as_people_mean_them() -> None:
    written = ["2.10", "2.9", "2.9.0-beta.2", "2.9.0-beta.10", "10.0"]
    ordered = ["2.9.0-beta.2", "2.9.0-beta.10", "2.9", "2.10", "10.0"]
    assert sorted(written, key=rules.version_of) == ordered
    for bad in ("newest", "", "1.0\x00"):
        with pytest.raises(Invalid):
            rules.version_of(bad)


class Quiet(WSGIRequestHandler):
    def log(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def served(shop: Shop) -> Iterator[str]:
    """The program behind a real socket."""
    server = make_server("127.0.0.1", 0, shop.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def pip(address: str, key: str, target: Path) -> list[str]:
    """What plain pip gets with this key."""
    target.mkdir()
    index = f"http://license:{key}@{address}/v1/simple/"
    words = ["download", "--no-deps", "--no-cache-dir", "--no-input", "--isolated", "--index-url", index]
    command = [sys.executable, "-m", "pip", *words, "--dest", str(target), "kilnwatch"]
    subprocess.run(command, capture_output=True, timeout=120, check=False)
    return sorted(one.name for one in target.iterdir())
