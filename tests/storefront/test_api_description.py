"""What /v1/openapi.json says is so: every door is in it, and whatever is sent, the answers are of the kinds it names."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis.checks import CHECKS
from sqlalchemy import select

from core.access import Permission
from core.opening import reveal
from storefront.activation.models import Device
from storefront.api_reference.operations import OPERATIONS, Operation
from storefront.catalogue.models import Product
from storefront.licenses.models import License
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware
from tests.stores import SqliteStore

HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
pytestmark = pytest.mark.xdist_group("described")
ELSEWHERE = {"/v1/openapi.json"}
"""The description itself."""


class Described:
    """The doors by their description, with somebody's license, a device on it, a release and a token at hand."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", shop.app)
        holder = shop.member()
        buy(holder, ware(shop))
        with shop.transaction() as session:
            license = session.scalars(select(License)).one()
            product = session.get_one(Product, license.product_id)
            self.number, self.key, self.slug = license.public_id, reveal(license.key), product.slug
        self.token = make_token(shop)
        client, bearer = shop.visitor().client, {"Authorization": f"Bearer {self.token}"}
        made = client.post(f"/v1/products/{self.slug}/releases", json={"version": "9.0"}, headers=bearer)
        assert made.status_code == 201
        self.device = ""

    def put_device(self) -> None:
        """See that there is a device, and no other."""
        client = self.shop.visitor().client
        with self.shop.transaction() as session:
            known = session.scalars(select(Device.public_id)).all()
        for one in known:
            client.post("/v1/licenses/deactivate", data={"license_key": self.key, "instance_id": one})
        sent = {"license_key": self.key, "instance_name": "Kiln"}
        answer = client.post("/v1/licenses/activate", data=sent)
        assert answer.status_code == 200, answer.text
        self.device = answer.json["instance"]["id"]  # type: ignore[index]

    def headers(self, auth: str) -> dict[str, str]:
        """What opens such a door."""
        if auth == "basic":
            return {"Authorization": "Basic " + base64.b64encode(f"license:{self.key}".encode()).decode()}
        return {"Authorization": f"Bearer {self.token}" if auth == "token" else f"License {self.key}"}

    def lead(self, case: Any) -> None:
        """Let the question be about what there is."""
        named = self.device if "/machines" in case.path else self.number
        mine = {"named": named, "slug": self.slug, "name": self.slug, "version": "9.0", "target": "linux"}
        case.path_parameters = {name: mine.get(name, value) for name, value in (case.path_parameters or {}).items()}
        case.query = {}
        said = case.body if isinstance(case.body, dict) else {}
        said.update({name: value for name, value in self._known().items() if name in said})
        if isinstance(said.get("meta"), dict) and "key" in said["meta"]:
            said["meta"]["key"] = self.key
        if isinstance(said.get("data"), dict) and "relationships" in said["data"]:
            said["data"]["relationships"] = {"license": {"data": {"type": "licenses", "id": self.number}}}

    def _known(self) -> dict[str, str]:
        return {"license_key": self.key, "instance_id": self.device, "version": "9.1", "name": "kiln.zip"}


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    """One shop for all the doors."""
    yield from map(Described, SqliteStore(tmp_path_factory.mktemp("described")).fresh_shop())


def make_token(shop: Shop) -> str:
    """A token that may do everything with releases."""
    staff: Visitor = shop.member("builder@example.com", "Builder", [Permission.CATALOGUE])
    wanted = {"name": "Build server", "scope": ["releases:read", "releases:write"], "days": "30"}
    made = staff.submit("/account/tokens", wanted, action="/new")
    found = re.search(r"lpat_\w+", made.text)
    assert found is not None
    return found[0]


def test_every_door_for_programs_is_described_and_nothing_else(described: Described) -> None:
    doors = set()
    for rule in described.shop.app.url_map.iter_rules():
        if rule.rule.startswith("/v1/") and "<account>" not in rule.rule:
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            doors |= {(method, path) for method in rule.methods or () if method not in {"HEAD", "OPTIONS"}}
    told = {(one.method, one.path) for one in OPERATIONS}
    assert {one for one in doors if one[1] not in ELSEWHERE} == told


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_whatever_is_sent_the_answer_is_as_described(described: Described, one: Operation) -> None:
    described.put_device()
    operation = described.schema[one.path][one.method]
    checks = [CHECKS.get_one(name) for name in HELD]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=operation.as_strategy(), known=some.booleans(), opened=some.booleans())
    def ask(case: Any, known: bool, opened: bool) -> None:
        if known:
            described.lead(case)
        case.call_and_validate(headers=described.headers(one.auth) if opened else {}, checks=checks)

    ask()
