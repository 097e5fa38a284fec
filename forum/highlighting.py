"""Code in posts, colored by classes: only languages our readers write in, and only as much as stays quick."""

from collections.abc import Mapping
from functools import cache
from html import escape
from types import MappingProxyType

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

MOST_HIGHLIGHTED, MOST_LINES, WIDEST_LINE = 2_500, 150, 150
"""Per post. What goes beyond stays plain: several lexers need quadratic time, 9 s for the worst 6,000 characters."""

CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)

# Java is left out: its lexer needs half a second for 3,000 harmless words.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "bash": "bash", "sh": "bash", "shell": "bash", "c": "c", "cpp": "cpp", "c++": "cpp", "cs": "csharp",
        "csharp": "csharp", "css": "css", "diff": "diff", "go": "go", "html": "html", "http": "http", "ini": "ini",
        "javascript": "javascript", "js": "javascript", "json": "json", "kotlin": "kotlin",
        "php": "php", "powershell": "powershell", "ps1": "powershell", "python": "python", "py": "python",
        "ruby": "ruby", "rb": "ruby", "rust": "rust", "rs": "rust", "sql": "sql", "swift": "swift", "toml": "toml",
        "typescript": "typescript", "ts": "typescript", "xml": "xml", "yaml": "yaml", "yml": "yaml",
    }
)  # fmt: skip


def is_quick(code: str) -> bool:
    """Whether any lexer gets through this code in a moment."""
    lines = code.split("\n")
    return len(code) <= MOST_HIGHLIGHTED and len(lines) <= MOST_LINES and max(map(len, lines)) <= WIDEST_LINE


def language_of(info: str) -> str:
    """The language named behind a fence, "" for none that is known."""
    return LANGUAGES.get(info.strip().split(" ")[0].lower(), "")


def code_html(code: str, language: str) -> str:
    """Escaped HTML of a whole code block; the language "" leaves it plain."""
    if not language:
        return f'<pre class="highlight" dir="ltr"><code>{escape(code)}</code></pre>\n'
    colored = str(highlight(code, _lexer(language), _FORMATTER))
    return f'<pre class="highlight" dir="ltr"><code>{colored}</code></pre>\n'


_FORMATTER = HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False)
