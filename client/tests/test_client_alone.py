"""What the client decides without a shop: files, proofs, grace, the clock and the history."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from signer import FINGERPRINT, KEY, NOW, PUBLIC, answer, file, proof

from licensepal_client import Client, Expired, Grace, Result, Tampered, Unreachable, Valid

NOBODY = "127.0.0.1:9"
"""The discard port, on which nothing answers."""


def client(folder: Path, *, at: datetime = NOW, host: str = NOBODY, public: str = PUBLIC) -> Client:
    return Client(
        f"http://{host}", [public], key=KEY, fingerprint=FINGERPRINT, path=folder / "kept.json", now=lambda: at
    )


def remembered(folder: Path, kept: dict[str, str]) -> None:
    (folder / "kept.json").write_text(json.dumps({"answer": kept, "snapshot": ""}))


@pytest.mark.parametrize("text", [file(), file(encrypt=True), proof()], ids=["plain", "encrypted", "proof"])
def test_what_the_shop_signed_counts_until_its_end_and_not_a_moment_longer(tmp_path: Path, text: str) -> None:
    assert isinstance(client(tmp_path).read(text), Valid)
    assert isinstance(client(tmp_path, at=NOW + timedelta(days=30, seconds=-1)).read(text), Valid)
    assert isinstance(client(tmp_path, at=NOW + timedelta(days=30)).read(text), Expired)
    assert client(tmp_path, public="00" * 32).read(text).code == "SIGNATURE_WRONG"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.sampled_from([file(), file(encrypt=True), proof()]), where=st.integers(0, 10_000), to=st.characters())
def test_no_changed_letter_goes_through(tmp_path: Path, text: str, where: int, to: str) -> None:
    place = where % (len(text) - 1)
    changed = text[:place] + to + text[place + 1 :]
    result = client(tmp_path).read(changed)
    same = changed.strip().replace("\n", "") == text.strip().replace("\n", "")
    assert isinstance(result, Tampered) or same


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text() | st.text().map("LP1.{}".format) | st.binary().map(lambda raw: f"LP1.{raw.hex()}.{raw.hex()}"))
def test_anything_else_is_refused_and_raises_nothing(tmp_path: Path, text: str) -> None:
    assert isinstance(client(tmp_path).read(text), Tampered)


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    for text in (file(key="KILN-9"), file(key="KILN-9", encrypt=True)):
        assert client(tmp_path).read(text).code == "FILE_OF_ANOTHER_LICENSE"
    assert client(tmp_path).read(proof(fingerprint="kiln-2")).code == "FILE_OF_ANOTHER_DEVICE"


def test_a_clock_or_a_history_that_goes_back_is_seen(tmp_path: Path) -> None:
    assert isinstance(client(tmp_path).read(file(number=7)), Valid)
    assert client(tmp_path).read(file(number=6)).code == "HISTORY_BACK"
    assert isinstance(client(tmp_path).read(proof(number=7)), Valid)
    later = NOW + timedelta(days=2)
    assert isinstance(client(tmp_path, at=later).read(file(number=8, issued=later)), Valid)
    assert client(tmp_path, at=NOW).read(file(number=8, issued=later)).code == "CLOCK_BACK"
    assert isinstance(client(tmp_path, at=later - timedelta(minutes=4)).read(file(number=8, issued=later)), Valid)


def test_the_last_good_answer_counts_for_the_days_of_grace(tmp_path: Path) -> None:
    assert isinstance(client(tmp_path).validate(), Unreachable)
    remembered(tmp_path, answer(NOBODY))
    result = client(tmp_path, at=NOW + timedelta(days=13)).validate()
    assert isinstance(result, Grace) and result.may_run and result.until == NOW + timedelta(days=14)
    assert client(tmp_path, at=NOW + timedelta(days=14)).validate().code == "GRACE_OVER"
    assert client(tmp_path, at=NOW - timedelta(hours=1)).validate().code == "CLOCK_BACK"
    remembered(tmp_path, answer(NOBODY, expiry="2030-05-03T00:00:00.000Z"))
    assert client(tmp_path, at=NOW + timedelta(days=3)).validate().code == "EXPIRED"


@pytest.mark.parametrize("part", ["body", "date", "digest", "signature", "host", "target"])
def test_a_kept_answer_that_was_touched_gives_no_grace(tmp_path: Path, part: str) -> None:
    kept = answer(NOBODY)
    remembered(tmp_path, kept | {part: "A" + kept[part]})
    assert isinstance(client(tmp_path).validate(), Tampered)


@contextmanager
def replaying(date: datetime) -> Iterator[str]:
    """Somebody in between who gives an answer that the shop once gave."""

    class Replay(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            kept = answer(self.headers["Host"], at=date)
            self.send_response_only(200)
            for name, value in (("Date", kept["date"]), ("Digest", kept["digest"])):
                self.send_header(name, value)
            self.send_header("Keygen-Signature", f'keyid="licensepal", signature="{kept["signature"]}"')
            self.end_headers()
            self.wfile.write(kept["body"].encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Replay) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("age", "code"), [(timedelta(hours=1), "DATE_OLD"), (timedelta(0), "REPLAYED")])
def test_a_replayed_answer_is_refused_by_its_date_and_by_its_nonce(tmp_path: Path, age: timedelta, code: str) -> None:
    with replaying(NOW - age) as host:
        result: Result = client(tmp_path, host=host).validate()
    assert isinstance(result, Tampered) and result.code == code


def test_the_readme_can_be_copied() -> None:
    text = (Path(__file__).parent.parent / "README.md").read_text()
    blocks = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    assert len(blocks) == 2
    key = "<public key from /v1/keys.json, built into the program; several while keys overlap>"
    said = blocks[0].replace(key, PUBLIC).replace("https://shop.example.com", f"http://{NOBODY}")
    said = said.replace("<what names this device: 1 to 200 of A-Z a-z 0-9 . _ ~ ->", FINGERPRINT)
    with redirect_stdout(StringIO()) as out:
        exec(said, {})  # noqa: S102 - our own README
    assert out.getvalue() == "Connect to the network once, please.\n"
