"""Pages on which staff say what licenses allow, and see whom that would meet before it is saved."""

from flask import Blueprint, Response, request

from core import menus, web
from core.access import Permission, staff
from core.asking import BUTTON, nothing, takes
from core.errors import Refusal
from storefront.activation.rules import Policy
from storefront.allowing import forms, service, words
from storefront.allowing.forms import PolicyForm
from storefront.allowing.service import Allowed
from storefront.backoffice import supposing
from storefront.catalogue.meeting import Supposed

pages = Blueprint("allowing", __name__)
CATALOGUE = Permission.CATALOGUE
HERE = "/staff/licensing"
menus.add("staff", "Licensing", HERE, rank=23, permission=CATALOGUE.value)


@pages.get(HERE)
@staff(CATALOGUE)
def overview() -> Response:
    """Every edition with keys of our own, and what its licenses allow."""
    return web.render(
        "storefront/allowing/overview.html", editions=service.editions(), shown=words.shown, after=words.AFTER
    )


@pages.get(f"{HERE}/<int:edition_id>")
@staff(CATALOGUE)
def policy(edition_id: int) -> Response:
    """What the licenses of an edition allow."""
    found = service.get(edition_id)
    return _show(found, forms.filled(found.policy))


@pages.post(f"{HERE}/<int:edition_id>")
@staff(CATALOGUE, fresh=True)
@takes(PolicyForm)
def policy_submit(edition_id: int) -> Response:
    """Allow this, once it was seen whom it meets."""
    found, form = service.get(edition_id), PolicyForm()
    if not form.validate():
        return _show(found, form, status=422)
    return _changed(found, form.policy(), form)


@pages.post(f"{HERE}/<int:edition_id>/usual")
@staff(CATALOGUE, fresh=True)
@takes(seen=nothing("what was shown before"), met=nothing("whom it would meet, as it was shown"), sure=BUTTON)
def usual_submit(edition_id: int) -> Response:
    """Allow what the edition says by itself."""
    return _changed(service.get(edition_id), None, None)


def _changed(found: Allowed, wanted: Policy | None, form: PolicyForm | None) -> Response:
    after, at = wanted or service.usual(found.edition), f"{HERE}/{found.edition.id}"
    facts = words.differences(found.policy, after)
    if not facts and (wanted is None) == (not found.own):
        return web.see_other(at, "Nothing was changed: it is as it was.")
    seen = request.form.get("seen", "")
    if seen != service.fingerprint(found.policy):
        return _late(found, form)
    asked = supposing.ask_about(
        found.product,
        found.edition,
        facts or [("Policy", "said by staff → what the edition says by itself")],
        service.met_by(found.edition.id, after),
        at,
        supposed=Supposed(edition_id=found.edition.id),
    )
    if asked is not None:
        return asked
    service.save(found.edition.id, wanted, seen, web.acting_staff(CATALOGUE))
    return web.see_other(at, "Saved. Programs are answered by it from now on.")


def _late(found: Allowed, form: PolicyForm | None) -> Response:
    refused: Refusal = service.ChangedMeanwhile()
    form = form or forms.filled(found.policy)
    form.form_errors.append(refused.sentence)
    form.seen.data = service.fingerprint(found.policy)
    return _show(found, form, status=refused.status, theirs=found.policy)


def _show(found: Allowed, form: PolicyForm, status: int = 200, theirs: Policy | None = None) -> Response:
    facts = [(name, words.shown(word, getattr(theirs, word))) for word, name in words.NAMES.items()] if theirs else []
    return web.render(
        "storefront/allowing/policy.html",
        status=status,
        found=found,
        form=form,
        theirs=facts,
        states=sorted(service.states(found.edition.id).items()),
    )
