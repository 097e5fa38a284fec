"""Programs check licenses through published clients, unmodified, against the running shop."""

import asyncio
import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import keygen
import keygen_sh
import pytest
import requests
from keygen import errors
from keygen_sh.config import KeygenConfig, set_config
from keygen_sh.license import License as RustLicense
from lemonsqueezy.api.license_api import activate_license_key, deactivate_license_key, validate_license_key
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from core import clock
from core.access import actor_of
from core.opening import reveal
from storefront.activation import history, reading, service
from storefront.activation.models import Device, LicenseEvent
from storefront.activation.rules import AfterEnd
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseVerb
from storefront.licensing_api import signing
from tests.shop import Shop
from tests.storefront.programs import Sold, serving


@pytest.fixture
def sold(shop: Shop) -> Iterator[Sold]:
    """A license for three devices, and the shop running."""
    yield from serving(shop)


@pytest.fixture
def client(sold: Sold) -> Iterator[Sold]:
    """keygen-sdk, told of the shop; it checks the signature of every answer."""
    with sold.shop.app.app_context():
        keygen.public_key = signing.public_key()
    keygen.api_url, keygen.license_key = sold.address, sold.key
    yield sold
    keygen.http_client.close()
    del keygen.http_client, keygen.api_url, keygen.license_key, keygen.public_key, keygen.product


@dataclass(frozen=True)
class Lemon:
    """What the lemonsqueezy client asks of its caller."""

    base_url: str
    headers: Any = None

    @staticmethod
    def of(sold: Sold) -> "Lemon":
        """The client, told of the shop."""
        return Lemon(f"{sold.address}/v1", {"Authorization": "Bearer none"})


def test_a_program_activates_checks_and_leaves(client: Sold) -> None:
    with pytest.raises(errors.LicenseNotActivatedError) as fresh:
        keygen.validate("kiln-1")
    license = fresh.value.license
    assert license is not None and license.id == client.public_id and license.key == client.key
    made = [license.activate(f"kiln-{number}") for number in (1, 2, 3)]
    with pytest.raises(errors.MachineAlreadyActivatedError):
        license.activate("kiln-1")
    with pytest.raises(errors.MachineLimitExceededError):
        license.activate("kiln-4")
    assert keygen.validate("kiln-2").last_validation.code == "VALID"
    assert license.machine("kiln-1").id == made[0].id == license.machine(made[0].id).id
    assert {one.fingerprint for one in license.machines()} == {"kiln-1", "kiln-2", "kiln-3"}
    license.deactivate("kiln-1")
    with pytest.raises(errors.NotFoundError):
        license.machine("kiln-1")
    assert license.activate("kiln-4").fingerprint == "kiln-4"
    keygen.product = "999999"
    with pytest.raises(errors.ValidationProductMissingError):
        keygen.validate("kiln-2")
    with client.shop.transaction() as session:
        kept = [(one.fingerprint_hash, one.locked, one.name) for one in session.scalars(select(Device))]
        assert "kiln" not in str([one[:2] for one in kept])
        verbs = [one.verb for one in reversed(history.of(client.id))]
        assert verbs == ["issue", "now active", *["activate"] * 3, "deactivate", "activate"]


def test_a_policy_speaks_through_the_client(client: Sold) -> None:
    client.allow(max_machines=1, heartbeat_seconds=60, entitlements=["KILN_PRO"], max_uses=2)
    license = keygen.me()
    assert [one.code for one in license.entitlements()] == ["KILN_PRO"]
    machine = license.activate("kiln-1")
    with pytest.raises(errors.HeartbeatRequiredError):
        license.validate("kiln-1")
    machine.ping()
    assert license.validate("kiln-1").code == "VALID"
    with client.shop.transaction() as session:
        session.execute(update(Device).values(beat_at=clock.now() - timedelta(minutes=5)))
    with pytest.raises(errors.HeartbeatDeadError):
        license.validate("kiln-1")
    with client.shop.app.app_context():
        client.shop.database.queue.run("licenses.cull", {})
    with pytest.raises(errors.LicenseNotActivatedError):
        license.validate("kiln-1")
    sent = {"Authorization": f"License {client.key}"}
    use = f"{client.address}/v1/licenses/{client.public_id}/actions/increment-usage"
    assert [requests.post(use, headers=sent).status_code for _time in range(3)] == [200, 200, 422]
    asked = {"meta": {"key": client.key, "scope": {"entitlements": ["KILN_MAX"]}, "nonce": 7}}
    meta = requests.post(f"{client.address}/v1/licenses/actions/validate-key", json=asked).json()["meta"]
    assert (meta["code"], meta["valid"], meta["nonce"]) == ("ENTITLEMENTS_MISSING", False, 7)


