"""The demo's goods, people and orders hold together and are all invented."""

import re

import pytest
from stdnum.eu import vat

from storefront.demo_content import content
from storefront.demo_content.orders import KEPT_POOLS, State, holders_of, plan_orders

REAL_NAMES = re.compile(
    r"\b(microsoft|adobe|google|apple|amazon|oracle|jetbrains|steinberg|dropbox|github|photoshop"
    r"|excel|word|scrivener|acrobat|lightroom|indesign|slack|tektronix|keysight|sap|datev|canon)\b",
    re.IGNORECASE,
)


def everybody() -> tuple[content.Person, ...]:
    return (*content.members(), *content.testers(), *content.staff())


def test_the_catalogue_has_its_numbers() -> None:
    assert len(content.vendors()) == 8
    assert len(content.categories()) == 7
    assert len(content.products()) == 24
    assert sum(product.source == content.Source.OWN for product in content.products()) == 15


def test_references_resolve_and_slugs_are_unique() -> None:
    vendors = {vendor.slug: vendor for vendor in content.vendors()}
    categories = {category.slug for category in content.categories()}
    assert {product.category for product in content.products()} == categories
    assert {product.vendor for product in content.products()} == set(vendors)
    assert len({product.slug for product in content.products()}) == 24
    for product in content.products():
        assert vendors[product.vendor].own == (product.source == content.Source.OWN)


@pytest.mark.parametrize("product", content.products(), ids=lambda product: product.slug)
def test_a_product_is_complete(product: content.Product) -> None:
    assert 150 <= len(product.description.split()) <= 300
    assert product.tagline and product.requirements and product.keywords and product.platforms
    assert product.file_bytes > 0
    assert 1 <= len(product.editions) <= 4
    for edition in product.editions:
        assert set(edition.prices) == {"EUR", "USD"}
        assert all(type(price) is int and price > 0 for price in edition.prices.values())
        assert edition.devices > 0 and edition.included
        assert (edition.pool is None) == (product.source == content.Source.OWN)


def test_one_pool_is_empty_and_one_holds_exactly_ten() -> None:
    pools = {key: edition.pool for key, edition in content.editions().items()}
    assert {key for key, pool in pools.items() if pool == 0} == {"glyphledger/agency"}
    assert {key for key, pool in pools.items() if pool == 10} == {"diffanchor/pro"}


def test_sixty_members_the_testers_and_one_account_per_permission() -> None:
    assert len(content.members()) == 60
    assert [person.role.value for person in content.testers()] == [
        "shopper", "holder", "lapsed", "owner", "member", "moderator",
    ]  # fmt: skip
    permissions = {person.permission for person in content.staff()}
    assert len(permissions) == len(content.staff()) - 1 and None not in permissions  # two sell, and can agree


def test_people_are_distinct_and_live_at_example_addresses() -> None:
    emails = [person.email for person in everybody()]
    names = [person.name_shown.casefold() for person in everybody()]
    assert len(set(emails)) == len(emails)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z.]+@example\.(com|org)", email) for email in emails)


def test_vat_ids_pass_the_check_of_their_country() -> None:
    held = [person for person in everybody() if person.vat_id]
    assert len(held) >= 10
    for person in held:
        assert person.vat_id is not None
        assert vat.is_valid(person.vat_id), person
        assert person.vat_id[:2] == person.country


def test_no_real_company_is_named() -> None:
    for name in ("catalogue.json", "people.json"):
        text = (content.HERE / name).read_text(encoding="utf-8")
        assert not REAL_NAMES.findall(re.sub(r"word by word|word|Words?", "", text))


def test_orders_hold_every_state_and_are_the_same_twice() -> None:
    orders = plan_orders()
    assert orders == plan_orders()
    assert 85 <= len(orders) <= 95
    assert {order.state for order in orders} == set(State)
    assert all(0 <= order.days_ago <= 426 for order in orders)


def test_orders_refer_to_people_and_editions_and_fit_the_pools() -> None:
    emails = {person.email for person in everybody()}
    taken: dict[str, int] = {}
    for order in plan_orders():
        assert order.buyer_email in emails
        for line in order.lines:
            taken[line.edition] = taken.get(line.edition, 0) + line.quantity
    assert not set(taken) & set(KEPT_POOLS)
    for key, quantity in taken.items():
        pool = content.editions()[key].pool
        assert pool is None or quantity <= pool


def test_the_boards_for_holders_will_have_people() -> None:
    for product in ("kilnwatch", "tallyhearth"):
        assert len(holders_of(product)) >= 18
        assert {"holder@example.com", "moderator@example.com"} <= holders_of(product)
        assert "lapsed@example.com" not in holders_of(product)
