"""/staff/holds: setting and lifting legal holds, each with a reason that the person reads, too."""

from flask import Blueprint, Response, request
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from core.access import Permission, staff
from core.asking import noted, nothing, takes
from core.datakeys import rules as kinds
from core.errors import Refusal
from core.forms import Form
from core.web import acting_staff, render, see_other
from privacy.retention import holds

pages = Blueprint("privacy_retention_staff", __name__)
HERE = "/staff/holds"


class HoldForm(Form):
    """Whose, what, and why."""

    ties = {
        "number": nothing("looked up"),
        "kept_as": noted("legal_hold.kept_as"),
        "reason": noted("legal_hold.reason"),
    }
    number = StringField(
        "Customer number",
        [DataRequired("Please write the customer number."), Length(max=16)],
        description="C-123456789",
    )
    kept_as = SelectField("What is to be kept", [DataRequired("Please choose what is to be kept.")])
    reason = TextAreaField(
        "Why",
        [
            DataRequired("Please say why."),
            Length(
                holds.SHORTEST_REASON,
                holds.LONGEST_REASON,
                f"Please say why, in {holds.SHORTEST_REASON} to {holds.LONGEST_REASON} characters.",
            ),
        ],
        description="The person reads this word for word in their privacy panel.",
        render_kw={"rows": "3"},
    )

    def offer(self) -> "HoldForm":
        """With what there is to keep."""
        self.kept_as.choices = [(kind.name, kind.title) for kind in kinds.kinds()]
        return self


@pages.get(HERE)
@staff(Permission.PRIVACY)
def overview() -> Response:
    """All holds, those that stand first."""
    return _show(HoldForm(formdata=None).offer())


@pages.post(HERE)
@staff(Permission.PRIVACY)
@takes(HoldForm)
def put() -> Response:
    """Set one."""
    form = HoldForm().offer()
    if not form.validate():
        return _show(form, status=422)
    try:
        holds.put(acting_staff(Permission.PRIVACY), form.number.data, form.kept_as.data, form.reason.data)
    except Refusal as refused:
        form.number.errors = [refused.sentence]
        return _show(form, status=refused.status)
    return see_other(HERE, "The hold stands. The person sees it in their privacy panel.")


@pages.post(f"{HERE}/<int:number>/lift")
@staff(Permission.PRIVACY)
@takes(reason=noted("legal_hold.lift_reason"))
def lift(number: int) -> Response:
    """End one."""
    reason = request.form.get("reason", "")
    try:
        holds.lift(acting_staff(Permission.PRIVACY), number, reason)
    except holds.HoldRefused as refused:
        return _show(HoldForm(formdata=None).offer(), status=422, wrong=(number, refused.sentence, reason))
    return see_other(HERE, "Lifted. What is past its last day goes with the next sweep.")


def _show(form: HoldForm, status: int = 200, wrong: tuple[int, str, str] = (0, "", "")) -> Response:
    return render(
        "privacy/retention/staff_holds.html",
        status=status,
        form=form,
        lines=holds.lines(),
        titles={kind.name: kind.title for kind in kinds.kinds()},
        wrong=wrong,
    )
