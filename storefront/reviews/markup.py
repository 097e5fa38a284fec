"""Reviews and answers: a small part of Markdown in, harmless HTML out; no headings, pictures, tables or raw HTML."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

from core.text import without_controls
from storefront.reviews.rules import LONGEST

TAGS = frozenset(["p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "pre", "code"])


def render(markdown: str) -> str:
    """HTML that may be shown to anybody; what is above LONGEST is cut off."""
    return _cleaner().clean(_parser().render(without_controls(markdown)[:LONGEST]))


@cache
def _parser() -> MarkdownIt:
    kinds = ["image", "reference", "heading", "lheading", "table", "hr"]
    return MarkdownIt("js-default", {"maxNesting": 8, "breaks": True}).disable(kinds)


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
