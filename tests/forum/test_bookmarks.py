"""Posts in one's own list: only their keeper knows, and what one may not see any more is not shown there."""

import pytest

from forum.bookmarks import service
from forum.bookmarks.models import Bookmark
from tests.forum.builders import give_license, let_lapse, make_board, make_private_board, make_reply, make_topic, plant
from tests.shop import Shop

LIST = "/account/forum/bookmarks"


def test_a_post_is_kept_with_a_note_changed_and_taken_back(shop: Shop) -> None:
    make_board(shop)
    ada = shop.member()
    topic = make_topic(shop, shop.make_account("eve@example.com", "Eve"), body="Turn the blue knob.")
    page = f"/forum/t/{topic}/cold-kilns/1/bookmark"
    ada.submit(page, {"note": "for the winter"}, action="/bookmark")
    found = ada.get(LIST).text
    assert "for the winter" in found and "Turn the blue knob." in found
    assert "Bookmarked<" in ada.get(f"/forum/t/{topic}/cold-kilns").text
    ada.submit(page, {"note": "for the summer"}, action="/bookmark")
    found = ada.get(LIST).text
    assert "for the summer" in found and "for the winter" not in found
    other = shop.member("bob@example.com", "Bob")
    assert "for the summer" not in other.get(LIST).text + other.get(page).text
    assert "Bookmarked<" not in other.get(f"/forum/t/{topic}/cold-kilns").text
    ada.post(page, {"act": "drop"})
    assert "No bookmarks" in ada.get(LIST).text


def test_the_list_follows_a_moved_post_and_hides_what_is_closed(shop: Shop) -> None:
    _, product = make_private_board(shop)
    holder, author = shop.member(), shop.make_account("eve@example.com", "Eve")
    give_license(shop, holder.account_id, product)
    topic = make_topic(shop, author, "cellar", "In the cellar", "For holders.")
    assert make_reply(shop, author, topic) == 2
    holder.submit(f"/forum/t/{topic}/in-the-cellar/1/bookmark", {"note": "mine"}, action="/bookmark")
    assert "For holders." in holder.get(LIST).text
    let_lapse(shop, holder.account_id)
    page = holder.get(LIST).text
    assert "For holders." not in page and "In the cellar" not in page
    assert holder.get(f"/forum/t/{topic}/in-the-cellar/1/bookmark").status_code == 404


def test_a_note_that_is_too_long_is_refused_beside_its_field(shop: Shop) -> None:
    make_board(shop)
    ada = shop.member()
    topic = make_topic(shop, ada.account_id)
    answer = ada.submit(f"/forum/t/{topic}/cold-kilns/1/bookmark", {"note": "x" * 201}, action="/bookmark")
    assert answer.status_code == 422 and "200 characters" in answer.text


def test_a_long_list_is_paged_from_its_newest_end(shop: Shop) -> None:
    board, ada = make_board(shop), shop.member()
    plant(shop, board, ada.account_id, posts=service.PAGE + 1)
    with shop.transaction():
        for post in range(1, service.PAGE + 2):
            service.keep(ada.account_id, post, f"note {post}.")
    first = ada.get(LIST).text
    assert f"note {service.PAGE + 1}." in first and "note 1." not in first
    with shop.transaction() as session:
        second = session.query(Bookmark.id).filter_by(post_id=2).scalar()
    assert f"?before={second}" in first
    rest = ada.get(f"{LIST}?before={second}").text
    assert "note 1." in rest and "Older" not in rest
    assert ada.get(f"{LIST}?before=x").status_code == 404


def test_a_full_list_takes_no_more(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changing a note is no new bookmark."""
    board, ada = make_board(shop), shop.member()
    plant(shop, board, ada.account_id, posts=2)
    monkeypatch.setattr(service, "MOST", 1)
    page = "/forum/t/1/planted-topic-00000/{}/bookmark"
    assert ada.post(page.format(1), {"note": "one"}).status_code == 200
    assert ada.post(page.format(2), {"note": "two"}).status_code == 409
    assert ada.post(page.format(1), {"note": "one again"}).status_code == 200
