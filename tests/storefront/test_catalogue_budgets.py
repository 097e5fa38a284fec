"""How many statements a page of the catalogue may ask for: the same with ten times the goods (design, "Speed")."""

from dataclasses import replace

import pytest

from tests.shop import Shop, Visitor
from tests.storefront.builders import SOLO, make_product, put_product

ONCE = 30


@pytest.fixture(params=[1, 10], ids=["1x", "10x"])
def stocked(shop: Shop, request: pytest.FixtureRequest) -> Shop:
    """A shop with goods of both kinds, of several makers."""
    with shop.transaction():
        for number in range(ONCE * request.param):
            put_product(f"goods-{number}", vendor=f"Maker {number % 8}", category=f"Shelf {number % 5}")
    pro = replace(SOLO, slug="pro", name="Pro")
    make_product(shop, "pooled", source="pool", editions=(SOLO, pro), pool_keys=[f"KEY-{n}" for n in range(20)])
    return shop


def cost(visitor: Visitor, address: str) -> int:
    """Statements of the first look at a page."""
    with visitor.shop.statements() as seen:
        assert visitor.get(address).status_code == 200
    return len(seen)


PAGES = {
    "/shop": (3, 4),
    "/shop?sort=price&category=shelf-1&platform=linux": (3, 4),
    "/shop?q=goods": (3, 4),
    "/shop/goods-7": (3, 4),
    "/shop/pooled": (3, 4),
    "/search?q=goods": (3, 4),
    "/": (3, 4),
    "/company": (0, 2),
    "/terms": (0, 2),
    "/support": (0, 2),
}


def test_pages_keep_their_budgets_for_strangers_and_members(stocked: Shop) -> None:
    """The stranger comes first, to a process that remembers no shelves and boards yet; the member after them."""
    member = stocked.member()
    spent = {}
    for address, budget in PAGES.items():
        for kept in ("catalogue.shelves", "boards"):
            stocked.database.snapshots.pop(kept, None)
        spent[address] = (cost(stocked.visitor(), address), cost(member, address))
        assert spent[address][0] <= budget[0] and spent[address][1] <= budget[1], (address, spent)


def test_a_strangers_second_look_asks_for_nothing(stocked: Shop) -> None:
    for address in PAGES:
        cost(stocked.visitor(), address)
        assert cost(stocked.visitor(), address) == 0, address


def test_the_last_page_costs_what_the_first_costs(stocked: Shop) -> None:
    deep = "/shop?sort=name&after=goods-5~999999"
    stocked.visitor().get("/company")  # every page asks for the policy's versions, once for a process
    assert cost(stocked.visitor(), deep) <= cost(stocked.visitor(), "/shop?sort=name") + 1
