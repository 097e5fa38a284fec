"""Update feeds for programs in the field: Tauri, electron-updater and Sparkle, each for the builds that a license allows.

The key comes as `Authorization: License <key>`, or as the password of Basic for clients that can only do that.
"""

from flask import Blueprint, Response, jsonify, request

from core import web
from core.access import license_key
from core.errors import NotFound
from core.limits import limited
from storefront.catalogue import markdown
from storefront.releases import gating, rules, signing
from storefront.releases.gating import Holds, WrongKey
from storefront.releases.models import Release, ReleaseFile
from storefront.releases.rules import Platform

pages = Blueprint("update_feeds", __name__)
HERE = "/v1/updates/<slug>"
TAURI = {"windows": Platform.WINDOWS, "darwin": Platform.MACOS, "linux": Platform.LINUX}
ELECTRON = {"": Platform.WINDOWS, "-mac": Platform.MACOS, "-linux": Platform.LINUX}
Build = tuple[Release, list[ReleaseFile]]


@pages.get(f"{HERE}/tauri/<target>/<arch>/<current>")
@license_key
@limited("api")
def tauri(slug: str, target: str, arch: str, current: str) -> Response:
    """The newest build for that machine, or 204 where what it has is as new. `?channel=beta` counts betas in."""
    holds, platform = _opened(slug), TAURI.get(target)
    known = _builds(holds, platform, arch, beta=request.args.get("channel") == "beta")
    if not known or rules.version_of(known[0][0].version) <= rules.version_of(current):
        return Response(status=204)
    release, files = known[0]
    assert release.published_at is not None
    return jsonify(
        version=str(release.version),
        notes=release.notes,
        pub_date=release.published_at.isoformat(),
        url=_address(holds, files[0]),
        signature=signing.for_tauri(files[0].signature, files[0].name),
    )


@pages.get(f"{HERE}/electron/<name>.yml")
@license_key
@limited("api")
def electron(slug: str, name: str) -> Response:
    """`latest.yml`, `latest-mac.yml`, `latest-linux.yml`, and the same of `beta`."""
    channel, _, system = name.partition("-")
    platform = ELECTRON.get(f"-{system}" if system else "")
    if channel not in {"latest", "beta"} or platform is None:
        raise NotFound("There are latest.yml, latest-mac.yml and latest-linux.yml, and the same of beta.")
    holds = _opened(slug)
    known = _builds(holds, platform, beta=channel == "beta")
    if not known:
        raise NotFound("Your license has no build for this system.")
    release, files = known[0]
    assert release.published_at is not None
    listed = [(_address(holds, file), file.sha512, file.size) for file in files]
    text = rules.electron_yml(release.version, listed, release.published_at)
    return Response(text, mimetype="text/yaml")


@pages.get(f"{HERE}/appcast.xml")
@license_key
@limited("api")
def sparkle(slug: str) -> Response:
    """All builds for macOS; betas stand in Sparkle's channel of that name."""
    holds = _opened(slug)
    items = [
        (release, markdown.render(release.notes), [(_address(holds, file), file) for file in files])
        for release, files in _builds(holds, Platform.MACOS, beta=True)
    ]
    answer = web.render("storefront/releases/appcast.xml", product=holds.product, items=items)
    answer.mimetype = "application/rss+xml"
    return answer


def _opened(slug: str) -> Holds:
    """The license whose key was sent, for this product. Raises WrongKey, or why it was taken back."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "license":
        return gating.opened(key.strip(), rules.index_name(slug))
    sent = request.authorization
    if sent is None or sent.type != "basic" or not sent.password:
        raise WrongKey
    return gating.opened(str(sent.password), rules.index_name(slug))


def _builds(holds: Holds, platform: Platform | None, arch: str = "", *, beta: bool) -> list[Build]:
    """Releases with the files that run there, the newest first; "" asks for every architecture."""
    found = []
    for one in gating.releases_for(holds, beta=beta):
        fit = [file for file in one.files if platform and rules.runs_on(file.platform, file.arch, platform, arch)]
        if fit:
            found.append((one.release, sorted(fit, key=lambda file: file.arch == "any")))
    return found


def _address(holds: Holds, file: ReleaseFile) -> str:
    return web.settings().base_url.rstrip("/") + gating.link_to(holds.license, file)
