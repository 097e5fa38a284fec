"""Reviews: who may write, what everybody sees, what staff does with them, and what stays of somebody who left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from core.access import Permission
from privacy.erasure.rules import Leaving, Posts
from storefront.catalogue.models import Product
from storefront.licenses.models import License
from storefront.reviews import leaving, markup, reading, service
from storefront.reviews.models import Review
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import Ware, buy, has_form, press, ware

FINE = "It found a **cracked** element on the first evening."


def holder(shop: Shop, one: Ware, email: str = "ada@example.com", name: str = "Ada") -> Visitor:
    """A member who bought it."""
    member = shop.member(email, name)
    buy(member, one)
    return member


def review(member: Visitor, slug: str = "kilnwatch", rating: str = "4", body: str = FINE) -> str:
    """Write it in the form; the page that comes next."""
    return press(member, f"/shop/{slug}/review", f"/shop/{slug}/review", rating=rating, body=body)


def ratings(shop: Shop) -> tuple[int, int]:
    """The stored sum and count, which a recount must not change."""
    with shop.transaction() as session:
        product = session.query(Product).filter_by(slug="kilnwatch").one()
        stored = product.rating_sum, product.rating_count
        service.recount()
        session.refresh(product)
        assert stored == (product.rating_sum, product.rating_count)
    return stored


def test_a_holder_writes_changes_and_removes_and_everybody_reads(shop: Shop) -> None:
    one, stranger = ware(shop), shop.visitor()
    assert "Nobody has written about" in stranger.get("/shop/kilnwatch").text
    assert "No reviews here yet" in stranger.get("/shop/kilnwatch/reviews").text
    other = shop.member("bob@example.com", "Bob")
    refused = other.get("/shop/kilnwatch/review")
    assert refused.status_code == 403 and "hold a license" in refused.text
    ada = holder(shop, one)
    wrong = ada.submit("/shop/kilnwatch/review", {"body": "short"}, action="/shop/kilnwatch/review")
    assert wrong.status_code == 422 and "short</textarea>" in wrong.text and "one and five stars" in wrong.text
    assert "stands here now" in review(ada)
    for address in ("/shop/kilnwatch", "/shop/kilnwatch/reviews"):
        page = stranger.get(address).text
        assert "<strong>cracked</strong>" in page and "Ada" in page and "4 of 5 stars" in page
    assert "4.0" in stranger.get("/shop").text
    assert ratings(shop) == (4, 1)
    review(ada, rating="2", body="It lost a whole night of readings.")
    assert ratings(shop) == (2, 1)
    assert "cracked" in ada.get("/shop/kilnwatch/review").text
    assert "cracked" not in stranger.get("/shop/kilnwatch/reviews").text
    press(ada, "/shop/kilnwatch/review", "/shop/kilnwatch/review/remove")
    assert ratings(shop) == (0, 0)
    assert "Ada" not in stranger.get("/shop/kilnwatch").text


def test_a_license_that_ended_writes_nothing_new_and_a_forged_vote_counts_once(shop: Shop) -> None:
    one = ware(shop)
    ada, bob = holder(shop, one), holder(shop, one, "bob@example.com", "Bob")
    review(ada)
    review(bob, rating="5", body="Quiet and exact, for two years now.")
    with shop.transaction():
        mine = {row.name: row.id for row in reading.page(one.product_id, 0, reading.Order.NEWEST, None).reviews}
    vote = f"/shop/kilnwatch/reviews/{mine['Ada']}/helpful"
    own = f"/shop/kilnwatch/reviews/{mine['Bob']}/helpful"
    page = bob.get("/shop/kilnwatch/reviews").text
    assert has_form(page, vote) and not has_form(page, own)
    for _again in range(2):
        bob.submit("/shop/kilnwatch/reviews", {"helpful": "yes"}, action=vote)
    helpful = shop.visitor().get("/shop/kilnwatch/reviews?sort=helpful").text
    assert helpful.count("1 person found this helpful") == 1
    assert helpful.index("cracked") < helpful.index("Quiet and exact")
    assert "Not helpful after all" in bob.get("/shop/kilnwatch/reviews").text
    bob.submit("/shop/kilnwatch/reviews", {"helpful": "no"}, action=vote)
    assert "found this helpful" not in shop.visitor().get("/shop/kilnwatch/reviews").text
    with shop.transaction() as session:
        session.execute(update(License).values(state="revoked"))
    assert ada.get("/shop/kilnwatch/review").status_code == 200
    again = ada.submit("/shop/kilnwatch/review", {"rating": "1", "body": FINE}, action="/shop/kilnwatch/review")
    assert again.status_code == 403 and ratings(shop) == (9, 2)


def test_staff_answers_hides_with_a_reason_and_shows_again(shop: Shop) -> None:
    ada = holder(shop, ware(shop))
    review(ada)
    support = shop.member("sue@example.com", "Sue", [Permission.SUPPORT])
    with shop.transaction() as session:
        number = session.query(Review).one().id
    here = "/staff/reviews"
    press(support, here, f"{here}/{number}/answer", answer="Thank you, *Ada*. <script>x</script>")
    stranger = shop.visitor()
    page = stranger.get("/shop/kilnwatch").text
    assert "Thank you, <em>Ada</em>" in page and "<script>x" not in page
    assert support.post(f"{here}/{number}/hide", {"reason": "x"}).status_code == 400
    press(support, here, f"{here}/{number}/hide", reason="It names a third person.")
    assert ratings(shop) == (0, 0)
    assert "cracked" not in stranger.get("/shop/kilnwatch").text + stranger.get("/shop/kilnwatch/reviews").text
    assert "It names a third person." in ada.get("/shop/kilnwatch/review").text
    press(support, here, f"{here}/{number}/restore")
    assert ratings(shop) == (4, 1)
    assert "cracked" in stranger.get("/shop/kilnwatch").text
    assert ada.get(here).status_code == 403


@pytest.mark.parametrize("posts", list(Posts))
def test_who_leaves_is_named_nowhere(shop: Shop, posts: Posts) -> None:
    ada = holder(shop, ware(shop))
    review(ada, body="Never again without it. Yours, Ada")
    with shop.transaction() as session:
        session.query(Review).one().answer = "Dear ADA, thank you."
    with shop.transaction():
        assert {line.count for line in leaving.preview(ada.account_id).lines} == {0, 1}
    with shop.transaction():
        leaving.erase(Leaving(account_id=ada.account_id, posts=posts, name="Ada", email="ada@example.com"))
    page = shop.visitor().get("/shop/kilnwatch").text
    assert "Ada" not in page and "ADA" not in page
    assert ("Never again" in page) is (posts is Posts.KEEP)
    assert ratings(shop) == ((4, 1) if posts is Posts.KEEP else (0, 0))


def test_reviews_leaf_by_their_place_in_either_order(sqlite_shop: Shop) -> None:
    one = ware(sqlite_shop)
    with sqlite_shop.transaction() as session:
        for number in range(reading.PER_PAGE + 5):
            text = f"Number {number:02d} says so."
            session.add(
                Review(
                    product_id=one.product_id,
                    rating=3,
                    body=text,
                    html=text,
                    created_at=service.clock.now(),
                    helpful=number % 4,
                )
            )
    visitor = sqlite_shop.visitor()
    for order in ("newest", "helpful"):
        first = visitor.get(f"/shop/kilnwatch/reviews?sort={order}").text
        link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = visitor.get(link).text
        seen = [text for text in range(25) for page in (first, second) if f"Number {text:02d}" in page]
        assert seen == list(range(25)), order
    for place in ("x", "1~", "9~99999999999999999", "-1~2"):
        assert visitor.get("/shop/kilnwatch/reviews", query_string={"after": place}).status_code == 200


@given(st.text(max_size=300))
def test_any_text_becomes_harmless_html(text: str) -> None:
    html = markup.render(text + "\n\n# big\n\n![p](http://x/y)\n\n[l](javascript:x) <b onclick=x>")
    assert (
        "<h1" not in html
        and "<img" not in html
        and 'href="javascript' not in html
        and "<b" not in html.replace("<blockquote", "").replace("<br", "")
    )
