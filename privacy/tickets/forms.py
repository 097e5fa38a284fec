"""Forms of tickets: a first letter, something added, and the choice of whoever asked by mail to be erased."""

from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from core.accounts.rules import EmailRefused, read_email
from core.asking import kept, noted
from core.forms import Form
from privacy.requests import words
from privacy.tickets.rules import MOST_TEXT

EMPTY = "Please write something; an empty letter helps nobody."
LONG = f"Please keep it below {MOST_TEXT:,} characters, or send it by e-mail, which may be longer."


class ReplyForm(Form):
    """A text, of the person or of our staff."""

    ties = {"text": kept("ticket_message.text")}
    text = TextAreaField("Your message", [DataRequired(EMPTY), Length(max=MOST_TEXT, message=LONG)])


class AnswerForm(ReplyForm):
    """What our staff answer."""

    ties = {"text": noted("ticket_message.text")}


class MemberForm(ReplyForm):
    """A first letter of somebody who is signed in: the answer goes to the address of the account."""

    ties = {**ReplyForm.ties, "subject": kept("ticket.subject")}
    subject = StringField(
        "What is it about?", [DataRequired("Please say in a few words what it is about."), Length(max=150)]
    )


class StrangerForm(MemberForm):
    """A first letter of anybody else."""

    ties = {**MemberForm.ties, "email": kept("ticket.address")}
    email = EmailField(
        "Your e-mail address",
        [DataRequired("Please write the address to which we may answer."), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )

    def validate_email(self, field: EmailField) -> None:
        """An address to which mail can be sent."""
        try:
            read_email(field.data or "")
        except EmailRefused as refused:
            raise ValidationError(refused.sentence) from None


class PostsForm(Form):
    """What the page that erases asks, too."""

    ties = {"posts": kept("request.wish")}
    posts = RadioField(
        words.POSTS_ASKED,
        choices=[SelectChoice(one, label) for one, label in words.POSTS_CHOICES.items()],
        validators=[InputRequired(words.POSTS_UNSAID)],
    )
