"""The one way to write to a person: declared purpose, their own switches, their wish for no more mail, then the outbox."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core import tokens
from core.access import PROGRAM
from core.accounts import closing
from core.accounts import service as accounts
from core.errors import NotFound
from core.jobs.service import start
from core.outbox import service as outbox
from core.outbox.models import Mail
from privacy import register
from privacy.consent import service as consent
from privacy.contact import suppression
from privacy.gate import disclose

JOB = "outbox.send"
TOKEN = "unsubscribe"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail as its sender thinks of it: the folder under templates/mail, what the templates need (plain values), and
    the cause that must not mail twice."""

    name: str
    context: Mapping[str, object] = field(default_factory=dict)
    once: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter after its templates. unsubscribe_address is empty where the mail cannot be stopped."""

    subject: str
    text: str
    html: str
    unsubscribe_address: str


Writer = Callable[[Letter, str], Written]
_writers: list[Writer] = []
Check = Callable[[int, str], bool]
_checks: dict[str, Check] = {}


def write_with(writer: Writer) -> None:
    """Name the function that fills templates; it receives the letter and the token for stopping ("" for none)."""
    _writers[:] = [writer]


def writer() -> Writer:
    """The function that fills templates."""
    return _writers[0]


def ask_before_sending(purpose: str, check: Check) -> None:
    """Let an area say at the moment of sending whether a mail may still go: it gets the account and the mail's cause."""
    _checks[purpose] = check


def send(account_id: int, purpose: str, letter: Letter) -> bool:
    """Queue the letter with the present transaction; False if the person does not want it or has had it before.

    Raises NotFound for an unknown purpose or account, Closed if the gate keeps the address closed for it.
    """
    wanted = register.purposes.get(purpose)
    if wanted is None:
        raise NotFound(f"There is no purpose called {purpose}.")
    if wanted.optional and not consent.is_given(account_id, purpose):
        return False
    sealed = accounts.get(account_id).email
    if sealed is None:
        return False
    closing.stay(account_id)
    address = disclose(sealed, purpose=purpose, actor=PROGRAM)
    hashes = suppression.hashes_of(address)
    if wanted.by_mail and suppression.is_suppressed(hashes, purpose):
        return False
    token = tokens.sign(TOKEN, [account_id, purpose, hashes]) if wanted.by_mail else ""
    written = _writers[0](letter, token)
    return _queue(account_id, purpose, letter, written, address)


def may_still_be_sent(mail: Mail, address: str) -> bool:
    """Asked again at the moment of sending: the switch is still on, nobody said stop, the area has no objection."""
    account_id, purpose = mail.account_id, mail.purpose
    wanted, check = register.purposes[purpose], _checks.get(purpose)
    if check is not None and not (account_id and check(account_id, mail.once)):
        return False
    if wanted.by_mail and suppression.is_suppressed(suppression.hashes_of(address), purpose):
        return False
    return not wanted.optional or (account_id is not None and consent.is_given(account_id, purpose))


def _queue(account_id: int, purpose: str, letter: Letter, written: Written, address: str) -> bool:
    draft = outbox.Draft(
        account_id=account_id,
        purpose=purpose,
        name=letter.name,
        address=address,
        subject=" ".join(written.subject.split()),
        text=written.text,
        html=written.html,
        once=letter.once,
        headers={**letter.headers, **_stop_headers(written.unsubscribe_address)},
    )
    if outbox.put(draft) is None:
        return False
    start(JOB)
    return True


def _stop_headers(address: str) -> dict[str, str]:
    """RFC 2369 and RFC 8058: mail programs show a button that stops these mails with one POST."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
