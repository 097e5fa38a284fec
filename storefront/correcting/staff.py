"""/staff/requests/<number>/specify: what exactly a letter, a mail or a call wants corrected, so that granting does it."""

from flask import Blueprint, Response, render_template, request

from core.access import Permission, staff
from core.asking import noted, nothing, takes
from core.errors import Invalid, NotFound
from core.web import acting_staff, render, see_other
from privacy.requests import reading
from privacy.requests import service as requests
from privacy.requests.models import Request
from privacy.requests.rules import Kind
from storefront.correcting import service, targets
from storefront.correcting.service import Wanted
from storefront.correcting.targets import FIELDS

pages = Blueprint("correcting_staff", __name__)

HERE = "/staff/requests/<number>/specify"
PRIVACY = Permission.PRIVACY


@pages.get(HERE)
@staff(PRIVACY)
def specify(number: str) -> Response:
    """The form, with what was written down before."""
    asked = _correction(reading.get(number))
    wish = requests.wish_of(asked, acting_staff(PRIVACY))
    wanted = Wanted(field=wish.get("field", ""), should=wish.get("should", ""), why=wish.get("why", ""))
    return _show(asked, wish.get("paper", ""), wanted)


@pages.post(HERE)
@staff(PRIVACY)
@takes(
    paper=nothing("looked up"),
    field=noted("correction.field", "request.wish"),
    should=noted("correction.new", "request.wish"),
    why=noted("correction.why", "request.wish"),
)
def specify_submit(number: str) -> Response:
    """Write it down; nothing is corrected before it is granted."""
    asked, wanted, paper = _correction(requests.lock(number)), typed(), request.form.get("paper", "").strip()
    try:
        service.specify(asked, paper, wanted, acting_staff(PRIVACY))
    except Invalid as refused:
        return _show(asked, paper, wanted, refused.sentence, status=422)
    return see_other(f"/staff/requests/{number}", "Written down. Granting the request corrects it.")


def typed() -> Wanted:
    """What a form of corrections says, whoever fills it in."""
    given = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in ("field", "should", "why")}
    return Wanted(**given)


def below_request(number: str) -> str:
    """The way here, on the page of a correction that is open."""
    return render_template("storefront/correcting/_below_request.html", number=number)


def _correction(asked: Request) -> Request:
    if asked.kind != Kind.CORRECTION:
        raise NotFound("There is no correction with this number.")
    return asked


def _show(asked: Request, paper: str, wanted: Wanted, wrong: str = "", status: int = 200) -> Response:
    return render(
        "storefront/correcting/specify.html",
        status=status,
        asked=asked,
        text=reading.texts_of(asked, acting_staff(PRIVACY))["text"],
        customer=reading.customer_of(asked.account_id),
        offered=targets.offered(asked.account_id),
        fields=FIELDS,
        paper=paper,
        wanted=wanted,
        wrong=wrong,
    )