def test_files_are_verified_and_opened_without_a_network(client: Sold) -> None:
    license = keygen.me()
    machine = license.activate("kiln-1")
    closed = license.checkout(include=("entitlements",), ttl=timedelta(days=3))
    closed.verify()
    assert closed.decrypt(client.key).license.key == client.key
    plain = license.checkout(encrypt=False)
    plain.verify()
    assert plain.decode().license.id == client.public_id
    of_machine = machine.checkout(include=("license", "license.entitlements"))
    of_machine.verify()
    opened = of_machine.decrypt(client.key + "kiln-1")
    assert opened.machine.fingerprint == "kiln-1" and opened.license.key == client.key
    inner = json.loads(base64.b64decode("".join(plain.certificate.splitlines()[1:-1])))
    document = json.loads(base64.b64decode(inner["enc"]))
    with client.shop.transaction():
        entries = {one.number: one.chain for one in history.of(client.id)}
        assert entries[document["meta"]["history"]["number"]] == document["meta"]["history"]["chain"]
    document["meta"]["expiry"] = "2099-01-01T00:00:00.000Z"
    inner["enc"] = base64.b64encode(json.dumps(document).encode()).decode()
    text_ = base64.b64encode(json.dumps(inner).encode()).decode()
    plain.certificate = f"-----BEGIN LICENSE FILE-----\n{text_}\n-----END LICENSE FILE-----\n"
    with pytest.raises(errors.LicenseFileNotGenuineError):
        plain.verify()
    for query, code in (("ttl=60", "TTL"), ("include=secrets", "INCLUDE"), ("algorithm=none", "ALGORITHM")):
        path = f"{client.address}/v1/licenses/{client.public_id}/actions/check-out?{query}"
        answer = requests.post(path, headers={"Authorization": f"License {client.key}"})
        assert answer.status_code == 400 and answer.json()["errors"][0]["code"] == f"CHECKOUT_{code}_INVALID"


def test_the_rust_client_agrees(sold: Sold) -> None:
    with sold.shop.app.app_context():
        public_key = signing.public_key()
    told = KeygenConfig(sold.address, "1.8", "v1", signing.ACCOUNT, "", license_key=sold.key, public_key=public_key)

    async def walk() -> str:
        set_config(told)
        with pytest.raises(Exception, match="(?i)not activated"):
            await keygen_sh.validate(["kiln-1"])
        await RustLicense.activate_machine(sold.public_id, "kiln-1")
        return str((await keygen_sh.validate(["kiln-1"])).key)

    with ThreadPoolExecutor(1) as apart:  # a browser of another test has a loop in this thread
        assert apart.submit(asyncio.run, walk()).result() == sold.key


def test_lemon_squeezys_client_agrees_on_the_same_license(sold: Sold) -> None:
    lemon = Lemon.of(sold)
    first = activate_license_key(lemon, sold.key, "Kiln one")
    assert first.activated and first.instance.name == "Kiln one" and first.meta.customer_email == ""
    assert (first.license_key.activation_limit, first.license_key.activation_usage) == (3, 1)
    assert validate_license_key(lemon, sold.key).instance is None
    assert validate_license_key(lemon, sold.key, first.instance.id).valid
    for name in ("two", "three"):
        activate_license_key(lemon, sold.key, name)
    assert _refused(lambda: activate_license_key(lemon, sold.key, "four")) == (
        400,
        "This license key has reached the activation limit.",
    )
    assert deactivate_license_key(lemon, sold.key, first.instance.id).license_key.activation_usage == 2
    assert _refused(lambda: validate_license_key(lemon, sold.key, first.instance.id))[0] == 404
    assert _refused(lambda: validate_license_key(lemon, "LPAL-nothing"))[:2] == (404, "license_key not found.")
    missing = requests.post(f"{sold.address}/v1/licenses/activate", json={"license_key": sold.key})
    assert missing.status_code == 422 and missing.json()["errors"]["instance_name"]
    sold.end()
    assert _refused(lambda: validate_license_key(lemon, sold.key))[0] == 400
    sold.change(LicenseVerb.EXPIRE)
    sold.change(LicenseVerb.SUSPEND)
    assert _refused(lambda: activate_license_key(lemon, sold.key, "x"))[1] == "This license key has been disabled."


