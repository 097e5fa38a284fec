"""What follows once a topic has said what it must: late finders, asides, and stories."""

from collections.abc import Callable

from forum.demo_content.room import Room

AFTER = {"wish": ("agree", "doubt"), "tip": ("tip_thanks",), "release": ("rel_thanks",)}
SOLVABLE = ("problem", "howto", "install", "license")


def grow(room: Room, wanted: int) -> None:
    """Adds posts until the topic has `wanted`; no exchange begins that would not fit."""
    while (missing := wanted - len(room.lines)) > 0:
        fitting = [act for length, act in EXCHANGES if length <= missing]
        room.house.rng.choice(fitting)(room)


def _after(room: Room) -> None:
    speaker = room.newcomer()
    bank = room.house.rng.choice(AFTER.get(room.kind, ("later",)))
    if room.kind in SOLVABLE or room.kind in AFTER:
        text = room.bank(bank, speaker, room.stranger_to(speaker))
        room.post(speaker, text, room.bank("coda", speaker) if _toss(room, 0.1) else "")
    else:
        _story(room)


def _story(room: Room) -> None:
    """One paragraph of experience with this product, from somebody new to the topic."""
    speaker = room.newcomer()
    kind = room.house.rng.choice(("doing", "les", "bef", "scale", "set"))
    room.extra["t"] = _subject(room, kind)
    lead = room.bank("story_lead", speaker, room.lines[0].author) if _toss(room, 0.6) else ""
    room.post(speaker, lead, room.bank(f"{kind}_frame", speaker))


def _subject(room: Room, kind: str) -> str:
    facts, decks = room.facts, room.house.decks
    room.setting()
    if kind == "doing":
        doing = decks.pick(f"doing {facts.slug}", facts.doings)
        room.extra["s"] = doing.short
        return doing.text
    texts = {
        "les": facts.lessons,
        "bef": facts.before,
        "scale": facts.scale,
        "ann": facts.annoyances,
    }
    return decks.pick(f"{kind} {facts.slug}", texts[kind]) if kind in texts else ""


def _aside(room: Room) -> None:
    """Somebody names a setting, another asks, the first answers."""
    speaker, other = room.newcomer(), room.newcomer()
    room.setting()
    room.post(speaker, room.bank("side", speaker, room.lines[0].author))
    quotes = len(room.lines) if _toss(room, 0.5) else None
    question, answer = room.exchange("side_q", "side_a")
    room.post(other, room.say(question, other, speaker), quotes=quotes)
    room.post(speaker, room.say(answer, speaker, other))


def _off_topic(room: Room) -> None:
    speaker, other = room.newcomer(), room.newcomer()
    question, answer = room.exchange("drift", "drift_a")
    room.post(speaker, room.say(question, speaker))
    room.post(other, room.say(answer, other, speaker))


def _told(room: Room) -> None:
    """A story with one reaction to it."""
    speaker, other = room.newcomer(), room.newcomer()
    kind = room.house.rng.choice(("doing", "les", "scale", "ann"))
    room.extra["t"] = _subject(room, kind)
    room.post(speaker, room.bank(f"{kind}_frame", speaker))
    bank = {"doing": "doing_q"}.get(kind, f"{kind}_reply")
    room.post(other, room.bank(bank, other, speaker))


def _told_and_answered(room: Room) -> None:
    speaker, other = room.newcomer(), room.newcomer()
    room.extra["t"] = _subject(room, "doing")
    room.post(speaker, room.bank("doing_frame", speaker))
    question, answer = room.exchange("doing_q", "doing_a")
    room.post(other, room.say(question, other, speaker))
    room.post(speaker, room.say(answer, speaker, other))


def _toss(room: Room, chance: float) -> bool:
    return room.house.rng.random() < chance


EXCHANGES: tuple[tuple[int, Callable[[Room], None]], ...] = (
    (1, _after),
    (1, _after),
    (1, _story),
    (2, _off_topic),
    (2, _told),
    (3, _aside),
    (3, _told_and_answered),
)
