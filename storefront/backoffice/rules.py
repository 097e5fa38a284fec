"""What the back office reads from its forms: a product's requirements as lines, and a price. Pure."""

from collections.abc import Iterable

from core.errors import Invalid
from core.text import clean_line
from storefront import money
from storefront.money import Money

MOST_REQUIREMENTS, LABEL_MOST, REQUIREMENT_MOST = 20, 40, 200
HIGHEST_UNITS = 100_000
"""No edition costs more than this many whole units of its currency: above it somebody mistyped."""


class RequirementsRefused(Invalid):
    code = "requirements_refused"


class PriceRefused(Invalid):
    code = "price_refused"
    sentence = f"A price is above zero and at most {HIGHEST_UNITS}."


def read_requirements(text: str) -> list[list[str]]:
    """Pairs of label and text from lines such as `Memory: 2 GB`. Refuses with RequirementsRefused, naming the line."""
    lines = [(number, clean_line(line)) for number, line in enumerate(text.splitlines(), start=1)]
    pairs = [_read_requirement(number, line) for number, line in lines if line]
    if len(pairs) > MOST_REQUIREMENTS:
        raise RequirementsRefused(f"At most {MOST_REQUIREMENTS} requirements, please.")
    return pairs


def write_requirements(pairs: Iterable[Iterable[str]]) -> str:
    """The lines that `read_requirements` reads."""
    return "\n".join(": ".join(pair) for pair in pairs)


def read_price(text: str, currency: str) -> Money:
    """A price as it was typed. Refuses with PriceRefused or NotMoney."""
    price = money.parse(text, currency)
    if not 0 < price.amount <= HIGHEST_UNITS * 10**price.exponent:
        raise PriceRefused
    return price


def _read_requirement(number: int, line: str) -> list[str]:
    label, colon, text = (part.strip() for part in line.partition(":"))
    if not (label and colon and text):
        raise RequirementsRefused(f"Line {number} needs a label, a colon and a text, such as “Memory: 2 GB”.")
    if len(label) > LABEL_MOST or len(text) > REQUIREMENT_MOST:
        raise RequirementsRefused(f"Line {number} is longer than {LABEL_MOST} and {REQUIREMENT_MOST} characters.")
    return [label, text]
