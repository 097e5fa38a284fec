"""A canary crawl: what one person typed is looked for on every page, as everybody who could open it, in mails, logs and in
the database's bytes. Each find must be licensed by the register: a column that holds the word is theirs to read.

Pages are found by following links and by the map of addresses, forms on those pages, so that a new one is looked at
without anybody naming it here. What fails is told no word either: tests/core/test_traces.py.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import JSON, String, Text, cast, select, text
from werkzeug.test import TestResponse

from core import logs
from core.access import Permission
from core.db import Base
from core.opening import reveal
from core.sealed import Sealed, SealedText
from privacy import register
from tests.forum.builders import make_board, make_topic
from tests.house.untyped import WITHOUT
from tests.privacy.personas import Persona, live
from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import ware

MOST = 400
"""Pages looked at, at most; a crawl that finds more has run into a circle."""


Licensed = dict[str, dict[str, register.Holding]]
"""For each word, the declared columns that hold it."""


@pytest.fixture
def canary(sqlite_shop: Shop, capfd: pytest.CaptureFixture[str]) -> Persona:
    """Somebody who typed a word of their own into every form, in a shop that writes its log."""
    logs.configure(quiet=False)
    return planted_canary(sqlite_shop)


def planted_canary(shop: Shop) -> Persona:
    """Somebody who typed a word of their own into every form."""
    make_board(shop)
    about = make_topic(shop, shop.make_account("eve@example.com", "Eve"), "lounge", "Cold kilns")
    return live(shop, "Quagga", "34811907", ware(shop), ware(shop, "querylark"), about=about)


@pytest.mark.clause("P2", "P4d", "P8", "P16")
def test_nobody_is_shown_what_the_register_does_not_let_them_read(
    canary: Persona, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What links lead to and what stands in the map of addresses, opened by everybody; then every form, sent empty."""
    readers, licensed = _readers(canary), _columns_with(canary.shop, canary.typed)
    assert _columns_of_text() - {label for columns in licensed.values() for label in columns} == WITHOUT
    own, opened = crawl(canary.visitor), {kind: crawl(visitor) for kind, visitor in readers.items()}
    pages = {page for answers in (own, *opened.values()) for page in answers} | _papers(own)
    assert 100 < len(pages) < MOST, len(pages)
    common, forms = _forms(opened["member"]), _forms(own).union(*map(_forms, opened.values()))
    assert len(forms) > 50
    for kind, visitor in readers.items():
        opened[kind].update({page: visitor.client.get(page) for page in pages - opened[kind].keys()})
        opened[kind].update(_send_all(visitor, forms - common if "staff" in kind else forms))
    opened["operator"] = {"/metrics": _metrics(canary.shop, monkeypatch)}
    assert list(_unlicensed(opened, canary.typed, licensed)) == []
    seen = {word for answer in own.values() for word in _words_in(answer.data, canary.typed)}
    assert len(seen) > 12, "a crawl that finds nothing on one's own pages is blind"
    written = capfd.readouterr()
    assert _words_in((written.out + written.err).encode(), canary.typed) == []


@pytest.mark.clause("P1", "P8", "P16", "P19")
def test_mails_jobs_indexes_and_the_bytes_of_the_database_hold_what_they_may(shop: Shop) -> None:
    """Public words lie there as they are, and what moderators and support read about them; all else is closed."""
    canary = planted_canary(shop)
    licensed = _columns_with(shop, canary.typed)
    public = {word for word in canary.typed if _may_read("everybody", word, licensed)}
    closed = [word for word in canary.typed if word not in public and not word.endswith(("rude", "at first"))]
    assert len(public) > 5 and len(closed) > 6
    for letter in shop.letters():
        if letter.address != canary.typed[0]:
            body = f"{letter.subject} {letter.text} {letter.html}".encode()
            assert set(_words_in(body, canary.typed)) <= public, letter.name
    assert canary.waiting and _words_in(b"".join(canary.waiting), canary.typed) == []
    indexes = dict(_indexes(shop))
    assert set(_words_in(b"".join(indexes.values()), canary.typed)) <= public
    for name, body in _at_rest(shop):
        assert _words_in(body, closed) == [], name
    if shop.dialect == "postgresql":
        opened = {"stranger": crawl(shop.visitor()), "member": crawl(shop.member())}
        assert list(_unlicensed(opened, canary.typed, licensed)) == []


def _indexes(shop: Shop) -> Iterator[tuple[str, bytes]]:
    """What the indexes for searching hold."""
    with shop.transaction() as session:
        for name in ("post_search", "product_search", "search_gram"):
            rows = list(session.execute(text(f"select * from {name}")))  # noqa: S608 — names of ours
            assert rows, name
            yield name, repr(rows).encode()


def _at_rest(shop: Shop) -> Iterator[tuple[str, bytes]]:
    """The bytes of the database: its files, or each row of each table as a text."""
    if shop.dialect == "sqlite":
        folder = Path(shop.database.engine.url.database or "").parent
        yield from ((file.name, file.read_bytes()) for file in folder.glob("*sqlite3*"))
        return
    with shop.transaction() as session:
        names = list(session.scalars(text("select tablename from pg_tables where schemaname = 'public'")))
        assert len(names) > 50
        for name in names:
            rows = session.scalars(text(f'select t::text from "{name}" t'))  # noqa: S608 — names of ours
            yield name, "\n".join(rows).encode()


