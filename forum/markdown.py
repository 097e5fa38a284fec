"""The forum's Markdown: what is parsed, and what becomes of links, pictures, headings and quotes. No HTML passes."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from forum.highlighting import code_html, is_quick, language_of

POST_ADDRESS = "/forum/t/{topic_id}/-?post={number}#post-{number}"
QUOTE_OPENING = re.compile(r'\[quote="([^"\n\[\]]{1,60}), post ([0-9]{1,9}), topic ([0-9]{1,9})"\]')
QUOTE_CLOSING = "[/quote]"
DEEPEST = 12
"""Levels of nesting; a list takes two."""

MOST_BARE = 300
_NEVER_LINKED = frozenset({"link_open", "link_close"})


class ForumMarkdown(MarkdownIt):
    """Knows which links are safe, and shows an international domain as it is looked up, not as it looks."""

    def validateLink(self, url: str) -> bool:
        return is_safe_link(url)

    def normalizeLinkText(self, link: str) -> str:
        return link


@cache
def parser(*, tables: bool, marks: bool) -> MarkdownIt:
    """The parser, without tables or without links and emphasis where a text has too much of their signs.

    Link definitions (`[a]: http://…`) are off, because a short one can be used to write a long page.
    """
    markdown = ForumMarkdown("js-default", {"maxNesting": DEEPEST, "breaks": True})
    markdown.disable("reference")
    if not tables:
        markdown.disable("table")
    if marks:
        markdown.block.ruler.before("blockquote", "quote", quote_rule, {"alt": ["paragraph", "blockquote", "list"]})
    else:
        markdown.disable(["link", "image", "emphasis", "strikethrough", "autolink"])
    markdown.block.ruler.before("blockquote", "quote_end", quote_end_rule, {"alt": ["blockquote"]})
    markdown.core.ruler.push("shape", shape_rule)
    markdown.add_render_rule("fence", render_code)
    markdown.add_render_rule("code_block", render_code)
    return markdown


def is_safe_link(address: str) -> bool:
    """Web and mail addresses, and paths within this site; `//host` and `/\\host` lead elsewhere and are none."""
    return bool(_SAFE_LINK.match(address)) and not any(character in address for character in "\\\r\n\t")


def quote_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[quote="Name, post 12, topic 34"]` … `[/quote]`, from the beginning of one line to the end of another."""
    opening = QUOTE_OPENING.match(state.src, state.bMarks[start] + state.tShift[start], state.eMarks[start])
    last = _closing_line(state, start, end) if opening and not state.is_code_block(start) else None
    if not opening or last is None:
        return False
    if not silent:
        _push_quote(state, start, last, opening)
    return True


def quote_end_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line without `>` always ends a plain quote, so that a reply right below it is not taken for quoted words.

    CommonMark lets paragraphs run on ("lazy continuation"), which also costs the parser quadratic time.
    """
    return silent and state.parentType == "blockquote"


def shape_rule(state: StateCore) -> None:
    """What is changed after parsing: headings, directions, alignment, pictures, bare addresses and mentions."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.type in _WITH_DIRECTION:
            token.attrSet("dir", "auto")
        if token.type in {"th_open", "td_open"}:
            _align(token)
        if token.type == "inline":
            token.children = _texts_shaped(_without_pictures(token.children or []))


