"""A canary crawl: what one person typed is looked for on every page, as everybody who could open it, in mails, logs and in
the database's bytes. Each find must be licensed by the register: a column that holds the word is theirs to read.

Pages are found by following links, so that a new page is looked at without anybody naming it here.
"""

import base64
import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Text, cast, select

from core import logs
from core.access import Permission
from core.db import Base
from core.opening import reveal
from core.sealed import Sealed
from privacy import register
from tests.forum.builders import make_board, make_topic
from tests.privacy.personas import Persona, live
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import ware

MOST = 400
"""Pages looked at, at most; a crawl that finds more has run into a circle."""


@pytest.fixture
def canary(sqlite_shop: Shop, capfd: pytest.CaptureFixture[str]) -> Persona:
    """Somebody who typed a word of their own into every form, in a shop that writes its log."""
    make_board(sqlite_shop)
    about = make_topic(sqlite_shop, sqlite_shop.make_account("eve@example.com", "Eve"), "lounge", "Cold kilns")
    logs.configure(quiet=False)
    return live(sqlite_shop, "Quagga", "34811907", ware(sqlite_shop), ware(sqlite_shop, "querylark"), about=about)


@pytest.mark.clause("P2", "P4d", "P8", "P16")
def test_nobody_is_shown_what_the_register_does_not_let_them_read(
    canary: Persona, capfd: pytest.CaptureFixture[str]
) -> None:
    shop, readers = canary.shop, _readers(canary)
    licensed = _columns_with(shop, canary.typed)
    pages = sorted({page for visitor in (*readers.values(), canary.visitor) for page in crawl(visitor)})
    assert 60 < len(pages) < MOST, len(pages)
    found = [
        f"{kind} reads {word!r} on {page}"
        for kind, visitor in readers.items()
        for page in pages
        for word in _words_in(visitor.client.get(page).get_data(), canary.typed)
        if not _may_read(kind, word, licensed)
    ]
    assert found == []
    seen = {word for page in pages for word in _words_in(canary.visitor.client.get(page).get_data(), canary.typed)}
    assert len(seen) > 12, "a crawl that finds nothing on one's own pages is blind"
    written = capfd.readouterr()
    assert _words_in((written.out + written.err).encode(), canary.typed) == []


@pytest.mark.clause("P1", "P16")
def test_no_mail_to_somebody_else_holds_a_word(canary: Persona) -> None:
    own = f"{canary.word.lower()}@example.com"
    for letter in canary.shop.letters():
        if letter.address != own:
            body = f"{letter.subject} {letter.text} {letter.html}".encode()
            open_words = {word for word in canary.typed if " asks" in word or word.endswith("Vole")}
            assert set(_words_in(body, canary.typed)) <= open_words, letter.name


@pytest.mark.clause("P8", "P19")
def test_what_is_sealed_is_not_in_the_database_file(canary: Persona) -> None:
    """Words of the forum are public and lie there as they are; everything else is closed."""
    public = {"asks", "opens", "answers", "was", "finds", "Vole"}
    closed = [word for word in canary.typed if not public & set(word.split())]
    assert len(closed) > 6
    url = canary.shop.database.engine.url
    for file in Path(url.database or "").parent.glob("*"):
        if file.is_file() and "sqlite" in file.name or file.suffix in {".db", ".db-wal"}:
            assert _words_in(file.read_bytes(), closed) == [], file.name


def _readers(canary: Persona) -> dict[str, Visitor]:
    """A stranger, another member, and a member of staff for each permission."""
    shop = canary.shop
    staff = {
        f"staff:{one.value}": shop.member(f"{one.value}@example.com", f"Clerk {one.value}", [one]) for one in Permission
    }
    return {"stranger": shop.visitor(), "member": shop.member("bob@example.com", "Bob"), **staff}


def crawl(visitor: Visitor) -> Iterator[str]:
    """Every page that links lead to from the front page, each opened once; without the pages of other lists."""
    waiting, known = ["/", "/account", "/staff", "/account/privacy"], {"/"}
    shapes: dict[str, int] = {}
    while waiting and len(known) < MOST:
        page = waiting.pop(0)
        answer = visitor.client.get(page)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        yield page
        for link in re.findall(r'href="(/[^"#]*)"', answer.text):
            address = unescape(link)
            shape = re.sub(r"\d+", "0", address.partition("?")[0])
            if address not in known and shapes.get(shape, 0) < 4 and not address.startswith("/static/"):
                shapes[shape] = shapes.get(shape, 0) + 1
                known.add(address)
                waiting.append(address)


def _words_in(body: bytes, words: list[str]) -> list[str]:
    """The words that stand there, in any of the ways in which text is written."""
    lowered = body.lower()
    return [word for word in words if any(form.encode().lower() in lowered for form in _forms(word))]


def _forms(word: str) -> set[str]:
    plain = base64.b64encode(word.encode()).decode().rstrip("=")
    return {
        word,
        escape(word),
        quote(word),
        quote(word, safe="+@"),
        word.replace(" ", "+"),
        plain[: len(plain) // 4 * 4],
    }


def _columns_with(shop: Shop, words: list[str]) -> dict[str, list[register.Holding]]:
    """The declared columns that hold each word, sealed or not."""
    held: dict[str, list[register.Holding]] = {word: [] for word in words}
    with shop.transaction() as session:
        for name, entry in register.holdings().items():
            for column, said in entry.columns.items():
                known = Base.metadata.tables[name].c[column]
                is_sealed = type(known.type).__name__ == "SealedText"
                for value in session.scalars(select(known if is_sealed else cast(known, Text))):
                    text = reveal(value) if isinstance(value, Sealed) else str(value or "")
                    for word in words:
                        if word.lower() in text.lower():
                            held[word].append(said)
    return held


def _may_read(kind: str, word: str, licensed: dict[str, list[register.Holding]]) -> bool:
    return any("everybody" in said.read_by or kind in said.read_by for said in licensed[word])
