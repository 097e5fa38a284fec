"""The eight long topics of the lounge, in which everybody talks about every product."""

from collections.abc import Sequence
from dataclasses import dataclass

from forum.demo_content.content import Facts
from forum.demo_content.room import Room
from forum.demo_content.talk import Author


@dataclass(frozen=True, kw_only=True)
class Gathering:
    title: str
    opening: str
    size: int
    frame: str
    replies: tuple[str, ...]


GATHERINGS = (
    Gathering(
        title="What did you get done this week?",
        opening="One thing, large or small, with whatever program. I begin: the desk is empty.",
        size=300,
        frame="doing",
        replies=("doing_q", "react"),
    ),
    Gathering(
        title="The one setting you could not live without",
        opening="Everybody seems to have one setting that others have never seen. Name it, with its path.",
        size=200,
        frame="set",
        replies=("set_q",),
    ),
    Gathering(
        title="One small thing that annoys you",
        opening="No big complaints here, please, there are boards for them. One small thing, kindly put.",
        size=150,
        frame="ann",
        replies=("ann_reply",),
    ),
    Gathering(
        title="What would you tell yourself before the first week?",
        opening="Imagine you could send one line back to the day on which you started. What would it say?",
        size=140,
        frame="les",
        replies=("les_reply",),
    ),
    Gathering(
        title="Introduce yourself here",
        opening="A name, a place, what you do, and which program brought you here. No more is needed.",
        size=130,
        frame="intro",
        replies=("intro_reply",),
    ),
    Gathering(
        title="What did you use before?",
        opening="I found our old system in the cellar today and thought: others have cellars, too.",
        size=120,
        frame="bef",
        replies=("bef_reply",),
    ),
    Gathering(
        title="How large are your files, really?",
        opening="Manuals speak of limits, people of what they have. How much is it with you?",
        size=110,
        frame="scale",
        replies=("scale_reply",),
    ),
    Gathering(
        title="Describe your desk",
        opening="No pictures, words only. What stands on the desk at which you read this?",
        size=100,
        frame="desk",
        replies=("desk_reply",),
    ),
)


def gather(room: Room, gathering: Gathering, products: Sequence[Facts]) -> None:
    host = room.newcomer()
    room.post(host, gathering.opening)
    while len(room.lines) < gathering.size:
        speaker = room.house.rng.choice(list(room.people))
        room.present.append(speaker)
        room.facts = room.house.decks.pick(f"products {gathering.title}", products)
        _tell(room, gathering, speaker)
        _answer(room, gathering, speaker)


def _tell(room: Room, gathering: Gathering, speaker: Author) -> None:
    facts, decks = room.facts, room.house.decks
    room.setting()
    texts = {
        "ann": facts.annoyances,
        "les": facts.lessons,
        "bef": facts.before,
        "scale": facts.scale,
    }.get(gathering.frame, ())
    if texts:
        room.extra["t"] = decks.pick(f"{gathering.frame} {facts.slug}", texts)
    if gathering.frame == "doing":
        doing = decks.pick(f"doing {facts.slug}", facts.doings)
        room.extra |= {"t": doing.text, "s": doing.short}
    frame = room.bank("desk" if gathering.frame == "desk" else _frame(gathering), speaker)
    room.post(speaker, frame, _more(room, speaker))


def _answer(room: Room, gathering: Gathering, speaker: Author) -> None:
    """One or two replies, and for questions about a deed the answer of who did it."""
    for _ in range(room.house.rng.choice((0, 1, 1, 2))):
        if len(room.lines) >= gathering.size:
            return
        other = room.house.rng.choice([each for each in room.people if each != speaker])
        bank = room.house.rng.choice(gathering.replies)
        if bank == "doing_q" and len(room.lines) + 2 <= gathering.size:
            _question_and_answer(room, speaker, other)
            return
        quotes = len(room.lines) if room.house.rng.random() < 0.15 else None
        room.post(other, room.bank(bank, other, speaker), _more(room, other), quotes=quotes)


def _question_and_answer(room: Room, speaker: Author, other: Author) -> None:
    question, answer = room.exchange("doing_q", "doing_a")
    room.post(other, room.say(question, other, speaker))
    room.post(speaker, room.say(answer, speaker, other))


def _frame(gathering: Gathering) -> str:
    return "intro" if gathering.frame == "intro" else f"{gathering.frame}_frame"


def _more(room: Room, speaker: Author) -> str:
    return room.bank("coda", speaker) if room.house.rng.random() < 0.06 else ""
