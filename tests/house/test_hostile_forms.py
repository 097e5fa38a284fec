"""Whatever is typed into a form, the house answers with a page and never breaks."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from tests.house.test_hostile import ALONE, STORED, TOGETHER, addresses, furnished, report, verdict
from tests.shop import PageForm, Shop, Visitor, untied


def test_no_field_of_any_form_breaks_the_house(shop: Shop) -> None:
    """Each form of each page, each field with hostile values, missing, and twice; the token stays good.

    What never gets as far as a database is tried once, on SQLite."""
    world, tried = furnished(shop), set()
    broken: list[str] = []
    for visitor in world.people:
        for address in addresses(world):
            for form in forms_of(visitor, address):
                broken += untied(world.shop.app, form, form.action)
                key = (visitor.account_id > 0, re.sub(r"\d+", "0", form.action), *sorted(form.values))
                if key not in tried:
                    tried.add(key)
                    broken += attack(visitor, form) if shop.dialect == "sqlite" else attack_stored(visitor, form)
    assert len(tried) > 30
    assert not broken, report(broken)


def forms_of(visitor: Visitor, address: str) -> list[PageForm.Found]:
    """The forms of a page that post, with their fields."""
    answer = visitor.client.get(address)
    if answer.mimetype != "text/html":
        return []
    page = PageForm()
    page.feed(answer.text)
    for form in page.forms:
        form.action = form.action or address
    return [form for form in page.forms if form.method == "post" and "sign-out" not in form.action]


def attack(visitor: Visitor, form: PageForm.Found) -> list[str]:
    """Each field with what it may choke on while the others are as the page gave them; the rest for all at once."""
    broken, good = attack_stored(visitor, form), {name: value or "x" for name, value in form.values.items()}
    token, fields = {"form_token": good.pop("form_token", "")}, list(good)
    for name in fields:
        others = {**token, **{one: value for one, value in good.items() if one != name}}
        for value in ALONE:
            if value not in STORED:
                broken += send(visitor, form.action, {**others, name: value}, f"{name}={value[:20]!r}")
        broken += send(visitor, form.action, others, f"no {name}")
    for value in TOGETHER if fields else []:
        broken += send(visitor, form.action, {**token, **dict.fromkeys(fields, value)}, f"all {value[:20]!r}")
    thrice = {name: ["1", "\x00", "2"] for name in fields}
    files = {name: (BytesIO(b"\x00"), "\x00../x") for name in fields}
    for what, data in (("three times", thrice), ("as files", {**files, "x[]": "1"}), ("unknown", {"\x00": "\x00"})):
        broken += send(visitor, form.action, {**token, **data}, what)
    broken += send(visitor, form.action, token, "nothing but the token")
    text = bytes_that_are_no_text(token, fields)
    return broken + send(visitor, form.action, text, "no text", content_type="application/x-www-form-urlencoded")


def attack_stored(visitor: Visitor, form: PageForm.Found) -> list[str]:
    """Each field with each text that a database may choke on, the others as the page gave them."""
    good = {name: value or "x" for name, value in form.values.items()}
    return [
        one
        for name in good
        if name != "form_token"
        for value in STORED
        for one in send(visitor, form.action, {**good, name: value}, f"{name}={value[:20]!r}")
    ]


def bytes_that_are_no_text(token: dict[str, str], fields: list[str]) -> str:
    """The form with fields that are no UTF-8, with half a surrogate and a broken escape."""
    return urlencode(token) + "".join(f"&{name}=%FF%FE%ED%A0%80%ZZ%" for name in fields)


def send(visitor: Visitor, action: str, data: Any, what: str, **given: Any) -> list[str]:
    """Post it; the answer is not followed."""
    return verdict(visitor.client.post(action, data=data, **given), f"POST {action}: {what}")
