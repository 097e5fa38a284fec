"""/staff/stops: a wish to be left alone that came by letter, telephone or mail. Nobody is asked who they are."""

from flask import Blueprint, Response
from wtforms import Field, RadioField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from core.access import Permission, staff
from core.accounts.rules import EmailRefused, read_email
from core.asking import BUTTON, nothing, takes
from core.audit import service as audit
from core.forms import Form
from core.web import acting_staff, render, see_other
from privacy.contact import calls, stopping

pages = Blueprint("privacy_contact_staff", __name__)
CLERKS = Permission.PRIVACY
HERE = "/staff/stops"


class StopForm(Form):
    """What to stop, and how the wish came."""

    ties = {
        "what": BUTTON,
        "value": nothing("kept as a keyed fingerprint only"),
        "how": nothing("how the wish came; stands beside the fingerprint"),
    }
    what = RadioField(
        "What is to stop", choices={"number": "Calls to a telephone number", "address": "Mail to an address"}
    )
    value = StringField("Number or address", [DataRequired("Please write the number or the address."), Length(max=254)])
    how = RadioField(
        "How the wish came", choices={"letter": "By letter", "telephone": "By telephone", "mail": "By mail"}
    )

    def validate_value(self, field: Field) -> None:
        """It must be readable as what it is said to be."""
        try:
            (calls.read_number if self.what.data == "number" else read_email)(field.data)
        except (calls.NumberRefused, EmailRefused) as refused:
            raise ValidationError(refused.sentence) from None


@pages.get(HERE)
@staff(CLERKS)
def stops() -> Response:
    """The form."""
    return render("privacy/staff_stops.html", form=StopForm(what="number", how="letter"))


@pages.post(HERE)
@staff(CLERKS)
@takes(StopForm)
def stops_submit() -> Response:
    """Stop it at once; what was typed is kept as a fingerprint only, in the audit log not at all."""
    form = StopForm()
    if not form.validate():
        return render("privacy/staff_stops.html", status=400, form=form)
    if form.what.data == "number":
        calls.remove(calls.read_number(form.value.data), how=form.how.data)
    else:
        stopping.stop_address(read_email(form.value.data), how=form.how.data)
    audit.record(acting_staff(CLERKS), "enter stop", form.what.data, 0, how=form.how.data)
    return see_other(HERE, "Stopped, effective now. It does not matter whether we knew it.")
