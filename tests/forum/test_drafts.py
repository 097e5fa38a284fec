"""What was typed and not sent is kept for its writer alone, for each place, until it is sent, thrown away, or old."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core import clock
from forum.drafts import service
from forum.drafts.models import Draft
from tests.forum.builders import give_license, let_lapse, make_board, make_private_board, make_topic
from tests.shop import Shop, Visitor, find_form

DRAFTS = "/account/forum/drafts"


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    make_board(shop)
    return shop.member()


def kept(shop: Shop) -> int:
    with shop.transaction() as session:
        return session.query(Draft).count()


def typed(visitor: Visitor, page: str, action: str) -> dict[str, str]:
    """What stands in the form of a page."""
    return {name: value.strip() for name, value in find_form(visitor.get(page).text, action).values.items()}


def test_a_reply_is_kept_until_it_is_sent(shop: Shop, ada: Visitor) -> None:
    topic = make_topic(shop, shop.make_account("eve@example.com", "Eve"))
    address = f"/forum/t/{topic}/cold-kilns"
    for text in ("I think", "I think it is the blue knob."):
        assert "blue knob" in ada.post(f"{address}/draft", {"body": text}).text or text == "I think"
    assert kept(shop) == 1 and typed(ada, address, "/reply")["body"] == "I think it is the blue knob."
    assert "Your draft of" in ada.get(address).text
    other = shop.member("bob@example.com", "Bob")
    assert "blue knob" not in other.get(address).text and "blue knob" not in other.get(DRAFTS).text
    page = ada.submit(address, action="/reply")
    assert "blue knob" in page.text and kept(shop) == 0
    assert typed(ada, address, "/reply")["body"] == ""


def test_a_quote_comes_below_what_was_begun(shop: Shop, ada: Visitor) -> None:
    topic = make_topic(shop, ada.account_id)
    address = f"/forum/t/{topic}/cold-kilns"
    ada.post(f"{address}/draft", {"body": "Begun."})
    body = typed(ada, f"{address}?quote=1", "/reply")["body"]
    assert body.startswith("Begun.\n\n") and "Hello." in body


def test_a_topic_is_kept_for_its_board(shop: Shop, ada: Visitor) -> None:
    make_board(shop, "quarry")
    begun = {"title": "Cold", "body": "It is"}
    answer = ada.post("/forum/lounge/new/draft", begun)
    assert "The way" not in answer.text and 'href="/forum/lounge/new"' in answer.text
    form = typed(ada, "/forum/lounge/new", "/new")
    assert (form["title"], form["body"]) == ("Cold", "It is")
    assert typed(ada, "/forum/quarry/new", "/new")["body"] == ""
    ada.submit("/forum/lounge/new", {"title": "Cold kilns", "body": "It is cold."}, action="/new")
    assert kept(shop) == 0


def test_what_is_wrong_with_it_keeps_the_draft(shop: Shop, ada: Visitor) -> None:
    """A refused topic is not sent, so what was kept stays."""
    ada.post("/forum/lounge/new/draft", {"title": "Cold kilns", "body": "It is"})
    assert ada.submit("/forum/lounge/new", {"title": "No"}, action="/new").status_code == 422
    assert kept(shop) == 1


def test_the_script_keeps_quietly_and_the_button_shows_the_list(shop: Shop, ada: Visitor) -> None:
    answer = ada.post("/forum/lounge/new/draft", {"body": "Half a", "act": "quietly"})
    assert answer.status_code == 204 and answer.data == b""
    assert "Your draft is kept" not in ada.get("/forum/").text
    assert "Half a" in ada.get(DRAFTS).text


def test_nothing_typed_is_no_draft(shop: Shop, ada: Visitor) -> None:
    ada.post("/forum/lounge/new/draft", {"title": "Cold", "body": "x"})
    ada.post("/forum/lounge/new/draft", {"title": " ", "body": " \n"})
    assert kept(shop) == 0


def test_thrown_away_by_its_writer_alone(shop: Shop, ada: Visitor) -> None:
    ada.post("/forum/lounge/new/draft", {"title": "Cold", "body": "It is"})
    page = ada.get(DRAFTS).text
    action = find_form(page, "/drop").action or ""
    assert shop.member("bob@example.com", "Bob").post(action).status_code == 404
    assert kept(shop) == 1
    assert "No drafts" in ada.submit(DRAFTS, action="/drop").text and kept(shop) == 0


def test_of_a_board_that_closed_the_draft_stays_and_the_board_is_not_named(shop: Shop) -> None:
    """The words are their writer's; the board's name is not."""
    _, product = make_private_board(shop)
    holder = shop.member()
    give_license(shop, holder.account_id, product)
    holder.post("/forum/cellar/new/draft", {"title": "A wish", "body": "More light."})
    let_lapse(shop, holder.account_id)
    page = holder.get(DRAFTS).text
    assert "More light." in page and "cannot open now" in page and "Cellar" not in page
    assert holder.post("/forum/cellar/new/draft", {"body": "Let me in."}).status_code == 404


def test_old_drafts_go(shop: Shop, ada: Visitor) -> None:
    make_board(shop, "quarry")
    for board in ("lounge", "quarry"):
        ada.post(f"/forum/{board}/new/draft", {"title": board, "body": f"Text of {board}"})
    with shop.transaction() as session:
        old = clock.now() - service.KEPT - timedelta(minutes=1)
        first = session.query(Draft).order_by(Draft.id).first()
        assert first is not None
        session.execute(update(Draft).where(Draft.id == first.id).values(saved_at=old))
        session.expire_all()
        assert service.discard() == 1
    assert "Text of quarry" in ada.get(DRAFTS).text and "Text of lounge" not in ada.get(DRAFTS).text and kept(shop) == 1
