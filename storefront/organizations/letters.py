"""The mails of organizations."""

from collections.abc import Mapping

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send, send_to_stranger
from storefront.organizations import rules
from storefront.organizations.models import Organization


def invite(address: str, number: int, token: str, said: Mapping[str, str]) -> None:
    """To whoever is meant; the same mail whether the address has an account. It says `name` and `by`."""
    context = {**said, "address": f"{_shop()}/organizations/{token}", "days": rules.STANDS.days}
    letter = Letter(name="organization_invited", context=context, once=f"organization:{number}")
    send_to_stranger(address, "licenses", letter)


def tell(account_id: int, organization: Organization, once: str, what: str) -> None:
    """To one of its people, or to somebody who was: what became of it."""
    if session.get_one(Account, account_id).closed_at is not None:
        return
    context = {"name": organization.name, "what": what, "address": f"{_shop()}/account/organizations"}
    send(
        account_id,
        "licenses",
        Letter(name="organization_news", context=context, once=f"organization:{organization.id}:{once}"),
    )


def _shop() -> str:
    return web.settings().base_url.rstrip("/")
