"""What holders do about the devices on their licenses, through their pages and beside the programs that use them."""

import base64
import hashlib
import json
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from core.opening import reveal
from storefront.activation import history
from storefront.activation.models import Device, LicensePolicy
from storefront.licenses.models import License
from storefront.licensing_api import signing
from storefront.seats.models import LicenseSeat
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware
from tests.storefront.organization_builders import join
from tests.storefront.test_seats import bought_for, offer, take

KILN = "kiln-7F:00:1A"


@pytest.fixture
def holder(shop: Shop) -> Visitor:
    """Somebody with a license for three devices."""
    found = shop.member()
    buy(found, ware(shop))
    return found


def home(holder: Visitor) -> str:
    """The page of the devices."""
    with holder.shop.transaction() as session:
        owned = select(License.public_id).where(License.account_id == holder.account_id)
        return f"/account/licenses/{session.scalars(owned).first()}/devices"


def key_of(holder: Visitor) -> str:
    """The license's key."""
    with holder.shop.transaction() as session:
        return reveal(session.scalars(select(License).where(License.account_id == holder.account_id)).one().key)


def activate(holder: Visitor, fingerprint: str, name: str = "") -> int:
    """What a program does; the status it is answered with."""
    body = {
        "data": {
            "type": "machines",
            "attributes": {"fingerprint": fingerprint, "name": name, "platform": "linux"},
            "relationships": {"license": {"data": {"type": "licenses", "id": home(holder).split("/")[3]}}},
        }
    }
    headers = {"Authorization": f"License {key_of(holder)}"}
    return holder.shop.visitor().client.post("/v1/machines", json=body, headers=headers).status_code


def devices(holder: Visitor) -> list[str]:
    """Their names, as the page shows them."""
    return re.findall(r'class="device-name"><bdi>([^<]*)<', holder.get(home(holder)).text)


def acts(holder: Visitor) -> list[str]:
    """Where the forms of each device go to, the latest device first."""
    return re.findall(r'action="([^"]+/devices/[\w-]+)/remove"', holder.get(home(holder)).text)


def test_a_holder_names_devices_and_takes_them_off(holder: Visitor) -> None:
    assert "No device yet" in holder.get(home(holder)).text
    for number in (1, 2, 3):
        assert activate(holder, f"kiln-{number}", f"Kiln {number}") == 201
    assert activate(holder, "kiln-4") == 422
    page = holder.get(home(holder)).text
    assert "3 of 3 devices" in page and devices(holder) == ["Kiln 3", "Kiln 2", "Kiln 1"]
    last = acts(holder)[0]
    holder.submit(home(holder), {"name": "  Der große Ofen  "}, action=f"{last}/rename")
    assert devices(holder)[0] == "Der große Ofen"
    said = holder.submit(home(holder), {}, action=f"{last}/remove")
    assert "its place is free" in said.text and "2 of 3 devices" in said.text
    assert "A device was taken off by you." in said.text
    assert activate(holder, "kiln-4") == 201


def test_nobody_sees_or_moves_the_devices_of_others(holder: Visitor, shop: Shop) -> None:
    activate(holder, KILN)
    other, place, device = shop.member("other@example.com", "Other"), home(holder), acts(holder)[0]
    history_of = place.replace("/devices", "/history.json")
    for address in (place, history_of):
        assert other.get(address).status_code == 404
        assert shop.visitor().get(address).request.path == "/sign-in"
    buy(other, ware(shop))
    for act in ("rename", "remove", "file"):
        assert other.post(f"{device}/{act}", {"name": "mine"}).status_code == 404
        elsewhere = f"{home(other)}/{device.rsplit('/', 1)[1]}/{act}"
        assert other.post(elsewhere, {"name": "mine"}).status_code == 404
    assert devices(holder) != [] and "mine" not in devices(holder)


