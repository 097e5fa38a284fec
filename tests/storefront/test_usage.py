"""Figures of use that identify nobody: five people or more, in steps of five."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.access import Permission
from storefront.activation.models import Device, LicenseRefusal, LicenseUse
from storefront.licenses.models import License
from storefront.usage import rules, service
from storefront.usage.rules import Sum
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, ware

COUNTS = st.integers(0, 10_000)


@given(COUNTS, COUNTS)
def test_nothing_is_told_of_fewer_than_five_and_nothing_exactly(people: int, things: int) -> None:
    one = Sum(people=people, things=things)
    if min(people, things) < 5:
        assert one.told is None and one.said == "fewer than 5"
    else:
        assert one.told is not None and one.told % 5 == 0 and 0 <= things - one.told < 5


@given(st.dictionaries(st.text(max_size=3), COUNTS.map(rules.of_people)))
def test_small_groups_are_not_even_named(sums: dict[str, Sum]) -> None:
    told = rules.told(sums)
    assert {name for name, _one in told} == {name for name, one in sums.items() if one.people >= 5}
    assert [one.told for _name, one in told] == sorted((one.told for _name, one in told), reverse=True)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("said", "family"),
    [
        ("darwin", "macOS"),
        ("Darwin 23.1 arm64", "macOS"),
        ("win32", "Windows"),
        ("Windows 11 of Ada Tallow's machine", "Windows"),
        ("x86_64-unknown-linux-gnu", "Linux"),
        ("Android 15", "Android"),
        ("iPadOS", "iOS"),
        ("plan9", "Others"),
        (" ", "Not said"),
    ],
)
def test_platforms_are_told_as_families(said: str, family: str) -> None:
    assert rules.family(said) == family


def holders(shop: Shop, count: int) -> list[Visitor]:
    """So many people with a license each."""
    people = [shop.member(f"m{number}@example.com", f"M{number}") for number in range(count)]
    for one in people:
        buy(one, ware(shop))
    return people


def use(shop: Shop, platforms: Sequence[str]) -> None:
    """A device of these platforms on the licenses, one after the other; each was asked about, and refused once."""
    now = clock.now()
    with shop.transaction() as session:
        for number, (license, platform) in enumerate(
            zip(session.scalars(select(License).order_by(License.id)), platforms, strict=False)
        ):
            session.add(LicenseUse(license_id=license.id, machines=1, validated_at=now))
            session.add(
                Device(
                    public_id=f"d{number}", license_id=license.id, fingerprint_hash=f"{number}", locked="", name="",
                    platform=platform, door="hand", added_at=now, seen_at=now,
                )
            )  # fmt: skip
            session.add(LicenseRefusal(license_id=license.id, trace=f"t{number}", code="TOO_MANY_MACHINES", at=now))


def test_both_databases_sort_platforms_as_the_rule_does(shop: Shop) -> None:
    said = ["darwin", "Darwin 23", "win32", "WIN", "linux", "Android 15", "iPhone", "plan9", " "]
    holders(shop, len(said))
    use(shop, said)
    wanted: dict[str, int] = {}
    for one in said:
        wanted[rules.family(one)] = wanted.get(rules.family(one), 0) + 1
    with shop.transaction(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "told", lambda sums: sorted((name, one.people) for name, one in sums.items()))
        assert service._platforms(()) == sorted(wanted.items())  # noqa: SLF001


def test_a_program_with_four_holders_tells_nothing_and_with_seven_five(shop: Shop) -> None:
    greta = shop.member("greta@example.com", "Greta", [Permission.CATALOGUE])
    assert "No figures yet" in greta.get("/staff/usage").text
    holders(shop, 4)
    use(shop, ["linux"] * 4)
    page = greta.get("/staff/usage/kilnwatch").text
    assert page.count("fewer than 5") == 4 and "Solo" not in page and "Linux" not in page and "TOO_MANY" not in page
    assert greta.get("/staff/usage.csv").text.splitlines()[1] == "Kilnwatch,,,,"
    for number in (4, 5, 6):
        buy(shop.member(f"n{number}@example.com", f"N{number}"), ware(shop))
    assert greta.get("/staff/usage.csv").text.splitlines()[1] == "Kilnwatch,5,5,,"
    page = greta.get("/staff/usage/kilnwatch").text
    assert "5 or more" in page and "Solo" in page and "Linux" not in page
    assert "m0@example.com" not in page
    assert greta.get("/staff/usage/no-such").status_code == 404
    assert shop.member("s@example.com", "S", [Permission.SALES]).get("/staff/usage").status_code == 403


def test_figures_cost_the_same_statements_however_many_hold(shop: Shop) -> None:
    holders(shop, 6)
    use(shop, ["linux"] * 6)
    with shop.app.test_request_context(), shop.transaction(), shop.statements() as seen:
        found = service.detail("kilnwatch")
    assert len(seen) == 4 and found.platforms[0][0] == "Linux" and found.refusals[0][1].told == 5
