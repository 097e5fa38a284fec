"""Programs of other houses and other languages: WHMCS' clients, Lemon Squeezy's in JavaScript, the examples, the keys."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from click.testing import Result
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as some

from core import clock, keys
from core.access import PROGRAM
from storefront.api_reference.views import EXAMPLES, LANGUAGES
from storefront.licenses.rules import LicenseVerb
from storefront.licensing_api import escrow
from storefront.signing import programs, rules, service
from storefront.signing.rules import NOTICE, OVERLAP, RotationRunning, SigningKey
from tests.shop import Shop
from tests.storefront.programs import Sold, serving

HERE = Path(__file__).parent / "lemon"
RUN = {
    "python.txt": "python3 {file}",
    "javascript.mjs": "node {file}",
    "rust.rs": "rustc -o {folder}/checks {file} && {folder}/checks",
    "go.go": "go run {file}",
    "php.php": "php {file}",
    "csharp.cs": "dotnet run {file}",
}


@pytest.fixture
def sold(shop: Shop) -> Iterator[Sold]:
    """A license for three devices, and the shop running."""
    yield from serving(shop)


def verify(sold: Sold, **said: str) -> dict[str, str]:
    """What WHMCS' client sends, and the tags that it reads; the status is always 200."""
    form = {"licensekey": sold.key, "domain": "www.kiln.example.com", "ip": "192.0.2.7", "dir": "/srv/kiln", **said}
    answer = requests.post(f"{sold.address}/modules/servers/licensing/verify.php", data=form)
    assert answer.status_code == 200
    return dict(re.findall(r"<(\w+)>([^<]*)</\1>", answer.text))


def test_a_program_shipped_with_whmcs_goes_on_working(sold: Sold) -> None:
    sold.allow(lock="domains", max_machines=2)
    first = verify(sold, check_token="abc")
    assert first["status"] == "Active" and first["validdomain"] == "www.kiln.example.com"
    assert (first["validip"], first["validdirectory"], first["email"]) == ("192.0.2.7", "/srv/kiln", "")
    with sold.shop.transaction():
        programs.bring(int(first["productid"]), "shipped secret", PROGRAM)
    again = verify(sold, check_token="abc", domain="kiln.example.com")
    assert again["status"] == "Active"
    assert again["md5hash"] == hashlib.md5(b"shipped secretabc").hexdigest() != first["md5hash"]
    assert verify(sold, domain="second.example.com")["status"] == "Active"
    assert verify(sold, domain="third.example.com")["status"] == "Invalid"
    assert verify(sold)["status"] == "Active"
    sold.change(LicenseVerb.SUSPEND)
    assert verify(sold)["status"] == "Suspended"
    sold.change(LicenseVerb.RESTORE)
    sold.end()
    assert verify(sold)["status"] == "Expired"
    assert verify(sold, licensekey="LPAL-none")["status"] == "Invalid"
    assert verify(sold, licensekey="<script>")["status"] == "Invalid"


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not on this machine")
def test_lemon_squeezys_client_for_javascript_agrees(sold: Sold, tmp_path: Path) -> None:
    shutil.copytree(HERE, tmp_path / "lemon")
    put = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(put, cwd=tmp_path / "lemon", check=True, capture_output=True, timeout=120)
    given = {**os.environ, "SHOP": sold.address, "LICENSE_KEY": sold.key}
    walked = subprocess.run(["node", "walk.js"], cwd=tmp_path / "lemon", env=given, capture_output=True, timeout=60)
    assert walked.returncode == 0, walked.stderr
    said = json.loads(walked.stdout)
    for name in ("activate", "validate", "validate instance", "second", "third", "deactivate"):
        assert (said[name]["status"], said[name]["error"]) == (200, None), name
    assert said["activate"]["data"]["instance"]["name"] == "Kiln one"
    assert said["deactivate"]["data"]["license_key"]["activation_usage"] == 2
    refused = {name: said[name]["status"] for name in ("too many", "gone instance", "unknown key")}
    assert refused == {"too many": 400, "gone instance": 404, "unknown key": 404}


