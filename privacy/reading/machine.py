"""The register as JSON-LD in the terms of W3C's Data Privacy Vocabulary (DPV 2). Pure."""

from dataclasses import asdict

from privacy import register

CONTEXT = {"dpv": "https://w3id.org/dpv#", "dpv-pd": "https://w3id.org/dpv/pd#"}


def describe(base: str, version: int) -> dict[str, object]:
    """Purposes, recipients, cookies and holdings, with the policy version in force."""
    return {
        "@context": CONTEXT,
        "@id": f"{base}/privacy/register.json",
        "policy": {"version": version, "address": f"{base}/privacy/v{version}"},
        "purposes": [_purpose(one) for one in register.purposes.values()],
        "recipients": [asdict(one) for one in register.recipients.values()],
        "cookies": [asdict(one) for one in register.cookies.values()],
        "holdings": [_table(one) for one in sorted(register.holdings().values(), key=lambda table: table.name)],
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
        "commercial": one.commercial,
    }


def _table(table: register.Table) -> dict[str, object]:
    return {
        "table": table.name,
        "title": table.title,
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
