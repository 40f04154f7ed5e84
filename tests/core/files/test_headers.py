"""Reading of headers, section by section."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.headers import Card, HeaderSection, read_headers


def sample() -> fits.HDUList:
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = ("JWST", "the telescope")
    primary.header["EXPOSED"] = True
    primary.header["EFFEXPTM"] = (10.5, "[s]")
    primary.header["EMPTY"] = (None, "no value")
    primary.header["BLANKTXT"] = ""
    primary.header["HIERARCH long keyword"] = "x"
    primary.header["LONGTEXT"] = "word " * 40
    primary.header.add_comment("a remark & <b>markup</b>")
    primary.header.add_history("first")
    primary.header.add_history("second")
    sci = np.full((4, 4), np.nan, np.float32)
    return fits.HDUList(
        [primary, fits.ImageHDU(sci, name="SCI"), fits.ImageHDU(sci, name="SCI", ver=2), fits.ImageHDU()]
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "x_rate.fits"
    sample().writeto(file)
    return file


def values(section: HeaderSection, keyword: str) -> list[tuple[str, str]]:
    return [(card.value, card.comment) for card in section.cards if card.keyword == keyword]


def test_each_extension_is_a_section(path: Path) -> None:
    assert [section.name for section in read_headers(path)] == ["PRIMARY", "SCI", "SCI, 2", "extension 3"]


@pytest.mark.parametrize(
    ("keyword", "expected"),
    [
        ("TELESCOP", [("JWST", "the telescope")]),
        ("EXPOSED", [("True", "")]),
        ("EFFEXPTM", [("10.5", "[s]")]),
        ("EMPTY", [("", "no value")]),
        ("BLANKTXT", [("", "")]),
        ("long keyword", [("x", "")]),
        ("LONGTEXT", [(("word " * 40).rstrip(), "")]),
        ("COMMENT", [("a remark & <b>markup</b>", "")]),
        ("HISTORY", [("first", ""), ("second", "")]),
        ("ABSENT", []),
    ],
)
def test_header_values_are_text(path: Path, keyword: str, expected: list[tuple[str, str]]) -> None:
    found = values(read_headers(path)[0], keyword)
    assert [(value.rstrip(), comment) for value, comment in found] == expected


def test_cards_keep_the_order_of_the_file(path: Path) -> None:
    cards = read_headers(path)[0].cards
    assert cards[0] == Card("SIMPLE", "True", "conforms to FITS standard")
    known = [card.keyword for card in cards if card.keyword in ("TELESCOP", "EXPOSED", "EFFEXPTM")]
    assert known == ["TELESCOP", "EXPOSED", "EFFEXPTM"]


def test_gzipped_file_has_the_same_headers(path: Path) -> None:
    packed = path.with_name("x_rate.fits.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_headers(packed) == read_headers(path)


def test_nonstandard_card_is_shown_unchanged(path: Path) -> None:
    raw = path.read_bytes()
    assert b"EFFEXPTM=                 10.5" in raw
    path.write_bytes(raw.replace(b"EFFEXPTM=                 10.5", b"EFFEXPTM=               10.5.x"))
    (told,) = [card for card in read_headers(path)[0].cards if card.keyword == "EFFEXPTM"]
    assert told.comment == "not standard FITS"
    assert "10.5.x" in told.value
    assert values(read_headers(path)[0], "TELESCOP") == [("JWST", "the telescope")]


def test_read_headers_reads_no_pixels(path: Path) -> None:
    whole = path.read_bytes()
    expected = read_headers(path)
    start = whole.index(b"XTENSION")
    # What follows the first extension's header is spoiled, not cut off.
    pixels = start + 2880
    path.write_bytes(whole[:pixels] + b"\xff" * 64 + whole[pixels + 64 :])
    assert read_headers(path) == expected


@pytest.mark.parametrize("content", [b"", b"not FITS at all", b"\x1f\x8b broken", b"SIMPLE  =                    T"])
@pytest.mark.parametrize("name", ["x_rate.fits", "x_rate.fits.gz"])
def test_damaged_file_is_declined_with_its_name(tmp_path: Path, content: bytes, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputDeclinedError, match=name):
        read_headers(file)


def test_missing_file_is_declined(tmp_path: Path) -> None:
    with pytest.raises(InputDeclinedError, match=r"gone_rate\.fits"):
        read_headers(tmp_path / "gone_rate.fits")


def test_truncated_file_shows_its_readable_headers(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4000])
    assert [section.name for section in read_headers(path)] == ["PRIMARY"]