def _readers(canary: Persona) -> dict[str, Visitor]:
    """A stranger, another member, and a member of staff for each permission."""
    shop = canary.shop
    staff = {
        f"staff:{one.value}": shop.member(f"{one.value}@example.com", f"Clerk {one.value}", [one]) for one in Permission
    }
    return {"stranger": shop.visitor(), "member": shop.member("bob@example.com", "Bob"), **staff}


def crawl(visitor: Visitor) -> dict[str, TestResponse]:
    """Every address that can be opened: those without a variable, and where links lead from them, each opened once."""
    rules = [rule for rule in visitor.shop.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    waiting = ["/", *sorted(rule.rule for rule in rules if not rule.arguments)]
    known, shapes, found = set(waiting), dict[str, int](), dict[str, TestResponse]()
    while waiting and len(known) < MOST:
        page = waiting.pop(0)
        answer = visitor.client.get(page)
        if answer.status_code != 200:
            continue
        found[page] = answer
        for link in re.findall(r'href="(/[^"#]*)"', answer.text if "text" in str(answer.mimetype) else ""):
            address = unescape(link)
            shape = re.sub(r"\d+", "0", address.partition("?")[0])
            if (
                address not in known
                and shapes.get(shape, 0) < (2 if "?" in address else 4)
                and not re.search("^/static/|[.]pdf$", address)
            ):
                shapes[shape] = shapes.get(shape, 0) + 1
                known.add(address)
                waiting.append(address)
    return found


def _papers(answers: dict[str, TestResponse]) -> set[str]:
    """Papers that these pages lead to; drawing them is slow, and what stands in them is packed."""
    return {link for answer in answers.values() for link in re.findall(r'href="(/[^"]*\.pdf)"', answer.text)}


def _forms(answers: dict[str, TestResponse]) -> set[str]:
    """Where the forms of these pages are sent, one address of each shape; without the one that ends the session."""
    found: dict[str, str] = {}
    for page, answer in answers.items():
        for form in re.findall(r'<form[^>]* method="post"[^>]*>', answer.text):
            said = re.search(r' action="([^"#]+)', form)
            address = said[1] if said else page
            found.setdefault(re.sub(r"\d+", "0", address), unescape(address))
    return set(found.values()) - {"/sign-out"}


def _send_all(visitor: Visitor, forms: set[str]) -> dict[str, TestResponse]:
    """The answers to all forms with nothing in them, and to a method and an address that nobody has."""
    shown = visitor.client.get("/account/security" if visitor.account_id else "/sign-in")
    token = {"form_token": find_form(shown.text, "").values["form_token"]}
    answers = {f"POST {address}": visitor.client.post(address, data=token) for address in sorted(forms)}
    return {**answers, "DELETE /": visitor.client.delete("/"), "/nowhere": visitor.client.get("/nowhere")}


def _metrics(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> TestResponse:
    """What the operator's measuring program is told."""
    given = replace(shop.app.extensions["settings"], metrics_token="measuring")
    monkeypatch.setitem(shop.app.extensions, "settings", given)
    answer = shop.visitor().client.get("/metrics", headers={"Authorization": "Bearer measuring"})
    assert answer.status_code == 200
    return answer


def _unlicensed(opened: dict[str, dict[str, TestResponse]], words: list[str], licensed: Licensed) -> Iterator[str]:
    """Words in the answers and their headers that the reader may not read; a paper's words are packed, so it is one itself."""
    for kind, answers in opened.items():
        for page, answer in answers.items():
            if answer.mimetype in {"application/pdf", "application/zip"}:
                yield f"{kind} opens {page}"
            said = answer.data + str([value for name, value in answer.headers if name != "Location"]).encode()
            yield from (
                f"{kind} reads {word!r} on {page}"
                for word in _words_in(said, words)
                if not _may_read(kind, word, licensed)
            )


def _words_in(body: bytes, words: list[str]) -> list[str]:
    """The words that stand there, in any of the ways in which text is written."""
    lowered = body.lower()
    return [word for word in words if any(form in lowered for form in _writings(word))]


@cache
def _writings(word: str) -> set[bytes]:
    plain = base64.b64encode(word.encode()).decode().rstrip("=")
    ways = {
        word,
        escape(word),
        quote(word),
        quote(word, safe="+@"),
        word.replace(" ", "+"),
        plain[: len(plain) // 4 * 4],
    }
    return {way.lower().encode() for way in ways}


def _columns_with(shop: Shop, words: list[str]) -> Licensed:
    """The declared columns that hold each word, sealed or not."""
    held: Licensed = {word: {} for word in words}
    with shop.transaction() as session:
        for name, entry in register.holdings().items():
            for column, said in entry.columns.items():
                known = Base.metadata.tables[name].c[column]
                for value in session.scalars(
                    select(known if isinstance(known.type, SealedText) else cast(known, Text))
                ):
                    said_there = reveal(value) if isinstance(value, Sealed) else str(value or "")
                    for word in _words_in(said_there.encode(), words):
                        held[word][f"{name}.{column}"] = said
    return held


def _columns_of_text() -> set[str]:
    """What is declared and could hold a word: a column that comes later is missing here until somebody types one into it."""
    return {
        f"{name}.{column}"
        for name, entry in register.holdings().items()
        for column in entry.columns
        if isinstance(Base.metadata.tables[name].c[column].type, (SealedText, String, JSON))
    }


def _may_read(kind: str, word: str, licensed: Licensed) -> bool:
    return any("everybody" in said.read_by or kind in said.read_by for said in licensed[word].values())
