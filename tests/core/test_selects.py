"""Kept selects answer what SQLAlchemy answers: moments, lists of any length, words of the statement itself, limits."""

from datetime import timedelta

from sqlalchemy import bindparam, literal, select

from core import clock, db
from core.accounts.models import Account, AccountSession
from tests.shop import Shop

KEPT = (
    select(Account.id, Account.number, Account.created_at, literal(7).label("seven"))
    .join(AccountSession, AccountSession.account_id == Account.id, isouter=True)
    .where(Account.id.in_(bindparam("ids", expanding=True)), Account.created_at > bindparam("after"))
    .where(Account.id + 0 != -1, Account.number.in_(["never", bindparam("number")]) | (Account.id > 0))
    .order_by(Account.created_at.desc())
    .limit(bindparam("most"))
)


def test_a_kept_select_answers_as_the_session_does(shop: Shop) -> None:
    ids = [shop.make_account(f"{name}@example.com", name) for name in ("ada", "bob", "eve")]
    moments = [clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)]
    for chosen in (ids, ids[:1], []):
        for after in moments:
            given = {"ids": chosen, "after": after, "number": "x", "most": 2}
            with shop.transaction() as session:
                told = [tuple(row) for row in session.execute(KEPT, given)]
                assert [tuple(row) for row in db.rows(KEPT, given)] == told
            with shop.app.test_request_context():
                db.use(shop.database)
                with db.transaction(reading=True):
                    assert [tuple(row) for row in db.rows(KEPT, given)] == told
            assert len(told) == (0 if after > clock.now() else min(2, len(chosen)))
    with shop.transaction():
        (first,) = db.rows(KEPT, {"ids": ids[:1], "after": moments[0], "number": "x", "most": 1})
        assert first.seven == 7 and first.created_at.tzinfo is not None


def test_what_counts_statements_hears_of_kept_ones(sqlite_shop: Shop) -> None:
    with sqlite_shop.transaction(), sqlite_shop.statements() as seen:
        db.rows(KEPT, {"ids": [1], "after": clock.now(), "number": "x", "most": 1})
    assert len(seen) == 1 and "account" in seen[0]
