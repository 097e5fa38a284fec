"""The form in which a holder writes."""

from typing import ClassVar

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from core.asking import kept
from core.errors import Invalid
from core.forms import Form, tidy
from storefront.reviews import rules

WORDS = {5: "very good", 4: "good", 3: "all right", 2: "weak", 1: "bad"}


class ReviewForm(Form):
    """Stars and words."""

    ties: ClassVar = {"rating": kept("review.rating"), "body": kept("review.body", "review_revision.body")}
    rating = RadioField(
        "How good is it for what you do?",
        choices=[SelectChoice(str(star), f"{'★' * star} {words}") for star, words in WORDS.items()],
        validators=[InputRequired("Please choose between one and five stars.")],
    )
    body = TextAreaField(
        "What should others know?",
        description="What you use it for, what works, what does not. Markdown: **bold**, *italic*, lists with a dash.",
        validators=[InputRequired("Please write what others should know.")],
        filters=[tidy],
        render_kw={"rows": "8", "maxlength": str(rules.LONGEST), "spellcheck": "true"},
    )

    def validate_body(self, field: TextAreaField) -> None:
        """Long enough to say something."""
        try:
            rules.check_body(field.data or "")
        except Invalid as refused:
            raise ValidationError(refused.sentence) from refused
