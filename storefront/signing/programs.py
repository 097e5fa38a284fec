"""The secrets that programs made for WHMCS check answers with: one for each product."""

import hashlib

from sqlalchemy import select

from core import keys
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Invalid
from storefront.signing.locking import lock, unlock
from storefront.signing.models import ProgramSecret

LONGEST = 200


def secret_of(product_id: int) -> str:
    """The product's secret: the one that staff brought along, or one of our own making that never changes."""
    row = session.scalars(select(ProgramSecret).where(ProgramSecret.product_id == product_id)).first()
    return unlock(row.locked, _name(product_id)).decode() if row else keys.keyed_hash("program secret", str(product_id))


def bring(product_id: int, secret: str, actor: Actor) -> None:
    """Take over the secret that shipped programs have in them. Refuses with Invalid an empty or overlong one."""
    if not 0 < len(secret) <= LONGEST or not secret.isprintable():
        raise Invalid(f"A secret has 1 to {LONGEST} characters. Nothing was changed.")
    session.merge(ProgramSecret(product_id=product_id, locked=lock(secret.encode(), _name(product_id))))
    session.flush()
    audit.record(actor, "bring secret", "product", product_id)


def proof(product_id: int, token: str) -> str:
    """What WHMCS' clients compare: MD5 over secret and their own token. Theirs is the choice of MD5, not ours."""
    return hashlib.md5(f"{secret_of(product_id)}{token}".encode(), usedforsecurity=False).hexdigest()


def _name(product_id: int) -> str:
    return f"program {product_id}"
