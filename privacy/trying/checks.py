"""Where a clause has nothing to misuse: a look at how it stands just now, for the person who asks."""

import contextvars
from collections.abc import Callable

from flask import current_app, request
from werkzeug.test import Client
from werkzeug.wrappers import Response

from core import web
from core.db import Base
from privacy import register
from privacy.lately.browser import lately
from privacy.pageviews import service as pageviews
from privacy.pageviews.rules import FEW
from privacy.panel.service import own_email
from privacy.policies import rules as policy
from privacy.policies import service as policies
from privacy.reports import service as reports
from privacy.trying.rules import left_in_the_log
from privacy.trying.service import Outcome

Check = Callable[[int], tuple[bool, str]]
"""Answers whether something was refused, and the sentence."""


def look(account_id: int, clause: str) -> Outcome:
    """How that clause stands. Needs a transaction, but for P19, which sends a request of its own."""
    refused, sentence = CHECKS[clause](account_id)
    return Outcome(clause=clause, refused=refused, sentence=sentence)


def _reachable(_account_id: int) -> tuple[bool, str]:
    return False, f"Write to {web.settings().support_email}. It stands at the foot of this page, too."


def _log(account_id: int) -> tuple[bool, str]:
    line = {
        "event": "request",
        "address": request.remote_addr,
        "host": request.host,
        "query": request.query_string,
        "email": own_email(account_id),
        "status": 200,
    }
    left = left_in_the_log(dict(line))
    return True, f"We offered {', '.join(line)} to the log. It kept {' and '.join(left)}, and dropped the rest."


def _counted(_account_id: int) -> tuple[bool, str]:
    said = next((line.now.said for line in reports.lately() if line.route == "/privacy"), f"fewer than {FEW}")
    return False, f"This page was opened {said} times in the last four whole weeks, by nobody in particular."


def _listed(account_id: int) -> tuple[bool, str]:
    return False, f"{len(pageviews.visits_of(account_id))} pages are on your list."


def _declared(_account_id: int) -> tuple[bool, str]:
    declared = sum(len(table.columns) for table in register.holdings().values())
    unknown = [name for name in register.holdings() if name not in Base.metadata.tables]
    return False, f"{declared} columns about people are declared, {len(unknown)} declarations lead nowhere."


def _discarded(account_id: int) -> tuple[bool, str]:
    visits = pageviews.visits_of(account_id)
    return False, f"Of {len(visits)} entries that can be read, 0 are past their last day: reading leaves those out."


def _followed(_account_id: int) -> tuple[bool, str]:
    wished, seen = web.wished(), lately()
    return (
        False,
        f"Theme {wished.theme}, spacing {wished.density}, products as {wished.layout}, language {wished.language}, "
        f"prices in {wished.prices} with their {wished.currency}, time zone {wished.zone}, opening with: {wished.start}. "
        f"Programs shown again to you: {len(seen.things)}; suggestions: {'yes' if seen.wants_suggestions else 'none'}.",
    )


def _unaltered(_account_id: int) -> tuple[bool, str]:
    broken, number = policies.first_broken(), policies.posted_version()
    if broken:
        return False, f"Version {broken} is not what was posted. Please tell us."
    return False, f"All {number} versions were compared with their fingerprints just now. None was altered."


def _seen(_account_id: int) -> tuple[bool, str]:
    seen, latest = web.wished().policy_seen, policies.posted_version()
    kept = f"your preferences cookie says version {seen}" if seen else "no preferences cookie says so"
    return False, f"The latest version is {latest}; of what you have seen, {kept}. The feed: /privacy/changes.atom"


def _corrected(*categories: str) -> Check:
    def count(_account_id: int) -> tuple[bool, str]:
        held = [one for table in register.holdings().values() for one in table.columns.values()]
        ways = dict.fromkeys(one.correct for one in held if one.category in categories)
        return False, f"As declared: {'; '.join(ways)}."

    return count


def _ways(_account_id: int) -> tuple[bool, str]:
    settings = web.settings()
    said = {"support_email": settings.support_email, "company_address": settings.company_address}
    return False, policy.fill("{support_email}. {by_letter}", said)


def _unencrypted(_account_id: int) -> tuple[bool, str]:
    """A request of its own, as it would arrive over plain HTTP, kept apart from the present one."""
    answer = contextvars.copy_context().run(_post_plainly)
    if web.settings().secure:
        return answer.status_code == 403, f"The form came back with {answer.status}: it was not read."
    return (
        False,
        "This shop runs on its own machine without https, so there is nothing to encrypt; under https it is refused.",
    )


def _post_plainly() -> Response:
    client = Client(current_app.wsgi_app, Response)
    return client.post("/privacy/phone-removal", base_url=f"http://{request.host}", data={"number": "+43"})


CHECKS: dict[str, Check] = {
    "P1": _reachable,
    "P2": _log,
    "P3a": _counted,
    "P3b": _listed,
    "P3c": _declared,
    "P4a": _discarded,
    "P4c": _followed,
    "P12": _unaltered,
    "P13": _seen,
    "P17a": _corrected("email", "name"),
    "P17b": _corrected("payment", "tax"),
    "P17c": _corrected("transaction"),
    "P18": _ways,
    "P19": _unencrypted,
}
