"""Reading and changing what the licenses of an edition allow, and asking beforehand whom that would meet."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, NotFound
from storefront.activation import judging, reading
from storefront.activation.judging import Scope, Verdict
from storefront.activation.models import LicensePolicy
from storefront.activation.reading import Found
from storefront.activation.rules import Policy
from storefront.allowing import words
from storefront.catalogue.meeting import Met
from storefront.catalogue.models import Edition, Product, Source

BATCH = 500


class ChangedMeanwhile(Conflict):
    """Somebody else saved another policy while this one was written."""

    code = "policy_changed"
    sentence = "Somebody saved another policy meanwhile. What you typed is kept; look at theirs before you save yours."


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """An edition and what its licenses allow. own: whether staff said more than the edition does by itself."""

    product: Product
    edition: Edition
    policy: Policy
    own: bool


def editions() -> list[Allowed]:
    """Every edition that keys are made for here, by product."""
    wanted = select(Product, Edition).join(Edition, Edition.product_id == Product.id)
    wanted = wanted.where(Product.source == Source.OWN).order_by(Product.name, Edition.id)
    own = {one.edition_id: one for one in session.scalars(select(LicensePolicy))}
    return [_allowed(product, edition, own.get(edition.id)) for product, edition in session.execute(wanted)]


def get(edition_id: int) -> Allowed:
    """One of them. Raises NotFound."""
    wanted = select(Product, Edition).join(Edition, Edition.product_id == Product.id)
    found = session.execute(wanted.where(Edition.id == edition_id, Product.source == Source.OWN)).first()
    if found is None:
        raise NotFound("There is no such edition with keys of our own.")
    return _allowed(found[0], found[1], session.get(LicensePolicy, edition_id))


def usual(edition: Edition) -> Policy:
    """What an edition allows by itself."""
    return reading.usual_policy(edition.devices, per_seat=edition.per_seat)


def met_by(edition_id: int, after: Policy) -> list[Met]:
    """Licenses that a check would answer otherwise, by what it says now and then would say."""
    now, changed = clock.now(), dict[tuple[str, str], list[str]]()
    count = 0
    for found in _licenses(edition_id):
        count += 1
        was, will = _verdicts(found, found.policy, now), _verdicts(reading.under(found, after), found.policy, now)
        for one, other in zip(was, will, strict=True):
            if one != other:
                told = (words.told(one.code, one.valid), words.told(other.code, other.valid))
                changed.setdefault(told, []).append(found.row.license_public_id)
                break
    met = [_met(told, numbers) for told, numbers in sorted(changed.items())]
    rest = count - sum(one.count for one in met)
    return [*met, Met(name="Licenses", count=rest, sentence="A check answers as before.")]


def save(edition_id: int, after: Policy | None, seen: str, actor: Actor) -> None:
    """From now on its licenses allow this; None: what the edition says by itself. Raises ChangedMeanwhile, NotFound."""
    found = get(edition_id)
    if fingerprint(found.policy) != seen:
        raise ChangedMeanwhile
    wanted = after or usual(found.edition)
    changed = words.differences(found.policy, wanted)
    if after is None:
        session.execute(delete(LicensePolicy).where(LicensePolicy.edition_id == edition_id))
    else:
        said = {**asdict(after), "entitlements": list(after.entitlements)}
        session.merge(LicensePolicy(edition_id=edition_id, **said))
    session.flush()
    audit.record(actor, "change license policy", "edition", edition_id, **dict(changed))


def fingerprint(policy: Policy) -> str:
    """What stands for exactly this policy in a form."""
    return hashlib.sha256(repr(policy).encode()).hexdigest()[:32]


def states(edition_id: int) -> Counter[str]:
    """How many licenses there are, by what a check answers now."""
    now = clock.now()
    return Counter(words.told(one.code, one.valid) for one in _plain(edition_id, now))


def _plain(edition_id: int, now: object) -> Iterator[Verdict]:
    for found in _licenses(edition_id):
        yield _verdicts(found, found.policy, now)[0]


def _verdicts(found: Found, before: Policy, now: object) -> list[Verdict]:
    """What checks answer: one that asks nothing more, and one that wants all that the license includes now."""
    scopes = [Scope(), Scope(entitlements=before.entitlements)] if before.entitlements else [Scope()]
    return [judging.judge(found.policy, found.standing(), scope, (), now) for scope in scopes]  # type: ignore[arg-type]


def _met(told: tuple[str, str], numbers: list[str]) -> Met:
    before, after = told
    return Met(name=f"Now: {before}", count=len(numbers), sentence=f"Then: {after}.", numbers=tuple(numbers))


def _licenses(edition_id: int) -> Iterator[Found]:
    after = 0
    while True:
        some = reading.of_edition(edition_id, after, BATCH)
        yield from some
        if len(some) < BATCH:
            return
        after = some[-1].id


def _allowed(product: Product, edition: Edition, row: LicensePolicy | None) -> Allowed:
    policy = reading.said_policy(row) if row is not None else usual(edition)
    return Allowed(product=product, edition=edition, policy=policy, own=row is not None)
