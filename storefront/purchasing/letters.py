"""The mails about requisitions, each to whoever asked."""

from collections.abc import Sequence

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send
from storefront.catalogue.models import Edition, Product
from storefront.organizations.models import Organization
from storefront.purchasing.models import JointPurchase, Requisition


def tell_declined(requisition: Requisition, organization: Organization) -> None:
    """It is not bought, and why."""
    why = f"The reason: {requisition.reason}" if requisition.reason else "No reason was given."
    _tell(requisition.asked_by, organization, f"declined:{requisition.id}", (_title(requisition), "is not bought", why))


def tell_ordered(purchase: JointPurchase, organization: Organization, found: Sequence[Requisition]) -> None:
    """It is paid: one mail for each who asked."""
    for account_id in sorted({one.asked_by for one in found}):
        titles = ", ".join(_title(one) for one in found if one.asked_by == account_id)
        said = (titles, "is bought", "Whoever manages the licenses gives you yours.")
        _tell(account_id, organization, f"ordered:{purchase.id}:{account_id}", said)


def _tell(account_id: int, organization: Organization, once: str, said: tuple[str, str, str]) -> None:
    if session.get_one(Account, account_id).closed_at is not None:
        return
    shop, (goods, what, sentence) = web.settings().base_url.rstrip("/"), said
    context = {
        "name": organization.name,
        "goods": goods,
        "what": what,
        "sentence": sentence,
        "address": f"{shop}/account/organizations/{organization.public_id}/purchases",
    }
    send(account_id, "orders", Letter(name="requisition_news", context=context, once=f"requisition:{once}"))


def _title(requisition: Requisition) -> str:
    wanted = session.get_one(Edition, requisition.edition_id)
    return f"{requisition.quantity} × {session.get_one(Product, wanted.product_id).name}, {wanted.name}"
