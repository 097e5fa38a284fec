"""One-time codes (RFC 6238), recovery codes, and how long wrong ones make wait. Pure."""

import secrets
from datetime import datetime, timedelta

import pyotp

from core import keys

SECONDS = 30
DRIFT = 1
"""Steps before and after the present one that count too: clocks of telephones differ (RFC 6238, 5.2)."""

COUNT = 10
GROUP = 5
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: none of its letters is taken for another one. Ten of them are 50 bits."""

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


def make_secret() -> str:
    """A fresh secret of 160 bits (RFC 4226, 4), in base 32."""
    return pyotp.random_base32()


def address(secret: str, whose: str, shop: str) -> str:
    """What an authenticator reads from the code on the screen."""
    return pyotp.TOTP(secret).provisioning_uri(name=whose, issuer_name=shop)


def spelled(secret: str) -> str:
    """The secret in groups of four, to type."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def step_of(secret: str, typed: str, at: datetime, after: int) -> int | None:
    """The step whose code this is, of those around this moment and later than `after`; None for none of them.

    Every candidate is compared, each in constant time."""
    code, now, found = digits(typed), int(at.timestamp()) // SECONDS, None
    maker = pyotp.TOTP(secret)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if keys.same(maker.generate_otp(step), code) and step > after:
            found = step
    return found


def digits(typed: str) -> str:
    """The digits of what was typed, whatever stands between them; "" where it cannot be a code."""
    code = "".join(typed.split()).replace("-", "")
    return code if code.isascii() and code.isdigit() and len(code) == 6 else ""


def make_recovery_codes() -> tuple[str, ...]:
    """Ten fresh ones, as they are shown."""
    return tuple("-".join(_letters() for _half in range(2)) for _code in range(COUNT))


def recovery(typed: str) -> str:
    """A recovery code in its one form; "" where it cannot be one. Letters that look like digits are taken for them."""
    text = "".join(letter for letter in typed.upper() if letter.isalnum()).translate(str.maketrans("OIL", "011"))
    if len(text) != 2 * GROUP or any(letter not in LETTERS for letter in text):
        return ""
    return f"{text[:GROUP]}-{text[GROUP:]}"


def wait_after(failed: int) -> timedelta:
    """How long no further code is looked at, after so many wrong ones in a row."""
    if failed < FREE_TRIES:
        return timedelta()
    return min(FIRST_WAIT * (1 << min(failed - FREE_TRIES, 10)), LONGEST_WAIT)


def _letters() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(GROUP))
