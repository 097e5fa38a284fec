"""The mails of licenses that change hands."""

from collections.abc import Mapping

from core import web
from core.accounts.models import Account
from core.db import session
from privacy.contact.service import Letter, send, send_to_stranger
from storefront.catalogue.models import Product
from storefront.handover import rules
from storefront.handover.models import Handover
from storefront.licenses.models import License


def offer(handover: Handover, address: str, token: str, said: Mapping[str, str]) -> None:
    """To whoever is meant; the same mail whether the address has an account. It says `product`, `giver` and `words`."""
    context = {**said, "address": f"{_shop()}/handover/{token}", "days": rules.STANDS.days}
    send_to_stranger(
        address, "licenses", Letter(name="handover_offered", context=context, once=f"handover:{handover.id}")
    )


def tell_accepted(handover: Handover, license: License) -> None:
    """To the giver."""
    _tell(
        handover, license, "was accepted", "It left your account, and the key that you may have seen no longer works."
    )


def tell_declined(handover: Handover, license: License) -> None:
    """To the giver."""
    _tell(handover, license, "was declined", "It stays yours, and the address that you wrote is forgotten.")


def tell_lapsed(handover: Handover, license: License) -> None:
    """To the giver."""
    sentence = f"Nobody accepted it within {rules.STANDS.days} days. It stays yours, and the address that you wrote is forgotten."
    _tell(handover, license, "was not accepted", sentence)


def _tell(handover: Handover, license: License, what: str, sentence: str) -> None:
    if session.get_one(Account, handover.giver_id).closed_at is not None:
        return
    product = session.get_one(Product, license.product_id).name
    context = {"product": product, "what": what, "sentence": sentence, "address": f"{_shop()}/account/licenses"}
    send(
        handover.giver_id,
        "licenses",
        Letter(name="handover_news", context=context, once=f"handover:{handover.id}:{what}"),
    )


def _shop() -> str:
    return web.settings().base_url.rstrip("/")
