"""The mail about a new version, once to everybody who may be mailed, and the record that it reached them."""

from core.jobs.service import start
from privacy.contact.service import Letter, MailSent, send
from privacy.notices import rules
from privacy.policies import hearing
from privacy.policies import service as policies

JOB = "policy.notices"
PURPOSE = "policy_notice"
FIRST = 1


def post(number: int, text: str, notice_days: int) -> policies.Published:
    """Post a version and start telling people. Raises NotNewer."""
    posted = policies.publish(number, text, rules.time_of_notice(notice_days))
    start(JOB)
    return posted


def tell_some(most: int) -> int:
    """Queue the mail for the next people, in the present transaction; answers how many turns were taken."""
    latest = policies.versions()[-1]
    waiting = hearing.untold(latest.number, most) if latest.number > FIRST else []
    for account_id in waiting:
        if hearing.take_turn(account_id, latest.number):
            send(account_id, PURPOSE, _letter(account_id, latest))
    return len(waiting)


def on_sent(event: MailSent) -> None:
    """The mail server took a mail: if it was a notice, it has reached the person."""
    number = rules.version_of(event.once) if event.purpose == PURPOSE else 0
    if number and event.account_id:
        hearing.mailed(event.account_id, number)


def _letter(account_id: int, latest: policies.Published) -> Letter:
    before = policies.get(latest.number - 1)
    said = {
        "number": latest.number,
        "day": f"{latest.effective_at:%d %B %Y}".lstrip("0"),
        "sentences": rules.new_sentences(before.text, latest.text),
        "uses": [(one.name, one.sentence) for one in rules.new_uses(latest.number)],
    }
    return Letter(name="policy_change", context=said, once=rules.cause(latest.number, account_id))
