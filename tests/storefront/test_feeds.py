"""What programs read of the shop: feeds, and what a product page says of itself."""

import json
from xml.etree import ElementTree

from storefront.catalogue import service as catalogue
from storefront.reviews import service as reviews
from tests.shop import Shop
from tests.storefront.order_builders import ware


def test_feeds_and_pages_name_the_same_price_and_stock(sqlite_shop: Shop) -> None:
    ware(sqlite_shop)
    ware(sqlite_shop, "clay", keys=0)
    stranger = sqlite_shop.visitor()
    atom = ElementTree.fromstring(stranger.get("/shop/feed.atom").data)
    titles = {entry.findtext("{*}title") for entry in atom.findall("{*}entry")}
    assert titles == {"Kilnwatch", "Clay"}
    offers = {one["link"].rsplit("/", 1)[1]: one for one in json.loads(stranger.get("/shop/feed.json").data)["offers"]}
    assert (offers["kilnwatch"]["price"], offers["kilnwatch"]["availability"]) == ("119.00", "in_stock")
    assert offers["clay"]["availability"] == "out_of_stock"
    page = stranger.get("/shop/kilnwatch").text
    assert 'itemtype="https://schema.org/Product"' in page
    assert 'itemprop="price" content="119.00"' in page
    assert "schema.org/OutOfStock" in stranger.get("/shop/clay").text
    assert 'property="og:title" content="Kilnwatch"' in page
    assert '/shop?category=tools">' in stranger.get("/shop?category=tools&after=x").text
    with sqlite_shop.transaction():
        reviews.recount()
        assert reviews.drift() == (0, 0)
        catalogue.get_product("clay").rating_count = 1
    with sqlite_shop.transaction():
        assert reviews.drift() == (1, 0)
    listed = stranger.get("/sitemap.xml").text
    assert "/shop/clay/reviews<" in listed
    assert "/shop/kilnwatch/reviews<" not in listed
