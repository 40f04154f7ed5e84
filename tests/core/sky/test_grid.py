from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import Angle

from tests.core.sky.skies import BlindSky, TangentSky
from tests.gui import fakes
from wfsgui.core.sky.grid import GridLine, Part, SkyGrid, grid_lines
from wfsgui.core.sky.sexagesimal import DECLINATION

_, MINUTE, SECOND = DECLINATION.units
FULL = (2048, 2048)
SMALL = (64, 64)
FIELDS = [(80.5, -69.5), (0.0, 10.0), (359.9999, -45.0), (120.0, 0.0), (200.0, 89.5)]


def value(line: GridLine, *, of_ra: bool) -> float:
    """Parse a label with astropy, degrees."""
    text = line.label.replace("\N{MINUS SIGN}", "-")
    for sign, letter in zip(DECLINATION.units, "dms", strict=True):
        text = text.replace(sign, letter)
    return float(Angle(text, "hourangle" if of_ra else "deg").deg)


def errors(wcs: TangentSky, grid: SkyGrid, scale: float) -> list[float]:
    """Return the largest error of each line, in pixels."""
    found = []
    for lines, of_ra in ((grid.right_ascension, True), (grid.declination, False)):
        for line in lines:
            # Also between the points.
            middles = [(piece[1:] + piece[:-1]) / 2 for piece in line.pieces]
            x, y = np.vstack([*line.pieces, *middles]).T
            ra, dec = wcs.positions(x, y)
            off = (ra - value(line, of_ra=True) + 180) % 360 - 180 if of_ra else dec - value(line, of_ra=False)
            shrink = np.cos(np.radians(dec)) if of_ra else 1.0
            found.append(float(np.abs(off * shrink).max()) * 3600 / scale)
    return found


@pytest.mark.parametrize("shape", [FULL, SMALL, (256, 2048)])
@pytest.mark.parametrize("angle", [0.0, 37.0, 90.0, 200.0])
@pytest.mark.parametrize(("ra", "dec"), FIELDS)
def test_lines_are_at_position_of_label(ra: float, dec: float, angle: float, shape: tuple[int, int]) -> None:
    wcs = TangentSky(ra, dec, angle=angle, shape=shape)
    grid = grid_lines(wcs, shape)
    assert max(errors(wcs, grid, 0.031)) < 0.06
    for lines in (grid.right_ascension, grid.declination):
        assert 2 <= len(lines) <= 8
        assert len({line.label for line in lines}) == len(lines)


def test_grid_of_distorted_wcs_without_inverse() -> None:
    wcs = TangentSky(80.5, -69.5, angle=20.0, bend=1e-5, has_inverse=False)
    grid = grid_lines(wcs, FULL)
    assert max(errors(wcs, grid, 0.031)) < 0.1
    assert len(grid.lines) > 5


@pytest.mark.parametrize("dec", [90.0, -90.0])
def test_grid_at_pole_has_all_meridians_and_closed_parallels(dec: float) -> None:
    wcs = TangentSky(0.0, dec, angle=10.0, scale=0.5)
    grid = grid_lines(wcs, FULL)
    assert [line.label for line in grid.right_ascension] == ["00h", "04h", "08h", "12h", "16h", "20h"]
    # A line may extend beyond the pole by less than two cells.
    assert all(len(line.pieces) == 1 for line in grid.right_ascension)
    assert max(errors(wcs, SkyGrid((), grid.declination), 0.5)) < 1.0
    innermost = max(grid.declination, key=lambda line: abs(value(line, of_ra=False)))
    assert np.array_equal(innermost.pieces[0][0], innermost.pieces[0][-1])
    assert abs(value(innermost, of_ra=False)) < 90


def test_labels_have_fields_of_round_steps() -> None:
    def labels(scale: float) -> tuple[list[str], list[str]]:
        grid = grid_lines(TangentSky(83.0, -5.0, scale=scale), FULL)
        return [line.label for line in grid.right_ascension], [line.label for line in grid.declination]

    ra, dec = labels(60.0)
    assert ra == ["04h40m", "05h00m", "05h20m", "05h40m", "06h00m", "06h20m", "06h40m"]
    assert [text.replace("\N{MINUS SIGN}", "-") for text in dec] == [
        "-20°",
        "-15°",
        "-10°",
        "-05°",
        "+00°",
        "+05°",
        "+10°",
    ]
    ra, dec = labels(0.031)
    assert ra == ["05h31m58s", "05h31m59s", "05h32m00s", "05h32m01s", "05h32m02s"]
    assert dec[3:5] == [f"\N{MINUS SIGN}05°00{MINUTE}00{SECOND}", f"\N{MINUS SIGN}04°59{MINUTE}50{SECOND}"]
    ra, dec = labels(0.001)
    assert ra[:3] == ["05h31m59.94s", "05h31m59.96s", "05h31m59.98s"]
    assert ra[3] == "05h32m00.00s"
    assert all(text[-3] == "." for text in dec)


def test_labels_wrap_at_right_ascension_0() -> None:
    grid = grid_lines(TangentSky(0.0, 10.0), FULL)
    labels = [line.label for line in grid.right_ascension]
    assert "00h00m00s" in labels
    assert any(label.startswith("23h59m") for label in labels)


def test_lines_and_labels_are_within_visible_part() -> None:
    wcs = TangentSky(80.5, -69.5, angle=30.0)
    part = Part(100.0, 400.0, 180.0, 450.0)
    grid = grid_lines(wcs, FULL, part)
    assert len(grid.lines) >= 5
    for line in grid.lines:
        points = np.vstack([*line.pieces, [place[:2] for place in line.places]])
        assert (points >= (100.0, 400.0)).all()
        assert (points <= (180.0, 450.0)).all()
    whole = grid_lines(wcs, FULL)
    for line in whole.lines:
        points = np.vstack(line.pieces)
        assert points.min() >= -0.5
        assert points.max() <= 2047.5


def test_line_that_leaves_image_is_split() -> None:
    # Parallels around a pole below the image leave its lower edge in the middle.
    wcs = TangentSky(0.0, 90.0, scale=0.5, shape=(3000, 2048))
    grid = grid_lines(wcs, (1200, 2048), Part(0.0, 0.0, 2000.0, 900.0))
    assert any(len(line.pieces) > 1 for line in grid.declination)
    for line in grid.declination:
        for piece in line.pieces:
            assert np.hypot(*np.diff(piece, axis=0).T).max() < 60


def test_labels_start_at_edge_and_run_inwards() -> None:
    grid = grid_lines(TangentSky(80.5, -69.5), FULL)
    for line in grid.right_ascension:
        assert line.places[0].y == pytest.approx(-0.5)
        assert line.places[0].dy > 0.9
    for line in grid.declination:
        assert line.places[0].x == pytest.approx(-0.5)
        assert line.places[0].dx > 0.9
    turned = grid_lines(TangentSky(80.5, -69.5, angle=90.0), FULL)
    assert all(line.places[0].x == pytest.approx(-0.5) for line in turned.right_ascension)


def test_no_lines_without_wcs_values() -> None:
    assert grid_lines(BlindSky(), FULL).lines == ()
    assert grid_lines(TangentSky(0.0, 0.0), SMALL, Part(100.0, 100.0, 200.0, 200.0)).lines == ()


def test_grid_of_single_pixel_and_of_fake_wcs() -> None:
    assert len(grid_lines(TangentSky(5.0, 5.0, shape=(1, 1)), (1, 1)).lines) >= 4
    assert len(grid_lines(fakes.sky, (48, 64)).lines) >= 4
