"""The shapes of what programs send and are answered, as JSON Schema. Pure."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def text(most: int = 0) -> Schema:
    """A text."""
    return {"type": "string", "maxLength": most} if most else {"type": "string"}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def thing(required: Mapping[str, Schema], **optional: Schema) -> Schema:
    """An object with these members."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


def listed(schema: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": schema}


def ref(name: str) -> Schema:
    """One of the named shapes below."""
    return {"$ref": f"#/components/schemas/{name}"}


MOMENT: Schema = {"type": "string", "format": "date-time"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}
ANY: Schema = {"type": "object"}
LINK = thing({"data": maybe(thing({"type": text(), "id": text()}))})
MANY = thing({"links": thing({"related": text()})}, meta=thing({"count": COUNT}))

LICENSE = thing(
    {
        "id": text(),
        "type": {"const": "licenses"},
        "attributes": thing(
            {
                "name": text(),
                "key": maybe(text()),
                "expiry": maybe(MOMENT),
                "status": {"enum": ["ACTIVE", "EXPIRING", "EXPIRED", "SUSPENDED", "BANNED"]},
                "uses": COUNT,
                "suspended": FLAG,
                "maxMachines": maybe(COUNT),
                "maxProcesses": maybe(COUNT),
                "maxUsers": maybe(COUNT),
                "maxCores": maybe(COUNT),
                "maxUses": maybe(COUNT),
                "requireHeartbeat": FLAG,
                "requireCheckIn": FLAG,
                "lastValidated": maybe(MOMENT),
                "nextCheckIn": maybe(MOMENT),
                "metadata": ANY,
                "created": MOMENT,
                "updated": MOMENT,
            }
        ),
        "relationships": thing({"account": LINK, "product": LINK, "policy": LINK, "machines": MANY}),
    }
)
MACHINE = thing(
    {
        "id": text(),
        "type": {"const": "machines"},
        "attributes": thing(
            {
                "fingerprint": maybe(text()),
                "name": maybe(text()),
                "platform": maybe(text()),
                "cores": maybe(COUNT),
                "ip": {"type": "null"},
                "hostname": {"type": "null"},
                "requireHeartbeat": FLAG,
                "heartbeatStatus": {"enum": ["NOT_STARTED", "ALIVE", "DEAD", "RESURRECTED"]},
                "heartbeatDuration": COUNT,
                "lastHeartbeat": maybe(MOMENT),
                "nextHeartbeat": maybe(MOMENT),
                "created": MOMENT,
                "updated": MOMENT,
            }
        ),
        "relationships": thing({"license": LINK, "product": LINK}),
    }
)
FILE = thing(
    {
        "id": text(),
        "type": {"enum": ["license-files", "machine-files"]},
        "attributes": thing(
            {
                "certificate": text(),
                "algorithm": {"enum": ["base64+ed25519", "aes-256-gcm+ed25519"]},
                "includes": listed(text()),
                "ttl": COUNT,
                "issued": MOMENT,
                "expiry": MOMENT,
            }
        ),
    }
)
VERDICT = thing(
    {
        "ts": MOMENT,
        "valid": FLAG,
        "detail": text(),
        "code": text(),
        "nonce": {"type": ["integer", "string", "null"]},
        "scope": {"type": ["object", "null"]},
        "id": text(),
    }
)
SOURCE = thing({}, pointer=text(), parameter=text())
ERRORS = thing(
    {
        "errors": {
            **listed(thing({"title": text(), "detail": text(), "code": text()}, source=SOURCE)),
            "minItems": 1,
        }
    },
    meta=thing({"id": text()}),
)
LEMON_KEY = thing(
    {
        "id": NUMBER,
        "status": {"enum": ["inactive", "active", "expired", "disabled"]},
        "key": text(),
        "activation_limit": maybe(COUNT),
        "activation_usage": COUNT,
        "created_at": MOMENT,
        "expires_at": maybe(MOMENT),
        "test_mode": FLAG,
    }
)
INSTANCE = thing({"id": text(), "name": text(), "created_at": MOMENT})
META = thing({"store_id": NUMBER, "product_id": NUMBER, "product_name": text(), "variant_id": NUMBER})
LEMON_REFUSED = {
    "anyOf": [
        thing({"error": text()}),
        thing({"message": text(), "errors": ANY}),
        {"$ref": "#/components/schemas/Errors"},
    ]
}
RELEASE_FILE = thing(
    {
        "name": text(),
        "platform": text(),
        "arch": text(),
        "size": COUNT,
        "sha256": text(),
        "sha512": text(),
        "signature": text(),
    }
)
RELEASE = thing(
    {
        "version": text(),
        "channel": {"enum": ["stable", "beta"]},
        "notes": text(),
        "published_at": maybe(MOMENT),
        "withdrawn_at": maybe(MOMENT),
        "files": listed(RELEASE_FILE),
    }
)
UPLOAD = thing({"upload": text(), "received": COUNT, "size": COUNT, "piece": COUNT})
SIMPLE_META = thing({"api-version": text()})
KEY = thing(
    {"id": text(), "public": text(), "algorithm": {"const": "ed25519"}, "from": maybe(MOMENT), "until": maybe(MOMENT)}
)

NAMED: dict[str, Schema] = {
    "License": LICENSE,
    "Machine": MACHINE,
    "OneLicense": thing({"data": ref("License")}),
    "OneMachine": thing({"data": ref("Machine")}),
    "Machines": thing({"data": listed(ref("Machine"))}),
    "Entitlements": thing(
        {"data": listed(thing({"id": text(), "type": {"const": "entitlements"}, "attributes": ANY}))}
    ),
    "OneFile": thing({"data": FILE}),
    "Validation": thing({"data": maybe(ref("License")), "meta": VERDICT}),
    "Errors": ERRORS,
    "Activated": thing(
        {"activated": FLAG, "error": {"type": "null"}, "license_key": LEMON_KEY, "instance": INSTANCE, "meta": META}
    ),
    "Validated": thing(
        {"valid": FLAG, "error": {"type": "null"}, "license_key": LEMON_KEY, "instance": maybe(INSTANCE), "meta": META}
    ),
    "Deactivated": thing({"deactivated": FLAG, "error": {"type": "null"}, "license_key": LEMON_KEY, "meta": META}),
    "LemonRefused": LEMON_REFUSED,
    "Release": RELEASE,
    "ReleaseFile": RELEASE_FILE,
    "Releases": thing({"releases": listed(ref("Release"))}),
    "Upload": UPLOAD,
    "Token": thing({"name": text(), "number": text()}),
    "ReleaseKeys": thing({"ed25519": text(), "tauri": text()}),
    "Keys": thing({"keys": {**listed(KEY), "minItems": 1}, "account": text()}),
    "Projects": thing({"meta": SIMPLE_META, "projects": listed(thing({"name": text()}))}),
    "Package": thing(
        {
            "meta": SIMPLE_META,
            "name": text(),
            "files": listed(thing({"filename": text(), "url": text(), "hashes": ANY, "size": COUNT})),
            "versions": listed(text()),
        }
    ),
    "TauriUpdate": thing({"version": text(), "notes": text(), "pub_date": MOMENT, "url": text(), "signature": text()}),
}
SENT: dict[str, Schema] = {
    "Check": thing(
        {"meta": thing({"key": text(500)}, nonce={"type": ["integer", "string"]}, scope=ref("Scope"))},
    ),
    "ScopedCheck": thing({}, meta=thing({}, nonce={"type": ["integer", "string"]}, scope=ref("Scope"))),
    "Scope": thing(
        {},
        product=text(500),
        policy=text(500),
        machine=text(500),
        fingerprint=text(500),
        fingerprints={**listed(text(500)), "maxItems": 16},
        entitlements={**listed(text(500)), "maxItems": 64},
    ),
    "NewMachine": thing(
        {
            "data": thing(
                {
                    "type": {"const": "machines"},
                    "attributes": thing(
                        {"fingerprint": {"type": "string", "minLength": 1, "maxLength": 200}},
                        name=text(80),
                        platform=text(80),
                        cores={"type": "integer", "minimum": 0, "maximum": 10_000},
                    ),
                    "relationships": thing(
                        {"license": thing({"data": thing({"type": {"const": "licenses"}, "id": text()})})}
                    ),
                }
            )
        }
    ),
    "More": thing({}, meta=thing({}, increment={"type": "integer", "minimum": 1, "maximum": 1_000_000})),
    "Fewer": thing({}, meta=thing({}, decrement={"type": "integer", "minimum": 1, "maximum": 1_000_000})),
    "Activate": thing({"license_key": text(500), "instance_name": text(500)}),
    "Validate": thing({"license_key": text(500)}, instance_id=text(500)),
    "Deactivate": thing({"license_key": text(500), "instance_id": text(500)}),
    "NewRelease": thing({"version": text(60)}, channel={"enum": ["stable", "beta"]}, notes=text(20_000)),
    "NewFile": thing({"name": text(200), "size": {"type": "integer", "minimum": 1}}, platform=text(20), arch=text(20)),
}
