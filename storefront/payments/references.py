"""The reference that a buyer writes beside a bank transfer: ISO 11649, so that banks find a slip of the pen. Pure.

`RF` and two check digits (modulo 97), then the last two digits of the order's year and its sequence: RF39 2600 0123.
"""

import re
from collections.abc import Iterator

from storefront.orders.rules import order_number


def reference(number: str) -> str:
    """The reference of an order, in groups of four: `LP-2026-000123` → `RF39 2600 0123`."""
    _letters, year, sequence = number.split("-")
    base = year[2:] + sequence
    whole = f"RF{98 - _remainder(base + 'RF00'):02d}{base}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def numbers_in(text: str) -> list[str]:
    """The order numbers that a text may mean, by a right reference or written out; banks break and join lines."""
    squeezed = re.sub(r"[^A-Z0-9]", "", text[:2000].upper())
    return list(dict.fromkeys([*_by_reference(squeezed), *_by_number(squeezed)]))


def _by_reference(squeezed: str) -> Iterator[str]:
    for found in re.finditer(r"RF(?=([0-9]{10,16}))", squeezed):
        digits = found[1]
        for length in range(len(digits), 9, -1):
            check, base = digits[:2], digits[2:length]
            if _remainder(f"{base}RF{check}") == 1 and int(base[2:]) > 0:
                yield order_number(2000 + int(base[:2]), int(base[2:]))


def _by_number(squeezed: str) -> Iterator[str]:
    for found in re.finditer(r"LP(20[0-9]{2})([0-9]{6})(?![0-9])", squeezed):
        if int(found[2]) > 0:
            yield order_number(int(found[1]), int(found[2]))


def _remainder(text: str) -> int:
    return int("".join(str(int(one, 36)) for one in text)) % 97
