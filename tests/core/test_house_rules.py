"""The house answers before any room is furnished."""

from tests.shop import Shop


def test_an_unknown_address_is_answered_with_a_page_and_a_way_on(shop: Shop) -> None:
    answer = shop.visitor().get("/no/such/page")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
