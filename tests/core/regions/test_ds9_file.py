"""Tests of region files: round trips, files of DS9, left out regions and invalid files."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest
import regions as package

from wfsgui.core.errors import WfsguiError
from wfsgui.core.regions.ds9_file import read_regions, write_regions
from wfsgui.core.regions.shapes import Annulus, Circle, Line, NamedRegion, Rectangle

REGIONS = (
    NamedRegion("Star", Circle(464.123456, 1412.987654, 83.25)),
    NamedRegion("sky", Annulus(464.1, 1412.9, 100.0, 140.00049)),
    NamedRegion("box", Rectangle(-3.5, 2047.5, 10.1, 0.25)),
    NamedRegion("cut", Line(0.0, 0.0, 2047.0, 2046.99999)),
)


def save(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "a.reg"
    write_regions(path, REGIONS, overwrite=False)
    read, notices = read_regions(path)
    assert notices == ()
    assert [(named.name, type(named.region)) for named in read] == [(n.name, type(n.region)) for n in REGIONS]
    for one, other in zip(read, REGIONS, strict=True):
        assert astuple(one.region) == pytest.approx(astuple(other.region), abs=1e-6, rel=0)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "007", "1e5", "nan", "50%", "%7B", "100%257D", "%{", "{}", "}{", "a{b}c}", "open {"),
        *('"quoted"', "'", '"', """Bob's "{star}" """, "a; b", "# text={x}", "text={a}", "color=red"),
        *("Größe 5″ ☆", "two\nlines\r", "circle(1,2,3)", " spaces ", "tab\there", "\u2028", "\x85", "\\", "||"),
    ],
)
def test_any_name_is_written_and_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.reg"
    others = (NamedRegion("before", Circle(1, 2, 3)), NamedRegion("after", Circle(4, 5, 6)))
    regions = (others[0], NamedRegion(name, Circle(7, 8, 9)), others[1])
    write_regions(path, regions, overwrite=False)
    assert read_regions(path) == (regions, ())


def test_package_regions_reads_written_file(tmp_path: Path) -> None:
    path = tmp_path / "a.reg"
    write_regions(path, REGIONS, overwrite=False)
    assert path.read_text().splitlines()[:3] == [
        "# Region file format: DS9 astropy/regions",
        "image",
        "circle(465.123456,1413.987654,83.250000) # text={Star}",
    ]
    circle, annulus, rectangle, line = package.Regions.read(path, format="ds9")
    assert (circle.center.x, circle.center.y) == pytest.approx((464.123456, 1412.987654), abs=1e-6)
    assert circle.meta["text"] == "Star"
    assert (annulus.inner_radius, annulus.outer_radius) == pytest.approx((100, 140.00049))
    assert (rectangle.width, rectangle.height) == pytest.approx((10.1, 0.25))
    assert line.end.x == pytest.approx(2047)


def test_file_of_package_regions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.reg"
    star = package.CirclePixelRegion(package.PixCoord(10.5, 20.25), 4.0, meta={"text": "one star"})
    star.write(path, format="ds9")
    assert "global text" in path.read_text()
    assert read_regions(path) == ((NamedRegion("one star", Circle(10.5, 20.25, 4.0)),), ())


DS9 = """# Region file format: DS9 version 4.1
global color=green dashlist=8 3 width=1 font="helvetica 10 normal roman" select=1 highlite=1 dash=0 include=1 source=1
physical
circle(101,201,30) # color=red text={by "hand"; here} tag={a; b}
box(11,21,4,6,0) # text="a {b}" width=2
box(11,21,4,6,180); annulus(1,1,2,4,8) # text='rings'

line 1 1 5 4 # line=0 0 text={no parentheses}
image; circle(11i, 12i, 3i) ; box 5 6 7 8
# a comment (about nothing); circle(9,9,9)
"""


