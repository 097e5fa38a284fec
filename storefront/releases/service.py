"""What can be done with releases: draft, add files, publish, withdraw, list."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import func, select

from core import clock
from core.access import Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from core.events import emit
from core.jobs.service import job
from storefront.catalogue.models import Product, Source
from storefront.releases import rules, signing, store
from storefront.releases.models import Release, ReleaseFile, ReleaseUpload
from storefront.releases.rules import Arch, Channel, Platform

UNFINISHED_KEPT = timedelta(days=2)
LONGEST_NOTES = 20_000


@dataclass(frozen=True, kw_only=True)
class ReleasePublished:
    """A release is there for its product's licenses."""

    release_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class FileDraft:
    """A file that is announced: its name, for which machines, and its length in bytes where that is known."""

    name: str
    platform: str = Platform.ANY.value
    arch: str = Arch.ANY.value
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A release with its files."""

    release: Release
    files: list[ReleaseFile]


def draft(product: Product, version: str, channel: str, notes: str, actor: Actor) -> Release:
    """A new release that nobody sees yet. Raises Invalid, Conflict where the version is there."""
    rules.version_of(version)
    if channel not in set(Channel):
        raise Invalid("A release is stable or beta.")
    if len(version) > 40 or len(notes) > LONGEST_NOTES:
        raise Invalid("The version or the notes are too long.")
    known = session.scalars(select(Release.version).where(Release.product_id == product.id))
    if any(rules.version_of(one) == rules.version_of(version) for one in known):
        raise Conflict(f"There is a release {version} of {product.name} already.")
    made = Release(product_id=product.id, version=version, channel=channel, notes=notes, made_at=clock.now())
    session.add(made)
    session.flush()
    audit.record(actor, "drafted", "release", made.id, version=version)
    return made


def products() -> list[tuple[str, str, int, datetime | None]]:
    """Products of our own by name: slug, name, how many releases, and when the latest came out."""
    wanted = (
        select(Product.slug, Product.name, func.count(Release.id), func.max(Release.published_at))
        .outerjoin(Release, Release.product_id == Product.id)
        .where(Product.source == Source.OWN.value)
        .group_by(Product.id, Product.slug, Product.name)
        .order_by(Product.name)
    )
    return [(slug, name, count, latest) for slug, name, count, latest in session.execute(wanted)]


def get(product: Product, version: str) -> Release:
    """The product's release of that version. Raises NotFound."""
    wanted = select(Release).where(Release.product_id == product.id, Release.version == version)
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("There is no such release of this product.")
    return found


def listed(product_id: int) -> list[Listed]:
    """All releases of a product with their files, the newest version first."""
    releases = session.scalars(select(Release).where(Release.product_id == product_id)).all()
    files: dict[int, list[ReleaseFile]] = {one.id: [] for one in releases}
    of_all = select(ReleaseFile).where(ReleaseFile.release_id.in_(files)).order_by(ReleaseFile.name)
    for file in session.scalars(of_all):
        files[file.release_id].append(file)
    ordered = sorted(releases, key=lambda one: rules.version_of(one.version), reverse=True)
    return [Listed(release=one, files=files[one.id]) for one in ordered]


def add_file(release: Release, file: FileDraft, source: BinaryIO, actor: Actor) -> ReleaseFile:
    """Take a whole file at once. Raises Invalid, Conflict."""
    _check_file(release, file)
    stored = secrets.token_hex(20)
    store.append(stored, source, rules.LARGEST + 1)
    return _keep(release, file, stored, actor)


def announce(release: Release, file: FileDraft) -> ReleaseUpload:
    """Begin to take a file in pieces. Raises Invalid, Conflict."""
    _check_file(release, file)
    if not 1 <= file.size <= rules.LARGEST:
        raise Invalid(f"A file has up to {rules.LARGEST} bytes; say how many as `size`.")
    made = ReleaseUpload(
        release_id=release.id,
        name=file.name,
        platform=file.platform,
        arch=file.arch,
        size=file.size,
        stored=secrets.token_hex(20),
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def get_upload(stored: str) -> ReleaseUpload:
    """An upload that is not complete. Raises NotFound."""
    found = session.scalar(select(ReleaseUpload).where(ReleaseUpload.stored == stored).with_for_update())
    if found is None:
        raise NotFound("There is no such upload, or it is complete.")
    return found


def go_on(upload: ReleaseUpload, begins: int, source: BinaryIO, actor: Actor) -> ReleaseFile | None:
    """Take the piece that begins at this byte; the file once all of it is here. Raises Conflict for another place."""
    have = store.received(upload.stored)
    if begins != have:
        raise Conflict(f"{have} of {upload.size} bytes are here. Go on from there.")
    if store.append(upload.stored, source, upload.size) < upload.size:
        return None
    release = session.get_one(Release, upload.release_id)
    file = FileDraft(name=upload.name, platform=upload.platform, arch=upload.arch)
    _check_file(release, file)
    session.delete(upload)
    return _keep(release, file, upload.stored, actor)


def publish(release: Release, actor: Actor) -> None:
    """Let licenses have it. Raises Conflict without a file, or once it was published."""
    if release.published_at is not None:
        raise Conflict("This release is published already, or was withdrawn.")
    if session.scalar(select(ReleaseFile.id).where(ReleaseFile.release_id == release.id).limit(1)) is None:
        raise Conflict("A release needs a file before it is published.")
    release.published_at = clock.now()
    audit.record(actor, "published", "release", release.id, version=release.version)
    emit(ReleasePublished(release_id=release.id, product_id=release.product_id))


def withdraw(release: Release, actor: Actor) -> None:
    """Hand it out no more. Raises Conflict for one that is not out."""
    if release.published_at is None or release.withdrawn_at is not None:
        raise Conflict("Only a release that is out can be withdrawn.")
    release.withdrawn_at = clock.now()
    audit.record(actor, "withdrew", "release", release.id, version=release.version)


@job("releases.unfinished", every=60)
def drop_unfinished() -> None:
    """Forget uploads that nobody completed."""
    due = select(ReleaseUpload).where(ReleaseUpload.made_at <= clock.now() - UNFINISHED_KEPT).limit(100)
    for upload in session.scalars(due):
        store.drop(upload.stored)
        session.delete(upload)


def _check_file(release: Release, file: FileDraft) -> None:
    rules.check_name(file.name)
    if file.platform not in set(Platform) or file.arch not in set(Arch):
        raise Invalid(f"Name a platform of {', '.join(Platform)} and an architecture of {', '.join(Arch)}.")
    if release.published_at is not None:
        raise Conflict("A published release does not change. Make another version.")
    same = (ReleaseFile.release_id == release.id, ReleaseFile.name == file.name)
    if session.scalar(select(ReleaseFile.id).where(*same)) is not None:
        raise Conflict(f"The release has a file {file.name} already.")


def _keep(release: Release, file: FileDraft, stored: str, actor: Actor) -> ReleaseFile:
    measured = store.measure(stored)
    if not 1 <= measured.size <= rules.LARGEST:
        store.drop(stored)
        raise Invalid(f"A file has between 1 and {rules.LARGEST} bytes. Nothing was kept.")
    kept = ReleaseFile(
        release_id=release.id,
        name=file.name,
        platform=file.platform,
        arch=file.arch,
        size=measured.size,
        sha256=measured.sha256,
        sha512=measured.sha512,
        signature=signing.signature_of(stored),
        stored=stored,
    )
    session.add(kept)
    session.flush()
    audit.record(actor, "added", "release_file", kept.id, name=file.name, sha256=measured.sha256)
    return kept
