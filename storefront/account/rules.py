"""Rules of the account pages: how a browser is called in the list of one's own sessions. Pure."""

from core.accounts.rules import PASSWORD_MOST

UNKNOWN = "An unknown browser"

_FAMILIES = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser", "Samsung Internet"),
    ("firefox", "Firefox"),
    ("fxios", "Firefox"),
    ("crios", "Chrome"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
    ("curl", "curl"),
)
"""Letters in a User-Agent header and the browser they mean; the first that fits counts, since most claim to be Safari."""

_SYSTEMS = (
    ("android", "Android"),
    ("iphone", "an iPhone"),
    ("ipad", "an iPad"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os", "a Mac"),
    ("linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """A browser as its owner would call it. Versions and devices are left out: nothing here needs them."""
    said = user_agent[:400].casefold()
    family = next((name for letters, name in _FAMILIES if letters in said), "")
    system = next((name for letters, name in _SYSTEMS if letters in said), "")
    if not family:
        return f"A browser on {system}" if system else UNKNOWN
    return f"{family} on {system}" if system else family


def judged_part(password: str) -> str:
    """As much of a typed password as is ever compared: none that was accepted is longer, and length must cost nothing."""
    return password[: PASSWORD_MOST + 1]
