"""The orders of the last fourteen months, in every state an order can be in; the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from storefront.demo_content.content import Person, Term, editions, members, testers

FOURTEEN_MONTHS = 426
HOLDER_EDITIONS = ("kilnwatch/one-kiln", "tallyhearth/solo")
HOLDERS_EACH = 18
KEPT_POOLS = ("diffanchor/pro", "glyphledger/agency")
PHONES = ("+493023125{n:03d}", "+12025550{n:03d}", "+33199001{n:03d}", "+31201234{n:03d}")


class State(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    PAYMENT_FAILED = "payment_failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUNDED = "refunded"


OTHERS = (
    (State.PAID, 25),
    (State.AWAITING_PAYMENT, 3),
    (State.PAYMENT_FAILED, 5),
    (State.CANCELLED, 5),
    (State.EXPIRED, 5),
    (State.REFUNDED, 5),
)


@dataclass(frozen=True, kw_only=True)
class LineDraft:
    """`edition` is "product/edition"."""

    edition: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class OrderDraft:
    """`days_ago` is at least 1, but 0 for orders that still wait for their money."""

    buyer_email: str
    lines: tuple[LineDraft, ...]
    days_ago: int
    state: State
    currency: str
    wants_invoice_address: bool
    phone: str | None


def plan_orders(seed: int = 14) -> tuple[OrderDraft, ...]:
    """Oldest first. Leaves two pools alone: the empty one and the one of exactly ten keys."""
    rng = random.Random(seed)
    drafts = [*_testers(rng), *_holders(rng), *_others(rng)]
    return tuple(sorted(drafts, key=lambda draft: -draft.days_ago))


def holders_of(product: str) -> frozenset[str]:
    """Addresses of those whose perpetual license of the product is paid for."""
    return frozenset(
        draft.buyer_email
        for draft in plan_orders()
        if draft.state == State.PAID
        for line in draft.lines
        if line.edition.split("/")[0] == product and editions()[line.edition].term == Term.PERPETUAL
    )


def _testers(rng: random.Random) -> Iterator[OrderDraft]:
    by_role = {person.role.value: person for person in testers()}
    paid = State.PAID
    yield _draft(rng, by_role["holder"], ("kilnwatch/studio", "tallyhearth/solo"), 400, paid)
    yield _draft(rng, by_role["holder"], ("inkhollow/personal",), 90, paid)
    yield _draft(rng, by_role["lapsed"], ("kilnwatch/monthly",), 160, paid)
    yield _draft(rng, by_role["lapsed"], ("tallyhearth/monthly",), 150, paid)
    yield _draft(rng, by_role["owner"], ("partsinger/choir", "rowanlock/team"), 60, paid)
    yield _draft(rng, by_role["owner"], ("plotfinch/group",), 200, paid)
    yield _draft(rng, by_role["moderator"], HOLDER_EDITIONS, 420, paid)


def _holders(rng: random.Random) -> Iterator[OrderDraft]:
    """Enough people with perpetual licenses, bought early, to fill the boards for holders."""
    buyers = rng.sample(members(), HOLDERS_EACH * 2)
    for index, buyer in enumerate(buyers):
        edition = HOLDER_EDITIONS[index % len(HOLDER_EDITIONS)]
        yield _draft(rng, buyer, (edition,), rng.randint(380, FOURTEEN_MONTHS), State.PAID)


def _others(rng: random.Random) -> Iterator[OrderDraft]:
    offered = [key for key in editions() if key not in KEPT_POOLS]
    for state, count in OTHERS:
        for _ in range(count):
            chosen = tuple(rng.sample(offered, rng.choice((1, 1, 1, 2, 3))))
            waiting = state == State.AWAITING_PAYMENT
            days_ago = 0 if waiting else rng.randint(1, FOURTEEN_MONTHS)
            yield _draft(rng, rng.choice(members()), chosen, days_ago, state)


def _draft(rng: random.Random, buyer: Person, chosen: tuple[str, ...], days_ago: int, state: State) -> OrderDraft:
    phone = rng.choice(PHONES).format(n=rng.randint(100, 199)) if rng.random() < 0.3 else None
    return OrderDraft(
        buyer_email=buyer.email,
        lines=tuple(LineDraft(edition=key, quantity=rng.choice((1, 1, 1, 2))) for key in chosen),
        days_ago=days_ago,
        state=state,
        currency="USD" if buyer.country in ("US", "TW", "ZA", "JO") else "EUR",
        wants_invoice_address=buyer.company is not None or rng.random() < 0.25,
        phone=phone,
    )