def test_what_ended_answers_by_its_policy(client: Sold) -> None:
    license = keygen.me()
    license.activate("kiln-1")
    client.end()
    with pytest.raises(errors.LicenseExpiredError):
        license.validate("kiln-1")
    with pytest.raises(errors.LicenseExpiredError):
        license.activate("kiln-2")
    client.allow(max_machines=3, after_end=AfterEnd.MAINTAIN)
    asked = {"meta": {"key": client.key, "scope": {"fingerprint": "kiln-1"}}}
    meta = requests.post(f"{client.address}/v1/licenses/actions/validate-key", json=asked).json()["meta"]
    assert (meta["code"], meta["valid"]) == ("EXPIRED", True)
    client.allow(max_machines=3, after_end=AfterEnd.REVOKE)
    with pytest.raises(errors.LicenseExpiredError):
        keygen.me()
    client.change(LicenseVerb.SUSPEND)
    with pytest.raises(errors.LicenseSuspendedError):
        keygen.me()
    client.change(LicenseVerb.REVOKE)
    answer = requests.post(f"{client.address}/v1/licenses/actions/validate-key", json=asked).json()
    assert answer["meta"]["code"] == "BANNED" and not answer["meta"]["valid"]
    keygen.license_key = "LPAL-00000-00000-00000-00000-00000"
    with pytest.raises(errors.LicenseKeyError):
        keygen.me()


def test_of_any_number_at_once_no_more_get_in_than_there_are_places(sold: Sold) -> None:
    sold.allow(max_machines=5)

    def knock(number: int) -> int:
        body = {
            "data": {
                "type": "machines",
                "attributes": {"fingerprint": f"kiln-{number % 40}"},
                "relationships": {"license": {"data": {"type": "licenses", "id": sold.public_id}}},
            }
        }
        address, headers = f"{sold.address}/v1/machines", {"Authorization": f"License {sold.key}"}
        while True:
            answer = requests.post(address, json=body, headers=headers, timeout=120)
            if answer.status_code != 503:
                return answer.status_code

    with ThreadPoolExecutor(16) as crowd:
        said = list(crowd.map(knock, range(64)))
    assert said.count(201) == 5 and said.count(422) == 59
    with sold.shop.transaction() as session:
        assert session.query(Device).count() == 5
        assert reading.of_license(sold.id).row.machines == 5
        assert service.recount() == 0
        assert history.first_broken(sold.id) is None


def test_a_check_is_one_look_and_writes_nothing(sold: Sold) -> None:
    body = {"meta": {"key": sold.key, "scope": {"fingerprint": "kiln-1"}}}
    client = sold.shop.visitor().client
    client.post("/v1/licenses/actions/validate-key", json=body)
    with sold.shop.statements() as seen:
        assert client.post("/v1/licenses/actions/validate-key", json=body).status_code == 200
    assert len(seen) == 1, seen
    for bad in (
        b"{",
        b"[1]",
        b'{"meta": {"key": 7}}',
        b'{"meta": []}',
        b"[" * 5000,
        b'{"meta":{"key":"a","scope":[]}}',
    ):
        assert client.post("/v1/licenses/actions/validate-key", data=bad).status_code == 400


def test_the_history_is_a_record_and_a_new_key_keeps_the_devices(client: Sold) -> None:
    keygen.me().activate("kiln-1")
    with client.shop.transaction():
        service.rotate(client.id, actor_of(client.holder.account_id))
    with client.shop.transaction() as session:
        key = reveal(session.get_one(License, client.id).key)
    with pytest.raises(errors.LicenseKeyError):
        keygen.me()
    keygen.license_key = key
    assert keygen.validate("kiln-1").last_validation.code == "VALID"
    assert keygen.me().machines()[0].fingerprint == "kiln-1"
    for bad in ("update license_event set verb = 'x'", "delete from license_event"):
        with pytest.raises(DBAPIError, match="is a record"), client.shop.transaction() as session:
            session.execute(text(bad))
    with client.shop.transaction() as session:
        assert history.first_broken(client.id) is None
        assert session.scalars(select(LicenseEvent.verb).order_by(LicenseEvent.id.desc())).first() == "key renewed"


def _refused(call: Any) -> tuple[int, str]:
    with pytest.raises(Exception) as refused:  # noqa: PT011  (the client's own error, whose class is checked by its fields)
        call()
    return refused.value.status_code, refused.value.response_json["error"]  # type: ignore[attr-defined]
