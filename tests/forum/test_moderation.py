"""Members report, moderators decide, counters stay right, and every act is written down."""

import pytest
from sqlalchemy import select

from core.access import Permission
from core.audit.models import AuditEntry
from forum.topics import service as topics
from tests.forum.builders import make_board, make_private_board, make_reply, make_topic
from tests.shop import Shop, Visitor


@pytest.fixture
def topic(shop: Shop) -> int:
    make_board(shop)
    make_board(shop, "attic")
    author = shop.make_account("author@example.com", "Author")
    number = make_topic(shop, author, title="A loud topic")
    make_reply(shop, author, number, "Buy cheap kilns now!")
    return number


def moderator(shop: Shop) -> Visitor:
    return shop.member("mod@example.com", "Minerva", [Permission.MODERATION])


def acts(shop: Shop) -> list[str]:
    with shop.transaction() as session:
        assert topics.drift() == []
        return list(session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_a_report_comes_into_the_queue_once_and_hides_the_post_when_staff_decide_so(shop: Shop, topic: int) -> None:
    member, staff = shop.member(), moderator(shop)
    for _twice in range(2):
        answer = member.submit(f"/forum/report/{topic}/2", {"reason": "Advertising"}, action="report")
        assert answer.status_code == 200
    page = staff.get("/staff/reports").text
    assert page.count("Advertising") == 1
    assert "Buy cheap kilns now!" in page
    staff.submit("/staff/reports", {"outcome": "hidden"}, action="/staff/reports/")
    assert "Nothing to do" in staff.get("/staff/reports").text
    assert "cheap kilns" not in shop.visitor().get(f"/forum/t/{topic}/a-loud-topic").text
    assert acts(shop) == ["report_hidden"]


def test_a_report_without_a_reason_is_refused_beside_its_field(shop: Shop, topic: int) -> None:
    answer = shop.member().submit(f"/forum/report/{topic}/2", {"reason": " "}, action="report")
    assert answer.status_code == 422
    assert "what is wrong with the post" in answer.text


def test_a_post_that_one_cannot_see_cannot_be_reported(shop: Shop, topic: int) -> None:
    make_private_board(shop)
    hidden = make_topic(shop, shop.make_account("x@example.com", "Xenia"), board="cellar")
    assert shop.member().get(f"/forum/report/{hidden}/1").status_code == 404


@pytest.mark.parametrize(
    ("act", "verb"), [("lock", "lock"), ("unlock", "unlock"), ("pin", "pin"), ("unpin", "unpin"), ("move", "move")]
)
def test_each_act_on_a_topic_is_written_down(shop: Shop, topic: int, act: str, verb: str) -> None:
    staff = moderator(shop)
    answer = staff.post(f"/staff/topics/{topic}", {"act": act, "board": "attic"})
    assert answer.status_code == 200
    assert acts(shop) == [verb]


def test_a_moved_topic_is_on_its_new_board_under_the_same_address(shop: Shop, topic: int) -> None:
    moderator(shop).post(f"/staff/topics/{topic}", {"act": "move", "board": "attic"})
    assert "A loud topic" in shop.visitor().get("/forum/attic").text
    assert "A loud topic" not in shop.visitor().get("/forum/lounge").text
    assert shop.visitor().get(f"/forum/t/{topic}/a-loud-topic").status_code == 200


def test_a_locked_topic_takes_no_reply_and_keeps_the_text(shop: Shop, topic: int) -> None:
    member = shop.member()
    page = f"/forum/t/{topic}/a-loud-topic"
    member.get(page)
    moderator(shop).post(f"/staff/topics/{topic}", {"act": "lock"})
    answer = member.post(f"{page}/reply", {"body": "My long text", "submission": "s" * 32})
    assert answer.status_code == 409
    assert "My long text" in answer.text


def test_hidden_and_restored_posts_leave_the_counters_right(shop: Shop, topic: int) -> None:
    staff = moderator(shop)
    staff.post(f"/staff/posts/{topic}/2", {"act": "hide"})
    assert "cheap kilns" not in shop.visitor().get(f"/forum/t/{topic}/a-loud-topic").text
    staff.post(f"/staff/posts/{topic}/2", {"act": "restore"})
    assert "cheap kilns" in shop.visitor().get(f"/forum/t/{topic}/a-loud-topic").text
    assert acts(shop) == ["hide", "restore"]


@pytest.mark.parametrize("path", ["/staff/reports/1", "/staff/posts/1/1", "/staff/topics/1"])
def test_members_cannot_moderate(shop: Shop, topic: int, path: str) -> None:
    assert shop.member().post(path, {"act": "lock", "outcome": "hidden"}).status_code == 403
    assert acts(shop) == []
