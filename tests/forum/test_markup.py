"""Posts render to harmless HTML in bounded time, whatever is typed, and load nothing from other hosts."""

import re
from html.parser import HTMLParser
from time import process_time
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.markup import LONGEST, MOST_LINES, QuoteOf, TextTooLong, plain_text, quote_block, render

unhurried = settings(deadline=None)
any_text = st.text(st.characters() | st.characters(categories=["Cs"]), max_size=200)
HOSTILE = (
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "javascript:alert(1)"]
    + ["[x](javascript:alert(1))", "[x](JaVaScRiPt&#58;alert(1))", "[x](data:text/html,1)", "<javascript:alert(1)>"]
    + ["![x](javascript:alert(1))", "![x](https://evil.example/a.png)", "[x](//evil.example)", "[x](/\\evil.example)"]
    + [
        '[x](https://a.example "onmouseover=alert(1)")',
        '[x](https://a.example/"onclick=alert(1))',
        "<!--",
        "]]>",
        "&lt;script&gt;",
    ]
    + [
        "```html\n<script>\n```\n",
        "```<img/src=x>\n",
        "`<b>`",
        "    <i>\n",
        "|<b>|\n|-:|\n|<u>|\n",
        "[x]: javascript:1\n[x]\n",
    ]
    + [
        '[quote="<b>, post 1, topic 2"]\n',
        '[quote="A, post 1, topic 2"]',
        "[/quote]",
        "\n",
        "> ",
        "- ",
        "# ",
        "**",
        "@",
        '"',
        "'",
    ]
    + ["vbscript:x", "\x00", "\x01", "\u2028", "style=", "https://a.example/?<script>", "https://a.example/'onclick='x"]
)
hostile = st.lists(st.sampled_from(HOSTILE) | any_text, max_size=12).map("".join)

ALLOWED = {
    "p": {"class", "dir"}, "br": set(), "hr": set(), "h3": {"dir"}, "h4": {"dir"}, "h5": {"dir"}, "h6": {"dir"},
    "strong": set(), "em": set(), "s": set(), "a": {"href", "rel"}, "span": {"class"}, "ul": {"dir"},
    "ol": {"dir", "start"}, "li": set(), "blockquote": {"class", "dir"}, "pre": {"class", "dir"}, "code": set(),
    "table": {"dir"}, "thead": set(), "tbody": set(), "tr": set(), "th": {"class"}, "td": {"class"},
}  # fmt: skip


