"""The built-in gateway `pretend`: a remote system of our own, with its own small memory and cards that say what they do.

It takes no money. It remembers charges by their key in a table that nothing else reads, in transactions of its own, so
that a crash between its memory and ours is as real as with a gateway across the ocean.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock, db
from core.errors import Invalid
from core.jobs.service import start
from core.settings import Environment, Settings
from storefront.payments.gateways import SAVED, AnswerLost, Card, Charge, Message, Return, Saved
from storefront.payments.models import PretendCharge
from storefront.payments.rules import EventKind

CARDS: tuple[Card, ...] = (
    Card(token="paid", name="Paid", number="4000 0000 0000 0001", sentence="The payment goes through at once."),
    Card(token="declined", name="Declined", number="4000 0000 0000 0002", sentence="The bank says no; try another."),
    Card(
        token="confirm",
        name="Needs confirmation",
        number="4000 0000 0000 0003",
        sentence="The bank asks you to confirm on a page of its own first.",
    ),
    Card(
        token="lost",
        name="Paid, but the answer is lost",
        number="4000 0000 0000 0004",
        sentence="The money is taken, then the line breaks. The shop asks again by itself.",
    ),
    Card(
        token="repeated",
        name="Paid, and told again and again",
        number="4000 0000 0000 0005",
        sentence="The payment goes through, and the gateway repeats itself and sends an old message late.",
    ),
    Card(
        token="wanes",
        name="Paid now, declined at renewals",
        number="4000 0000 0000 0006",
        sentence="The payment goes through. Kept for renewals, the bank declines it from then on.",
    ),
)
OUTCOMES = {
    "paid": [EventKind.SUCCEEDED],
    "declined": [EventKind.DECLINED],
    "confirm": [EventKind.CONFIRMATION_ASKED],
    "lost": [EventKind.PROCESSING, EventKind.SUCCEEDED],
    "repeated": [EventKind.PROCESSING, EventKind.SUCCEEDED],
    "wanes": [EventKind.SUCCEEDED],
}
WITHOUT_BUYER = {**OUTCOMES, "wanes": [EventKind.DECLINED]}
"""What a kept card does when nobody is there to confirm."""


class UnknownCard(Invalid):
    code = "unknown_card"
    sentence = "Please choose one of the cards shown."


class Pretend:
    """The gateway as the shop calls it."""

    name = "pretend"
    cards = CARDS
    page = "storefront/payments/confirm.html"
    hosts: Mapping[str, str] = {}
    waits_elsewhere = False

    def days(self, settings: Settings) -> int:
        """The money is here or not within minutes."""
        return 0

    def part(self, charge: Charge, settings: Settings) -> Mapping[str, str]:
        """Nothing."""
        return {}

    def is_offered(self, settings: Settings, currency: str) -> bool:
        """In the demonstration only, and in tests, where it stands for any other."""
        return settings.demo or settings.environment is Environment.TEST

    def charge(self, charge: Charge) -> Message:
        """Take the money as the card says. The second time the same key only gets the answer again."""
        is_new = self._remember(charge)
        if is_new and charge.method == "lost":
            raise AnswerLost
        if is_new and charge.method == "repeated":
            self._tell_again(charge.key)
        return self._answer(charge.key)

    def confirm(self, charge: Charge) -> Message:
        """Take the money that waited for a confirmation."""
        return self._go_on(charge.key, EventKind.SUCCEEDED)

    def cancel(self, charge: Charge) -> Message:
        """Let a charge go that waited for a confirmation."""
        return self._go_on(charge.key, EventKind.CANCELLED)

    def give_back(self, back: Return) -> None:
        """Remember that so much went back; the same again changes nothing."""
        with db.transaction():
            charge = _find(back.charge.key, for_update=True)
            charge.returns = {**charge.returns, back.id: back.amount.amount}
            charge.returned = sum(charge.returns.values())

    def messages(self, key: str) -> list[Message]:
        """All that this gateway ever had to say about a charge, in order."""
        with db.transaction(reading=True):
            charge = _find(key)
            return [_message(charge, number) for number in range(1, len(charge.happened) + 1)]

    def _remember(self, charge: Charge) -> bool:
        card, outcomes = _played(charge)
        try:
            with db.transaction() as session:
                known = PretendCharge.idempotency_key == charge.key
                if session.scalar(select(PretendCharge.id).where(known)) is not None:
                    return False
                session.add(
                    PretendCharge(
                        idempotency_key=charge.key,
                        card=card,
                        amount=charge.amount.amount,
                        currency=charge.amount.currency,
                        happened=[kind.value for kind in outcomes],
                        created_at=clock.now(),
                    )
                )
        except IntegrityError:
            return False  # the same key came in twice at once: the other one took the money
        return True

    def _tell_again(self, key: str) -> None:
        with db.transaction():
            start("payments.pretend_tells", key=key)

    def _answer(self, key: str) -> Message:
        return self.messages(key)[-1]

    def _go_on(self, key: str, kind: EventKind) -> Message:
        with db.transaction():
            charge = _find(key, for_update=True)
            if charge.happened[-1] == EventKind.CONFIRMATION_ASKED:
                charge.happened = [*charge.happened, kind.value]
        return self._answer(key)


def repeated(message: Message) -> Message:
    """The same news under another event's id, as gateways send it when they think they were not heard."""
    return replace(message, event_id=f"{message.event_id}-again")


def _played(charge: Charge) -> tuple[str, list[EventKind]]:
    """The card that pays, and what befalls it. A kept one that is kept no longer is declined."""
    if charge.method == SAVED:
        card = charge.saved.method if charge.saved else "declined"
        return card, WITHOUT_BUYER.get(card, [EventKind.DECLINED])
    if charge.method not in OUTCOMES:
        raise UnknownCard
    return charge.method, OUTCOMES[charge.method]


def _kept(card: str) -> Saved | None:
    """The card as it would be kept, if its buyer wants that."""
    number = next((one.number for one in CARDS if one.token == card), "")
    label = f"Test card ending in {number[-4:]}"
    return Saved(customer=Pretend.name, method=card, label=label) if number else None


def _find(key: str, *, for_update: bool = False) -> PretendCharge:
    wanted = select(PretendCharge).where(PretendCharge.idempotency_key == key)
    return db.session.scalars(wanted.with_for_update() if for_update else wanted).one()


def _message(charge: PretendCharge, number: int) -> Message:
    return Message(
        event_id=f"{charge.idempotency_key}#{number}",
        key=charge.idempotency_key,
        sequence=number,
        kind=EventKind(charge.happened[number - 1]),
        amount=charge.amount,
        currency=charge.currency,
        saved=_kept(charge.card),
    )
