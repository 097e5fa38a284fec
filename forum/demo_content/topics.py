"""Opens the 392 ordinary topics and lets in each be said what its kind requires."""

from collections.abc import Callable, Sequence
from functools import partial

from forum.demo_content import content, cores
from forum.demo_content.content import Facts, Setting
from forum.demo_content.room import House, Room
from forum.demo_content.talk import Author

LICENSES, COMPARISONS, SETTINGS, ANNOYANCES = 30, 12, 48, 23
LICENSE_BOARD = "licenses-and-orders"
HOLDERS = tuple(board.slug for board in content.boards() if board.holders_only)

Talk = Callable[[Room], None]
Opening = tuple[Facts, str, str, str, Talk]


def open_rooms(house: House, authors: Sequence[Author]) -> list[Room]:
    openings = [*_about_products(house), *_small_questions(house), *_about_the_house(house)]
    rooms: list[Room] = []
    for facts, kind, board, title, talk in openings:
        room = new_room(house, authors, facts, kind=kind, board=board, title=title)
        talk(room)
        rooms.append(room)
    return rooms


def new_room(house: House, authors: Sequence[Author], facts: Facts, *, kind: str, board: str, title: str) -> Room:
    """In a board for holders only holders of the product are in the room, staff included."""
    allowed = [each for each in authors if board not in HOLDERS or facts.slug in each.holds]
    return Room(
        house=house,
        facts=facts,
        people=[each for each in allowed if not each.staff],
        staff=[each for each in allowed if each.staff],
        board=board,
        title=title,
        kind=kind,
    )


def _about_products(house: House) -> list[Opening]:
    found: list[Opening] = []
    for facts in content.facts():
        at = facts.board
        found += [(facts, "problem", at, x.title, partial(cores.problem, problem=x)) for x in facts.problems]
        found += [(facts, "howto", at, x.title, partial(cores.howto, howto=x)) for x in facts.howtos]
        found += [(facts, "wish", at, x.title, partial(cores.wish, wish=x)) for x in facts.wishes]
        found += [(facts, "tip", at, x.title, partial(cores.tip, tip=x)) for x in facts.tips]
        for release in facts.releases:
            title = f"{facts.short} {release.version}"
            talk = partial(cores.release, release=release)
            found.append((facts, "release", "announcements", title, talk))
        found += _beginnings(house, facts)
    return found


def _beginnings(house: House, facts: Facts) -> list[Opening]:
    install = house.say_title("install_title", facts)
    moving = house.say_title("migration_title", facts)
    return [
        (facts, "install", facts.open_board, install, cores.install),
        (facts, "migration", facts.open_board, moving, cores.migration),
    ]


def _small_questions(house: House) -> list[Opening]:
    found: list[Opening] = []
    products = content.facts()
    settings = [(facts, setting) for facts in products for setting in facts.settings[:2]]
    for facts, setting in settings[:SETTINGS]:
        title = f"{facts.short}: what does “{setting.path.split(' › ')[-1]}” do?"
        found.append((facts, "setting", facts.open_board, title, partial(_ask_setting, setting=setting)))
    for facts in products[:ANNOYANCES]:
        text = facts.annoyances[0]
        title = f"{facts.short}: {' '.join(text.split()[:6]).rstrip('.,')} …"
        found.append((facts, "annoyance", facts.open_board, title, partial(_ask_annoyance, text=text)))
    return found


def _about_the_house(house: House) -> list[Opening]:
    found: list[Opening] = []
    products = content.facts()
    scripts = content.scripts("license")
    for index in range(LICENSES):
        facts, script = products[(index * 7) % len(products)], scripts[index % len(scripts)]
        title = script.title if index < len(scripts) else f"{script.title} ({facts.short})"
        found.append((facts, "license", LICENSE_BOARD, title, partial(cores.scripted, script=script)))
    for index in range(COMPARISONS):
        facts, other = products[index * 2], products[(index * 2 + 5 + index % 3) % len(products)]
        script = content.scripts("compare")[index % 3]
        title = script.title.replace("{p}", facts.short).replace("{q}", other.short)
        talk = partial(_compare, script=script, other=other)
        found.append((facts, "comparison", facts.open_board, title, talk))
    for script in content.scripts("chat"):
        facts = house.decks.pick("chat", products)
        found.append((facts, "chat", "lounge", script.title, partial(cores.scripted, script=script)))
    return found


def _ask_setting(room: Room, setting: Setting) -> None:
    room.extra |= {"set": setting.path, "eff": setting.effect}
    cores.setting(room)


def _ask_annoyance(room: Room, text: str) -> None:
    room.extra["t"] = text
    cores.annoyance(room)


def _compare(room: Room, script: content.Script, other: Facts) -> None:
    room.extra["q"] = other.short
    cores.scripted(room, script)
