"""What staff write to a bank about a dispute."""

from collections.abc import Mapping

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import Length, Optional

from core.asking import noted
from core.forms import Form
from storefront.disputes.rules import FIELDS, LONGEST

KEPT = noted("dispute_evidence.text")


def _text(label: str, description: str, rows: int) -> Field:
    within = Length(max=LONGEST, message=f"At most {LONGEST} characters, please; the bank takes no more.")
    return TextAreaField(label, [Optional(), within], description=description, render_kw={"rows": str(rows)})


class EvidenceForm(Form):
    """By the names of Stripe's fields."""

    ties = dict.fromkeys(FIELDS, KEPT)
    product_description = _text("What was sold", "As the bank should understand it.", 4)
    service_date = StringField(
        "When it was delivered",
        [Optional(), Length(max=100, message="At most 100 characters, please.")],
        description="A day in words, such as 3 March 2027.",
    )
    access_activity_log = _text(
        "What the shop knows was delivered and used",
        "Filled in from our records, without names, addresses or devices. Add no more about the buyer than the case needs.",
        8,
    )
    uncategorized_text = _text(
        "What was said with the buyer, and anything else",
        "In your own words: the bank reads it. The letters themselves stay here.",
        6,
    )

    def evidence(self) -> Mapping[str, str]:
        """What was typed; empty fields are not sent."""
        typed = {name: (self[name].data or "").replace("\r\n", "\n").strip() for name in FIELDS}
        return {name: text for name, text in typed.items() if text}
