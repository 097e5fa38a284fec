"""Releases as the staff see them: drafted, given files, published, withdrawn; and the files on a license's page."""

from io import BytesIO
from typing import BinaryIO, cast

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from core import menus, web
from core.access import Permission, staff
from core.asking import GOODS, takes
from core.errors import Refusal
from storefront.catalogue import markdown
from storefront.catalogue import service as catalogue
from storefront.licenses.service import Held
from storefront.releases import gating, service
from storefront.releases.rules import Arch, Channel, Platform
from storefront.releases.service import FileDraft

pages = Blueprint("staff_releases", __name__)
CATALOGUE = Permission.CATALOGUE
HERE = "/staff/releases"
menus.add("staff", "Releases", HERE, rank=12, permission=CATALOGUE.value)


@pages.get(HERE)
@staff(CATALOGUE)
def overview() -> Response:
    """All products of our own, each with its newest release."""
    return web.render("storefront/releases/overview.html", products=service.products())


@pages.get(f"{HERE}/<slug>")
@staff(CATALOGUE)
def of_product(slug: str) -> Response:
    """The releases of a product, and the form for another."""
    return _page(slug)


@pages.post(f"{HERE}/<slug>/draft")
@staff(CATALOGUE)
@takes(version=GOODS, channel=GOODS, notes=GOODS)
def draft_submit(slug: str) -> Response:
    """A new release that nobody sees yet."""
    typed = {name: request.form.get(name, "").strip() for name in ("version", "channel", "notes")}
    try:
        made = service.draft(catalogue.get_product(slug), **typed, actor=web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _page(slug, refused.sentence, refused.status, **typed)
    return web.see_other(f"{HERE}/{slug}", f"Release {made.version} is drafted. Add its files, then publish it.")


@pages.post(f"{HERE}/<slug>/<version>/file")
@staff(CATALOGUE)
@takes(file=GOODS, platform=GOODS, arch=GOODS)
def file_submit(slug: str, version: str) -> Response:
    """Take a file for it, while nobody sees it."""
    sent = request.files.get("file")
    source = cast(BinaryIO, sent.stream) if sent else BytesIO()
    file = FileDraft(
        name=(sent.filename if sent else "") or "",
        platform=request.form.get("platform", "any"),
        arch=request.form.get("arch", "any"),
    )
    try:
        release = service.get(catalogue.get_product(slug), version)
        kept = service.add_file(release, file, source, web.acting_staff(CATALOGUE))
    except Refusal as refused:
        return _page(slug, refused.sentence, refused.status)
    return web.see_other(f"{HERE}/{slug}", f"{kept.name} is there and signed.")


@pages.post(f"{HERE}/<slug>/<version>/publish")
@staff(CATALOGUE)
def publish_submit(slug: str, version: str) -> Response:
    """Let licenses have it."""
    service.publish(service.get(catalogue.get_product(slug), version), web.acting_staff(CATALOGUE))
    return web.see_other(f"{HERE}/{slug}", f"Release {version} is out.")


@pages.post(f"{HERE}/<slug>/<version>/withdraw")
@staff(CATALOGUE)
def withdraw_submit(slug: str, version: str) -> Response:
    """Hand it out no more."""
    service.withdraw(service.get(catalogue.get_product(slug), version), web.acting_staff(CATALOGUE))
    return web.see_other(f"{HERE}/{slug}", f"Release {version} is withdrawn. Who has it keeps it.")


def fill_slots() -> None:
    """The files of releases on a license's page."""
    menus.fill("license.below", files_of)


def files_of(held: Held) -> Markup:
    """What the license may have, older builds included, each with a link that works for an hour."""
    known = gating.releases_of(held.license) if held.is_live or held.state == "expired" else []
    if not known:
        return Markup()
    rows = [(one, [(file, gating.link_to(held.license, file)) for file in one.files]) for one in known]
    notes = {one.release.id: markdown.render(one.release.notes) for one in known}
    return Markup(render_template("storefront/releases/files.html", releases=rows, notes=notes))


def _page(slug: str, refused: str = "", status: int = 200, **typed: str) -> Response:
    product = catalogue.get_product(slug)
    return web.render(
        "storefront/releases/product.html",
        status=status,
        product=product,
        releases=service.listed(product.id),
        refused=refused,
        typed={"version": "", "channel": "stable", "notes": ""} | typed,
        channels=list(Channel),
        platforms=list(Platform),
        arches=list(Arch),
    )
