"""Every door for programs: what it is for, what is sent to it, and what it answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

JSONAPI, JSON, TEXT, BYTES = "application/vnd.api+json", "application/json", "text/plain", "application/octet-stream"
HTML, YAML, RSS, SIMPLE = "text/html", "text/yaml", "application/rss+xml", "application/vnd.pypi.simple.v1+json"
FORM = "application/x-www-form-urlencoded"

Answer = tuple[str, tuple[str, ...]]
"""The name of a shape ("" for none) and the kinds of content it comes as."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One door. auth: what opens it ("key", "basic", "token", ""); answers: by status; query: words in the address."""

    method: str
    path: str
    says: str
    group: str
    auth: str = ""
    sends: str = ""
    sent_as: tuple[str, ...] = (JSON,)
    answers: Mapping[int, Answer] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def _errors(kind: str, *statuses: int) -> dict[int, Answer]:
    return dict.fromkeys((*statuses, 429, 503), ("Errors", (kind,)))


REFUSED = _errors(JSONAPI, 400, 401, 403, 404, 409, 422)
PLAIN = _errors(JSON, 400, 401, 403, 404, 409, 422)
LEMON = {**dict.fromkeys((400, 404, 422), ("LemonRefused", (JSON, JSONAPI))), **_errors(JSONAPI)}
FILE_WORDS = {
    "encrypt": "1 for AES-256-GCM, with the key (and for a machine its fingerprint) as the secret",
    "algorithm": "base64+ed25519 or aes-256-gcm+ed25519",
    "ttl": "seconds, from 3600 to what the license allows",
    "include": "license, entitlements, … with commas between",
}


def _license(method: str, path: str, says: str, answers: Mapping[int, Answer], **more: object) -> Operation:
    known = {**REFUSED, **answers}
    return Operation(method=method, path=path, says=says, group="Licenses", auth="key", answers=known, **more)  # type: ignore[arg-type]


def _machine(method: str, path: str, says: str, answers: Mapping[int, Answer], **more: object) -> Operation:
    known = {**REFUSED, **answers}
    return Operation(method=method, path=path, says=says, group="Devices", auth="key", answers=known, **more)  # type: ignore[arg-type]


def _lemon(word: str, says: str, sends: str, answer: str) -> Operation:
    return Operation(
        method="POST",
        path=f"/v1/licenses/{word}",
        says=says,
        group="Lemon Squeezy",
        sends=sends,
        sent_as=(FORM, JSON),
        answers={**LEMON, 200: (answer, (JSON,))},
    )


def _release(method: str, path: str, says: str, answers: Mapping[int, Answer], **more: object) -> Operation:
    known = {**PLAIN, **answers}
    return Operation(method=method, path=path, says=says, group="Releases", auth="token", answers=known, **more)  # type: ignore[arg-type]


