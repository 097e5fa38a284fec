"""Bank transfer: a gateway without a server. The money is announced here, and arrives when somebody sees it arrive."""

from collections.abc import Mapping

from core.settings import Settings
from storefront.payments.gateways import Card, Charge, Message, Return, ReturnRefused
from storefront.payments.references import reference
from storefront.payments.rules import EventKind


class Transfer:
    """The gateway as the shop calls it; nothing leaves the program."""

    name = "transfer"
    cards: tuple[Card, ...] = ()
    page = "storefront/payments/transfer.html"
    hosts: Mapping[str, str] = {}
    waits_elsewhere = False

    def is_offered(self, settings: Settings, currency: str) -> bool:
        """Where there is an account, in the currency of the shop's prices."""
        return bool(settings.bank_iban) and currency == settings.currency

    def days(self, settings: Settings) -> int:
        """Banks take their time."""
        return settings.transfer_days

    def part(self, charge: Charge, settings: Settings) -> Mapping[str, str]:
        """Where the money goes, and what to write beside it."""
        iban = "".join(settings.bank_iban.split()).upper()
        return {
            "iban": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
            "bic": settings.bank_bic,
            "holder": settings.bank_holder or settings.company_name,
            "reference": reference(charge.key.partition("/")[0]),
        }

    def charge(self, charge: Charge) -> Message:
        """Wait for the money."""
        return message(charge, EventKind.CONFIRMATION_ASKED)

    def confirm(self, charge: Charge) -> Message:
        """The buyer cannot say that it arrived."""
        return self.charge(charge)

    def cancel(self, charge: Charge) -> Message:
        """Nobody waits for it any more."""
        return message(charge, EventKind.CANCELLED)

    def give_back(self, back: Return) -> None:
        """Somebody of our staff has to send it: the program has no hands at the bank."""
        raise ReturnRefused


def message(charge: Charge, kind: EventKind) -> Message:
    """What becomes of a transfer, as a message of its own."""
    return Message(
        event_id=f"{charge.key}:{kind.value}",
        key=charge.key,
        sequence=0,
        kind=kind,
        amount=charge.amount.amount,
        currency=charge.amount.currency,
    )
