"""The part of each kind of topic that must be said: question, answers and how it ended."""

from forum.demo_content.content import HowTo, Problem, Release, Script, Tip, Wish
from forum.demo_content.content import checks as all_checks
from forum.demo_content.room import Room
from forum.demo_content.talk import Author


def problem(room: Room, problem: Problem) -> None:
    asker, helper, third = room.newcomer(), room.newcomer(), room.newcomer()
    room.post(
        asker,
        room.bank("ask_open", asker),
        f"\n\n{problem.ask}" + (f"\n\n```\n{problem.log}\n```\n\n" if problem.log else "\n\n"),
        room.bank("ask_close", asker),
    )
    if room.house.rng.random() < 0.6:
        bystander = room.newcomer()
        room.post(bystander, room.bank("me_too", bystander, asker))
    if room.house.rng.random() < 0.6:
        _check(room, asker)
    _ask_back(room, asker, helper, problem.question, problem.reply)
    room.post(helper, room.bank("fix_lead", helper, asker), problem.fix)
    _result(room, asker, helper, problem.result)
    room.post(helper, room.bank("why_lead", helper, asker), problem.why)
    room.post(third, room.bank("other_lead", third, asker), problem.other)
    if room.house.rng.random() < 0.5:
        room.post(asker, room.bank("thanks", asker, third))


def howto(room: Room, howto: HowTo) -> None:
    asker, helper, third = room.newcomer(), room.newcomer(), room.newcomer()
    room.post(asker, room.bank("ask_open", asker), f"\n\n{howto.ask}")
    room.post(helper, howto.answer)
    room.post(third, howto.more)
    _result(room, asker, helper, howto.result)


def wish(room: Room, wish: Wish) -> None:
    asker, friend, doubter = room.newcomer(), room.newcomer(), room.newcomer()
    staff = room.house.rng.choice(list(room.staff))
    room.post(asker, wish.ask, _sometimes(room, "ask_open", asker))
    room.post(friend, wish.pro)
    room.post(doubter, wish.contra)
    for bank in ("agree", "agree", "doubt"):
        if room.house.rng.random() < 0.6:
            voter = room.newcomer()
            room.post(voter, room.bank(bank, voter, asker))
    room.post(staff, wish.staff)


def tip(room: Room, tip: Tip) -> None:
    asker, second, third = room.newcomer(), room.newcomer(), room.newcomer()
    room.post(asker, tip.tip)
    room.post(second, room.bank("tip_thanks", second, asker))
    room.post(third, tip.more)
    room.post(second, tip.question, quotes=1 if room.house.rng.random() < 0.3 else None)
    room.post(asker, tip.reply)


def release(room: Room, release: Release) -> None:
    staff = room.house.rng.choice(list(room.staff))
    room.present.append(staff)
    changes = "\n".join(f"- {change[:1].upper()}{change[1:]}" for change in release.changes)
    room.post(
        staff,
        f"{room.facts.short} {release.version} is out. What changed:\n\n{changes}\n\n",
        room.bank("release_close", staff),
    )
    asker = room.newcomer()
    room.post(asker, room.bank("rel_thanks", asker, staff), release.question)
    room.post(staff, release.reply, quotes=2 if room.house.rng.random() < 0.4 else None)


def install(room: Room) -> None:
    asker, helper, third = room.newcomer(), room.newcomer(), room.newcomer()
    turn = room.house.rng.randrange(6)
    banks = {bank: _nth(room, bank, turn) for bank in ("install_ask", "install_fix")}
    room.post(asker, room.say(banks["install_ask"], asker), room.bank("ask_close", asker))
    room.post(helper, room.say(banks["install_fix"], helper, asker))
    room.post(third, room.bank("install_why", third, asker))
    room.post(asker, room.bank("result_lead", asker, helper), room.bank("thanks", asker, helper))


def migration(room: Room) -> None:
    asker = room.newcomer()
    room.extra["old"] = room.house.decks.pick(f"old {room.facts.slug}", room.facts.before)
    room.post(asker, room.bank("ask_open", asker), room.bank("migration_ask", asker))
    for _ in range(room.house.rng.randint(2, 4)):
        helper = room.newcomer()
        room.post(helper, room.bank("migration_reply", helper, asker))
    room.post(asker, room.bank("thanks", asker, room.present[1]))


def scripted(room: Room, script: Script) -> None:
    """Lines are asker, helper, asker, helper, asker for licenses, and one person each otherwise."""
    two = room.kind == "license"
    asker, helper = room.newcomer(), room.newcomer()
    for index, line in enumerate(script.lines):
        others = helper if index == 1 or two else room.newcomer()
        last = index == len(script.lines) - 1
        speaker = asker if index == 0 or last or (two and index % 2 == 0) else others
        room.post(speaker, room.say(line, speaker, asker))


def setting(room: Room) -> None:
    asker, helper = room.newcomer(), room.newcomer()
    room.post(asker, room.bank("setq_ask", asker), _sometimes(room, "ask_close", asker))
    room.post(helper, room.bank("setq_fix", helper, asker))
    room.post(asker, room.bank("setq_result", asker, helper))


def annoyance(room: Room) -> None:
    asker = room.newcomer()
    room.post(asker, room.bank("annq_ask", asker), _sometimes(room, "ask_close", asker))
    for _ in range(2):
        other = room.newcomer()
        room.post(other, room.bank("annq_reply", other, asker))
    room.post(asker, room.bank("annq_result", asker, room.present[1]))


def _ask_back(room: Room, asker: Author, helper: Author, question: str, reply: str) -> None:
    room.post(helper, question)
    quotes = len(room.lines) if room.house.rng.random() < 0.25 else None
    room.post(asker, reply, quotes=quotes)


def _check(room: Room, asker: Author) -> None:
    helper = room.newcomer()
    check = room.house.decks.pick("checks", all_checks())
    question = room.say(check.question, helper, asker)
    _ask_back(room, asker, helper, question, room.say(check.reply, asker, helper))


def _result(room: Room, asker: Author, helper: Author, result: str) -> None:
    quotes = len(room.lines) if room.house.rng.random() < 0.2 else None
    room.post(asker, room.bank("result_lead", asker, helper), result, quotes=quotes)


def _sometimes(room: Room, bank: str, speaker: Author) -> str:
    return room.bank(bank, speaker) if room.house.rng.random() < 0.4 else ""


def _nth(room: Room, bank: str, turn: int) -> str:
    return room.house.decks.nth(bank, turn)
