"""The card that a buyer let the gateway keep for renewals: their own choice, taken back whenever they like.

Here stand two opaque names, the gateway's for the buyer and for the card, and what the card is called; it has the rest.
"""

from sqlalchemy import delete, select

from core import clock
from core.db import session
from core.jobs.service import job, start
from storefront.payments.gateways import Saved
from storefront.payments.models import SavedMethod
from storefront.payments.stripe import Stripe


def find(account_id: int) -> SavedMethod | None:
    """The card that is kept for this person."""
    return session.scalar(select(SavedMethod).where(SavedMethod.account_id == account_id))


def saved_of(account_id: int, gateway: str) -> Saved | None:
    """The same as this gateway needs it; None where another one keeps it."""
    kept = find(account_id)
    is_its = kept is not None and kept.gateway == gateway
    return Saved(customer=kept.customer, method=kept.method, label=kept.label) if kept and is_its else None


def keep(account_id: int, gateway: str, saved: Saved) -> None:
    """Remember the card that was just paid with, in place of the one before."""
    forget(account_id, but=saved.customer)
    session.add(
        SavedMethod(
            account_id=account_id,
            gateway=gateway,
            customer=saved.customer,
            method=saved.method,
            label=saved.label[:40],
            chosen_at=clock.now(),
        )
    )
    session.flush()


def forget(account_id: int, but: str = "") -> None:
    """The card is kept no longer, neither here nor at the gateway."""
    gone = delete(SavedMethod).where(SavedMethod.account_id == account_id)
    for gateway, customer in session.execute(gone.returning(SavedMethod.gateway, SavedMethod.customer)).all():
        if customer != but and gateway == Stripe.name:
            start("payments.forget_remote", customer=customer)


def tell_remote(account_id: int) -> None:
    """Let Stripe forget the card of somebody who is erased; the row here goes with all that is theirs."""
    kept = find(account_id)
    if kept is not None and kept.gateway == Stripe.name:
        start("payments.forget_remote", customer=kept.customer)


@job("payments.forget_remote", own_transactions=True)
def forget_remote(customer: str) -> None:
    """Let Stripe forget it, too; a silent Stripe is asked again by the queue. Opens no transaction."""
    Stripe().forget(customer)
