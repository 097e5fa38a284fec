"""WHMCS' verification address, for programs that were shipped with it.

Its clients send a form and read tags without a root; they keep a local key that they fall back to on any status but 200,
so that every answer is a 200. What they send of domain, address and folder is said back to them, and only the domain is
kept, hashed like any other fingerprint.
"""

from datetime import date
from html import escape

from flask import Blueprint, Response, g
from flask_limiter.errors import RateLimitExceeded

from core.access import license_key
from core.errors import Refusal
from core.limits import limited
from storefront.activation import reading, refusals, service
from storefront.activation.reading import Found
from storefront.activation.service import Newcomer
from storefront.licenses.rules import LicenseState
from storefront.licensing_api import bodies, doors
from storefront.signing import programs

pages = Blueprint("whmcs", __name__)
doors.prepare(pages)
WORDS = {LicenseState.EXPIRED: "Expired", LicenseState.SUSPENDED: "Suspended"}
LONGEST = 200


@pages.errorhandler(RateLimitExceeded)
def too_often(_error: RateLimitExceeded) -> Response:
    """Whoever tries key after key learns nothing more."""
    return _answer({"status": "Invalid", "message": "Too many tries with keys that do not exist."})


@pages.post("/modules/servers/licensing/verify.php")
@license_key
@limited("whmcs", only_when=lambda _response: g.get("license_found") is None)
def verify() -> Response:
    """Whether a key may be used on a domain; the first time, the domain takes a place on the license."""
    sent = bodies.fields("licensekey", "domain", "ip", "dir", "check_token")
    sent = {name: value.strip()[:LONGEST] for name, value in sent.items()}
    found = reading.find(sent.get("licensekey", ""), fingerprints=[sent.get("domain", "")])
    g.license_found = found
    if found is None:
        return _answer({"status": "Invalid", "message": "License Key Not Found"})
    refused = _refused(found, sent.get("domain", ""))
    if refused:
        return _answer({"status": refused})
    return _answer(_said(found, sent))


def _refused(found: Found, domain: str) -> str:
    try:
        service.check_usable(found)
        if domain and not found.devices:
            service.activate(found, Newcomer(fingerprint=domain, name=domain, platform="WHMCS", door="whmcs"))
    except Refusal as refusal:
        refusals.note(found.id, g.trace, refusals_code(refusal))
        return WORDS.get(found.state, "Invalid")
    return ""


def refusals_code(refusal: Refusal) -> str:
    """The refusal in the words that its page knows."""
    return {"device_limit": "MACHINE_LIMIT_EXCEEDED"}.get(refusal.code, refusal.code.upper())


def _said(found: Found, sent: dict[str, str]) -> dict[str, str]:
    """Whose it is stays blank: programs need not know it (clauses P4d, P15)."""
    row = found.row
    ends: date | None = row.expires_at.date() if row.expires_at else None
    return {
        "status": "Active",
        "registeredname": "",
        "companyname": "",
        "email": "",
        "serviceid": row.license_public_id,
        "productid": str(row.product_id),
        "productname": row.product_name,
        "regdate": row.issued_at.date().isoformat(),
        "nextduedate": ends.isoformat() if ends else "0000-00-00",
        "billingcycle": "One Time" if ends is None else "Recurring",
        "validdomain": sent.get("domain", ""),
        "validip": sent.get("ip", ""),
        "validdirectory": sent.get("dir", ""),
        "md5hash": programs.proof(row.product_id, sent.get("check_token", "")),
    }


def _answer(said: dict[str, str]) -> Response:
    text = "\n".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items())
    return Response(text, mimetype="text/xml")