def test_file_of_ds9_is_read(tmp_path: Path) -> None:
    read, notices = read_regions(save(tmp_path / "ds9.reg", DS9))
    assert notices == ()
    assert read == (
        NamedRegion('by "hand"; here', Circle(100, 200, 30)),
        NamedRegion("a {b}", Rectangle(10, 20, 4, 6)),
        NamedRegion("", Rectangle(10, 20, 4, 6)),
        NamedRegion("rings", Annulus(0, 0, 2, 4)),
        NamedRegion("rings", Annulus(0, 0, 4, 8)),
        NamedRegion("no parentheses", Line(0, 0, 4, 3)),
        NamedRegion("", Circle(10, 11, 3)),
        NamedRegion("", Rectangle(4, 5, 7, 8)),
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ellipse(5,5,2,3,40)", "the shape ellipse is not supported"),
        ("polygon(1,1,5,5,1,9) # text={p}", "the shape polygon is not supported"),
        ("# text(5,5) text={a label}", "the shape text is not supported"),
        ("# vector(5,5,10,20) vector=1", "the shape vector is not supported"),
        ("box(5,5,2,3,30)", "rotated rectangles are not supported"),
        ("box(5,5,2,3,4,6,0)", "boxes with a hole are not supported"),
        ("-circle(5,5,2)", "excluded regions (with a minus sign) are not supported"),
        ('fk5;circle(89.9,-65.7,2")', "positions on the sky (fk5) need a WCS; save the regions in image coordinates"),
        ("icrs;box(5:59:38.9,-65:44:05.5,2\",3',0)", "positions on the sky (icrs) need a WCS"),
        ("wcsa;line(1,2,3,4)", "positions on the sky (wcsa) need a WCS"),
        ("detector;circle(5,5,2)", "the coordinate system detector is not supported"),
        ('circle(5,5,2")', "positions or sizes on the sky need a WCS"),
        ("circle(12:30:00,5,2)", "positions or sizes on the sky need a WCS"),
    ],
)
def test_left_out_regions_have_reason(line: str, reason: str, tmp_path: Path) -> None:
    text = f"image\ncircle(1,1,1) # text={{kept}}\n{line}\nimage\nline(1,1,2,2)\n"
    read, (notice,) = read_regions(save(tmp_path / "a.reg", text))
    assert [type(named.region) for named in read] == [Circle, Line]
    assert notice.startswith(f"a.reg: line 3 is left out: {reason}")
    assert notice.endswith(".")


def test_notices_are_grouped_by_reason(tmp_path: Path) -> None:
    text = "image\nellipse(1,1,1,1,0)\nfk5\ncircle(1,1,1)\ncircle(2,2,2);circle(3,3,3)\ncircle(4,4,4)\n"
    read, notices = read_regions(save(tmp_path / "a.reg", text))
    assert read == ()
    assert [notice.partition(" left out")[0] for notice in notices] == [
        "a.reg: line 2 is",
        "a.reg: lines 4, 5 and 6 are",
    ]


@pytest.mark.parametrize("text", ["", "# Region file format: DS9\nimage\n", "\ufeffimage\r\n\r\n"])
def test_file_without_regions_has_notice(text: str, tmp_path: Path) -> None:
    assert read_regions(save(tmp_path / "a.reg", text)) == ((), ("a.reg holds no regions.",))


@pytest.mark.parametrize(
    "line",
    [
        "circle(1,2)",
        "circle(1,2,three)",
        "circle(1,2,-3)",
        "circle(1,2,1e999)",
        "circle()",
        "circle(1-2,3,4)",
        "annulus(1,2,5,4)",
        "box(1,2,3)",
        "line(1,2,3)",
        "cirle(1,2,3)",
        "SIMPLE  =                    T",
        "{}",
        "1 2 3",
    ],
)
def test_damaged_line_is_named(line: str, tmp_path: Path) -> None:
    with pytest.raises(WfsguiError, match=r"^a\.reg is no region file, or a damaged one: line 3 cannot be read; "):
        read_regions(save(tmp_path / "a.reg", f"image\ncircle(1,1,1)\n{line}\n"))


def test_other_file_raises(tmp_path: Path) -> None:
    (tmp_path / "image.fits").write_bytes(bytes(range(256)))
    with pytest.raises(WfsguiError, match=r"^image\.fits is no region file; "):
        read_regions(tmp_path / "image.fits")
    with pytest.raises(WfsguiError, match=r"gone\.reg cannot be read \(No such file or directory\); "):
        read_regions(tmp_path / "gone.reg")


def test_existing_files_are_kept_unless_asked(tmp_path: Path) -> None:
    path = save(tmp_path / "a.reg", "the analyst's")
    with pytest.raises(WfsguiError, match=r"a\.reg exists and is kept; "):
        write_regions(path, REGIONS, overwrite=False)
    assert path.read_text() == "the analyst's"
    write_regions(path, REGIONS, overwrite=True)
    assert len(read_regions(path)[0]) == 4
    assert list(tmp_path.iterdir()) == [path]


def test_region_without_size_or_position_raises(tmp_path: Path) -> None:
    with pytest.raises(WfsguiError, match=r"cannot be written \(No such file or directory\); "):
        write_regions(tmp_path / "nowhere" / "a.reg", REGIONS, overwrite=True)
    for region in (Circle(1, 1, 0), Rectangle(1, 1, -2, 3), Annulus(1, 1, 5, 5), Circle(float("nan"), 1, 1)):
        with pytest.raises(WfsguiError, match="'dot' has no size or no position and cannot be saved; "):
            write_regions(tmp_path / "a.reg", [NamedRegion("dot", region)], overwrite=True)
    (tmp_path / "folder").mkdir()
    with pytest.raises(WfsguiError, match="folder cannot be written "):
        write_regions(tmp_path / "folder", REGIONS, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_no_regions_make_an_empty_file(tmp_path: Path) -> None:
    write_regions(tmp_path / "a.reg", [], overwrite=False)
    assert read_regions(tmp_path / "a.reg") == ((), ("a.reg holds no regions.",))