@pytest.mark.parametrize("file", [file for _name, file, _kind in LANGUAGES])
def test_an_example_works_as_it_stands_on_the_page(sold: Sold, file: str, tmp_path: Path) -> None:
    run = RUN[file]
    if not _is_here(run.split()[0]):
        pytest.skip(f"{run.split()[0]} is not on this machine")
    written = tmp_path / file.replace(".txt", ".py")
    written.write_text((EXAMPLES / file).read_text().replace("{address}", sold.address))
    given = {**os.environ, "LICENSE_KEY": sold.key, "FINGERPRINT": f"machine of {file}"}
    line = run.format(file=written, folder=tmp_path)
    for _twice in range(2):
        ran = subprocess.run(line, shell=True, env=given, capture_output=True, timeout=120, text=True)
        assert (ran.stdout.strip(), ran.returncode) == ("VALID", 0), ran.stderr
    assert len(requests.get(f"{sold.address}/v1/machines", headers=_opened(sold)).json()["data"]) == 1


def test_the_page_for_programs_shows_the_examples_with_the_shops_own_address(shop: Shop) -> None:
    page = shop.visitor().get("/programs").text
    assert page.count("program-example") == len(LANGUAGES) == 6 and "{address}" not in page
    assert shop.visitor().get("/v1/openapi.json").json["openapi"] == "3.1.0"  # type: ignore[index]


def test_keys_are_published_before_they_sign_and_overlap(sold: Sold) -> None:
    old = _keys(sold)[0]
    with sold.shop.transaction():
        made = service.rotate(PROGRAM)
    with pytest.raises(RotationRunning), sold.shop.transaction():
        service.rotate(PROGRAM)
    assert [one["id"] for one in _keys(sold)] == [old["id"], made.id]
    assert _signed_by(sold, old["public"]) and not _signed_by(sold, made.public)
    with clock.moved(NOTICE + timedelta(minutes=1)):
        assert _signed_by(sold, made.public) and not _signed_by(sold, old["public"])
        assert _signed_by(sold, old["public"], asks=old["id"])
        page = sold.shop.visitor().get("/programs/keys").text
        assert old["public"] in page and made.public in page and "for 90 days" in page
    with clock.moved(NOTICE + OVERLAP + timedelta(minutes=1)):
        assert _signed_by(sold, made.public, asks=old["id"])
    with sold.shop.transaction() as session:
        stored = str(session.connection().exec_driver_sql("select locked from signing_key where number = 2").scalar())
        assert keys.derived("signing keys").hex() not in stored and len(stored) < 200


@settings(max_examples=100, deadline=None)
@given(some.lists(some.integers(1, 400), max_size=6), some.integers(0, 3000))
def test_at_any_moment_exactly_one_key_signs_and_none_before_its_day(gaps: list[int], day: int) -> None:
    start = clock.now()
    begins = [None, *(start + timedelta(days=sum(gaps[: one + 1])) for one in range(len(gaps)))]
    ring = [SigningKey(number=one, public=f"{one:064x}", begins_at=at) for one, at in enumerate(begins, 1)]
    now = start + timedelta(days=day)
    signs = rules.signing_at(ring, now)
    end = rules.end_of(ring, signs)
    assert (signs.begins_at is None or signs.begins_at <= now) and (end is None or now < end)
    for one in ring:
        asked = rules.asked_for(ring, one.id, now)
        assert asked.number <= signs.number and (asked is signs or asked.id == one.id)


