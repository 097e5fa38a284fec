"""What a cart may hold, how two become one at sign-in, and what changed since its owner last looked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.errors import Conflict, Invalid
from storefront.money import Money

LEAST, MOST = 1, 99
MOST_LINES = 50


class QuantityRefused(Invalid):
    code = "quantity_refused"
    sentence = f"Please choose a quantity from {LEAST} to {MOST}."


class CartFull(Conflict):
    code = "cart_full"
    sentence = f"A cart holds at most {MOST_LINES} different editions. Please order some of them first."


class Change(StrEnum):
    PRICE_ROSE = "price_rose"
    PRICE_FELL = "price_fell"
    CURRENCY_CHANGED = "currency_changed"
    NO_PRICE = "no_price"
    WITHDRAWN = "withdrawn"
    POOL_EMPTY = "pool_empty"


@dataclass(frozen=True, kw_only=True, slots=True)
class CartLine:
    """`seen_price` is what the customer was last shown for one piece; `title` names product and edition."""

    edition_id: int
    title: str
    quantity: int
    seen_price: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """An edition as it is sold now; `price` is None where it has none in the cart's currency, `free_keys` where keys are
    generated and never run out."""

    edition_id: int
    price: Money | None
    on_sale: bool = True
    free_keys: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Merged:
    """The cart after signing in, and what to tell its owner about it: empty where nothing changed."""

    lines: tuple[CartLine, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that is no longer as the customer saw it; `now` and `free_keys` are set where they matter."""

    change: Change
    line: CartLine
    now: Money | None = None
    free_keys: int | None = None

    @property
    def blocks(self) -> bool:
        """Whether the order cannot be placed before the customer changed the cart."""
        return self.change in {Change.WITHDRAWN, Change.POOL_EMPTY, Change.NO_PRICE}


def read_quantity(text: str) -> int:
    """A typed quantity. Refuses with QuantityRefused anything but the digits of 1 to 99."""
    typed = text.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4):
        raise QuantityRefused
    return check_quantity(int(typed))


def check_quantity(quantity: int) -> int:
    """The quantity itself. Refuses with QuantityRefused what is not from 1 to 99."""
    if not LEAST <= quantity <= MOST:
        raise QuantityRefused
    return quantity


def add(lines: Sequence[CartLine], added: CartLine) -> tuple[CartLine, ...]:
    """Put an edition into a cart; the same edition twice adds up. Refuses with QuantityRefused or CartFull."""
    check_quantity(added.quantity)
    for place, line in enumerate(lines):
        if line.edition_id == added.edition_id:
            summed = replace(added, quantity=check_quantity(line.quantity + added.quantity))
            return (*lines[:place], summed, *lines[place + 1 :])
    if len(lines) >= MOST_LINES:
        raise CartFull
    return (*lines, added)


def merge(own: Sequence[CartLine], guest: Sequence[CartLine]) -> Merged:
    """Bring the cart filled before signing in into the account's own; never refuses, but says what it could not keep.

    The owner's lines stay first and in their order. The price seen last, as a guest, is the one remembered.
    """
    lines, sentences = tuple(own), list[str]()
    for line in guest:
        held = next((other.quantity for other in lines if other.edition_id == line.edition_id), 0)
        taken = min(line.quantity, MOST - held)
        try:
            lines = add(lines, replace(line, quantity=taken)) if taken > 0 else lines
        except CartFull:
            sentences.append(f"{line.title} was left out, because a cart holds at most {MOST_LINES} editions.")
            continue
        sentences += _told(line.title, taken, limited=taken < line.quantity)
    return Merged(lines=lines, sentences=tuple(sentences))


def compare(lines: Iterable[CartLine], offers: Mapping[int, Offer]) -> tuple[Difference, ...]:
    """What changed between the cart as it was seen and the offers of now, in the cart's order.

    An edition that is missing among the offers is withdrawn. An empty pool does not hide that the price changed, too.
    """
    return tuple(difference for line in lines for difference in _differences(line, offers.get(line.edition_id)))


def repriced(currency: str, unpriced: Sequence[str]) -> str:
    """What to say of a cart that is in another currency now; `unpriced` have no price in it."""
    said = f"Your cart is in {currency} now, at our own prices in that currency."
    missing = "".join(f" {title} is not sold in {currency}." for title in unpriced)
    return said + missing


def by_volume(quantity: int) -> str:
    """What to say of a price that holds for so many."""
    return f"Each has the price for {quantity} now."


def _told(title: str, added: int, *, limited: bool) -> list[str]:
    verb = "was" if added == 1 else "were"
    sentences = [f"{added} × {title} {verb} added from the cart you filled before signing in."] if added > 0 else []
    return [*sentences, f"The quantity of {title} was limited to {MOST}."] if limited else sentences


def _differences(line: CartLine, offer: Offer | None) -> list[Difference]:
    if offer is None or not offer.on_sale:
        return [Difference(change=Change.WITHDRAWN, line=line)]
    found = []
    if offer.free_keys is not None and offer.free_keys < line.quantity:
        found.append(Difference(change=Change.POOL_EMPTY, line=line, free_keys=offer.free_keys))
    if offer.price is None:
        found.append(Difference(change=Change.NO_PRICE, line=line))
    elif offer.price != line.seen_price:
        found.append(Difference(change=_price_change(line.seen_price, offer.price), line=line, now=offer.price))
    return found


def _price_change(seen: Money, now: Money) -> Change:
    if seen.currency != now.currency:
        return Change.CURRENCY_CHANGED
    return Change.PRICE_ROSE if seen < now else Change.PRICE_FELL
