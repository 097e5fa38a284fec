"""The file of a product, for holders of its license, for some minutes."""

import io
import zipfile
from datetime import timedelta

from core import clock
from storefront.downloads import service as downloads
from tests.shop import Shop
from tests.storefront.order_builders import buy, ware
from tests.storefront.test_licenses import public_ids


def test_a_holder_downloads_the_file(shop: Shop) -> None:
    ada = shop.member()
    buy(ada, ware(shop))
    answer = ada.get(f"/account/licenses/{public_ids(shop)[0]}/download")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=kilnwatch-2.1.zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(answer.data)).read("README.txt") == b"Kilnwatch\n"
    answer.close()


def test_a_part_of_the_file_can_be_asked_for(shop: Shop) -> None:
    ada = shop.member()
    buy(ada, ware(shop))
    link = ada.get(f"/account/licenses/{public_ids(shop)[0]}/download", follow_redirects=False).location
    with ada.get(link) as answer:
        whole = answer.data
    with ada.get(link, headers={"Range": "bytes=10-19"}) as part:
        assert (part.status_code, part.data) == (206, whole[10:20])
    assert ada.get(link, headers={"Range": "bytes=999999-"}).status_code == 416


def test_a_link_expires_and_belongs_to_its_account(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    kiln = ware(shop)
    buy(ada, kiln)
    buy(bob, kiln)
    link = ada.get(f"/account/licenses/{public_ids(shop)[0]}/download", follow_redirects=False).location
    assert bob.get(link).status_code == 404
    assert shop.visitor().get(link, follow_redirects=False).location.startswith("/sign-in")
    assert ada.get(link + "x").status_code == 400
    with shop.app.app_context():
        token = link.rsplit("/", 1)[1]
        assert downloads.tokens.read("download", token, within=downloads.LIFETIME)
    assert timedelta(minutes=10) == downloads.LIFETIME


def test_a_license_that_does_not_count_downloads_nothing(shop: Shop) -> None:
    ada = shop.member()
    buy(ada, ware(shop, term="month"))
    page = f"/account/licenses/{public_ids(shop)[0]}"
    link = ada.get(f"{page}/download", follow_redirects=False).location
    with clock.moved(timedelta(days=40)), shop.transaction():
        downloads.licenses.expire_due()
    for address in (link, f"{page}/download"):
        answer = ada.get(address)
        assert answer.status_code == 409 and "has expired" in answer.text
    assert "Download" not in ada.get(page).text


def test_a_file_that_is_missing_is_said_plainly(sqlite_shop: Shop) -> None:
    ada = sqlite_shop.member()
    buy(ada, ware(sqlite_shop, "ghost"))
    (sqlite_shop.app.extensions["settings"].instance / "files/ghost/ghost-2.1.zip").unlink()
    answer = ada.get(f"/account/licenses/{public_ids(sqlite_shop)[0]}/download")
    assert answer.status_code == 404 and "The file of this product is not here" in answer.text


def test_planted_files_are_the_same_every_time(sqlite_shop: Shop) -> None:
    with sqlite_shop.transaction():
        first = downloads.plant_file("a", "a.zip", "words")
        before = downloads.path_of("a", "a.zip").read_bytes()
        assert downloads.plant_file("a", "a.zip", "words") == first == len(before)
        assert downloads.path_of("a", "a.zip").read_bytes() == before