class Inspector(HTMLParser):
    """Reads HTML as a browser would, and fails on anything that is not allowed in a post."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_attributes = dict(attrs)
        assert set(given_attributes) <= ALLOWED[tag], (tag, attrs)
        if tag == "a" and "href" in given_attributes:
            address = given_attributes["href"] or ""
            assert given_attributes["rel"] == "nofollow ugc noopener"
            assert urlsplit(address).scheme in {"http", "https", "mailto", ""}
            assert re.match(r"https?://|mailto:|/(?![/\\])|#", address, re.IGNORECASE), address
            self.links.append(address)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def inspected(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.links


@unhurried
@given(hostile)
def test_nothing_harmful_survives_and_nothing_raises(markdown: str) -> None:
    rendered = render(markdown)
    inspected(rendered.html)
    for text in (rendered.html, rendered.text, rendered.excerpt):
        text.encode()
        assert "\x00" not in text
    assert len(rendered.excerpt) <= 240
    assert render(markdown) == rendered


@pytest.mark.parametrize("markdown", HOSTILE)
def test_each_trick_alone_is_harmless(markdown: str) -> None:
    html = render(markdown).html
    inspected(html)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html.lower()


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# One\n\n##### Five", '<h3 dir="auto">One</h3>\n<h6 dir="auto">Five</h6>\n'),
        ("**a** *b* ~~c~~ `d`", '<p dir="auto"><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n'),
        ("a\nb", '<p dir="auto">a<br>\nb</p>\n'),
        ("<b>x</b>", '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>\n'),
        ("hi @anna.b, a@b.example", '<p dir="auto">hi <span class="mention">@anna.b</span>, a@b.example</p>\n'),
        ("`@anna https://a.example`", '<p dir="auto"><code>@anna https://a.example</code></p>\n'),
        ("3. x", '<ol start="3" dir="auto">\n<li>x</li>\n</ol>\n'),
        ("    <i>", '<pre class="highlight" dir="ltr"><code>&lt;i&gt;\n</code></pre>\n'),
    ],
)
def test_what_markdown_becomes(markdown: str, html: str) -> None:
    assert render(markdown).html == html


def test_tables_are_aligned_by_classes_since_styles_are_forbidden() -> None:
    html = render("|a|b|c|\n|-|:-:|-:|\n|1|2|3|").html
    assert '<td>1</td>\n<td class="align-center">2</td>\n<td class="align-right">3</td>' in html


def test_code_is_colored_by_classes() -> None:
    html = render("```python\nreturn 1 < 2\n```").html
    assert '<pre class="highlight" dir="ltr"><code><span class="k">return</span>' in html
    assert '<span class="o">&lt;</span>' in html
    assert "<span" not in render("```nonsense\nreturn 1\n```").html
    assert "<span" not in render("```python\n" + "x = 1\n" * 151 + "```").html, "long code stays plain"


@pytest.mark.parametrize(
    ("markdown", "links"),
    [
        ("see https://a.example/b_c_d?x=1&y=2.", ["https://a.example/b_c_d?x=1&y=2"]),
        ("(https://a.example/x_(y))", ["https://a.example/x_(y)"]),
        ("<https://a.example>", ["https://a.example"]),
        ("[x](/shop/foo) [y](mailto:a@b.example) [z](#post-3)", ["/shop/foo", "mailto:a@b.example", "#post-3"]),
        ("www.a.example ftp://a.example a.example", []),
        ("[x](ftp://a.example) [y](//a.example) [z](a/b)", []),
        ("![a cat](https://a.example/cat.png)", ["https://a.example/cat.png"]),
        ("[![a cat](https://a.example/cat.png)](https://b.example)", ["https://b.example"]),
        ("[x]\n\n[x]: https://a.example", ["https://a.example"]),
    ],
)  # fmt: skip
def test_only_web_mail_and_local_addresses_become_links(markdown: str, links: list[str]) -> None:
    assert inspected(render(markdown).html) == links


def test_pictures_become_links_so_that_nothing_is_loaded() -> None:
    assert ">a cat</a>" in render("![a cat](https://a.example/cat.png)").html
    assert "a cat" in render("[![a cat](https://a.example/cat.png)](https://b.example)").html


def test_a_quote_names_its_source_and_is_kept_out_of_texts_and_mentions() -> None:
    rendered = render(
        '[quote="Anna B, post 12, topic 34"]\nhello @dora **x**\n[/quote]\n\nThanks @Bob and @bob\n\n> so @eve'
    )
    assert rendered.quotes == (QuoteOf(name="Anna B", number=12, topic_id=34),)
    assert '<blockquote class="quote" dir="auto">\n<p class="quote-of" dir="auto">' in rendered.html
    assert inspected(rendered.html) == ["/forum/t/34/-?post=12#post-12"]
    assert "<strong>x</strong>" in rendered.html
    assert rendered.mentions == ("bob",)
    assert rendered.text == plain_text("Thanks @Bob and @bob\n\nso @eve")


def test_quotes_nest_and_end_where_they_are_closed() -> None:
    markdown = (
        '[quote="A, post 1, topic 9"]one\n[quote="B, post 2, topic 9"]two[/quote]\n```\nthree[/quote]\nfour\n'
        '- [quote="C, post 3, topic 9"]five[/quote]\n\n[quote="D, post 4, topic 9"]\nnever closed'
    )
    rendered = render(markdown)
    assert [quote.name for quote in rendered.quotes] == ["A", "B", "C"]
    assert "<code>three</code>" in rendered.html
    assert "four" in rendered.text
    assert "never closed" in rendered.text


@unhurried
@given(any_text, st.integers(1, 10**9 - 1), st.integers(1, 10**9 - 1), hostile)
def test_quoting_a_post_makes_exactly_one_quote(name: str, number: int, topic_id: int, text: str) -> None:
    rendered = render(quote_block(name, number, topic_id, text) + "my reply")
    assert [(quote.number, quote.topic_id) for quote in rendered.quotes] == [(number, topic_id)]
    assert rendered.text == "my reply"
    assert rendered.mentions == ()


def test_a_quote_leaves_out_the_quotes_in_it() -> None:
    inner = quote_block("Bob", 1, 2, "old words")
    assert quote_block("Anna", 3, 2, inner + "new words") == (
        '[quote="Anna, post 3, topic 2"]\nnew words\n[/quote]\n\n'
    )
    assert quote_block("Anna", 3, 2, "word " * 1000).count("word") <= 400


def test_a_text_that_is_too_long_is_refused_by_name() -> None:
    render("a" * LONGEST)
    for text in ("a" * (LONGEST + 1), "\n" * MOST_LINES, "\r" * MOST_LINES):
        with pytest.raises(TextTooLong, match="split it in two"):
            render(text)
        with pytest.raises(TextTooLong):
            plain_text(text)


def test_only_the_current_version_can_be_rendered() -> None:
    with pytest.raises(ValueError, match="version"):
        render("x", version=999)


def test_a_reply_right_below_a_plain_quote_is_no_part_of_it() -> None:
    assert render("> theirs\n> too\nmine").html == (
        '<blockquote dir="auto">\n<p dir="auto">theirs<br>\ntoo</p>\n</blockquote>\n<p dir="auto">mine</p>\n'
    )


DENSE = (
    [
        "[",
        "![",
        "[a](",
        "[^",
        "](",
        "*a ",
        "**a",
        "*_",
        "_a*b ",
        "~~a ",
        "`",
        "<",
        "<http://",
        "<!--",
        "&#1",
        "\\[",
        ">",
    ]
    + ["> ", "- ", "1. ", "|", "@a ", "http://a.example ", "http://a)", "[a](http://b.example)", "[x][y]", "[*a_ "]
    + ['[quote="A, post 1, topic 2"] ', "[/quote]", "\t", "é", "[<", "[`a` "]
    + ["===\n東<a---\n>", '* _[quote="A, post 1, topic 2"]\n>```py\n']
)


@pytest.mark.parametrize("unit", DENSE)
def test_dense_texts_cost_no_more_than_others(unit: str) -> None:
    """20,000 open brackets alone take the parser 3 s; the bound is far above what is needed, for busy machines."""
    text = (unit * LONGEST)[:LONGEST].replace("\n", "\f").replace("\f", "\n", MOST_LINES - 1).replace("\f", " ")
    words = text.replace("\n", " ")
    broken = "\n".join(words[place : place + 15] for place in range(0, LONGEST, 16))[: LONGEST - 2000]
    started = process_time()
    inspected(render(text).html)
    inspected(render(broken).html)
    assert process_time() - started < 3


def test_long_code_takes_the_slow_lexers_no_time() -> None:
    started = process_time()
    for code in ("a\n" * 1900, '\\"' * 8000, " \n" * 1900, "a b " * 3000):
        for language in ("csharp", "java", "typescript", "c"):
            render(f"```{language}\n{code}\n```")
    assert process_time() - started < 5


def test_dense_texts_keep_their_words() -> None:
    rendered = render("[" * 5000 + " the words **stay**")
    assert "the words **stay**" in rendered.text
    assert "<a" not in rendered.html
