"""License keys, terms and states. A key looks like `LPAL-9AFH7-HYJ11-NY2P9-TY1Y2-9DCD2`."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from core.errors import Conflict, Invalid

PREFIX = "LPAL"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which are misread or form words."""

RANDOM_BYTES = 15
SYMBOLS = 25
EXPIRING_WITHIN = timedelta(days=30)


class MalformedKey(Invalid):
    """What was typed is no license key of this shop, or has a typing error."""

    code = "malformed_key"
    sentence = "This is not a license key of ours. A key has five groups of five after LPAL."


class LicenseConflict(Conflict):
    """The license is in a state in which this cannot be done."""

    code = "license_conflict"


class LicenseRevoked(LicenseConflict):
    code = "license_revoked"
    sentence = "This license was revoked. It cannot be used or changed any more."


class LicensePassedOn(LicenseConflict):
    code = "license_passed_on"
    sentence = "This license was passed on to somebody else. It cannot be used or changed here any more."


class LicenseSuspended(LicenseConflict):
    code = "license_suspended"
    sentence = "This license is suspended. It can be used again once the question about its order is settled."


class LicenseExpired(LicenseConflict):
    code = "license_expired"
    sentence = "This license has expired. Renewing it makes it work again."


class Term(StrEnum):
    PERPETUAL = "perpetual"
    MONTH = "month"
    YEAR = "year"
    TRIAL = "trial"


class LicenseState(StrEnum):
    ISSUED = "issued"
    ACTIVE = "active"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    TRANSFERRED = "transferred"


class RestCause(StrEnum):
    """Why a license rests. Dispute: a bank holds money of an order, or took it, and nobody said yet what becomes of the
    license. Refund: its order was taken back. Unpaid: its next period. Staff: one of ours let it rest."""

    DISPUTE = "dispute"
    REFUND = "refund"
    UNPAID = "unpaid"
    STAFF = "staff"


class LicenseVerb(StrEnum):
    ACTIVATE = "activate"
    RENEW = "renew"
    EXPIRE = "expire"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"
    TRANSFER = "transfer"


TRANSITIONS: Mapping[tuple[LicenseState, LicenseVerb], LicenseState] = MappingProxyType(
    {
        (LicenseState.ISSUED, LicenseVerb.ACTIVATE): LicenseState.ACTIVE,
        (LicenseState.ISSUED, LicenseVerb.RENEW): LicenseState.ISSUED,
        (LicenseState.ISSUED, LicenseVerb.EXPIRE): LicenseState.EXPIRED,
        (LicenseState.ISSUED, LicenseVerb.SUSPEND): LicenseState.SUSPENDED,
        (LicenseState.ISSUED, LicenseVerb.REVOKE): LicenseState.REVOKED,
        (LicenseState.ISSUED, LicenseVerb.TRANSFER): LicenseState.TRANSFERRED,
        (LicenseState.ACTIVE, LicenseVerb.TRANSFER): LicenseState.TRANSFERRED,
        (LicenseState.ACTIVE, LicenseVerb.RENEW): LicenseState.ACTIVE,
        (LicenseState.ACTIVE, LicenseVerb.EXPIRE): LicenseState.EXPIRED,
        (LicenseState.ACTIVE, LicenseVerb.SUSPEND): LicenseState.SUSPENDED,
        (LicenseState.ACTIVE, LicenseVerb.REVOKE): LicenseState.REVOKED,
        (LicenseState.EXPIRED, LicenseVerb.RENEW): LicenseState.ACTIVE,
        (LicenseState.EXPIRED, LicenseVerb.SUSPEND): LicenseState.SUSPENDED,
        (LicenseState.EXPIRED, LicenseVerb.REVOKE): LicenseState.REVOKED,
        (LicenseState.SUSPENDED, LicenseVerb.RESTORE): LicenseState.ACTIVE,
        (LicenseState.SUSPENDED, LicenseVerb.REVOKE): LicenseState.REVOKED,
    }
)
"""Every change a license can make. A suspended license cannot be renewed, one that was revoked or passed on can nothing.
Where it is known what a suspended one was before, restoring makes it that again (`licenses/resting.py`)."""
RESTED_FROM = (LicenseState.ISSUED, LicenseState.ACTIVE, LicenseState.EXPIRED)
GONE = frozenset({LicenseState.REVOKED, LicenseState.TRANSFERRED})


def make_key(random_bytes: bytes) -> str:
    """Write 15 random bytes (120 bits) as 24 symbols and a check symbol."""
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"a key needs {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random_bytes, "big")
    symbols = "".join(ALPHABET[number >> shift & 31] for shift in range(115, -1, -5))
    return _written(symbols + check_symbol(symbols))


def normalise(text: str) -> str:
    """The one written form of a key, however it was typed: case, spaces, hyphens, I and L for 1, O for 0, no prefix.

    Refuses with MalformedKey what is no key of ours and what fails its check symbol.
    """
    symbols = _symbols(text)
    if symbols is None:
        raise MalformedKey
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise MalformedKey("This key has a typing error. Please compare it with the one in your mail.")
    return _written(symbols)


