"""The devices on one's license: named, taken off, added without a network; the key replaced; why a program was refused."""

from flask import Blueprint, Response, jsonify, render_template, request

from core import menus, qr, web
from core.access import signed_in
from core.asking import kept, nothing, takes
from core.errors import Refusal
from core.limits import limited
from storefront.activation import history, refusals
from storefront.devices import service, words
from storefront.devices.service import OfflineProof
from storefront.licenses import service as licenses
from storefront.licenses.service import Held

pages = Blueprint("devices", __name__)
HERE = "/account/licenses/<public_id>/devices"
ENTRIES = 50


@pages.get(HERE)
@signed_in
def devices(public_id: str) -> Response:
    """All of it. What a program's code brought along in the address stands in the form."""
    typed = {"fingerprint": request.args.get("fingerprint", "")[:300], "name": request.args.get("name", "")[:80]}
    return _page(_held(public_id), typed=typed)


@pages.post(f"{HERE}/add")
@signed_in
@limited("form")
@takes(fingerprint=kept("license_device.locked"), name=kept("license_device.name"))
def add_submit(public_id: str) -> Response:
    """Put a machine without a network on the license, and give its file."""
    held = _held(public_id)
    typed = {name: request.form.get(name, "") for name in ("fingerprint", "name")}
    try:
        device = service.add(held, typed["fingerprint"], typed["name"], web.actor())
    except Refusal as refused:
        return _page(held, status=refused.status, refused=_in_words(refused), typed=typed)
    return _page(held, proof=service.prove(held, device.public_id, web.actor()))


@pages.post(f"{HERE}/<device>/rename")
@signed_in
@limited("form")
@takes(name=kept("license_device.name"))
def rename_submit(public_id: str, device: str) -> Response:
    """Call it something."""
    service.rename(_held(public_id), device, request.form.get("name", ""))
    return web.see_other(_at(public_id), "The name is kept.")


@pages.post(f"{HERE}/<device>/remove")
@signed_in
@takes()
def remove_submit(public_id: str, device: str) -> Response:
    """Take it off."""
    service.remove(_held(public_id).license, device)
    return web.see_other(_at(public_id), "The device is off the license, and its place is free.")


@pages.post(f"{HERE}/<device>/file")
@signed_in
@limited("form")
@takes(shape=nothing("whether the file or a code to scan was asked for"))
def file_submit(public_id: str, device: str) -> Response:
    """Its offline file, to keep; or the same as a code on the page."""
    held = _held(public_id)
    proof = service.prove(held, device, web.actor())
    if request.form.get("shape") == "code":
        return _page(held, proof=proof)
    answer = Response(proof.file, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{proof.device}.lic"'
    return answer


@pages.post(f"{HERE}/new-key")
@signed_in
@limited("reveal")
@takes(sure=nothing("a word that it is meant; without it nothing is done"))
def new_key_submit(public_id: str) -> Response:
    """Another key from now on; the devices stay."""
    held = _held(public_id)
    if not request.form.get("sure"):
        return _page(held, status=422, unsure=True)
    service.rotate(held, web.actor())
    return web.see_other(
        f"/account/licenses/{public_id}",
        "The key is another one now, and the old one works no more. Reveal it, and enter it in your programs.",
    )


@pages.get("/account/licenses/<public_id>/history.json")
@signed_in
@limited("export")
def record(public_id: str) -> Response:
    """The whole history with its chain."""
    answer = jsonify(service.record_of(_held(public_id)))
    answer.headers["Content-Disposition"] = f'attachment; filename="license-{public_id}-history.json"'
    return answer


@pages.get("/account/licenses/why/<trace>")
@signed_in
def why(trace: str) -> Response:
    """Why a program was refused, and the way out."""
    license, refusal = refusals.get_for(web.me().id, trace)
    held = licenses.get_for(web.me().id, license.public_id)
    reason = refusals.reason(license, refusal)
    return web.render("storefront/devices/why.html", held=held, reason=reason, trace=trace)


def below_license(held: Held) -> str:
    """How many devices use it, on the page of the license."""
    found = service.found_of(held.license)
    used = words.places(found.row.machines or 0, found.max_machines, found.policy.lock)
    return render_template("storefront/devices/_of_license.html", held=held, used=used, found=found)


def install() -> None:
    """Where it is found."""
    menus.fill("license.below", below_license)


def _held(public_id: str) -> Held:
    return licenses.get_for(web.me().id, public_id)


def _at(public_id: str) -> str:
    return f"/account/licenses/{public_id}/devices"


def _in_words(refused: Refusal) -> str:
    if refused.code == "device_limit":
        return "Every place is taken. Take a device off below, or add seats; nothing was changed."
    return f"{refused.sentence} Nothing was changed, and what you typed is kept."


def _page(
    held: Held,
    *,
    status: int = 200,
    refused: str = "",
    typed: dict[str, str] | None = None,
    proof: OfflineProof | None = None,
    unsure: bool = False,
) -> Response:
    found = service.found_of(held.license)
    return web.render(
        "storefront/devices/devices.html",
        status=status,
        held=held,
        found=found,
        devices=service.devices_of(found),
        used=words.places(found.row.machines or 0, found.max_machines, found.policy.lock),
        pulses=words.PULSES,
        free=service.free_after(found),
        file_until=service.ends_file(found),
        history=[(one, words.told(one.verb, one.details)) for one in history.of(held.license.id, most=ENTRIES)],
        refusals=[(one, refusals.reason(held.license, one)) for one in refusals.of(held.license.id)],
        refused=refused,
        typed=typed or {"fingerprint": "", "name": ""},
        proof=proof,
        code=qr.draw(proof.text) if proof is not None else None,
        unsure=unsure,
    )
