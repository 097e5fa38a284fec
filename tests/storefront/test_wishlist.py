"""Wishlists: marked and taken off without any script, what changed is said, shared only on purpose; what stands close by."""

from sqlalchemy import select, update

from storefront.catalogue import service as catalogue
from storefront.orders.models import Order
from storefront.related import service as related
from storefront.related.models import ProductPair
from storefront.stockroom import importing
from storefront.wishlist import service
from tests.shop import Shop
from tests.storefront.builders import make_product
from tests.storefront.order_builders import buy, press, ware


def test_a_member_marks_sees_what_changed_shares_and_takes_off(shop: Shop) -> None:
    made = make_product(shop, "kilnwatch")
    pooled = make_product(shop, "diffanchor", source="pool")
    member, stranger = shop.member(), shop.visitor()
    assert 'href="/sign-in?next=/shop/kilnwatch"' in stranger.get("/shop/kilnwatch").text
    for slug in ("kilnwatch", "kilnwatch", "diffanchor"):
        member.post("/account/wishlist/add", {"product": slug})
    assert "On your wishlist" in member.get("/shop/kilnwatch").text
    assert "On your wishlist" not in shop.member("bob@example.com", "Bob").get("/shop/kilnwatch").text
    with shop.transaction():
        catalogue.reprice(made.editions["solo"], 9_900)
    page = member.get("/account/wishlist").text
    assert "€20.00 less than when you marked it" in page and "sold out just now" in page
    with shop.transaction():
        importing.stock(pooled.editions["solo"], ["AAAA-1"])
    assert "to be had again" in member.get("/account/wishlist").text
    press(member, "/account/wishlist", "/account/wishlist/share", shared="yes")
    with shop.transaction():
        token = service.share_of(member.account_id)
    seen = stranger.get(f"/wishlist/{token}")
    assert "Kilnwatch" in seen.text and "Ada" not in seen.text and "noindex" in seen.text
    press(member, "/account/wishlist", "/account/wishlist/share", shared="no")
    assert stranger.get(f"/wishlist/{token}").status_code == 404
    press(member, "/shop/kilnwatch", "/account/wishlist/remove")
    assert "Kilnwatch" not in member.get("/account/wishlist").text.split("<main")[1].split("Diffanchor")[0]
    assert member.post("/account/wishlist/add", {"product": "nothing"}).status_code == 404


def test_what_five_customers_bought_together_stands_close_by_and_what_four_did_never(shop: Shop) -> None:
    one, other = ware(shop), ware(shop, "inkhollow")
    make_product(shop, "neighbor", category="Far", vendor="Away")
    members = [shop.member(f"m{number}@example.com", f"M{number}") for number in range(5)]
    for member in members:
        buy(member, one, other)
    with shop.transaction() as session:
        related.count_pairs()
        assert sorted(
            pair
            for pair in session.execute(select(ProductPair.product_id, ProductPair.other_id, ProductPair.customers))
        ) == [
            (one.product_id, other.product_id, 5),
            (other.product_id, one.product_id, 5),
        ]
    page = shop.visitor().get("/shop/kilnwatch").text
    assert "Close by" in page and 'href="/shop/inkhollow"' in page and 'href="/shop/neighbor"' not in page
    with shop.transaction() as session:
        session.execute(update(Order).where(Order.account_id == members[0].account_id).values(state="refunded"))
        related.count_pairs()
        assert session.execute(select(ProductPair.product_id, ProductPair.other_id, ProductPair.customers)).all() == []
