"""What the shop asks of a gateway, whichever it is. Pure: nothing here knows the web or the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from core.errors import Refusal
from core.settings import Settings
from storefront.money import Money
from storefront.payments.rules import EventKind


class AnswerLost(Refusal):
    """The gateway was asked, but no answer came back: it may or may not have done what it was asked for."""

    status = 503
    code = "gateway_silent"
    title = "The payment service does not answer"
    sentence = "The payment service does not answer just now. Nothing is charged twice; please try again in a minute."


class ReturnRefused(Exception):
    """The gateway will not send this money back: somebody has to look."""


class NoSuchGateway(Refusal):
    """The order names a gateway that this installation does not have."""

    code = "no_such_gateway"
    sentence = "This way of paying is not available just now. Nothing was charged."


SAVED = "saved"
"""The method of a charge that goes to the card that the buyer let be kept, without the buyer being there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """A card that a gateway keeps: the gateway's names for its owner and for it, and what it is called."""

    customer: str
    method: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """What is to be taken. The same `key` never takes money twice, however often it is asked for.

    `remote` is what the gateway calls it, once it has said so; `keeps` that the buyer wants the card kept, and `saved` is
    the kept card that is to pay.
    """

    key: str
    method: str
    amount: Money
    remote: str = ""
    keeps: bool = False
    saved: Saved | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """Money to send back of a charge, whole or in part. The same `id` never sends it twice."""

    id: str
    charge: Charge
    amount: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a gateway says about a charge, as answer or later: `sequence` counts within the charge from 1.

    A gateway that can be asked how things stand, and is asked whenever it says something, does not count: its
    messages have the sequence 0 and hold for the moment at which it was asked.
    """

    event_id: str
    key: str
    sequence: int
    kind: EventKind
    amount: int
    currency: str
    remote: str = ""
    saved: Saved | None = None

    def raw(self) -> dict[str, object]:
        """The message as JSON, for the record."""
        said: dict[str, object] = {
            "event_id": self.event_id,
            "key": self.key,
            "sequence": self.sequence,
            "kind": self.kind.value,
            "amount": self.amount,
            "currency": self.currency,
        }
        return {**said, "remote": self.remote} if self.remote else said


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card that the payment page offers, with the sentence that says what it will do."""

    token: str
    name: str
    number: str
    sentence: str


class Gateway(Protocol):
    """A remote system. Every verb may be repeated with the same key without doing anything twice.

    Each raises AnswerLost where no answer came. None may be called inside a transaction of ours. `cards` are offered
    on the payment page where the gateway has a choice of its own; `page` is drawn with what `part` says while it waits
    for the buyer, whose browser may then reach `hosts`; `waits_elsewhere` says that the buyer acts there, so that the
    shop hears of it by asking.
    """

    name: str
    cards: tuple[Card, ...]
    page: str
    hosts: Mapping[str, str]
    waits_elsewhere: bool

    def is_offered(self, settings: Settings, currency: str) -> bool:
        """Whether buyers may choose it here, for an amount in that currency."""

    def days(self, settings: Settings) -> int:
        """For how many days an order may wait for its money; 0 for no longer than any order waits."""

    def part(self, charge: Charge, settings: Settings) -> Mapping[str, str]:
        """What its page says beside the order."""

    def charge(self, charge: Charge) -> Message:
        """Take the money, or ask for a confirmation first. Asked again: how it stands."""

    def confirm(self, charge: Charge) -> Message:
        """The buyer confirmed."""

    def cancel(self, charge: Charge) -> Message:
        """The buyer gave up before confirming."""

    def give_back(self, back: Return) -> None:
        """Send the money back. Raises ReturnRefused where it never will."""