def test_a_machine_without_a_network_is_added_by_hand_and_proves_itself(holder: Visitor) -> None:
    place = home(holder)
    asked = holder.get(f"{place}?fingerprint={KILN}&name=Kiln+room").text
    assert f'value="{KILN}"' in asked and 'value="Kiln room"' in asked
    made = holder.submit(place, {"fingerprint": KILN, "name": "Kiln room"}, action=f"{place}/add")
    assert made.status_code == 200 and "<path d=" in made.text and devices(holder) == ["Kiln room"]
    found = re.search(r">(LP1\.[\w-]+\.[\w-]+)<", made.text)
    assert found is not None
    said = read_proof(holder.shop, found[1])
    number = place.split("/")[3]
    assert (said["lic"], said["fp"]) == (number, hashlib.sha256(f"{number}\n{KILN}".encode()).hexdigest())
    file = holder.submit(place, {}, action=f"{acts(holder)[0]}/file")
    assert file.headers["Content-Disposition"].endswith('.lic"')
    inner = read_file(holder.shop, file.text)
    assert inner["data"]["attributes"]["fingerprint"] == KILN
    assert inner["meta"]["history"]["number"] > said["num"] > 0
    shown = holder.submit(place, {"shape": "code"}, action=f"{acts(holder)[0]}/file")
    assert "<path d=" in shown.text


def test_what_cannot_be_added_says_why_and_keeps_what_was_typed(holder: Visitor) -> None:
    place = home(holder)
    empty = holder.submit(place, {"fingerprint": " ", "name": "Kiln room"}, action=f"{place}/add")
    assert empty.status_code == 400 and "1 to 200 characters" in empty.text and 'value="Kiln room"' in empty.text
    for number in (1, 2, 3):
        activate(holder, f"kiln-{number}")
    full = holder.submit(place, {"fingerprint": KILN, "name": ""}, action=f"{place}/add")
    assert full.status_code == 409 and "Every place is taken" in full.text and f'value="{KILN}"' in full.text
    twice = holder.submit(place, {"fingerprint": "kiln-1", "name": ""}, action=f"{place}/add")
    assert twice.status_code == 409 and "on the license already" in twice.text


def test_a_leaked_key_is_replaced_only_when_meant_and_the_devices_stay(holder: Visitor) -> None:
    activate(holder, KILN, "Kiln")
    place, before = home(holder), key_of(holder)
    unsure = holder.submit(place, {}, action=f"{place}/new-key")
    assert unsure.status_code == 422 and key_of(holder) == before
    holder.submit(place, {"sure": "yes"}, action=f"{place}/new-key")
    assert key_of(holder) != before and devices(holder) == ["Kiln"]
    check = {"meta": {"key": before, "scope": {"fingerprint": KILN}}}
    visitor = holder.shop.visitor().client
    address = "/v1/licenses/actions/validate-key"
    assert visitor.post(address, json=check).json["meta"]["code"] == "NOT_FOUND"  # type: ignore[index]
    check["meta"]["key"] = key_of(holder)
    assert visitor.post(address, json=check).json["meta"]["code"] == "VALID"  # type: ignore[index]
    file = holder.submit(place, {}, action=f"{acts(holder)[0]}/file")
    assert read_file(holder.shop, file.text)["data"]["attributes"]["fingerprint"] == KILN


def test_the_history_can_be_taken_along_and_checked_without_the_shop(holder: Visitor) -> None:
    activate(holder, KILN)
    holder.submit(home(holder), {}, action=f"{acts(holder)[0]}/remove")
    record = json.loads(holder.get(home(holder).replace("/devices", "/history.json")).text)
    chain = record["start"]
    for number, entry in enumerate(record["entries"], 1):
        assert entry["number"] == number
        words = {name: value for name, value in entry.items() if name != "chain"}
        written = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        chain = hashlib.sha256(f"{chain}\n{written}".encode()).hexdigest()
        assert entry["chain"] == chain
    assert record["head"] == {"number": len(record["entries"]), "chain": chain}
    assert [one["verb"] for one in record["entries"]][-2:] == ["activate", "deactivate"]
    with holder.shop.transaction() as session:
        assert history.first_broken(session.scalars(select(License.id)).one()) is None


