"""The forms in which members write. What is wrong stands beside the field, and what was typed stays."""

import re
import secrets
from collections.abc import Callable, Iterable

from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from core.asking import GOODS, kept, nothing
from core.errors import Invalid
from core.forms import Form, tidy
from forum import markup
from forum.polls import rules as polls
from forum.topics import rules
from storefront.catalogue.service import ShelfName


class Checked:
    """A field's validator from a rule that raises Invalid; the field must be filled in, unless it says otherwise."""

    def __init__(self, check: Callable[[str], object], *, required: bool = True) -> None:
        self._check, self.field_flags = check, {"required": True} if required else {}

    def __call__(self, _form: Form, field: Field) -> None:
        """Put the rule's sentence beside the field."""
        try:
            self._check(field.data or "")
        except Invalid as refused:
            raise ValidationError(refused.sentence) from refused


def _check_body(typed: str) -> None:
    """Short enough to be stored, and not too long to be rendered."""
    markup.render(rules.check_body(typed))


def _body(label: str, rows: int) -> TextAreaField:
    says = {"rows": str(rows), "spellcheck": "true"}
    checks = [Checked(_check_body)]
    hint = "Markdown: **bold**, *italic*, `code`, lists with a dash, a program between two lines of ```."
    return TextAreaField(label, description=hint, validators=checks, filters=[tidy], render_kw=says)


def _title() -> StringField:
    says = {"maxlength": str(rules.LONGEST_TITLE), "autocomplete": "off"}
    return StringField("Title", validators=[Checked(rules.check_title)], render_kw=says)


class Composer(Form):
    """A reply. `submission` is made once for each composer, so that sending it twice writes one post."""

    ties = {
        "body": kept("post.body", "draft.body"),
        "submission": nothing("a word that writes the post once"),
        "drafted": nothing("whether there is a draft to throw away"),
    }
    body = _body("Your reply", 8)
    submission = HiddenField()
    drafted = HiddenField()

    @property
    def once(self) -> str:
        """The one-time word; a fresh one where none, or a strange one, came with the form."""
        given = self.submission.data or ""
        return given if re.fullmatch(r"[A-Za-z0-9_-]{16,64}", given) else fresh_submission()


class TopicComposer(Composer):
    """A new topic."""

    ties = {**Composer.ties, "title": kept("topic.title", "draft.title"), "about": GOODS}
    ties |= {"poll": kept("poll_option.text"), "poll_many": nothing("whether several may be chosen")}
    title = _title()
    about = SelectField("Which program is it about?", validators=[Optional()])
    body = _body("Your first post", 12)
    poll = TextAreaField(
        "Choices of a poll",
        description=f"One on each line, {polls.FEWEST} to {polls.MOST}; others choose among them.",
        validators=[Optional(), Checked(polls.options_in, required=False)],
        filters=[tidy],
        render_kw={"rows": "3"},
    )
    poll_many = BooleanField("Several may be chosen")

    def offer(self, products: Iterable[ShelfName], *, asked: str = "") -> None:
        """Let one of these products be chosen; `asked` names the one that a link came from."""
        self.about.choices = [("", "None of them"), *((product.slug, product.name) for product in products)]
        if asked in {slug for slug, _name in self.about.choices}:
            self.about.data = asked


class EditForm(Form):
    """One's own post, changed."""

    ties = {"body": kept("post.body"), "reason": kept("post.edit_reason")}
    body = _body("Your post", 12)
    reason = StringField(
        "Why you change it",
        description="Shown below the post, for instance: added the version.",
        validators=[Optional()],
        render_kw={"maxlength": str(rules.LONGEST_REASON), "autocomplete": "off"},
    )


def fresh_submission() -> str:
    """A word for a composer that was not sent yet."""
    return secrets.token_urlsafe(18)
