"""The card that a buyer let Stripe keep for renewals: their own choice, taken back whenever they like.

Here stand two opaque names, Stripe's for the buyer and for the card, and what the card is called; Stripe has the rest.
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


def saved_of(account_id: int) -> Saved | None:
    """The same as a gateway needs it."""
    kept = find(account_id)
    return Saved(customer=kept.customer, method=kept.method, label=kept.label) if kept else None


def keep(account_id: int, saved: Saved) -> None:
    """Remember the card that was just paid with, in place of the one before."""
    forget(account_id, but=saved.customer)
    session.add(
        SavedMethod(
            account_id=account_id,
            customer=saved.customer,
            method=saved.method,
            label=saved.label[:40],
            chosen_at=clock.now(),
        )
    )
    session.flush()


def forget(account_id: int, but: str = "") -> None:
    """The card is kept no longer, neither here nor at Stripe."""
    gone = delete(SavedMethod).where(SavedMethod.account_id == account_id).returning(SavedMethod.customer)
    for customer in list(session.scalars(gone)):
        if customer != but:
            start("payments.forget_remote", customer=customer)


def tell_remote(account_id: int) -> None:
    """Let Stripe forget the card of somebody who is erased; the row here goes with all that is theirs."""
    kept = find(account_id)
    if kept is not None:
        start("payments.forget_remote", customer=kept.customer)


@job("payments.forget_remote", own_transactions=True)
def forget_remote(customer: str) -> None:
    """Let Stripe forget it, too; a silent Stripe is asked again by the queue. Opens no transaction."""
    Stripe().forget(customer)