def test_a_refusal_leads_its_holder_to_the_way_out(holder: Visitor, shop: Shop) -> None:
    for number in (1, 2, 3):
        activate(holder, f"kiln-{number}")
    check = {"meta": {"key": key_of(holder), "scope": {"fingerprint": "elsewhere"}}}
    answer = shop.visitor().client.post("/v1/licenses/actions/validate-key", json=check)
    shop.work()
    why = holder.get(f"/account/licenses/why/{answer.headers['X-Request-Id']}")
    assert "not on this license" in why.text and f'href="{home(holder)}"' in why.text
    assert "not on this license" in holder.get(home(holder)).text
    other = shop.member("other@example.com", "Other")
    assert other.get(why.request.path).status_code == 404


def test_what_a_policy_allows_stands_on_the_page(holder: Visitor) -> None:
    with holder.shop.transaction() as session:
        edition = session.scalars(select(License.edition_id)).one()
        said = {"lock": "domains", "after_end": "restrict", "begins": "issue", "overage": "none"}
        policy = LicensePolicy(edition_id=edition, max_machines=5, max_uses=9, check_in_days=14, offline_days=7)
        for name, value in {**said, "entitlements": ["export", "teams"]}.items():
            setattr(policy, name, value)
        session.add(policy)
    assert activate(holder, "https://www.Kiln.example.com/path") == 201
    page = holder.get(home(holder)).text
    for words in ("1 of 5 domains", "0 of 9", "export, teams", "7 days", "14 days"):
        assert words in page
    with holder.shop.transaction() as session:
        assert session.query(Device).count() == 1
    assert activate(holder, "kiln.example.com") == 422


def read_proof(shop: Shop, text: str) -> dict[str, object]:
    """What a short proof says, once its signature was checked as a program without a network would."""
    prefix, payload, signature = text.split(".")
    assert prefix == "LP1"
    key = public_key(shop)
    key.verify(_raw(signature), f"proof/{payload}".encode())
    with pytest.raises(InvalidSignature):
        key.verify(_raw(signature), f"proof/{payload[:-1]}".encode())
    return dict(json.loads(_raw(payload)))


def read_file(shop: Shop, text: str) -> dict[str, dict[str, dict[str, object]]]:
    """What an offline file says, its signature checked."""
    inner = json.loads(base64.b64decode("".join(text.strip().splitlines()[1:-1])))
    public_key(shop).verify(base64.b64decode(inner["sig"]), f"machine/{inner['enc']}".encode())
    return dict(json.loads(base64.b64decode(inner["enc"])))


def public_key(shop: Shop) -> Ed25519PublicKey:
    """The shop's key, as it is published."""
    with shop.app.app_context():
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(signing.public_key()))


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_who_gives_seats_sees_their_devices_and_can_free_a_place(shop: Shop) -> None:
    ada, bob, eve = (
        shop.member("ada2@example.com", "Ada"),
        shop.member("bob@example.com", "Bob"),
        shop.member("eve@example.com", "Eve"),
    )
    org = bought_for(shop, ada, quantity=2, seats=True)
    join(shop, ada, org, eve, "eve@example.com")
    offer(shop, ada, org, "bob@example.com")
    take(shop, bob, "bob@example.com")
    assert activate(bob, KILN, "Kiln room <1>") == 201
    with shop.transaction() as session:
        (seat,) = session.scalars(select(LicenseSeat.id)).all()
    page = f"{org}/licenses/seats/{seat}"
    assert page in ada.get(f"{org}/licenses").text and page not in eve.get(f"{org}/licenses").text
    shown = ada.get(page).text
    assert "Kiln room &lt;1&gt;" in shown and "Devices of Bob" in shown and "1 of 3 devices" in shown
    assert (
        key_of(bob) not in shown and "/reveal" not in shown and "/file" not in shown and "bob@example.com" not in shown
    )
    assert eve.get(page).status_code == 403 and bob.get(page).status_code == 404
    assert "sees this list" in bob.get(home(bob)).text
    at = re.search(rf'action="({page}/devices/[^"]+/remove)"', shown)
    assert at and eve.post(at[1], {}).status_code == 403 and len(devices(bob)) == 1
    ada.submit(page, {}, action=at[1])
    assert devices(bob) == [] and "by your organization" in bob.get(home(bob)).text
    assert "No device yet" in ada.get(page).text
    ada.submit(f"{org}/licenses", {}, action=f"/seats/{seat}/take-back")
    assert ada.get(page).status_code == 404
