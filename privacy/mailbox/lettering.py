"""From bytes to letters: character sets that are unknown, wrong or dangerous, encoded headers, text out of HTML. Pure."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html import unescape
from html.parser import HTMLParser

MOST_HTML = 400_000
_REFUSED = frozenset({"punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape", "undefined"})
"""Encodings of Python that are no character sets of mails, or that take for ever."""
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "blockquote", "hr"})
_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})


def decode(content: bytes, charset: str) -> str:
    """The text, in the character set that was named if it fits, in UTF-8 if that fits, in Windows' own otherwise."""
    for name in (_known(charset), "utf-8"):
        if name:
            try:
                return content.decode(name).replace("\ufeff", "")
            except (UnicodeError, LookupError):
                continue
    return content.decode("cp1252", "replace")


def header(message: Message, name: str, nth: int = 0) -> str:
    """A header in plain letters, "" if there is none."""
    values = message.get_all(name) or []
    if nth >= len(values):
        return ""
    raw = values[nth]
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError, LookupError, TypeError, AttributeError):
        pieces = [(str(raw), None)]
    return "".join(_piece(piece, charset) for piece, charset in pieces).replace("\r", "")


def text_of_html(html: str) -> str:
    """What a reader sees of it: words, lines, and where its links lead. Nothing of it is ever shown as HTML."""
    reader = _Reader()
    try:
        reader.feed(html[:MOST_HTML])
        reader.close()
        text = "".join(reader.pieces)
    except AssertionError:  # the library refuses some declarations that mail programs write
        text = unescape(re.sub(r"<[^<>]{0,2000}>", " ", html[:MOST_HTML]))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent, self._link = 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self.pieces.append("\n")
        if tag == "a":
            self._link = next((value or "" for name, value in attrs if name == "href"), "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BREAKS:
            self.pieces.append("\n")
        if tag == "a" and self._link.startswith(("http://", "https://")):
            self.pieces.append(f" ({self._link[:300]})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data.replace("\n", " "))


def _known(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip("\"' ")[:40]).name if charset else ""
    except (LookupError, ValueError):
        return ""
    return "" if name in _REFUSED else name


def _piece(piece: object, charset: str | None) -> str:
    if isinstance(piece, bytes):
        return decode(piece, charset or "")
    return decode(str(piece).encode("utf-8", "surrogateescape"), "")
