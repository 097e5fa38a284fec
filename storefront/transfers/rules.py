"""What a bank transfer does to the order it is for. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from storefront.payments.rules import FINAL_STATES, IntentState


class Source(StrEnum):
    STATEMENT = "statement"
    STAFF = "staff"


class Effect(StrEnum):
    """PAID and PART leave nothing over; OVER pays the order and more; LATE came for an order that needs it no more."""

    PAID = "paid"
    PART = "part"
    OVER = "over"
    LATE = "late"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """How an attempt to pay by transfer stands, in minor units of its currency."""

    state: IntentState
    asked: int
    arrived: int

    @property
    def missing(self) -> int:
        return max(self.asked - self.arrived, 0)

    @property
    def surplus(self) -> int:
        """What is not ours to keep."""
        if self.state not in FINAL_STATES:
            return 0
        return self.arrived - (self.asked if self.state is IntentState.SUCCEEDED else 0)


def credit(account: Account, amount: int) -> tuple[Account, Effect]:
    """The account after so much more arrived, and what that did. The amount is above nothing."""
    if amount <= 0:
        raise ValueError("what arrives is more than nothing")
    after = Account(state=account.state, asked=account.asked, arrived=account.arrived + amount)
    if account.state in FINAL_STATES:
        return after, Effect.LATE
    if after.missing:
        return after, Effect.PART
    paid = Account(state=IntentState.SUCCEEDED, asked=after.asked, arrived=after.arrived)
    return paid, Effect.OVER if paid.surplus else Effect.PAID
