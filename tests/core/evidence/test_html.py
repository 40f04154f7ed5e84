from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from tests.core.evidence.makers import (
    Judged,
    calibrated,
    document,
    pair_of,
    part,
    product,
    record,
)
from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.html import as_html


class Reader(HTMLParser):
    """Collect links, identifiers, text and unclosed elements of a page."""

    VOID = ("meta", "img", "col", "br")

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.alternatives: list[str] = []
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.links += [values[name] for name in ("src", "href") if name in values]
        self.names.update([values["id"]] if "id" in values else [])
        self.alternatives += [values["alt"]] if "alt" in values else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_page_is_well_formed_and_links_only_within_itself() -> None:
    first, second = product(), product("jw99001001001_02101_00002_nrca1", pupil="WLM8")
    parts = [part(record(calibrated(each))) for each in (first, second)]
    html = as_html(document(parts, [pair_of(first, second)]))
    reader = read(html)
    assert reader.open == []
    inside = [link for link in reader.links if link.startswith("#")]
    assert len(inside) == 1 + 1 + 1 + 2 * 3 + 1
    assert {link.removeprefix("#") for link in inside} == reader.names
    assert all(link.startswith("data:image/png;base64,") for link in reader.links if link not in inside)
    assert "default-src 'none'" in html
    assert all(reader.alternatives)


def test_page_tells_checks_numbers_and_judgement() -> None:
    science = product()
    taken = record(
        calibrated(science), level=Level.BAD, decisions=(Judged("fit", "First."), Judged("not fit", "Ghost."))
    )
    text = read(as_html(document([part(taken)]))).text
    assert "\N{BALLOT X} Checks together: bad." in text
    assert "more than 1500 (wss_tools SNRCalc)" in text
    assert "Judgement of the analyst: not fit, 2026-11-30 17:00 UTC: Ghost." in text
    assert "Earlier judgement: fit, 2026-11-30 17:00 UTC: First." in text
    assert "2144(12)" in text
    assert "A: circle at x 41.00, y 51.00, radius 8.00 px" in text
    assert "poppy is not installed." in text
    assert "https://jwst-crds.stsci.edu" in text


def test_levels_are_words_beside_their_sign() -> None:
    for level, sign in zip(Level, "\N{CHECK MARK}?!\N{BALLOT X}", strict=True):
        text = read(as_html(document([part(record(calibrated(product()), level=level))]))).text
        assert f"{sign} {level}" in text


def test_text_of_files_and_analyst_is_escaped(tmp_path: Path) -> None:
    science = product("x<b>&amp;", tmp_path)
    html = as_html(
        document([part(record(calibrated(science), decisions=(Judged("fit", "<script>alert(1)</script>"),)))])
    )
    assert "<script" not in html
    assert "x&lt;b&gt;&amp;amp;" in html
    assert "<script>alert(1)</script>" in read(html).text


def test_name_that_cannot_be_encoded_is_written_as_escape() -> None:
    html = as_html(document([part(record(calibrated(product("bad\udc80name"))))]))
    assert "bad\\udc80name" in html
    html.encode()
