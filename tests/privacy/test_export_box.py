"""The encrypted file opens with its key alone, whole, and in one order; the export's plain rules."""

import secrets
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.export import box, rules
from privacy.terms import Holding

KEY = b"k" * 32


def written(place: Path, *parts: bytes) -> Path:
    """A file with these bytes in it."""
    place.unlink(missing_ok=True)
    with box.Writer(place, KEY) as out:
        for part in parts:
            out.write(part)
        assert out.size == sum(map(len, parts))
    return place


@given(parts=st.lists(st.integers(0, 3 * box.PIECE), max_size=4))
@settings(max_examples=25, deadline=None)
def test_what_goes_in_comes_out(parts: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.getbasetemp() / "box"
    content = [secrets.token_bytes(size) for size in parts]
    assert b"".join(box.read(written(place, *content), KEY)) == b"".join(content)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_can_be_altered_cut_off_or_swapped(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = written(tmp_path_factory.getbasetemp() / "box", b"a" * box.PIECE, b"b" * box.PIECE, b"c")
    raw, piece = place.read_bytes(), box.PIECE + 16
    first = len(box.MARK)
    where = data.draw(st.integers(0, len(raw) - 1))
    bad = data.draw(
        st.sampled_from(
            [
                raw[:where] + bytes([raw[where] ^ 1]) + raw[where + 1 :],
                raw[:where],
                raw[: first + piece],
                raw[:first]
                + raw[first + piece : first + 2 * piece]
                + raw[first : first + piece]
                + raw[first + 2 * piece :],
                raw + raw[-17:],
            ]
        )
    )
    place.write_bytes(bad)
    with pytest.raises(box.Damaged):
        list(box.read(place, KEY))


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    place = written(tmp_path / "box", b"secret words")
    assert b"secret" not in place.read_bytes()
    with pytest.raises(box.Damaged):
        list(box.read(place, b"x" * 32))


def test_values_are_written_as_programs_and_as_people_read_them() -> None:
    moment = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    assert rules.plain(moment) == "2026-11-02T09:05:00Z"
    assert rules.said("2026-11-02T09:05:00Z") == "2 November 2026, 09:05 UTC"
    assert rules.said("2026-99-99T99:99:99Z") == "2026-99-99T99:99:99Z"
    assert rules.plain(date(2026, 11, 2)) == "2026-11-02"
    assert [rules.said(value) for value in (None, True, False, "", [1, 2], {"a": None})] == [
        "–",
        "yes",
        "no",
        "–",
        "1, 2",
        "a: –",
    ]
    assert [rules.label(name) for name in ("created_at", "vat_id", "name_shown")] == ["Created", "VAT id", "Name shown"]


@given(done=st.integers(0, 10**6), of=st.integers(0, 10**6))
def test_progress_is_whole_only_when_all_is_done(done: int, of: int) -> None:
    shown = rules.percent(done, of)
    assert 0 <= shown <= 100 and (shown == 100) == (of > 0 and done >= of)


@given(text=st.text(max_size=300))
def test_files_that_come_along_unpack_inside_their_folder(text: str) -> None:
    name = rules.file_name(text)
    assert 0 < len(name) <= 100 and not set(name) & set('/\\:*?"<>|\n\x00') and not name.startswith(".")


def test_names_of_files_stay_what_they_were_where_they_can() -> None:
    given_names = ("INV-2026-000017.pdf", "7 my receipt (2).png", "../../etc/passwd", "..", "")
    assert [rules.file_name(name) for name in given_names] == [
        "INV-2026-000017.pdf",
        "7 my receipt (2).png",
        "_.._etc_passwd",
        "file",
        "file",
    ]


def test_only_what_is_declared_so_stays_out() -> None:
    never = Holding(category="password", collected_for="security", keep="x", export="never: a one-way fingerprint")
    assert rules.is_kept_back(never) and rules.reason_kept_back(never) == "a one-way fingerprint"
    assert not rules.is_kept_back(Holding(category="name", collected_for="account", keep="x"))
