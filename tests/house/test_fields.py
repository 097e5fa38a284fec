"""Every field of every form says what becomes of what is typed into it: a declared column, or why nothing is kept (P3c).

The pages' own forms are looked at wherever a test opens or sends one (`tests.shop.untied`, also in the hostile sweep).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from wtforms import StringField
from wtforms.fields.core import UnboundField

import wsgi
from core.asking import Tie, Ties, doors, kept, noted, nothing, ties_of
from core.db import Base
from core.forms import TOKEN_FIELD, Form
from privacy import asking, register
from tests.shop import PageForm, Shop, untied

assert wsgi.AREAS  # the forms and declarations of all areas are there

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


def form_classes(base: type[Form] = Form) -> Iterator[type[Form]]:
    """Every form class of the program."""
    for one in base.__subclasses__():
        if not one.__module__.startswith("tests."):
            yield one
        yield from form_classes(one)


def unanswered(form: type[Form]) -> Iterator[str]:
    """The fields of a form class without a tie, and ties without a field."""
    fields = {name for name in dir(form) if isinstance(getattr(form, name), UnboundField)}
    for name in sorted(fields ^ set(form.ties)):
        yield f"{form.__name__}.{name} is {'a field without a tie' if name in fields else 'a tie without a field'}"


def loose(ties: Ties, whose: str) -> Iterator[str]:
    """Ties that lead to no column, to one that does not exist or is not declared; and those that give no reason."""
    for name, tie in ties.items():
        if bool(tie.columns) == bool(tie.why_not):
            yield f"{name} of {whose} says neither where it is kept nor why not"
        for label in tie.columns:
            table, _, column = label.partition(".")
            if table not in Base.metadata.tables or column not in Base.metadata.tables[table].c:
                yield f"{name} of {whose} is tied to {label}, which does not exist"
            elif register.holding(label) is None:
                yield f"{name} of {whose} is tied to {label}, which is not declared"


@pytest.mark.clause("P3c")
def test_every_field_of_every_form_is_tied_to_what_is_declared(sqlite_shop: Shop) -> None:
    forms, app = list(form_classes()), sqlite_shop.app
    assert len(forms) > 25
    assert [line for form in forms for line in unanswered(form)] == []
    asked = doors(app.url_map.iter_rules(), app.view_functions)
    assert len(asked) > 50
    assert [line for door in asked for line in loose(door.ties, door.address)] == []
    assert [line for form in forms for line in loose(form.ties, form.__name__)] == []


@pytest.mark.clause("P3c")
def test_every_form_written_by_hand_is_tied_at_its_door(sqlite_shop: Shop) -> None:
    """Those with a fixed address; of others each name must be known to some door."""
    app, broken = sqlite_shop.app, []
    known = {name for view in app.view_functions.values() for name in ties_of(view)} | {TOKEN_FIELD, "List-Unsubscribe"}
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in _forms_in(path):
            if "{" in form.action or not form.action:
                broken += [f"{name!r} in {path.name}" for name in form.names - known if "{" not in name]
            else:
                form.names = {name for name in form.names if "{" not in name}
                broken += [f"{line} in {path.name}" for line in untied(app, form, form.action)]
    assert broken == []


def test_a_planted_field_is_found_wherever_it_stands(sqlite_shop: Shop) -> None:
    class Diary(Form):
        ties = {"mood": kept("diary.mood"), "day": nothing(""), "gone": kept("account.public_id")}
        mood, day, secret = StringField("Mood"), StringField("Day"), StringField("Secret")

    assert list(unanswered(Diary)) == [
        "Diary.gone is a tie without a field",
        "Diary.secret is a field without a tie",
    ]
    undeclared = {"at": noted("suppression.since"), "word": Tie()}
    found = [*loose(Diary.ties, "Diary"), *loose(undeclared, "/x")]
    assert [line.split(" ")[0] for line in found] == ["mood", "day", "gone", "at", "word"]
    planted = PageForm()
    planted.feed('<form method="post" action="/sign-in"><input name="email"><select name="birthday"></select></form>')
    assert untied(sqlite_shop.app, planted.forms[0], "/sign-in") == [
        "the field 'birthday' sent to /sign-in is tied to nothing"
    ]


@pytest.mark.clause("P3c")
def test_what_is_not_tied_never_reaches_a_view(sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a habit that tests keep: the program does not read such a field. Without its tie a number was never given."""
    page, number = "/privacy/phone-removal", {"number": "+43 1 234 5678"}
    assert "Please write the number." not in sqlite_shop.visitor().post(page, number).text
    door = sqlite_shop.app.view_functions["privacy_contact.phone_removal_submit"]
    monkeypatch.setattr(door, "__ties__", {})
    assert "Please write the number." in sqlite_shop.visitor().post(page, number).text


@pytest.mark.clause("P3c")
def test_each_field_that_keeps_something_says_beside_it_what_for(sqlite_shop: Shop) -> None:
    """In the register's words, tied to the field for those who hear the page; a promise or a tick stands for itself."""
    page = sqlite_shop.visitor().get("/sign-up").text
    name = page[page.index('for="name"') : page.index('for="password"')]
    assert 'aria-describedby="name-hint name-why"' in name
    assert "To let you sign in, and to know that an account is yours. Also for the forum. Kept as long as" in name
    assert 'id="password-why"' in page and 'id="email-promise"' in page
    assert 'id="email-why"' not in page and 'id="agreed-why"' not in page
    assert "-why" not in sqlite_shop.visitor().get("/sign-in").text


def test_no_reason_is_left_without_its_words() -> None:
    for table in register.holdings().values():
        for column in table.columns:
            said = asking.why(f"{table.name}.{column}")
            assert said.endswith(".") and ".." not in said and "None" not in said, said


def _forms_in(path: Path) -> list[PageForm.Found]:
    code = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)
    page = PageForm()
    page.feed(re.sub(r"\{%.*?%\}", " ", code, flags=re.S))
    return page.forms
