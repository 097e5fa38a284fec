"""The demo's conversations: enough of them, all different, and nobody where they may not be."""

import re
from collections import Counter
from functools import cache

from forum.demo_content import content
from forum.demo_content.plan import PostPlan, TopicPlan, build_plan
from forum.demo_content.talk import Author
from storefront.demo_content import content as shop
from storefront.demo_content.orders import holders_of

OFTEN = 15
SHARE = 0.01
QUOTE_OR_CODE = re.compile(r"```.*?```|^>.*$", re.DOTALL | re.MULTILINE)
REAL_NAMES = re.compile(
    r"\b(microsoft|adobe|google|apple|amazon|oracle|jetbrains|steinberg|dropbox|github|photoshop"
    r"|scrivener|acrobat|lightroom|indesign|slack|tektronix|keysight|sap|datev|canon)\b",
    re.IGNORECASE,
)


@cache
def authors() -> tuple[Author, ...]:
    people = (*shop.members(), *shop.testers(), *shop.staff())
    held = {product: holders_of(product) for product in ("kilnwatch", "tallyhearth")}
    return tuple(
        Author(
            email=person.email,
            name=person.name_shown,
            language=person.language,
            holds=frozenset(slug for slug, emails in held.items() if person.email in emails),
            staff=person.permission in ("support", "catalogue") or person.role == "moderator",
        )
        for person in people
        if person.role != "shopper" and person.permission in (None, "support", "catalogue")
    )


@cache
def plan() -> tuple[TopicPlan, ...]:
    return build_plan(authors())


def posts() -> list[PostPlan]:
    return [post for topic in plan() for post in topic.posts]


def sentences(body: str) -> set[str]:
    """Of five words or more; quotations and code repeat by their nature."""
    parts = re.split(r"(?<=[.!?])\s+|\n", QUOTE_OR_CODE.sub("", body))
    return {part.strip() for part in parts if len(part.split()) >= 5}


def test_ten_boards_two_of_them_for_holders() -> None:
    products = {product.slug for product in shop.products()}
    assert len({board.slug for board in content.boards()}) == 10
    holders_only = [board for board in content.boards() if board.holders_only]
    assert len(holders_only) == 2
    assert all(board.product for board in holders_only)
    assert {board.product for board in content.boards() if board.product} <= products


def test_exactly_400_topics_and_5000_posts_all_different() -> None:
    assert len(plan()) == 400
    assert len({topic.title for topic in plan()}) == 400
    assert len(posts()) == 5000
    assert len({post.body_markdown for post in posts()}) == 5000


def test_few_posts_share_a_sentence_with_many() -> None:
    counted = Counter(part for post in posts() for part in sentences(post.body_markdown))
    worn = [post for post in posts() if any(counted[part] > OFTEN for part in sentences(post.body_markdown))]
    assert len(worn) < SHARE * len(posts()), counted.most_common(20)


def test_banks_of_answers_fit_their_questions() -> None:
    banks = content.phrases()
    for questions, answers in (("doing_q", "doing_a"), ("side_q", "side_a"), ("drift", "drift_a")):
        assert len(banks[answers]) % len(banks[questions]) == 0
    assert len(banks["install_ask"]) == len(banks["install_fix"])


def test_sizes_are_those_of_a_forum() -> None:
    sizes = [len(topic.posts) for topic in plan()]
    assert sum(100 <= size <= 300 for size in sizes) == 8
    assert sum(3 <= size <= 26 for size in sizes) == 392


def test_references_resolve() -> None:
    boards = {board.slug for board in content.boards()}
    products = {product.slug for product in shop.products()}
    emails = {author.email for author in authors()}
    assert {facts.slug for facts in content.facts()} == products
    assert {topic.board for topic in plan()} == boards
    assert {topic.product for topic in plan()} == products | {None}
    assert {post.author_email for post in posts()} <= emails
    assert all(topic.author_email == topic.posts[0].author_email for topic in plan())


def test_facts_agree_with_the_catalogue() -> None:
    versions = {product.slug: product.version for product in shop.products()}
    files = {product.slug: product.file_name for product in shop.products()}
    assert {facts.slug: facts.version for facts in content.facts()} == versions
    assert {facts.slug: facts.file_name for facts in content.facts()} == files


def test_only_holders_write_in_the_boards_for_holders() -> None:
    held = {author.email: author.holds for author in authors()}
    private = {board.slug: board.product for board in content.boards() if board.holders_only}
    for topic in plan():
        if topic.board in private:
            assert all(private[topic.board] in held[post.author_email] for post in topic.posts)


def test_times_grow_and_end_in_the_past() -> None:
    for topic in plan():
        moments = [post.minutes_after for post in topic.posts]
        assert moments[0] == 0
        assert moments == sorted(set(moments))
        assert moments[-1] < topic.minutes_ago <= 426 * 24 * 60


def test_quotations_name_an_earlier_post_of_the_topic() -> None:
    quoting = 0
    for topic in plan():
        for number, post in enumerate(topic.posts, start=1):
            if post.quotes_number is not None:
                assert 1 <= post.quotes_number < number
                assert post.body_markdown.startswith("> **")
                quoting += 1
    assert quoting > 50


def test_no_slot_stays_empty_and_nobody_real_is_named() -> None:
    for post in posts():
        assert post.body_markdown.strip() == post.body_markdown
        assert not re.search(r"\{(p|v|os|name|job|machine2?|set|eff|t|s|old|me|q|city)\}", post.body_markdown)
        assert not REAL_NAMES.search(post.body_markdown)


def test_other_scripts_are_there() -> None:
    text = "".join(post.body_markdown for post in posts())
    assert all(sign in text for sign in ("ß", "ش", "謝", "す", "ç", "```", "\n- "))


def test_the_plan_is_the_same_twice_and_differs_by_seed() -> None:
    assert build_plan(authors()) == plan()
    assert build_plan(authors(), seed=21) != plan()
