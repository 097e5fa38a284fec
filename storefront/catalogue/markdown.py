"""Descriptions of products: Markdown in, harmless HTML out, rendered once when a description is stored."""

from functools import cache

import nh3
from markdown_it import MarkdownIt

from core.text import without_controls

LONGEST = 20_000
TAGS = frozenset(
    ["p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote"]
) | {"pre", "code", "table", "thead", "tbody", "tr", "th", "td"}


def render(markdown: str) -> str:
    """HTML that may be shown to anybody. Pictures and raw HTML are left out; what is above LONGEST is cut off."""
    html = _parser().render(without_controls(markdown)[:LONGEST])
    return _cleaner().clean(html)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("js-default", {"maxNesting": 12}).disable(["image", "reference"])


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
