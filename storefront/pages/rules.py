"""Which version of the terms and of the company's words is in force, and which there are; what the sitemap names beside goods. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime

TERMS_VERSION = 1
TERMS_SINCE = {1: "2026-11-01"}
"""The day from which each version counts. A published text is never changed: a change is a new version."""

COMPANY_VERSION = 1
COMPANY_SINCE = {1: "2026-11-01"}
"""The same of what the company says about itself."""

SITEMAP = (
    "/",
    "/shop",
    "/forum/",
    "/company",
    "/terms",
    "/support",
    "/privacy",
    "/privacy/cookies",
    "/privacy/changes",
)


STARTS = {"shop": "/shop", "forum": "/forum/", "licenses": "/account/licenses", "account": "/account"}
"""Where the shop opens for those who wish for another page than the front page (clause P4c)."""


def start_address(wished: str, *, is_known: bool) -> str:
    """The address of that first page; empty for the front page, which whoever is signed out gets for pages of their own."""
    address = STARTS.get(wished, "")
    return address if is_known or not address.startswith("/account") else ""


def read_version(name: str, since: Mapping[int, str]) -> int | None:
    """The version that `v1` names, among those that began on these days; None for one that never was."""
    found = re.fullmatch(r"v([1-9][0-9]{0,3})", name, re.ASCII)
    number = int(found[1]) if found else 0
    return number if number in since else None


def half_a_year_on(now: datetime) -> datetime:
    """The first moment of the month after five more months: the same all month long, so that pages stay the same."""
    months = now.year * 12 + now.month - 1 + 6
    return now.replace(year=months // 12, month=months % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
