"""The forms of the back office."""

from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from core.asking import GOODS
from core.errors import Invalid
from core.forms import Form
from core.text import clean_line, without_controls
from storefront.backoffice import rules
from storefront.backoffice.service import Texts
from storefront.catalogue import markdown


def _needed(sentence: str, most: int) -> list[object]:
    return [InputRequired(sentence), _at_most(most)]


def _at_most(most: int) -> Length:
    return Length(max=most, message=f"At most {most} characters, please.")


class TextsForm(Form):
    """What is said about a product. `seen` stands for the texts that the page was made from."""

    ties = dict.fromkeys(("seen", "name", "subtitle", "tagline", "version", "requirements", "description"), GOODS)
    seen = HiddenField()
    name = StringField("Name", validators=_needed("A product needs a name.", 120))
    subtitle = StringField("Subtitle", validators=[_at_most(160)])
    tagline = StringField("Tagline", validators=_needed("One sentence for the product's card, please.", 200))
    version = StringField("Version", validators=_needed("Which version is sold?", 40), render_kw={"dir": "ltr"})
    requirements = TextAreaField(
        "Requirements", description="One a line, a label and a text: “Memory: 2 GB”.", render_kw={"rows": "5"}
    )
    description = TextAreaField(
        "Description",
        validators=_needed("Say what the product does.", markdown.LONGEST),
        description="Markdown: headings, lists, tables, links. Pictures and raw HTML are left out.",
        render_kw={"rows": "14"},
    )

    def validate_requirements(self, field: Field) -> None:
        """Each line can be read."""
        try:
            rules.read_requirements(field.data or "")
        except Invalid as refused:
            raise ValidationError(refused.sentence) from None

    def texts(self) -> Texts:
        """What was typed, once it is valid."""
        return Texts(
            name=clean_line(self.name.data or ""),
            subtitle=clean_line(self.subtitle.data or ""),
            tagline=clean_line(self.tagline.data or ""),
            version=clean_line(self.version.data or ""),
            requirements=tuple((label, text) for label, text in rules.read_requirements(self.requirements.data or "")),
            description=self.markdown(),
        )

    def markdown(self) -> str:
        """The description with line ends as they are kept, and without blank lines around it."""
        return without_controls((self.description.data or "").replace("\r\n", "\n")).strip("\n")
