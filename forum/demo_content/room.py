"""A topic while it is being written: its product, the people in it and the lines so far."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from forum.demo_content.content import Facts, phrases
from forum.demo_content.talk import Author, Decks, Line, Voice, fill


@dataclass(kw_only=True)
class House:
    """What all topics share: the dice, the decks, everybody's voice and the bodies already used."""

    rng: random.Random
    decks: Decks
    voices: dict[str, Voice]
    used: set[str] = field(default_factory=set)

    def say_title(self, bank: str, facts: Facts) -> str:
        system = self.decks.deal("os")
        return fill(self.decks.deal(bank), {"p": facts.short, "v": facts.version, "os": system})


@dataclass(kw_only=True)
class Room:
    house: House
    facts: Facts
    people: Sequence[Author]
    staff: Sequence[Author]
    board: str
    title: str
    kind: str
    lines: list[Line] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    present: list[Author] = field(default_factory=list)

    def newcomer(self) -> Author:
        """Somebody who has not spoken here yet, while there is anybody left."""
        known = {author.email for author in self.present}
        fresh = [author for author in self.people if author.email not in known]
        author = self.house.rng.choice(fresh or list(self.people))
        self.present.append(author)
        return author

    def stranger_to(self, author: Author) -> Author:
        others = [each for each in self.present if each.email != author.email]
        return self.house.rng.choice(others) if others else self.newcomer()

    def bank(self, bank: str, speaker: Author, to: Author | None = None) -> str:
        return self.say(self.house.decks.deal(bank), speaker, to)

    def exchange(self, questions: str, answers: str) -> tuple[str, str]:
        """A question and one of its answers; the bank of answers is that of questions, once or twice over."""
        asked, answered = phrases()[questions], phrases()[answers]
        turn = self.house.decks.pick(answers, range(len(answered)))
        return asked[turn % len(asked)], answered[turn]

    def say(self, template: str, speaker: Author, to: Author | None = None) -> str:
        return fill(template, self.slots(speaker, to))

    def slots(self, speaker: Author, to: Author | None) -> dict[str, str]:
        voice = self.house.voices[speaker.email]
        return {
            "p": self.facts.short,
            "v": self.facts.version,
            "file": self.facts.file_name,
            "me": speaker.name,
            "name": (to or speaker).name,
            "job": voice.job,
            "machine": voice.machine,
            "machine2": voice.machine2,
            "os": voice.os,
            "city": voice.city,
            **self.extra,
        }

    def setting(self) -> None:
        """Deals a setting of this product into the slots `set` and `eff`."""
        chosen = self.house.decks.pick(f"set {self.facts.slug}", self.facts.settings)
        self.extra |= {"set": chosen.path, "eff": chosen.effect}

    def post(self, author: Author, *parts: str, quotes: int | None = None) -> None:
        """Adds a line; a body that was used before anywhere gets another closing sentence."""
        body = _join(parts)
        if quotes is not None:
            body = f"{self._excerpt(quotes)}\n\n{body}"
        while body in self.house.used:
            body = f"{body} {self.bank('coda', author)}"
        self.house.used.add(body)
        self.lines.append(Line(author=author, body=body, quotes=quotes))

    def _excerpt(self, number: int) -> str:
        line = self.lines[number - 1]
        plain = [row for row in line.body.split("\n") if row and row[0] not in ">`-|"]
        text = plain[-1] if plain else line.body.split("\n")[0]
        if len(text) > 180:
            text = text[:180].rsplit(" ", 1)[0] + " …"
        return f"> **{line.author.name}:** {text}"


def _join(parts: Sequence[str]) -> str:
    """Sentences run on; a part that begins with a line break stands by itself."""
    body = ""
    for part in parts:
        if part:
            body += part if not body or part.startswith("\n") or body.endswith("\n") else f" {part}"
    return body.strip()
