"""Editions side by side: what tells them apart, what is gone, and nothing more than four."""

from storefront.catalogue import comparing, service
from storefront.catalogue.comparing import Fact
from tests.shop import Shop, find_form
from tests.storefront.builders import SOLO, make_product
from tests.storefront.test_catalogue import YEARLY


def test_which_ones_stands_in_the_address() -> None:
    typed = ["3", "1", "3", "", "-1", "x", "٤", "9" * 16, "2", "7", "8"]
    assert comparing.read_ids(typed) == [3, 1, 2, 7]
    assert comparing.address([3, 1]) == "/shop/compare?e=3&e=1"
    assert comparing.address([]) == "/shop/compare"
    assert Fact("x", (("a",), ("a",))).differs is False and Fact("x", (("a",), ())).differs


def test_editions_are_compared_and_bought_from_there(shop: Shop) -> None:
    kiln = make_product(shop, "kiln", editions=(SOLO, YEARLY))
    clay = make_product(shop, "clay", name="Tonbuch für Töpferinnen")
    solo, yearly, other = kiln.editions["solo"], kiln.editions["yearly"], clay.editions["solo"]
    stranger = shop.visitor()
    assert "Begin with" in stranger.get("/shop/compare").text
    assert f"/shop/compare?e={solo}" in stranger.get("/shop/kiln").text
    page = stranger.get(f"/shop/compare?e={solo}&e={yearly}&e={other}&e={solo}").text
    assert page.count('<th scope="col">') == 3 and "Tonbuch für Töpferinnen" in page and "€29.00" in page
    assert f'href="/shop/compare?e={solo}&amp;e={other}"' in page
    assert stranger.cookies() == {}
    added = stranger.client.post("/cart/add", data=find_form(page, "/cart/add").values)
    assert added.status_code == 303
    with shop.transaction():
        service.withdraw_edition(other)
    left = stranger.get(f"/shop/compare?e={solo}&e={other}").text
    assert "One of these is no longer on sale" in left and "Tonbuch" not in left
