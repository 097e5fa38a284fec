"""Doors for programs: a build server brings releases with a token; pip and updaters get files with a license key.

A file comes in pieces of up to PIECE bytes: it is announced, then each piece is PUT with `Content-Range: bytes 0-8388607/20000000`.
After a broken connection GET tells how many bytes are here, and the next piece begins there.
"""

import re
from typing import Any, cast

from flask import Blueprint, Response, jsonify, request, send_file

from core import web
from core.access import Permission, Scope, api, license_key, public
from core.errors import Invalid
from core.limits import limited
from storefront.catalogue import service as catalogue
from storefront.releases import gating, rules, service, signing, store
from storefront.releases.gating import WrongKey
from storefront.releases.models import ReleaseFile, ReleaseUpload
from storefront.releases.service import FileDraft, Listed

pages = Blueprint("releases_api", __name__)
PIECE = 8 * 1024 * 1024
OF_PRODUCT = "/v1/products/<slug>/releases"
SIMPLE = "application/vnd.pypi.simple.v1+json"
_RANGE = re.compile(r"bytes (?:([0-9]{1,12})-[0-9]{1,12}|\*)/[0-9]{1,12}", re.ASCII)


@pages.get(OF_PRODUCT)
@api(Scope.RELEASES_READ)
@limited("api")
def listed(slug: str) -> Response:
    """All releases of a product, drafts included."""
    return jsonify(releases=[_told(one) for one in service.listed(catalogue.get_product(slug).id)])


@pages.post(OF_PRODUCT)
@api(Scope.RELEASES_WRITE)
@limited("api")
def draft(slug: str) -> tuple[Response, int]:
    """A new one: `{"version", "channel", "notes"}`."""
    said = _body()
    given = [str(said.get(name, usual)) for name, usual in (("version", ""), ("channel", "stable"), ("notes", ""))]
    made = service.draft(
        catalogue.get_product(slug), given[0], given[1], given[2], web.acting_staff(Permission.CATALOGUE)
    )
    return jsonify(_told(Listed(release=made, files=[]))), 201


@pages.post(f"{OF_PRODUCT}/<version>/uploads")
@api(Scope.RELEASES_WRITE)
@limited("api")
def announce(slug: str, version: str) -> tuple[Response, int]:
    """Begin a file: `{"name", "size", "platform", "arch"}`."""
    said, release = _body(), service.get(catalogue.get_product(slug), version)
    size = said.get("size")
    given = {name: str(said.get(name, "any")) for name in ("platform", "arch")}
    file = FileDraft(name=str(said.get("name", "")), size=size if isinstance(size, int) else 0, **given)
    return _progress(service.announce(release, file)), 201


@pages.get("/v1/uploads/<stored>")
@api(Scope.RELEASES_WRITE)
@limited("api")
def progress(stored: str) -> Response:
    """How much of a file is here."""
    return _progress(service.get_upload(stored))


@pages.put("/v1/uploads/<stored>")
@api(Scope.RELEASES_WRITE)
@limited("api")
def go_on(stored: str) -> tuple[Response, int]:
    """The next piece; the file once it is complete."""
    upload = service.get_upload(stored)
    matched = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if matched is None:
        raise Invalid("Say which bytes these are, like `Content-Range: bytes 0-8388607/20000000`.")
    begins = int(matched[1]) if matched[1] else store.received(stored)
    kept = service.go_on(upload, begins, cast(Any, request.stream), web.acting_staff(Permission.CATALOGUE))
    return (_progress(upload), 202) if kept is None else (jsonify(_file(kept)), 201)


@pages.post(f"{OF_PRODUCT}/<version>/publish")
@api(Scope.RELEASES_WRITE)
@limited("api")
def publish(slug: str, version: str) -> Response:
    """Let licenses have it."""
    release = service.get(catalogue.get_product(slug), version)
    service.publish(release, web.acting_staff(Permission.CATALOGUE))
    return jsonify(_told(Listed(release=release, files=[])))


@pages.get("/v1/release-keys")
@public
def public_keys() -> Response:
    """What checks the signatures of files."""
    return jsonify(signing.public_keys())


@pages.get("/v1/files/<token>/<name>")
@license_key
@limited("api")
def send(token: str, name: str) -> Response:
    """A file, or the asked-for range of it."""
    file = gating.open_link(token)
    answer = send_file(store.place(file.stored), as_attachment=True, download_name=file.name, etag=file.sha256)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/v1/simple/")
@license_key
@limited("api")
def index() -> Response:
    """The packages that a key opens (PEP 503 and 691)."""
    name = rules.index_name(gating.opened(_password()).product.slug)
    if _wants_json():
        return _simple({"projects": [{"name": name}]})
    return web.render("storefront/releases/simple.html", title="Packages", links=[(f"/v1/simple/{name}/", name)])


@pages.get("/v1/simple/<name>/")
@license_key
@limited("api")
def package(name: str) -> Response:
    """The files of a package that the key's license may have; hashes stand in their links."""
    holds = gating.opened(_password(), rules.index_name(name))
    known = [(one, file) for one in gating.releases_for(holds) for file in one.files if _is_package(file)]
    links = [(gating.link_to(holds.license, file), file) for _release, file in known]
    if not _wants_json():
        shown = [(f"{address}#sha256={file.sha256}", file.name) for address, file in links]
        return web.render("storefront/releases/simple.html", title=name, links=shown)
    files = [
        {"filename": file.name, "url": address, "hashes": {"sha256": file.sha256}, "size": file.size}
        for address, file in links
    ]
    return _simple(
        {"name": rules.index_name(name), "files": files, "versions": sorted({one.release.version for one, _ in known})}
    )


def _password() -> str:
    """The key, which pip sends as a password. Raises WrongKey without one."""
    sent = request.authorization
    if sent is None or sent.type != "basic" or not sent.password:
        raise WrongKey
    return str(sent.password)


def _is_package(file: ReleaseFile) -> bool:
    return file.name.endswith((".whl", ".tar.gz"))


def _wants_json() -> bool:
    return (
        SIMPLE in request.headers.get("Accept", "")
        and request.accept_mimetypes[SIMPLE] >= request.accept_mimetypes["text/html"]
    )


def _simple(said: dict[str, Any]) -> Response:
    answer = jsonify({"meta": {"api-version": "1.1"}} | said)
    answer.mimetype = SIMPLE
    return answer


def _body() -> dict[str, Any]:
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or any("\x00" in str(value) for value in said.values()):
        raise Invalid("Send a JSON object.")
    return said


def _progress(upload: ReleaseUpload) -> Response:
    return jsonify(
        upload=f"/v1/uploads/{upload.stored}", received=store.received(upload.stored), size=upload.size, piece=PIECE
    )


def _file(file: ReleaseFile) -> dict[str, Any]:
    names = ("name", "platform", "arch", "size", "sha256", "sha512", "signature")
    return {name: getattr(file, name) for name in names}


def _told(one: Listed) -> dict[str, Any]:
    release = one.release
    moments = {name: getattr(release, name) for name in ("published_at", "withdrawn_at")}
    said = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    facts = {"version": release.version, "channel": release.channel, "notes": release.notes}
    return facts | said | {"files": [_file(file) for file in one.files]}
