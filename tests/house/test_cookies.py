"""No undeclared cookie leaves the program: the register is the only list there is (clause P5)."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from privacy import register
from privacy.cookies import Guard, UndeclaredCookie, fault
from tests.shop import Shop

CARE = "HttpOnly; SameSite=Lax"


def program(*cookies: str) -> Callable[..., Iterable[bytes]]:
    """A planted program that sets these cookies."""

    def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), *(("Set-Cookie", one) for one in cookies)])
        return [b"ok"]

    return answer


def leaves(guard: Guard) -> list[str]:
    """The cookies that come out."""
    seen: list[str] = []
    guard({}, lambda _status, headers, *_: seen.extend(value for name, value in headers if name == "Set-Cookie"))
    return seen


@pytest.mark.clause("P5a", "P5b", "P5c", "P5d")
def test_a_planted_undeclared_cookie_fails_the_tests_and_never_leaves_in_production() -> None:
    planted, good = f"session=abc; Path=/; {CARE}", f"lp_cart=abc; Path=/; Max-Age=60; {CARE}"
    with pytest.raises(UndeclaredCookie, match="'session' is not in the register"):
        leaves(Guard(program(good, planted), strict=True, secure=False))
    assert leaves(Guard(program(good, planted), strict=False, secure=False)) == [good]


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        (f"lp_cart=1; Path=/; Max-Age=60; {CARE}", ""),
        (f"lp_cart=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; {CARE}", ""),
        (f"lp_session=1; Path=/; {CARE}", ""),
        (f"lp_forum=1; Path=/forum; Max-Age=60; {CARE}", ""),
        pytest.param(f"lp_forum=1; Path=/; {CARE}", "path /forum", marks=pytest.mark.clause("P5d")),
        (f"lp_cart=1; {CARE}", "path /"),
        (f"lp_cart=1; Path=/; Domain=example.com; {CARE}", "domain"),
        (f"lp_cart=1; Path=/; Max-Age=99999999; {CARE}", "seconds at most"),
        (f"lp_cart=1; Path=/; Max-Age=soon; {CARE}", "seconds at most"),
        (f"lp_cart=1; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT; {CARE}", "Max-Age"),
        ("lp_cart=1; Path=/; SameSite=Lax", "HttpOnly"),
        ("lp_cart=1; Path=/; HttpOnly; SameSite=None", "SameSite"),
        ("lp_cart=1; Path=/; HttpOnly", "SameSite"),
    ],
)
def test_a_cookie_leaves_only_as_it_is_declared(header: str, wrong: str) -> None:
    found = fault(header, secure=False)
    assert (wrong in found) if wrong else not found


@pytest.mark.clause("P19")
def test_under_https_every_cookie_is_secure() -> None:
    assert "Secure" in fault(f"lp_cart=1; Path=/; {CARE}", secure=True)
    assert not fault(f"lp_cart=1; Path=/; Secure; {CARE}", secure=True)


def test_the_page_of_cookies_names_every_one(shop: Shop) -> None:
    page = shop.visitor().get("/privacy/cookies").text
    for cookie in register.cookies.values():
        assert f"<code>{cookie.name}</code>" in page and cookie.lifetime in page


def test_every_cookie_belongs_to_a_clause() -> None:
    assert {cookie.clause for cookie in register.cookies.values()} <= set(register.clauses)
