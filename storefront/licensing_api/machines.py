"""Keygen's licensing API, as far as its published clients use it: machines."""

from typing import Any

from flask import Blueprint, Response, request

from storefront.activation import closing, reading, rules, service
from storefront.activation.reading import Found, Row
from storefront.activation.service import Newcomer
from storefront.licensing_api import bodies, documents, files
from storefront.licensing_api.bodies import BadBody
from storefront.licensing_api.doors import door, license_at_door, own, prepare
from storefront.licensing_api.keygen import as_file, limit
from storefront.licensing_api.refusals import document

pages = Blueprint("machines", __name__)
prepare(pages)


@door(pages, "POST", "machines")
def activate() -> Response:
    """Put a device on the license."""
    body = bodies.read()
    found = own(license_at_door(), bodies.text(body, "data", "relationships", "license", "data", "id"))
    said = bodies.at(body, "data", "attributes")
    device = service.activate(found, _newcomer(said))
    answer = document({"data": documents.machine_of(found, device, str(said["fingerprint"]).strip())}, 201)
    answer.headers["Location"] = f"/v1/machines/{device.public_id}"
    return answer


@door(pages, "GET", "machines")
def machines() -> Response:
    """The devices on the license of the key that was sent."""
    found = license_at_door()
    return document({"data": [documents.machine_of(found, one) for one in reading.devices_of(found.id, most=limit())]})


@door(pages, "GET", "machines/<named>")
def machine(named: str) -> Response:
    """One device, by its number or its fingerprint."""
    found, device = _device(named)
    return document({"data": documents.machine_of(found, device, _fingerprint(device, named))})


@door(pages, "DELETE", "machines/<named>")
def deactivate(named: str) -> Response:
    """Take a device off the license."""
    found, device = _device(named)
    service.deactivate(found, device)
    return Response(status=204)


@door(pages, "POST", "machines/<named>/actions/ping")
def ping(named: str) -> Response:
    """A sign of life."""
    found, device = _device(named)
    return document({"data": documents.machine_of(found, service.ping(found, device))})


@door(pages, "POST", "machines/<named>/actions/ping-heartbeat")
def ping_heartbeat(named: str) -> Response:
    """The same, as older clients call it."""
    return ping(named)


@door(pages, "POST", "machines/<named>/actions/reset")
def reset(named: str) -> Response:
    """Forget the device's signs of life."""
    found, device = _device(named)
    return document({"data": documents.machine_of(found, service.reset(found, device))})


@door(pages, "POST", "machines/<named>/actions/check-out")
def check_out(named: str) -> Response:
    """An offline file of the device, as a resource."""
    found, device, written = _file(named)
    return document({"data": files.resource(written, found, device)})


@door(pages, "GET", "machines/<named>/actions/check-out", writes=True)
def check_out_file(named: str) -> Response:
    """The same as a file to keep."""
    _found, device, written = _file(named)
    return as_file(written, f"{device.public_id}.lic")


def _device(named: str) -> tuple[Found, Row]:
    found = license_at_door()
    return found, service.get_device(found, named)


def _fingerprint(device: Row, named: str) -> str:
    return named if named != device.public_id else ""


def _file(named: str) -> tuple[Found, Row, files.Written]:
    found, device = _device(named)
    fingerprint = _fingerprint(device, named) or closing.open_(device.locked, found.key)
    wanted = files.wish("machine", request.args, found.policy.offline_days)
    return found, device, files.write(found, wanted, device, fingerprint)


def _newcomer(said: dict[str, Any]) -> Newcomer:
    if not isinstance(said.get("fingerprint"), str):
        raise rules.BadFingerprint
    cores = said.get("cores") or 0
    if not isinstance(cores, int) or isinstance(cores, bool) or not 0 <= cores <= 10_000:
        raise BadBody
    return Newcomer(
        fingerprint=bodies.text(said, "fingerprint", most=1000),
        name=bodies.text(said, "name") or bodies.text(said, "hostname"),
        platform=bodies.text(said, "platform"),
        cores=cores,
    )
