"""Jobs start after the commit, mail is claimed by one worker only, the audit log is a chain."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core import clock, db
from core.access import PROGRAM, Permission, staff_actor
from core.audit import service as audit
from core.audit.models import AuditEntry
from core.jobs import service as jobs
from core.outbox import service as outbox
from tests.shop import Shop
from tests.tampering import unlock

ran: list[int] = []


@jobs.job("test.note")
def note(number: int) -> None:
    ran.append(number)


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    ran.clear()


def test_a_job_starts_after_the_commit_and_only_once_for_one_cause(shop: Shop) -> None:
    with shop.transaction():
        jobs.start("test.note", number=1)
        jobs.start("test.note", number=1)
        shop.work()
        assert ran == []
    shop.work()
    assert ran == [1]


def test_a_job_of_an_undone_transaction_never_starts(shop: Shop) -> None:
    with pytest.raises(ZeroDivisionError), shop.transaction():
        jobs.start("test.note", number=2)
        raise ZeroDivisionError
    shop.work()
    assert ran == []


def draft(once: str = "") -> outbox.Draft:
    return outbox.Draft(
        account_id=None,
        purpose="test",
        name="test",
        address="a@example.com",
        subject="s",
        text="t",
        html="h",
        once=once,
    )


def test_one_cause_puts_down_one_mail(shop: Shop) -> None:
    with shop.transaction():
        assert outbox.put(draft("order:1")) is not None
        assert outbox.put(draft("order:1")) is None


def test_a_mail_is_claimed_once_and_again_only_when_its_worker_was_lost(shop: Shop) -> None:
    with shop.transaction():
        number = outbox.put(draft())
    with shop.transaction():
        claimed = outbox.claim()
        assert claimed is not None and claimed.id == number
    with shop.transaction():
        assert outbox.claim() is None
    with clock.moved(timedelta(minutes=6)), shop.transaction():
        again = outbox.claim()
        assert again is not None and again.attempts == 2


@pytest.mark.parametrize(
    ("attempts", "for_good", "state"), [(1, False, "queued"), (12, False, "failed"), (1, True, "failed")]
)
def test_what_the_server_refuses_waits_or_is_kept_as_failed(
    shop: Shop, attempts: int, for_good: bool, state: str
) -> None:
    with shop.transaction():
        number = outbox.put(draft()) or 0
        outbox.mark_unsent(number, attempts=attempts, for_good=for_good)
    assert [letter.state for letter in shop.letters()] == [state]


def test_the_audit_log_notices_a_changed_entry(shop: Shop) -> None:
    number = shop.make_account()
    with shop.transaction():
        for step in range(5):
            audit.record(staff_actor(number, Permission.SALES), "edit", "thing", step, what="price")
        audit.record(PROGRAM, "sweep", "thing", 9)
    with shop.transaction() as session:
        assert audit.first_broken() is None
        unlock(session)
        session.execute(update(AuditEntry).where(AuditEntry.thing_id == 3).values(verb="nothing"))
    with shop.transaction():
        assert audit.first_broken() == 4


def test_a_transaction_inside_a_transaction_is_refused(shop: Shop) -> None:
    with shop.transaction(), pytest.raises(RuntimeError, match="already open"), db.transaction():
        pass
