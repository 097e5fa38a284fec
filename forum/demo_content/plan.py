"""The whole forum of the demo as a plan: 400 topics and 5,000 posts, the same for the same seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from forum.demo_content import content, times
from forum.demo_content.drift import grow
from forum.demo_content.gatherings import GATHERINGS, gather
from forum.demo_content.room import House, Room
from forum.demo_content.talk import Author, Decks, Line, voices
from forum.demo_content.topics import new_room, open_rooms

POSTS = 5000
FOREIGN_BOARDS = ("lounge", "inkhollow", "writing-and-type")
SMALL, LARGE = 3, 26


@dataclass(frozen=True, kw_only=True)
class PostPlan:
    """`minutes_after` counts from the topic's first post and grows from post to post; the body
    already holds the quotation, `quotes_number` says of which post in the topic."""

    author_email: str
    minutes_after: int
    body_markdown: str
    quotes_number: int | None


@dataclass(frozen=True, kw_only=True)
class TopicPlan:
    """`minutes_ago` is when the first post was written; the last one is still in the past."""

    board: str
    product: str | None
    title: str
    author_email: str
    minutes_ago: int
    posts: tuple[PostPlan, ...]


def build_plan(authors: Sequence[Author], seed: int = 20) -> tuple[TopicPlan, ...]:
    """In boards for holders only those write whose `holds` names the board's product.

    Needs at least one author with `staff`, in those boards too, and a dozen others in each.
    """
    rng = random.Random(seed)
    house = House(rng=rng, decks=Decks(rng), voices=voices(authors, rng))
    gathered = [_gathering(house, authors, index) for index in range(len(GATHERINGS))]
    rooms = open_rooms(house, authors)
    _foreign(house, authors, rooms)
    _grow(rng, rooms, POSTS - sum(len(room.lines) for room in gathered))
    plans = [_plan(rng, room) for room in [*rooms, *gathered]]
    return tuple(sorted(plans, key=lambda plan: -plan.minutes_ago))


def _gathering(house: House, authors: Sequence[Author], index: int) -> Room:
    gathering = GATHERINGS[index]
    products = content.facts()
    room = new_room(house, authors, products[0], kind="gathering", board="lounge", title=gathering.title)
    gather(room, gathering, products)
    return room


def _foreign(house: House, authors: Sequence[Author], rooms: Sequence[Room]) -> None:
    """Puts the posts in other languages behind what had to be said, one to a topic."""
    places = [room for room in rooms if room.board in FOREIGN_BOARDS]
    house.rng.shuffle(places)
    for language, texts in content.foreign().items():
        speakers = [each for each in authors if each.language == language and not each.staff]
        for text in texts:
            author = house.rng.choice(speakers)
            places.pop().lines.append(Line(author=author, body=text))


def _grow(rng: random.Random, rooms: Sequence[Room], wanted: int) -> None:
    """Shares what is missing among the rooms, most of them a little, some of them a lot."""
    goals = [len(room.lines) for room in rooms]
    missing = wanted - sum(goals)
    weights = [rng.gammavariate(0.9, 1.0) for _ in rooms]
    while missing:
        index = rng.choices(range(len(rooms)), weights)[0]
        if goals[index] < LARGE:
            goals[index] += 1
            missing -= 1
    for room, goal in zip(rooms, goals, strict=True):
        grow(room, goal)


def _plan(rng: random.Random, room: Room) -> TopicPlan:
    started = times.start(rng, room.kind, len(room.lines))
    moments = times.instants(rng, len(room.lines), started, spread=room.kind == "gathering")
    return TopicPlan(
        board=room.board,
        product=None if room.board == "lounge" else room.facts.slug,
        title=room.title,
        author_email=room.lines[0].author.email,
        minutes_ago=started,
        posts=tuple(
            PostPlan(
                author_email=line.author.email,
                minutes_after=moment,
                body_markdown=line.body,
                quotes_number=line.quotes,
            )
            for line, moment in zip(room.lines, moments, strict=True)
        ),
    )
