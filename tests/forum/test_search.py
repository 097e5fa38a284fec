"""Posts are found by their words, at once, by those who may see them; no query breaks anything."""

import pytest

from forum.topics import service as topics
from tests.forum.builders import give_license, let_lapse, make_board, make_private_board, make_reply, make_topic, writer
from tests.shop import Shop

HOSTILE = [
    '"',
    "'; drop table post;--",
    "a AND",
    "NEAR(",
    "*",
    "(",
    "-x",
    "a:b",
    "💥" * 40,
    "\x00",
    "%",
    "x" * 5000,
    "<b>",
    "&|!",
]


@pytest.fixture
def board(shop: Shop) -> Shop:
    make_board(shop)
    return shop


def test_a_post_is_found_by_a_word_of_its_text_and_its_topics_title(board: Shop) -> None:
    ada = board.make_account()
    topic = make_topic(board, ada, title="Thermocouple drifts", body="The **kiln** reads low.")
    page = board.visitor().get("/forum/search?q=kiln")
    assert f"/forum/t/{topic}/thermocouple-drifts/1" in page.text
    assert "<mark>kiln</mark>" in page.text
    assert "Thermocouple drifts" in board.visitor().get("/forum/search?q=thermocouple").text


def test_all_words_must_be_there(board: Shop) -> None:
    make_topic(board, board.make_account(), title="Cold kilns", body="A cold kiln.")
    assert "Nothing found" in board.visitor().get("/forum/search?q=cold+furnace").text


def test_an_edit_changes_what_is_found_and_a_hidden_post_is_found_no_more(board: Shop) -> None:
    ada = board.make_account()
    topic = make_topic(board, ada, body="The word is ferrofluid.")
    make_reply(board, ada, topic, "Another one.")
    with board.transaction():
        reader = writer(ada)
        topics.edit(reader, topics.get_post(reader, topic, 1), "The word is quicksilver.", "typo")
    assert "Nothing found" in board.visitor().get("/forum/search?q=ferrofluid").text
    assert "quicksilver" in board.visitor().get("/forum/search?q=quicksilver").text
    with board.transaction():
        topics.hide_post(topics.get_post(writer(ada), topic, 1).id)
    assert "Nothing found" in board.visitor().get("/forum/search?q=quicksilver").text


@pytest.mark.parametrize("words", ["窯の温度", "温度", "가마"])
def test_chinese_japanese_and_korean_are_found(board: Shop, words: str) -> None:
    make_topic(board, board.make_account(), body="窯の温度が低い。 가마 온도")
    assert "Cold kilns" in board.visitor().get("/forum/search", query_string={"q": words}).text


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_queries_find_nothing_and_break_nothing(board: Shop, query: str) -> None:
    make_topic(board, board.make_account())
    for page in ("/forum/search", "/search"):
        answer = board.visitor().get(page, query_string={"q": query})
        assert answer.status_code in {200, 400}
        assert "<b>" not in answer.text


def test_markup_in_posts_and_titles_is_shown_as_text(board: Shop) -> None:
    make_topic(
        board, board.make_account(), title="A <script>alert(1)</script> title", body="`<img src=x onerror=y>` kiln"
    )
    page = board.visitor().get("/forum/search?q=kiln").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_what_stands_on_a_holders_board_is_found_by_its_holders_alone(shop: Shop) -> None:
    _board, product = make_private_board(shop)
    author = shop.make_account()
    make_topic(shop, author, board="cellar", title="Secret canary", body="The canary sings.")
    holder, other = shop.member("holder@example.com", "Holder"), shop.member("other@example.com", "Other")
    give_license(shop, holder.account_id, product)
    assert "Secret canary" in holder.get("/forum/search?q=canary").text
    for visitor in (shop.visitor(), other):
        assert "Secret" not in visitor.get("/forum/search?q=canary").text
        assert "sings" not in visitor.get("/search?q=canary").text
    let_lapse(shop, holder.account_id)
    assert "Secret" not in holder.get("/forum/search?q=canary").text


def test_a_search_is_at_most_three_statements(board: Shop) -> None:
    make_topic(board, board.make_account(), body="A cold kiln.")
    board.visitor().get("/forum/search?q=warm")
    with board.statements() as seen:
        board.visitor().get("/forum/search?q=kiln")
    assert len(seen) <= 3, seen
