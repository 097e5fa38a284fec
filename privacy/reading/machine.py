"""The register as JSON-LD in the terms of W3C's Data Privacy Vocabulary (DPV 2)."""

from collections.abc import Iterable
from dataclasses import asdict

from core.asking import Door
from privacy import register
from privacy.policies.service import Published

CONTEXT = {"dpv": "https://w3id.org/dpv#", "dpv-pd": "https://w3id.org/dpv/pd#"}


def describe(base: str, versions: Iterable[Published], current: int, doors: Iterable[Door]) -> dict[str, object]:
    """The whole register, with all published versions and the one in force, and every form with what becomes of its fields."""
    return {
        "@context": CONTEXT,
        "@id": f"{base}/privacy/register.json",
        "@type": "dpv:PersonalDataHandling",
        "policy": {"version": current, "address": f"{base}/privacy/v{current}"},
        "versions": [_version(base, one) for one in versions],
        "purposes": [_purpose(one) for one in register.purposes.values()],
        "recipients": [{"@type": one.dpv, **asdict(one)} for one in register.recipients.values()],
        "channels": [{"@type": one.dpv, **asdict(one)} for one in register.channels.values()],
        "cookies": [asdict(one) for one in register.cookies.values()],
        "holdings": [_table(one) for one in sorted(register.holdings().values(), key=lambda table: table.name)],
        "forms": [_form(one) for one in doors],
        "clauses": [_clause(one) for one in register.clauses.values()],
    }


def _form(door: Door) -> dict[str, object]:
    fields = [
        {"name": name, "kept_in": tie.columns, "by": "oneself" if tie.own else "staff"}
        if tie.columns
        else {"name": name, "kept_in": (), "because": tie.why_not}
        for name, tie in door.ties.items()
    ]
    return {"address": door.address, "fields": fields}


def _version(base: str, one: Published) -> dict[str, object]:
    return {
        "number": one.number,
        "address": f"{base}/privacy/v{one.number}",
        "posted_at": one.posted_at.isoformat(),
        "effective_at": one.effective_at.isoformat(),
        "fingerprint": one.chain,
    }


def _clause(one: register.Clause) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "sentences": [{"since": one.since, "text": text} for text in one.sentences]
        + [{"since": later.since, "text": text} for later in one.added for text in later.sentences],
        "enforced": one.enforced,
        "by": one.by,
        "channels": one.channels,
    }


def _purpose(one: register.Purpose) -> dict[str, object]:
    return {
        "id": one.id,
        "@type": one.dpv,
        "name": one.name,
        "sentence": one.sentence,
        "basis": register.BASES[one.basis][0],
        "since": one.since,
        "optional": one.optional,
        "by_mail": one.by_mail,
        "aggregates_only": one.aggregates_only,
        "commercial": one.commercial,
    }


def _table(table: register.Table) -> dict[str, object]:
    return {
        "table": table.name,
        "title": table.title,
        "subject": table.subject,
        "columns": {name: _holding(held) for name, held in table.columns.items()},
    }


def _holding(held: register.Holding) -> dict[str, object]:
    return {
        "category": held.category,
        "@type": register.CATEGORIES.get(held.category, "dpv:PersonalData"),
        "collected_for": held.collected,
        "also_for": held.also_for,
        "keep": held.keep,
        "read_by": held.read_by,
        "export": held.export,
        "correct": held.correct,
        "erase": held.erase,
    }
