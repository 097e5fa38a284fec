"""What a voucher takes off which lines, when it may not, and how codes and their terms are written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, Invalid
from storefront.money import EXPONENTS, Money, NotMoney, parse, total, zero
from storefront.orders.rules import spread

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What generated codes are made of: nothing that is read as something else."""
GENERATED = 12
SHORTEST, LONGEST = 4, 40
WHOLE = 1000


class NotACode(Invalid):
    code = "not_a_code"
    sentence = "A code has 4 to 40 letters, digits and hyphens. Please look at it once more; the rest is as it was."


class VoucherRefused(Conflict):
    """The voucher takes nothing off here; the sentence says why."""

    code = "voucher_refused"


class UnknownVoucher(VoucherRefused):
    code = "voucher_unknown"
    sentence = "We know no voucher with this code. Please compare it letter by letter; your cart is as it was."


class NotYet(VoucherRefused):
    code = "voucher_not_yet"


class Over(VoucherRefused):
    code = "voucher_over"
    sentence = "This voucher is over. Your cart is kept; it can be ordered without it."


class UsedUp(VoucherRefused):
    code = "voucher_used_up"
    sentence = "This voucher is used up: others were first. Your cart is kept; it can be ordered without it."


class YoursUsed(VoucherRefused):
    code = "voucher_yours_used"
    sentence = (
        "You have used this voucher as often as one customer may. An order that waits for its payment counts, until "
        "you cancel it. Your cart is kept; it can be ordered without it."
    )


class NotForThese(VoucherRefused):
    code = "voucher_not_for_these"
    sentence = "This voucher is not for the things in your cart. They are kept, and cost what they cost."


class TooLittle(VoucherRefused):
    code = "voucher_too_little"


class OtherMoney(VoucherRefused):
    code = "voucher_other_money"


class TermsRefused(Invalid):
    """What was typed makes no voucher; the sentence says what to change."""

    code = "terms_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Good:
    """A line in front of a voucher: what it is, and what it costs as a whole."""

    edition_id: int
    product_id: int
    vendor_id: int
    amount: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What a voucher takes off: a share of WHOLE, or an amount in each currency that it is for.

    `least` is what the cart has to come to. At most one of the ids says what alone it is for.
    """

    permille: int | None = None
    off: Mapping[str, int]
    least: Mapping[str, int]
    vendor_id: int | None = None
    product_id: int | None = None
    edition_id: int | None = None

    def is_for(self, good: Good) -> bool:
        """Whether it makes this cheaper; what is free already never gets cheaper."""
        wanted = (
            (self.vendor_id, good.vendor_id),
            (self.product_id, good.product_id),
            (self.edition_id, good.edition_id),
        )
        return bool(good.amount) and all(only is None or only == own for only, own in wanted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """When it may be used, and how often it was; None for no end."""

    starts_at: datetime
    ends_at: datetime | None
    used: int
    uses_most: int | None
    each_used: int = 0
    each_most: int | None = None


def check_life(life: Life, now: datetime) -> None:
    """Refuses with NotYet, Over, YoursUsed or UsedUp."""
    if now < life.starts_at:
        raise NotYet(f"This voucher begins on {life.starts_at:%d %B %Y}. Your cart is kept until you come back.")
    if life.ends_at is not None and now >= life.ends_at:
        raise Over
    if life.each_most is not None and life.each_used >= life.each_most:
        raise YoursUsed
    if life.uses_most is not None and life.used >= life.uses_most:
        raise UsedUp


def discounts(terms: Terms, goods: Sequence[Good]) -> tuple[Money, ...]:
    """What it takes off each line, rounded down as a whole, so that it is never more than the voucher says.

    Refuses with NotForThese, OtherMoney or TooLittle.
    """
    fitting = [good.amount if terms.is_for(good) else zero(good.amount.currency) for good in goods]
    if not any(fitting):
        raise NotForThese
    currency = fitting[0].currency
    whole, base = total([good.amount for good in goods], currency), total(fitting, currency)
    least = terms.least.get(currency, 0)
    if (terms.permille is None and currency not in terms.off) or (terms.least and currency not in terms.least):
        raise OtherMoney(f"This voucher is not for prices in {currency}. Your cart is kept as it is.")
    if whole.amount < least:
        missing = Money(least, currency)
        raise TooLittle(f"This voucher is for orders of at least {missing}; your cart comes to {whole}. It is kept.")
    wished = base.amount * terms.permille // WHOLE if terms.permille is not None else terms.off[currency]
    return spread(Money(min(wished, base.amount), currency), fitting)


def read_code(text: str) -> str:
    """The one spelling of a typed code: capitals, no spaces, no hyphens. Refuses with NotACode."""
    spelled = _LOOSE.sub("", text[:200]).upper()
    if not _CODE.fullmatch(spelled):
        raise NotACode
    return spelled


def written(spelled: str) -> str:
    """A generated code as people read it: groups of four."""
    return "-".join(spelled[start : start + 4] for start in range(0, len(spelled), 4))


def read_amounts(text: str) -> dict[str, int]:
    """`10 EUR, 12.50 USD` in minor units by currency. Refuses with TermsRefused what cannot be read."""
    found: dict[str, int] = {}
    typed = text[:400].upper().strip().rstrip(",;")
    for part in _BETWEEN.split(typed) if typed else ():
        amount = _amount(part.strip())
        if amount.currency in found or amount.amount <= 0:
            raise TermsRefused(f"“{part[:40]}”: please name each currency once, with an amount above nothing.")
        found[amount.currency] = amount.amount
    return found


def read_percent(text: str) -> int | None:
    """`12.5` in permille, None for nothing typed. Refuses with TermsRefused what is not above 0 and up to 100."""
    typed = text.strip().removesuffix("%").strip().replace(",", ".")
    if not typed:
        return None
    if not _PERCENT.fullmatch(typed) or not 0 < (permille := round(float(typed) * 10)) <= WHOLE:
        raise TermsRefused("Please write a share from 0.1 to 100 percent, with one digit after the point at most.")
    return permille


def read_count(text: str, most: int) -> int | None:
    """A typed number from 1, None for nothing typed. Refuses with TermsRefused."""
    typed = text.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 9 and 1 <= int(typed) <= most):
        raise TermsRefused(f"“{typed[:20]}” is no number from 1 to {most}.")
    return int(typed)


def _amount(part: str) -> Money:
    currency = part[-3:].upper()
    if currency not in EXPONENTS:
        raise TermsRefused(f"“{part[:40]}”: please write an amount and its currency, like 10 EUR.")
    try:
        return parse(part, currency)
    except NotMoney as refused:
        raise TermsRefused(f"“{part[:40]}”: {refused.sentence}") from None


_BETWEEN = re.compile(r"(?<=[A-Z])\s*[,;\s]\s*(?=[0-9])")
"""After a currency, before the next amount; a comma between digits belongs to its amount."""
_LOOSE = re.compile(r"[\s\-–—_]")
_CODE = re.compile(rf"[A-Z0-9]{{{SHORTEST},{LONGEST}}}", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9])?", re.ASCII)