def test_what_is_left_should_the_shop_end_opens_with_the_key_alone(sold: Sold, tmp_path: Path) -> None:
    run = sold.shop.app.test_cli_runner()
    written: Result = run.invoke(args=["licenses", "escrow", str(tmp_path / "escrow")])
    assert written.exit_code == 0 and "1 files" in written.output
    file = (tmp_path / "escrow" / f"{escrow.name_of(sold.key)}.lic").read_text()
    assert sold.key not in file
    inner = json.loads(base64.b64decode("".join(file.strip().splitlines()[1:-1])))
    published = json.loads((tmp_path / "escrow" / "keys.json").read_text())[0]["public"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(published))
    key.verify(base64.b64decode(inner["sig"]), f"license/{inner['enc']}".encode())
    text, nonce, tag = (base64.b64decode(part) for part in inner["enc"].split("."))
    said = json.loads(AESGCM(hashlib.sha256(sold.key.encode()).digest()).decrypt(nonce, text + tag, None))
    assert said["data"]["id"] == sold.public_id and said["meta"]["expiry"] is None
    again = run.invoke(args=["licenses", "escrow", str(tmp_path / "escrow")])
    assert again.exit_code == 1 and "nothing was written" in again.output
    sold.change(LicenseVerb.SUSPEND)
    assert "0 files" in run.invoke(args=["licenses", "escrow", str(tmp_path / "other")]).output


def test_the_books_are_followed_by_a_command(sold: Sold) -> None:
    run = sold.shop.app.test_cli_runner()
    assert "1 histories followed, 0 broken" in run.invoke(args=["licenses", "verify"]).output
    made = run.invoke(args=["licenses", "new-key"])
    assert made.exit_code == 0 and "It signs from" in made.output
    assert run.invoke(args=["licenses", "new-key"]).exit_code == 1
    brought = run.invoke(args=["licenses", "secret", "kilnwatch"], input="shipped\n")
    assert brought.exit_code == 0
    assert run.invoke(args=["licenses", "secret", "kilnwatch", "--show"]).output.strip() == "shipped"


@pytest.mark.parametrize("path", ["/v1/machines/%C3%96fen%2073%25", "/v1/machines/7F:00:1A", "/v1/me?x=%20y"])
@pytest.mark.parametrize("told", ["by the server", "not at all"])
def test_an_answer_is_signed_for_the_address_as_it_was_sent(sold: Sold, path: str, told: str) -> None:
    hidden = {} if told == "by the server" else {"RAW_URI": "", "REQUEST_URI": ""}
    answer = sold.shop.visitor().client.get(path, headers=_opened(sold), environ_overrides=hidden)
    signature = re.search(r'signature="([^"]+)"', answer.headers["Keygen-Signature"])
    assert signature is not None
    said = f"(request-target): get {path}\nhost: localhost\ndate: {answer.headers['Keygen-Date']}"
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(_keys(sold)[0]["public"]))
    whole = f"{said}\ndigest: {answer.headers['Keygen-Digest']}"
    public.verify(base64.b64decode(signature[1]), whole.encode())


def _is_here(language: str) -> bool:
    """Whether it is on this machine, and more than a name that leads nowhere."""
    if shutil.which(language) is None:
        return False
    asked = [language, "version" if language == "go" else "--version"]
    return subprocess.run(asked, capture_output=True, timeout=60).returncode == 0


def _opened(sold: Sold) -> dict[str, str]:
    return {"Authorization": f"License {sold.key}"}


def _keys(sold: Sold) -> list[dict[str, str]]:
    found: list[dict[str, str]] = requests.get(f"{sold.address}/v1/keys.json").json()["keys"]
    return found


def _signed_by(sold: Sold, public: str, asks: str = "") -> bool:
    headers = {**_opened(sold), "Keygen-Accept-Signature": f'keyid="{asks}"'}
    answer = requests.get(f"{sold.address}/v1/me", headers=headers)
    signature = re.search(r'signature="([^"]+)"', answer.headers["Keygen-Signature"])
    assert signature is not None
    host = sold.address.removeprefix("http://")
    said = f"(request-target): get /v1/me\nhost: {host}\ndate: {answer.headers['Keygen-Date']}\ndigest: {answer.headers['Keygen-Digest']}"
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(base64.b64decode(signature[1]), said.encode())
    except InvalidSignature:
        return False
    return answer.headers["X-Signing-Key"] == SigningKey(number=0, public=public, begins_at=None).id
