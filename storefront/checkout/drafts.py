"""What a buyer typed at checkout, right or wrong, kept until the order is placed or nobody comes back."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from core import clock
from core.access import actor_of
from core.db import session
from core.sealed import Sealed, seal
from privacy import gate
from privacy.retention import holds
from privacy.retention import service as retention
from storefront.checkout import rules
from storefront.checkout.models import CheckoutDraft
from storefront.checkout.rules import Buyer
from storefront.tax.rates import COUNTRIES

KEEP = timedelta(days=30)
LONGEST = {"company": 400, "vat_id": 80, "phone": 80, "address": 1200, "purchase_order": 240}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The details as they were typed, right or wrong."""

    country: str = ""
    company: str = ""
    vat_id: str = ""
    phone: str = ""
    wants_address: bool = False
    address: str = ""
    purchase_order: str = ""

    def fields(self) -> dict[str, str]:
        """What the rules read; an address counts only where one is wanted."""
        texts = {name: getattr(self, name) for name in ("country", "company", "vat_id", "phone", "purchase_order")}
        return {**texts, "address": self.address if self.wants_address else ""}


def find(account_id: int) -> CheckoutDraft | None:
    """The checkout that this buyer has begun."""
    return session.scalar(select(CheckoutDraft).where(CheckoutDraft.account_id == account_id))


def typed_of(account_id: int) -> Typed:
    """What the buyer has typed so far."""
    draft = find(account_id)
    if draft is None or draft.expires_at < clock.now():
        return Typed()
    reader = actor_of(account_id)

    def opened(value: Sealed | None) -> str:
        return gate.disclose(value, purpose="orders", actor=reader) if value else ""

    return Typed(
        country=draft.country,
        company=opened(draft.company),
        vat_id=opened(draft.vat_id),
        phone=opened(draft.phone),
        wants_address=draft.wants_address,
        address=opened(draft.address),
        purchase_order=opened(draft.purchase_order),
    )


def keep_typed(account_id: int, typed: Typed) -> None:
    """Keep what was typed, right or wrong, for coming back; an address only where one is wanted."""
    draft, now = find(account_id), clock.now()
    if draft is None:
        draft = CheckoutDraft(account_id=account_id, token=secrets.token_urlsafe(24))
        session.add(draft)
    draft.country = typed.country if typed.country in COUNTRIES else ""
    draft.company = _sealed("company", typed.company, account_id)
    draft.vat_id = _sealed("vat_id", typed.vat_id, account_id)
    draft.phone = _sealed("phone", typed.phone, account_id)
    draft.wants_address = typed.wants_address
    draft.address = _sealed("address", typed.address if typed.wants_address else "", account_id)
    draft.purchase_order = _sealed("purchase_order", typed.purchase_order, account_id)
    draft.updated_at, draft.expires_at = now, now + KEEP


def read_typed(typed: Typed) -> Buyer:
    """The details in the form in which they are kept. Refuses with BuyerRefused."""
    buyer = rules.read_buyer(typed.fields(), COUNTRIES)
    if typed.wants_address and not buyer.address:
        raise rules.BuyerRefused({"address": "Please write the address, or choose to have none on the invoice."})
    return buyer


def begin_anew(draft: CheckoutDraft) -> None:
    """The next order gets its own token. Telephone and address were given for this one and do not stay (P7, P8)."""
    draft.token = secrets.token_urlsafe(24)
    draft.phone = draft.address = draft.purchase_order = None
    session.flush()
    if "draft" not in holds.held(draft.account_id):
        retention.destroy(draft.account_id, "draft")
    draft.wants_address = False


def forget_drafts() -> int:
    """Drafts that nobody came back to are gone after KEEP, and their keys with them; how many."""
    over = (CheckoutDraft.expires_at <= clock.now(), holds.is_free(CheckoutDraft.account_id, "draft"))
    gone = delete(CheckoutDraft).where(*over).returning(CheckoutDraft.account_id)
    people = list(session.scalars(gone))
    for account_id in people:
        retention.destroy(account_id, "draft")
    return len(people)


def _sealed(name: str, text: str, account_id: int) -> Sealed | None:
    kept = text[: LONGEST[name]]
    return seal(kept, f"checkout_draft.{name}", subject=account_id) if kept.strip() else None
