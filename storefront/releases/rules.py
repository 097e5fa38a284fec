"""Versions, names of files, what a license's window allows, and how signatures are written; pure."""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from core.errors import Invalid

LARGEST = 512 * 1024 * 1024
"""Of one file, in bytes: a signature is made over the whole of it at once."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,149}", re.ASCII)


class Channel(StrEnum):
    STABLE = "stable"
    BETA = "beta"


class Platform(StrEnum):
    ANY = "any"
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


class Arch(StrEnum):
    ANY = "any"
    X86_64 = "x86_64"
    AARCH64 = "aarch64"


def version_of(text: str) -> Version:
    """A version as PEP 440 orders them, which reads `1.2.3-beta.1` as semantic versioning writes it. Raises Invalid."""
    try:
        return Version(text)
    except InvalidVersion:
        raise Invalid("Write the version like 2.1, 2.1.3 or 2.2.0-beta.1, so that programs can compare it.") from None


def check_name(name: str) -> str:
    """The name of a file: letters, digits and . _ + - only. Raises Invalid."""
    if not _NAME.fullmatch(name):
        raise Invalid("A file's name has up to 150 letters, digits, dots, hyphens, pluses and underscores.")
    return name


def index_name(slug: str) -> str:
    """The name of a product in the package index (PEP 503)."""
    return canonicalize_name(slug)


def window_end(expires_at: datetime | None, updates_until: datetime | None) -> datetime | None:
    """Until when releases must have come out to be part of a license; None for all. An ended license keeps what was there."""
    ends = [end for end in (expires_at, updates_until) if end is not None]
    return min(ends) if ends else None


def is_within(published_at: datetime, end: datetime | None) -> bool:
    """Whether a release is part of a license with that window."""
    return end is None or published_at <= end


def minisign(sign: Callable[[bytes], bytes], signature: bytes, key_id: bytes, name: str) -> str:
    """A signature as minisign writes it (algorithm "Ed"), which Tauri reads: the outer base64 is Tauri's own."""
    told = f"file:{name}"
    first = base64.b64encode(b"Ed" + key_id + signature).decode()
    second = base64.b64encode(sign(signature + told.encode())).decode()
    text = f"untrusted comment: signature from the shop\n{first}\ntrusted comment: {told}\n{second}\n"
    return base64.b64encode(text.encode()).decode()


def runs_on(of_platform: str, of_arch: str, platform: Platform, arch: str) -> bool:
    """Whether a file for these runs on that machine; "" for whatever architecture."""
    return of_platform in {Platform.ANY, platform} and (not arch or of_arch in {Arch.ANY, arch})


def electron_yml(version: str, files: list[tuple[str, str, int]], published_at: datetime) -> str:
    """What electron-updater reads; files: address, SHA-512 in hex, size. A quoted text of JSON is one of YAML."""
    lines = [f"version: {json.dumps(version)}", "files:"]
    for address, sha512, size in files:
        lines += [f"  - url: {json.dumps(address)}", f"    sha512: {json.dumps(_short(sha512))}", f"    size: {size}"]
    first = files[0]
    lines += [f"path: {json.dumps(first[0])}", f"sha512: {json.dumps(_short(first[1]))}"]
    return "\n".join([*lines, f"releaseDate: '{published_at.isoformat()}'", ""])


def _short(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