def is_well_formed(text: str) -> bool:
    try:
        normalise(text)
    except MalformedKey:
        return False
    return True


def lookup_form(text: str) -> str:
    """What is hashed to find a key: our own keys in their one form, other makers' keys without spaces around them."""
    return normalise(text) if is_well_formed(text) else text.strip()


def last_five(key: str) -> str:
    """The end of a key by which its holder recognizes it. Of a foreign key too short to hide, only two symbols."""
    symbols = re.sub(r"[^0-9A-Za-z]", "", key)
    return symbols[-5:] if len(symbols) >= 15 else symbols[-2:]


def check_symbol(symbols: str) -> str:
    """The symbol that makes a key check out: a polynomial over GF(32), modulus x⁵ + x² + 1.

    It finds every single wrong symbol and every exchange of two different symbols, neighbours or not, because each
    place has its own non-zero factor. A weighted sum modulo 32 would miss exchanges of symbols that lie 16 apart. Of
    other errors it misses one in 32.
    """
    check = 0
    for symbol in symbols:
        check = _times_x(check ^ ALPHABET.index(symbol))
    return ALPHABET[check]


def ends_at(term: Term, anchor: datetime, periods: int = 1) -> datetime | None:
    """When `periods` terms from the anchor end, None for a perpetual license.

    Always counted from the anchor's own day, never from the last end: 31 January, 28 February, 31 March.
    """
    if anchor.tzinfo is None or periods < 1:
        raise ValueError("an anchor carries its zone, and a term is bought at least once")
    if term is Term.PERPETUAL:
        return None
    if term is Term.TRIAL:
        raise ValueError("a trial ends after its days, and has no second period")
    return after_months(anchor, periods * (12 if term is Term.YEAR else 1))


def after_months(anchor: datetime, count: int) -> datetime:
    """The same day so many months later, or the last of that month."""
    start = anchor.astimezone(UTC)
    months = start.month - 1 + count
    year, month = start.year + months // 12, months % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def check_transition(state: LicenseState, verb: LicenseVerb) -> LicenseState:
    """The state after the verb. Refuses with LicenseRevoked, LicenseSuspended, LicenseExpired or LicenseConflict."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise _refusal(state, verb) from None


def state_at(state: LicenseState, end: datetime | None, now: datetime) -> LicenseState:
    """The state as it counts at this moment: a license past its end is expired before any job has written it down."""
    running = state in {LicenseState.ISSUED, LicenseState.ACTIVE}
    return LicenseState.EXPIRED if running and end is not None and end <= now else state


def seat_state(parent: LicenseState, seat: LicenseState) -> LicenseState:
    """The state of a seat of a license in this state: it rests, ends and comes back with it; what was taken back stays so."""
    if seat in GONE or parent is LicenseState.TRANSFERRED:
        return seat
    if parent not in {LicenseState.ISSUED, LicenseState.ACTIVE}:
        return parent
    return LicenseState.ACTIVE if seat in {LicenseState.EXPIRED, LicenseState.SUSPENDED} else seat


def is_expiring(state: LicenseState, end: datetime | None, now: datetime) -> bool:
    """Whether a running license ends within 30 days, so that its holder should hear of it."""
    running = state_at(state, end, now) in {LicenseState.ISSUED, LicenseState.ACTIVE}
    return running and end is not None and end - now <= EXPIRING_WITHIN


def check_usable(state: LicenseState, end: datetime | None, now: datetime) -> None:
    """Refuses with LicenseRevoked, LicenseSuspended or LicenseExpired what may not be used now."""
    current = state_at(state, end, now)
    if current in _REFUSALS:
        raise _REFUSALS[current]


_REFUSALS: Mapping[LicenseState, type[LicenseConflict]] = MappingProxyType(
    {
        LicenseState.REVOKED: LicenseRevoked,
        LicenseState.TRANSFERRED: LicensePassedOn,
        LicenseState.SUSPENDED: LicenseSuspended,
        LicenseState.EXPIRED: LicenseExpired,
    }
)
_SEPARATORS = re.compile(r"[\s\u2010-\u2015\u2212_.-]+")
_MISREAD = str.maketrans("ILO", "110")


def _symbols(text: str) -> str | None:
    """The 25 symbols of a key without prefix and separators, or None where there are not 25."""
    if len(text) > 200:
        return None
    typed = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_MISREAD)
    if len(typed) == SYMBOLS + len(PREFIX):
        typed = typed.removeprefix(PREFIX.translate(_MISREAD))
    return typed if len(typed) == SYMBOLS and set(typed) <= set(ALPHABET) else None


def _written(symbols: str) -> str:
    return "-".join([PREFIX, *(symbols[start : start + 5] for start in range(0, SYMBOLS, 5))])


def _times_x(value: int) -> int:
    return value << 1 ^ (0b100101 if value & 16 else 0)


def _refusal(state: LicenseState, verb: LicenseVerb) -> LicenseConflict:
    if state in _REFUSALS:
        return _REFUSALS[state]()
    return LicenseConflict(f"A license that is {state} cannot {verb}. Nothing was changed.")
