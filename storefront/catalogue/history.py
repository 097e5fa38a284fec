"""What was changed of goods, field by field, each with the entry of the audit log that says who did it and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.accounts import service as accounts
from core.audit.models import AuditEntry
from core.db import session
from core.errors import NotFound
from storefront.catalogue.models import Edition, GoodsChange

AT_ONCE = 40


@dataclass(frozen=True, kw_only=True)
class Line:
    """A change as it is read; `edition` is empty where it was one of the product itself."""

    id: int
    at: datetime
    who: str
    role: str
    edition: str
    field: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields that are not the same, each with what was and what is."""
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def note(entry: AuditEntry, product_id: int, changes: Mapping[str, tuple[Any, Any]], edition_id: int = 0) -> None:
    """Keep what an act changed."""
    whose = {"product_id": product_id, "edition_id": edition_id or None, "audit_id": entry.id}
    for field, (before, after) in changes.items():
        session.add(GoodsChange(field=field, before=before, after=after, **whose))
    session.flush()


def lines(product_id: int, before: int = 0) -> tuple[list[Line], int]:
    """The changes older than that number (0: the newest), and the number to go on before, 0 at the end."""
    wanted = (
        select(GoodsChange, AuditEntry, Edition.name)
        .join(AuditEntry, AuditEntry.id == GoodsChange.audit_id)
        .outerjoin(Edition, Edition.id == GoodsChange.edition_id)
        .where(GoodsChange.product_id == product_id)
        .order_by(GoodsChange.id.desc())
        .limit(AT_ONCE + 1)
    )
    rows = session.execute(wanted.where(GoodsChange.id < before) if before else wanted).all()
    shown = rows[:AT_ONCE]
    names = accounts.names_shown({entry.actor_id for _, entry, _ in shown if entry.actor_id})
    found = [_line(change, entry, edition or "", names) for change, entry, edition in shown]
    return found, found[-1].id if len(rows) > AT_ONCE else 0


def get(product_id: int, change_id: int) -> GoodsChange:
    """One change of a product. Raises NotFound."""
    found = session.get(GoodsChange, change_id)
    if found is None or found.product_id != product_id:
        raise NotFound("There is no such change of this product.")
    return found


def _line(change: GoodsChange, entry: AuditEntry, edition: str, names: Mapping[int, str]) -> Line:
    return Line(
        id=change.id,
        at=entry.at,
        who=names.get(entry.actor_id or 0, "an account that is gone"),
        role=entry.role,
        edition=edition,
        field=change.field,
        before=change.before,
        after=change.after,
    )
