"""What carts, quotes, licenses and renewals say of a change of an edition, before it is saved."""

from sqlalchemy import func, select

from core import clock
from core.db import session
from storefront.cart import service as carts
from storefront.catalogue import meeting
from storefront.catalogue.meeting import Met, Supposed
from storefront.licenses.models import License
from storefront.licenses.rules import LicenseState
from storefront.quotes.models import Quote
from storefront.renewals.models import Subscription
from storefront.renewals.rules import SubscriptionState

LIVE = tuple(state.value for state in (LicenseState.ISSUED, LicenseState.ACTIVE, LicenseState.SUSPENDED))
OVER = SubscriptionState.ENDED.value


def install() -> None:
    """Have it said, in this order."""
    for name, teller in {"carts": in_carts, "quotes": quoted, "licenses": licensed, "renewals": renewing}.items():
        meeting.tell(name, teller)


def in_carts(supposed: Supposed) -> Met:
    """Carts are told of a price; terms are looked up anew."""
    price = "Each is shown the new price, and its owner accepts it before paying."
    terms = "Whoever buys from them gets the new terms, which the product's page says."
    return Met(name="Carts", count=carts.holding(supposed.edition_id), sentence=price if supposed.price else terms)


def quoted(supposed: Supposed) -> Met:
    """What a quote names is sealed, so all that are open are counted."""
    is_open = (Quote.valid_until > clock.now(), Quote.order_number.is_(None))
    count = session.scalar(select(func.count()).select_from(Quote).where(*is_open)) or 0
    price = "All that are open in the shop, whatever they name. Each keeps the prices that it says."
    terms = "All that are open in the shop, whatever they name. What is bought by them has the new terms."
    return Met(name="Open quotes", count=count, sentence=price if supposed.price else terms)


def licensed(supposed: Supposed) -> Met:
    """A license reads its devices from the edition; everything else it keeps."""
    wanted = select(License.public_id).where(License.edition_id == supposed.edition_id, License.state.in_(LIVE))
    numbers = tuple(session.scalars(wanted.order_by(License.id)))
    if supposed.devices is None or supposed.devices[0] == supposed.devices[1]:
        return Met(name="Live licenses", count=len(numbers), sentence="None of them changes.")
    before, after = supposed.devices
    say = f"Each may be used on {after} devices instead of {before}, for each of its seats."
    return Met(name="Live licenses", count=len(numbers), sentence=say, numbers=numbers)


def renewing(supposed: Supposed) -> Met:
    """A renewal costs what was agreed."""
    goes_on_as = func.coalesce(Subscription.next_edition_id, License.edition_id)
    wanted = select(func.count()).select_from(Subscription).join(License, License.id == Subscription.license_id)
    count = session.scalar(wanted.where(goes_on_as == supposed.edition_id, Subscription.state != OVER)) or 0
    say = "Each renews at the price that was agreed with its holder. None of them changes."
    return Met(name="Renewing licenses", count=count, sentence=say)
