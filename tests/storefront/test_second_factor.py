"""The second factor: set up, asked for at sign-in, needed by staff; and showing once more who one is."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from core import clock
from core.access import Permission
from core.accounts.models import AccountSession, RecoveryCode, SecondFactor
from core.audit.models import AuditEntry
from core.opening import reveal
from storefront.secondfactor import rules, service
from tests.shop import PASSWORD, Shop, Visitor

HERE = "/account/security/second-factor"
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


@given(MOMENTS, st.integers(-3, 3))
def test_a_code_counts_in_its_own_half_minute_and_the_ones_beside_it(at: datetime, drift: int) -> None:
    secret = rules.make_secret()
    code = pyotp.TOTP(secret).at(at + timedelta(seconds=30 * drift))
    found = rules.step_of(secret, f" {code[:3]} {code[3:]} ", at, 0)
    if abs(drift) <= 1:
        assert found == int(at.timestamp()) // 30 + drift
        assert rules.step_of(secret, code, at, found) is None
    elif found is not None:  # one in a million: the same digits belong to a step that counts
        assert pyotp.TOTP(secret).generate_otp(found) == code


def test_the_published_examples_of_rfc_6238_are_met() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        at = datetime.fromtimestamp(seconds, UTC)
        assert rules.step_of(secret, code, at, 0) == seconds // 30


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    assert rules.digits(typed) == "" or re.fullmatch(r"\d{6}", rules.digits(typed), re.ASCII)
    code = rules.recovery(typed)
    assert code == "" or (rules.recovery(code) == code and len(code) == 11)


def test_recovery_codes_are_read_as_people_write_them() -> None:
    codes = rules.make_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert rules.recovery(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


@given(st.integers(0, 1000))
def test_wrong_codes_wait_longer_and_never_for_good(failed: int) -> None:
    assert rules.wait_after(failed) <= rules.wait_after(failed + 1) <= timedelta(minutes=15)
    assert bool(rules.wait_after(failed)) == (failed >= 5)


def secret_of(person: Visitor) -> str:
    with person.shop.transaction() as session:
        return reveal(session.get_one(SecondFactor, person.account_id).secret)


def now_code(person: Visitor, steps: int = 0) -> str:
    return pyotp.TOTP(secret_of(person)).at(clock.now() + timedelta(seconds=30 * steps))


def set_up(person: Visitor) -> list[str]:
    """Through the pages; the recovery codes."""
    shown = person.submit(HERE, action=f"{HERE}/begin")
    assert "<svg" in shown.text and rules.spelled(secret_of(person)) in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    wrong = person.submit(f"{HERE}/set-up", {"code": "000000"}, action=f"{HERE}/set-up")
    assert wrong.status_code == 422 and "not the code" in wrong.text
    page = person.submit(f"{HERE}/set-up", {"code": now_code(person, -1)}, action=f"{HERE}/set-up")
    return re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", page.text)


def password_step(shop: Shop, email: str = "ada@example.com") -> tuple[Visitor, str]:
    """Another browser after the password; the page."""
    other = shop.visitor()
    page = other.submit("/sign-in?next=/account/licenses", {"email": email, "password": PASSWORD}, action="/sign-in")
    return other, page.text


def code_step(visitor: Visitor, page: str, code: str) -> str:
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) for name in ("form_token", "ticket", "next")}
    data = {name: match[1] if match else "" for name, match in found.items()}
    answer = visitor.client.post("/sign-in/code", data={**data, "code": code}, follow_redirects=True)
    return f"{answer.status_code} {answer.request.path} {answer.text}"


def test_it_is_set_up_asked_for_and_removed(shop: Shop) -> None:
    ada = shop.member()
    codes = set_up(ada)
    assert len(codes) == 10 and codes[0] not in ada.get(HERE).text
    assert "guards your account" in shop.letters("ada@example.com", "second_factor")[-1].subject
    other, page = password_step(shop)
    assert "Your code, please" in page and "lp_session" not in other.cookies()
    assert code_step(other, page, "123456").startswith("422") and "lp_session" not in other.cookies()
    assert code_step(other, page, now_code(ada)).startswith("200 /account/licenses")
    assert "lp_session" in other.cookies()
    third, page = password_step(shop)
    assert code_step(third, page, now_code(ada)).startswith("422"), "a code counts once"
    assert code_step(third, page, codes[3].lower()).startswith("200 /account/licenses")
    assert "9 are left" in shop.letters("ada@example.com", "second_factor")[-1].text
    fourth, page = password_step(shop)
    assert code_step(fourth, page, codes[3]).startswith("422"), "a recovery code counts once"
    assert re.search(r"Recovery codes left</dt>\s*<dd[^>]*>\s*9\s*<", ada.get(HERE).text)
    assert len(re.findall(r"<code>[0-9A-Z]{5}-", ada.submit(HERE, action=f"{HERE}/codes").text)) == 10
    assert code_step(fourth, page, codes[4]).startswith("422"), "former codes end"
    ada.submit(HERE, action=f"{HERE}/remove")
    assert "removed" in shop.letters("ada@example.com", "second_factor")[-1].subject
    fifth, page = password_step(shop)
    assert "lp_session" in fifth.cookies()
    with shop.transaction() as session:
        assert session.scalars(select(RecoveryCode)).all() == session.scalars(select(SecondFactor)).all() == []


def test_the_password_page_says_nothing_of_it_before_the_password_is_right(shop: Shop) -> None:
    ada = shop.member()
    shop.make_account("bob@example.com", "Bob")
    set_up(ada)
    said = []
    for email in ("ada@example.com", "bob@example.com", "nobody@example.com"):
        page = shop.visitor().submit("/sign-in", {"email": email, "password": "not this one at all"}, action="/sign-in")
        said.append((page.status_code, re.sub(r'value="[^"]*"', "", page.text)))
    assert said[0] == said[1] == said[2] and said[0][0] == 422


def test_wrong_codes_wait_and_their_owner_hears_of_it(shop: Shop) -> None:
    ada = shop.member()
    set_up(ada)
    other, page = password_step(shop)
    for _try in range(5):
        assert "not right" in code_step(other, page, "000000")
    assert "please wait 30 seconds" in code_step(other, page, now_code(ada)).lower()
    assert "wrong codes" in shop.letters("ada@example.com", "second_factor")[-1].subject
    with clock.moved(timedelta(seconds=40)):
        assert code_step(other, page, now_code(ada)).startswith("200 /account/licenses")


def test_a_ticket_ends_with_its_minutes_and_with_the_password(shop: Shop) -> None:
    ada = shop.member()
    set_up(ada)
    other, page = password_step(shop)
    with clock.moved(timedelta(minutes=11)), pytest.MonkeyPatch.context() as patch:
        patch.setattr("itsdangerous.timed.time.time", lambda: clock.now().timestamp())
        assert "ten minutes" in code_step(other, page, now_code(ada))
    third, page = password_step(shop)
    ada.submit(
        "/account/security",
        {"current_password": PASSWORD, "password": "four other words entirely 9"},
        action="/account/security/password",
    )
    assert "no longer works" in code_step(third, page, now_code(ada, 1))
    assert "lp_session" not in third.cookies()


def test_the_same_code_at_once_is_right_once(shop: Shop) -> None:
    ada = shop.member()
    set_up(ada)
    code = now_code(ada)
    with shop.app.test_request_context():
        outcomes = [service.check(ada.account_id, code).outcome for _twice in range(2)]
    assert outcomes == [service.Outcome.RIGHT, service.Outcome.WRONG]


def plain(shop: Shop, person: Visitor, **values: object) -> None:
    """Let all sessions of a person stand as these values say."""
    with shop.transaction() as session:
        session.execute(update(AccountSession).where(AccountSession.account_id == person.account_id).values(**values))


def test_staff_need_a_second_factor(shop: Shop) -> None:
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    plain(shop, clerk, two_factors=False)
    for page in ("/staff", "/staff/orders"):
        refused = clerk.get(page)
        assert refused.status_code == 403 and f'href="{HERE}"' in refused.text
    set_up(clerk)
    assert clerk.get("/staff/orders").status_code == 200
    other, page = password_step(shop, "clerk@example.com")
    code_step(other, page, now_code(clerk))
    assert other.get("/staff/orders").status_code == 200
    plain(shop, clerk, two_factors=False)
    assert clerk.get("/staff/orders").status_code == 403
    clerk.submit("/account/prove?next=/staff/orders", {"proof": now_code(clerk, 1)}, action="/account/prove")
    assert clerk.get("/staff/orders").status_code == 200


def test_what_matters_asks_once_more_and_leads_back(shop: Shop) -> None:
    ada = shop.member()
    assert HERE in ada.submit(HERE, action=f"{HERE}/begin").request.path
    plain(shop, ada, proved_at=clock.now() - timedelta(minutes=16))
    asked = ada.get(f"{HERE}/set-up")
    assert asked.request.path == "/account/prove"
    wrong = ada.submit(f"{HERE}/set-up", {"proof": "not this one"}, action="/account/prove")
    assert wrong.status_code == 422 and "not your present password" in wrong.text
    right = ada.submit(f"{HERE}/set-up", {"proof": PASSWORD}, action="/account/prove")
    assert right.request.path == f"{HERE}/set-up" and right.status_code == 200
    away = ada.submit("/account/prove?next=//evil.example.com/", {"proof": PASSWORD}, action="/account/prove")
    assert away.request.path == "/account"


def test_a_form_that_was_opened_in_time_may_be_filled_in(shop: Shop) -> None:
    ada = shop.member()
    ada.submit(HERE, action=f"{HERE}/begin")
    shown = ada.get(f"{HERE}/set-up").text
    token = re.search(r'name="form_token" value="([^"]+)"', shown)
    assert token
    for minutes, status in ((59, 200), (61, 403)):
        plain(shop, ada, proved_at=clock.now() - timedelta(minutes=minutes))
        data = {"form_token": token[1], "code": now_code(ada)}
        answer = ada.client.post(f"{HERE}/set-up", data=data)
        assert answer.status_code == status
        with shop.transaction() as session:
            session.execute(update(SecondFactor).values(confirmed_at=None, last_step=0))
    assert "/account/prove" in answer.text


def test_a_mailed_link_lets_nobody_in_past_it(shop: Shop) -> None:
    ada = shop.member()
    set_up(ada)
    with shop.transaction() as session:
        from core.accounts import service as accounts  # noqa: PLC0415
        from core.accounts.models import Account  # noqa: PLC0415

        session.get_one(Account, ada.account_id).confirmed_at = None
        token = accounts.make_link(ada.account_id, "confirm")
    other = shop.visitor()
    other.submit(f"/confirm/{token}", action="/confirm")
    assert "lp_session" not in other.cookies()


@pytest.mark.parametrize(("days", "stays"), [(0, False), (2, True)])
def test_the_way_back_to_an_address_ends_a_factor_that_came_with_the_change(shop: Shop, days: int, stays: bool) -> None:
    """Whoever took an account would otherwise keep its owner out with an authenticator of their own."""
    ada = shop.member()
    set_up(ada)
    with shop.transaction() as session:
        session.execute(update(SecondFactor).values(confirmed_at=clock.now() - timedelta(days=days)))
    asked = {"email": "mallory@example.org", "password": PASSWORD}
    ada.submit("/account/details", asked, action="/account/details/email")
    shop.visitor().submit(shop.letters("mallory@example.org", "change_email")[-1].link("/new-address/"))
    shop.visitor().submit(shop.letters("ada@example.com", "email_changed")[-1].link("/former-address/"))
    with shop.transaction() as session:
        assert service.is_on(ada.account_id) is stays
        assert bool(session.scalars(select(RecoveryCode.id)).all()) is stays
    told = [letter.text for letter in shop.letters("ada@example.com", "second_factor")]
    assert any("password alone opens" in text for text in told) is not stays


def test_the_way_back_ends_a_factor_that_was_only_begun(sqlite_shop: Shop) -> None:
    """Its secret was shown to whoever began it."""
    ada = sqlite_shop.member()
    ada.submit(HERE, action=f"{HERE}/begin")
    with sqlite_shop.transaction():
        service.remove_since(ada.account_id, clock.now())
    with sqlite_shop.transaction() as session:
        assert session.get(SecondFactor, ada.account_id) is None


def test_the_operator_removes_it_for_whoever_lost_everything(shop: Shop) -> None:
    ada = shop.member()
    set_up(ada)
    runner = shop.app.test_cli_runner()
    short = runner.invoke(args=["factors", "remove", "ada@example.com", "--reason", "lost"])
    unknown = runner.invoke(args=["factors", "remove", "eve@example.com", "--reason", "Showed their passport."])
    assert short.exit_code == unknown.exit_code == 1 and "Nothing was changed" in unknown.output
    done = runner.invoke(args=["factors", "remove", "ada@example.com", "--reason", "Showed their passport."])
    assert done.exit_code == 0 and "told by mail" in done.output
    other, _page = password_step(shop)
    assert "lp_session" in other.cookies()
    assert "removed" in shop.letters("ada@example.com", "second_factor")[-1].subject
    with shop.transaction() as session:
        assert "passport" in str(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first().details)
