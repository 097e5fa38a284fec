"""Our own client against the running shop."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from core import clock
from licensepal_client import (
    Client,
    Expired,
    Grace,
    NotActivated,
    OverLimit,
    Refused,
    Revoked,
    Suspended,
    Tampered,
    Valid,
)
from storefront.activation import reading
from storefront.licenses.rules import LicenseVerb
from storefront.licensing_api import proofs, signing
from tests.shop import Shop
from tests.storefront.programs import Sold, serving


@pytest.fixture
def sold(shop: Shop) -> Iterator[Sold]:
    """A license for three devices, and the shop running."""
    yield from serving(shop)


def client(sold: Sold, folder: Path, device: str = "kiln-1", **given: object) -> Client:
    with sold.shop.app.app_context():
        public = signing.public_key()
    usual = {"key": sold.key, "fingerprint": device, "path": folder / f"{device}.json", "public_keys": [public]}
    return Client(sold.address, **{**usual, **given})  # type: ignore[arg-type]


def test_a_program_activates_checks_and_leaves(sold: Sold, tmp_path: Path) -> None:
    one = client(sold, tmp_path)
    assert isinstance(one.validate(), NotActivated)
    for number in (1, 2, 3):
        assert isinstance(client(sold, tmp_path, f"kiln-{number}").activate("Kiln"), Valid)
    assert isinstance(one.activate(), Valid)
    assert isinstance(client(sold, tmp_path, "kiln-4").activate(), OverLimit)
    assert isinstance(one.ping(), Valid)
    assert isinstance(one.deactivate(), NotActivated)
    assert isinstance(one.validate(), NotActivated)
    assert isinstance(client(sold, tmp_path, key="KILN-NO-SUCH").validate(), Refused)
    assert isinstance(client(sold, tmp_path, public_keys=["00" * 32]).validate(), Tampered)


def test_the_states_of_a_license_are_told_apart(sold: Sold, tmp_path: Path) -> None:
    sold.allow(max_machines=3)
    one = client(sold, tmp_path)
    assert isinstance(one.activate(), Valid)
    sold.change(LicenseVerb.SUSPEND)
    assert isinstance(one.validate(), Suspended)
    sold.change(LicenseVerb.RESTORE)
    assert isinstance(one.validate(), Valid)
    sold.end()
    assert isinstance(one.validate(), Expired)
    sold.change(LicenseVerb.REVOKE)
    assert isinstance(one.validate(), Revoked)


def no_line(*_: object, **__: object) -> None:
    """A network that leads nowhere."""
    raise ConnectionRefusedError


def test_grace_begins_where_the_shop_is_gone(sold: Sold, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(client(sold, tmp_path).activate(), Valid)
    text = (tmp_path / "kiln-1.json").read_text()
    later = datetime.now(UTC) + timedelta(days=3)
    away = client(sold, tmp_path, now=lambda: later)
    monkeypatch.setattr(socket, "create_connection", no_line)
    assert isinstance(away.validate(), Grace)
    (tmp_path / "kiln-1.json").write_text(text.replace("VALID", "VALIE"))
    assert isinstance(away.validate(), Tampered)


@pytest.mark.parametrize("algorithm", ["base64+ed25519", "aes-256-gcm+ed25519"])
def test_files_and_proofs_of_the_shop_are_read(sold: Sold, tmp_path: Path, algorithm: str) -> None:
    sold.allow(max_machines=3, entitlements=["KILN_PRO"])
    one = client(sold, tmp_path)
    assert isinstance(one.activate(), Valid)
    sent = {"Authorization": f"License {sold.key}"}
    for kind, named, include in (
        ("licenses", sold.public_id, "entitlements"),
        ("machines", "kiln-1", "license,license.entitlements"),
    ):
        asked = {"algorithm": algorithm, "include": include}
        at = f"{sold.address}/v1/{kind}/{named}/actions/check-out"
        text = requests.get(at, params=asked, headers=sent, timeout=10).text
        result = one.read(text)
        assert isinstance(result, Valid) and result.entitlements == ("KILN_PRO",)
        place = len(text) // 2
        assert isinstance(one.read(text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]), Tampered)
    with sold.shop.transaction():
        found = reading.find(sold.key)
        assert found is not None
        proof = proofs.write(found, "kiln-1", clock.now() + timedelta(days=9))
    assert isinstance(one.read(proof), Valid)