def render_code(_: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Colors are given to the first block of a post that is small enough; together they stay within one bound."""
    code, language = tokens[index].content, language_of(tokens[index].info)
    seen = env.get("highlighted", "") + code
    if not language or not is_quick(seen):
        return code_html(code, "")
    env["highlighted"] = seen
    return code_html(code, language)


_SAFE_LINK = re.compile(r"https?://[^/]|mailto:[^@\s]+@|/(?!/)|#", re.IGNORECASE)
_WITH_DIRECTION = frozenset(
    {"paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open"}
)
_BARE = re.compile(
    r"""(?P<address>https?://[^\s<>"'`|\\^{}]{1,2000})|(?<![\w@/.])@(?P<name>\w(?:[\w.-]{0,38}\w)?)""", re.IGNORECASE
)


def _closing_line(state: StateBlock, start: int, end: int) -> int | None:
    """The line that ends the quote which begins at `start`; None where nothing closes it."""
    depth = 0
    for line in range(start, end):
        first = state.bMarks[line] + state.tShift[line]
        if state.sCount[line] < state.blkIndent and first < state.eMarks[line]:
            return None
        text = state.src[first : state.eMarks[line]]
        depth += text.startswith("[quote=") and bool(QUOTE_OPENING.match(text))
        depth -= text.rstrip().endswith(QUOTE_CLOSING)
        if depth == 0:
            return line
    return None


def _push_quote(state: StateBlock, start: int, last: int, opening: re.Match[str]) -> None:
    """Parse what stands between the two marks as blocks of its own; the marks are hidden while that happens."""
    begin, stop = state.bMarks[start], state.eMarks[last]
    shift, parent, line_max = state.tShift[start], state.parentType, state.lineMax
    name, number, topic_id = opening.groups()
    token = state.push("quote_open", "blockquote", 1)
    token.map, token.attrs = [start, last + 1], {"class": "quote", "dir": "auto"}
    token.meta = {"name": name, "number": int(number), "topic_id": int(topic_id)}
    _push_source(state, name, POST_ADDRESS.format(topic_id=int(topic_id), number=int(number)), start)
    state.bMarks[start], state.tShift[start] = opening.end(), 0
    state.eMarks[last] = state.src.rindex(QUOTE_CLOSING, opening.end(), stop)
    state.parentType, state.lineMax = "blockquote", last + 1
    before = len(state.tokens)
    state.md.block.tokenize(state, start, last + 1)
    _cut_code(state.tokens[before:], last)
    state.parentType, state.lineMax, state.line = parent, line_max, last + 1
    state.bMarks[start], state.tShift[start], state.eMarks[last] = begin, shift, stop
    state.push("quote_close", "blockquote", -1)


def _cut_code(tokens: Sequence[Token], last: int) -> None:
    """Code that nothing but the quote's end closes takes one character more than its last line has: the bracket."""
    for token in tokens:
        if token.type in {"fence", "code_block"} and token.map and token.map[1] > last:
            token.content = token.content.removesuffix("[")


def _push_source(state: StateBlock, name: str, address: str, line: int) -> None:
    """Who is quoted, with a link to the post: whether it may be seen is decided where it is opened."""
    state.push("quote_source_open", "p", 1).attrs = {"class": "quote-of", "dir": "auto"}
    inline = state.push("inline", "", 0)
    inline.map, inline.content = [line, line + 1], ""
    inline.children = [*_link(address, f"{name} wrote:")]
    inline.meta = {"is_source": True}
    state.push("quote_source_close", "p", -1)


def _align(token: Token) -> None:
    """The policy for content forbids style attributes, so an alignment becomes a class."""
    style = str(token.attrs.pop("style", ""))
    if style.endswith((":right", ":center")):
        token.attrs["class"] = "align-" + style.rpartition(":")[2]


def _without_pictures(tokens: list[Token]) -> list[Token]:
    """A picture becomes a link to it, or its description inside a link: nothing is fetched from elsewhere."""
    shaped: list[Token] = []
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in _NEVER_LINKED else 0
        if token.type != "image":
            shaped.append(token)
        elif inside:
            shaped.append(_text(token.content))
        else:
            shaped += _link(str(token.attrs.get("src", "")), token.content or "picture")
    return shaped


def _texts_shaped(tokens: list[Token]) -> list[Token]:
    """Bare addresses become links and mentions are marked, outside of links and code."""
    shaped: list[Token] = []
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in _NEVER_LINKED else 0
        shaped += _split_text(token.content) if token.type == "text" and not inside else [token]
    return shaped


def _split_text(text: str) -> list[Token]:
    pieces: list[Token] = []
    at = 0
    for found in islice(_BARE.finditer(text), MOST_BARE):
        address = _trimmed(found["address"] or "")
        if found["address"] and not is_safe_link(address):
            continue
        pieces.append(_text(text[at : found.start()]))
        pieces += _link(address, address) if address else _mention(found["name"])
        at = found.start() + len(address) if address else found.end()
    return [*pieces, _text(text[at:])]


def _trimmed(address: str) -> str:
    """Without the punctuation that ends a sentence, and without a closing bracket that was opened before it."""
    kept = address.rstrip(".,;:!?*_~")
    while kept.endswith((")", "]")) and kept.count(kept[-1]) > kept.count("(" if kept[-1] == ")" else "["):
        kept = kept[:-1].rstrip(".,;:!?*_~")
    return kept


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(address: str, words: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(words), Token("link_close", "a", -1)]


def _mention(name: str) -> list[Token]:
    opening = Token("mention_open", "span", 1, attrs={"class": "mention"}, meta={"name": name})
    return [opening, _text("@" + name), Token("mention_close", "span", -1)]
