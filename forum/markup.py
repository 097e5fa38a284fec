"""Posts: Markdown in, sanitized HTML out, in bounded time for every text. Nothing of other hosts is ever loaded."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it.token import Token

from core.errors import Invalid
from core.text import clean_line, without_controls
from forum.highlighting import CLASSES
from forum.markdown import QUOTE_CLOSING, QUOTE_OPENING, parser

RENDER_VERSION = 1
"""Goes up with every change of what the same Markdown renders to, so that stored HTML is known to be old."""

FORMER = "Former member"
LONGEST, MOST_LINES = 32_000, 2_000
EXCERPT, MOST_MENTIONS, LONGEST_QUOTE = 240, 10, 2_000


class TextTooLong(Invalid):
    code = "text_too_long"
    sentence = f"A text has at most {LONGEST:,} characters and {MOST_LINES:,} lines. Please split it in two."


@dataclass(frozen=True, kw_only=True, slots=True)
class QuoteOf:
    """Whose words were quoted, and from where, as the writer has it: to be checked before it is believed."""

    name: str
    number: int
    topic_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """`html` may be stored and shown to everybody who may see the post; `excerpt` and `text` are plain, not escaped.

    Quoted words are in neither: they belong to their own post and its visibility. Mentions are names as typed.
    """

    html: str
    excerpt: str
    text: str
    mentions: tuple[str, ...]
    quotes: tuple[QuoteOf, ...]


@lru_cache(maxsize=64)
def render(markdown: str, *, version: int = RENDER_VERSION) -> Rendered:
    """Refuses with TextTooLong; any other text renders, with fewer features where it has too many special signs."""
    if version != RENDER_VERSION:
        raise ValueError(f"only version {RENDER_VERSION} can be rendered")
    source = _readable(markdown)
    reader = parser(tables=_tables_are_cheap(source), marks=_marks_are_cheap(source))
    env: dict[str, object] = {}
    tokens = reader.parse(source, env)
    html = reader.renderer.render(tokens, reader.options, env)
    own = _outside(tokens, "quote")
    text = _plain(own)
    return Rendered(
        html=_CLEANER.clean(html),
        excerpt=_shortened(text, EXCERPT),
        text=text,
        mentions=_mentions(_outside(own, "blockquote")),
        quotes=tuple(QuoteOf(**token.meta) for token in tokens if token.type == "quote_open"),
    )


def plain_text(markdown: str) -> str:
    """The words of a post for search and mail, without marks and without what it quotes. Refuses with TextTooLong."""
    return render(markdown).text


def quote_block(name: str, number: int, topic_id: int, text: str) -> str:
    """The Markdown that quotes a post in a reply: without the quotes within it, and no mark in it can end the quote."""
    safe = "".join(character for character in clean_line(name) if character not in '"[]')[:40].strip() or "?"
    words = _shortened(_own_words(without_controls(text)), LONGEST_QUOTE, keep_lines=True)
    return f'[quote="{safe}, post {number}, topic {topic_id}"]\n{words}\n{QUOTE_CLOSING}\n\n'


def quoted_posts(markdown: str) -> set[tuple[int, int]]:
    """Topic and number of every post that the text names as the source of a quote."""
    return {(int(found[3]), int(found[2])) for found in QUOTE_OPENING.finditer(markdown)}


def without_names(markdown: str, posts: Collection[tuple[int, int]]) -> str:
    """The text, in which quotes of these posts (topic, number) name nobody."""

    def nameless(found: re.Match[str]) -> str:
        is_one = (int(found[3]), int(found[2])) in posts
        return f'[quote="{FORMER}, post {found[2]}, topic {found[3]}"]' if is_one else found[0]

    return QUOTE_OPENING.sub(nameless, markdown)


_MARK = re.compile(r"[^\w\s]|_")
_TAGS = frozenset(
    ["p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "a", "span", "ul", "ol", "li", "blockquote", "pre"]
) | {"code", "table", "thead", "tbody", "tr", "th", "td"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "*": {"dir"}},
    allowed_classes={
        "span": CLASSES | {"mention"},
        "pre": {"highlight"},
        "blockquote": {"quote"},
        "p": {"quote-of"},
        "th": {"align-right", "align-center"},
        "td": {"align-right", "align-center"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
)


def _readable(markdown: str) -> str:
    if len(markdown) > LONGEST or markdown.count("\n") + markdown.count("\r") >= MOST_LINES:
        raise TextTooLong
    return without_controls(markdown)


def _tables_are_cheap(source: str) -> bool:
    """A row is filled up to the width of its head, so width times length is what a table may cost."""
    lines = source.split("\n")
    return max(line.count("|") for line in lines) * len(lines) <= 6_000


def _marks_are_cheap(source: str) -> bool:
    """For an open bracket the parser looks at every mark up to its end: 20,000 of them take it 3 s.

    Real posts, long code among them, stay far below these counts.
    """
    brackets, emphasis = source.count("["), sum(source.count(mark) for mark in "*_~")
    marks = len(_MARK.findall(source))
    return brackets * marks <= 2_000_000 and emphasis <= 3_000 and len(QUOTE_OPENING.findall(source)) <= 25


def _outside(tokens: Sequence[Token], block: str) -> list[Token]:
    """The tokens that stand in no block of this kind."""
    own: list[Token] = []
    depth = 0
    for token in tokens:
        edge = token.type in {f"{block}_open", f"{block}_close"}
        depth += token.nesting if edge else 0
        if not depth and not edge:
            own.append(token)
    return own


def _plain(tokens: Iterable[Token]) -> str:
    """One line per block; code stays, marks go."""
    lines = (_line(token) for token in tokens if token.type in {"inline", "fence", "code_block"})
    return "\n".join(line for line in lines if line)


def _line(token: Token) -> str:
    if token.type != "inline":
        return token.content.strip()
    words = ((" " if "break" in child.type else child.content) for child in token.children or [])
    return " ".join("".join(words).split())


def _mentions(tokens: Iterable[Token]) -> tuple[str, ...]:
    """At most ten people, each once, whatever the case."""
    children = (child for token in tokens for child in token.children or [] if child.type == "mention_open")
    named = {str(child.meta["name"]).casefold(): str(child.meta["name"]) for child in children}
    return tuple(named.values())[:MOST_MENTIONS]


def _shortened(text: str, length: int, *, keep_lines: bool = False) -> str:
    whole = text.strip() if keep_lines else " ".join(text.split())
    if len(whole) <= length:
        return whole
    cut = whole[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut).rstrip() + "…"


def _own_words(text: str) -> str:
    """A text without the quotes it makes, and with every stray mark of a quote broken."""
    own: list[str] = []
    depth = 0
    for line in text.splitlines():
        depth += bool(QUOTE_OPENING.match(line.lstrip()))
        if not depth:
            own.append(line)
        elif line.rstrip().endswith(QUOTE_CLOSING):
            depth -= 1
    return "\n".join(own).replace("[quote", "[ quote").replace(QUOTE_CLOSING, "[ /quote]")
