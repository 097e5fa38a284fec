"""What the shop asks of a gateway, whichever it is. Pure: nothing here knows the web or the database."""

from dataclasses import dataclass
from typing import Protocol

from core.errors import Refusal
from storefront.money import Money
from storefront.payments.rules import EventKind


class AnswerLost(Exception):
    """The gateway was asked, but no answer came back: it may or may not have taken the money."""


class NoSuchGateway(Refusal):
    """The order names a gateway that this installation does not have."""

    code = "no_such_gateway"
    sentence = "This way of paying is not available just now. Nothing was charged."


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What is to be taken. The same `key` never takes money twice, however often it is asked for."""

    key: str
    method: str
    amount: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a gateway says about a charge, as answer or later: `sequence` counts within the charge from 1.

    `raw` is the message as it came, for the record.
    """

    event_id: str
    key: str
    sequence: int
    kind: EventKind
    amount: int
    currency: str

    def raw(self) -> dict[str, object]:
        """The message as JSON."""
        return {
            "event_id": self.event_id,
            "key": self.key,
            "sequence": self.sequence,
            "kind": self.kind.value,
            "amount": self.amount,
            "currency": self.currency,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card that the payment page offers, with the sentence that says what it will do."""

    token: str
    name: str
    number: str
    sentence: str


class Gateway(Protocol):
    """A remote system. Every verb may be repeated with the same key without doing anything twice.

    Each raises AnswerLost where no answer came. None may be called inside a transaction of ours.
    """

    name: str
    cards: tuple[Card, ...]

    def charge(self, charge: Charge) -> Message:
        """Take the money, or ask for a confirmation first."""

    def confirm(self, key: str) -> Message:
        """The buyer confirmed."""

    def cancel(self, key: str) -> Message:
        """The buyer gave up before confirming."""

    def give_back(self, key: str, amount: Money) -> None:
        """Send the money back."""