ONE, MACHINE, AS_FILE = ("OneLicense", (JSONAPI,)), ("OneMachine", (JSONAPI,)), ("", (BYTES,))
CHECKED, KEPT = ("Validation", (JSONAPI,)), ("OneFile", (JSONAPI,))
L, M = "/v1/licenses/{named}", "/v1/machines/{named}"
R = "/v1/products/{slug}/releases"

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        method="POST",
        path="/v1/licenses/actions/validate-key",
        says="Check a key. Well-formed questions are always answered with 200; meta.code says how it stands.",
        group="Licenses",
        sends="Check",
        answers={**REFUSED, 200: CHECKED},
    ),
    _license(
        "POST", f"{L}/actions/validate", "Check the license whose key was sent", {200: CHECKED}, sends="ScopedCheck"
    ),
    _license("GET", f"{L}/actions/validate", "The same without a scope", {200: CHECKED}),
    _license("GET", "/v1/me", "The license whose key was sent", {200: ONE}),
    _license("GET", L, "The same, by its number or its key", {200: ONE}),
    _license("GET", f"{L}/entitlements", "What the license includes", {200: ("Entitlements", (JSONAPI,))}),
    _license(
        "GET",
        f"{L}/machines",
        "The devices on the license",
        {200: ("Machines", (JSONAPI,))},
        query={"limit": "1 to 100"},
    ),
    _license("POST", f"{L}/actions/check-in", "Ask again, as the license wants it from time to time", {200: ONE}),
    _license("POST", f"{L}/actions/increment-usage", "Count uses up", {200: ONE}, sends="More"),
    _license("POST", f"{L}/actions/decrement-usage", "Count uses down", {200: ONE}, sends="Fewer"),
    _license("POST", f"{L}/actions/check-out", "An offline file of the license", {200: KEPT}, query=FILE_WORDS),
    _license("GET", f"{L}/actions/check-out", "The same as a file to keep", {200: AS_FILE}, query=FILE_WORDS),
    _machine("POST", "/v1/machines", "Put a device on the license", {201: MACHINE}, sends="NewMachine"),
    _machine(
        "GET",
        "/v1/machines",
        "The devices on the license",
        {200: ("Machines", (JSONAPI,))},
        query={"limit": "1 to 100"},
    ),
    _machine("GET", M, "One device, by its number or its fingerprint", {200: MACHINE}),
    _machine("DELETE", M, "Take a device off; its place is free at once", {204: ("", ())}),
    _machine("POST", f"{M}/actions/ping", "A sign of life", {200: MACHINE}),
    _machine("POST", f"{M}/actions/ping-heartbeat", "The same, as older clients call it", {200: MACHINE}),
    _machine("POST", f"{M}/actions/reset", "Forget its signs of life", {200: MACHINE}),
    _machine("POST", f"{M}/actions/check-out", "An offline file of the device", {200: KEPT}, query=FILE_WORDS),
    _machine("GET", f"{M}/actions/check-out", "The same as a file to keep", {200: AS_FILE}, query=FILE_WORDS),
    _lemon("activate", "Add an instance with this name", "Activate", "Activated"),
    _lemon("validate", "Whether a key, and an instance of it, may be used", "Validate", "Validated"),
    _lemon("deactivate", "Take an instance off", "Deactivate", "Deactivated"),
    Operation(
        method="GET",
        path="/v1/keys.json",
        says="The public keys that check answers, offline files and proofs, with their days",
        group="Keys",
        answers={200: ("Keys", (JSON,))},
    ),
    Operation(
        method="GET",
        path="/v1/release-keys",
        says="The public key that checks files of releases",
        group="Keys",
        answers={200: ("ReleaseKeys", (JSON,))},
    ),
    _release("GET", "/v1/token", "Whose token this is", {200: ("Token", (JSON,))}),
    _release("GET", R, "All releases of a product, drafts included", {200: ("Releases", (JSON,))}),
    _release("POST", R, "Begin a release", {201: ("Release", (JSON,))}, sends="NewRelease"),
    _release("POST", f"{R}/{{version}}/uploads", "Announce a file", {201: ("Upload", (JSON,))}, sends="NewFile"),
    _release("GET", "/v1/uploads/{stored}", "How much of a file is here", {200: ("Upload", (JSON,))}),
    _release(
        "PUT",
        "/v1/uploads/{stored}",
        "The next piece, with Content-Range; the file once it is complete",
        {201: ("ReleaseFile", (JSON,)), 202: ("Upload", (JSON,))},
        sent_as=(BYTES,),
        sends="bytes",
    ),
    _release("POST", f"{R}/{{version}}/publish", "Let licenses have it", {200: ("Release", (JSON,))}),
    Operation(
        method="GET",
        path="/v1/files/{token}/{name}",
        says="A file, or the asked-for range of it, by a link that ends",
        group="Downloads",
        answers={**PLAIN, 200: ("", (BYTES,)), 206: ("", (BYTES,)), 304: ("", ()), 416: ("Errors", (JSON,))},
    ),
    Operation(
        method="GET",
        path="/v1/simple/",
        says="The packages that a key opens (PEP 503 and 691)",
        group="Downloads",
        auth="basic",
        answers={**PLAIN, 200: ("Projects", (SIMPLE, HTML))},
    ),
    Operation(
        method="GET",
        path="/v1/simple/{name}/",
        says="The files of a package that the license may have",
        group="Downloads",
        auth="basic",
        answers={**PLAIN, 200: ("Package", (SIMPLE, HTML))},
    ),
    Operation(
        method="GET",
        path="/v1/updates/{slug}/tauri/{target}/{arch}/{current}",
        says="The newest build for a machine, as Tauri reads it; 204 where there is none",
        group="Downloads",
        auth="key",
        query={"channel": "beta counts betas in"},
        answers={**PLAIN, 200: ("TauriUpdate", (JSON,)), 204: ("", ())},
    ),
    Operation(
        method="GET",
        path="/v1/updates/{slug}/electron/{name}.yml",
        says="latest.yml, latest-mac.yml, latest-linux.yml, and the same of beta, as electron-updater reads them",
        group="Downloads",
        auth="key",
        answers={**PLAIN, 200: ("", (YAML,))},
    ),
    Operation(
        method="GET",
        path="/v1/updates/{slug}/appcast.xml",
        says="All builds for macOS, as Sparkle reads them",
        group="Downloads",
        auth="key",
        answers={**PLAIN, 200: ("", (RSS,))},
    ),
)
