"""Reading and writing of DS9 region files, with the package regions."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import astuple
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Protocol

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.atomic_text import write_text
from wfsgui.core.regions.ds9_syntax import encoded, statements
from wfsgui.core.regions.shapes import Annulus, Circle, Line, NamedRegion, Rectangle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from wfsgui.core.regions.ds9_syntax import Statement
    from wfsgui.core.regions.shapes import Region

__all__ = ["read_regions", "write_regions"]

_HEADER: Final = "# Region file format: DS9 astropy/regions\nimage\n"
_DECIMALS: Final = 6

# Physical coordinates equal image coordinates, because JWST images have no LTM and LTV keywords.
_PIXEL_SYSTEMS: Final = {"image", "physical"}
_SYSTEMS_WITHOUT_SKY: Final = {"linear", "amplifier", "detector", "tile"}

_SHAPES: Final = {"circle", "annulus", "box", "line"}
_OTHER_SHAPES: Final = {
    *("ellipse", "polygon", "point", "text", "composite", "vector", "ruler", "compass", "projection", "segment"),
    *("panda", "cpanda", "epanda", "bpanda"),
}

# The suffix i means image coordinates, p physical coordinates and " arcseconds.
_PIXELS: Final = re.compile(r"[-+.,\deip\s]*", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"""[-+.,\deip\s:dhmsr"']*""", re.IGNORECASE)


class _Writable(Protocol):
    """Shape of the package regions."""

    def serialize(self, **options: str | int) -> str: ...


def write_regions(path: Path, regions: Sequence[NamedRegion], *, overwrite: bool) -> None:
    """Write a DS9 region file in image coordinates.

    Parameters
    ----------
    path : Path
        The file, by convention ``.reg``; its folder exists.
    regions : sequence of NamedRegion
        The regions. Braces and line ends in names are escaped as ``%7B`` etc., which `read_regions` reverses.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    WfsguiError
        If a region has no size or no position, if the file exists and must be kept, or if it cannot be written.
    """
    lines = [f"{_written(named)} # text={{{encoded(named.name)}}}\n" for named in regions]
    write_text(path, _HEADER + "".join(lines), overwrite=overwrite)


def read_regions(path: Path) -> tuple[tuple[NamedRegion, ...], tuple[str, ...]]:
    """Read a DS9 region file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    regions : tuple of NamedRegion
        The regions in the order of the file.
    notices : tuple of str
        What was left out and why, one sentence for each reason.

    Raises
    ------
    WfsguiError
        If the file cannot be read or is not a region file.
    """
    found: list[NamedRegion] = []
    left_out: defaultdict[str, list[int]] = defaultdict(list)
    for statement in statements(_content(path)):
        try:
            regions, reason = _read(statement)
        except (ValueError, TypeError, LookupError) as error:
            raise WfsguiError(
                f"{path.name} is no region file, or a damaged one: line {statement.line} cannot be read; "
                "correct the line, or save the regions again."
            ) from error
        found += [NamedRegion(statement.name, region) for region in regions]
        if reason:
            left_out[reason].append(statement.line)
    notices = [f"{path.name}: {_line_text(lines)} left out: {reason}." for reason, lines in left_out.items()]
    if not found and not notices:
        notices.append(f"{path.name} holds no regions.")
    return tuple(found), tuple(notices)


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WfsguiError(f"{path.name} is no region file; choose one that DS9 or this program has saved.") from error
    except OSError as error:
        raise WfsguiError(f"{path} cannot be read ({error.strerror}); choose another file.") from error


def _line_text(lines: Iterable[int]) -> str:
    numbers = sorted(set(lines))
    if len(numbers) == 1:
        return f"line {numbers[0]} is"
    return f"lines {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"


def _read(statement: Statement) -> tuple[list[Region], str]:
    """Return the regions of a statement (several for an annulus of many radii), or why there is none."""
    if statement.shape not in _SHAPES | _OTHER_SHAPES:
        raise ValueError(statement.shape)
    if statement.shape in _SHAPES and not _NUMBERS.fullmatch(statement.arguments):
        raise ValueError(statement.arguments)
    reason = _why_unsupported(statement)
    if reason:
        return [], reason
    shapes = _parsed(statement)
    if statement.shape == "box" and any(hasattr(shape, "inner_width") for shape in shapes):
        return [], "boxes with a hole are not supported"
    if statement.shape == "box" and any(shape.angle.to_value("deg") % 180 for shape in shapes):
        return [], "rotated rectangles are not supported"
    regions = _from_package(shapes)
    _check_finite(regions)
    return regions, ""


def _check_finite(regions: list[Region]) -> None:
    if not all(isfinite(number) for region in regions for number in astuple(region)):
        raise ValueError(regions)


def _why_unsupported(statement: Statement) -> str:
    """Return why a statement is not supported; empty if it is."""
    if statement.shape not in _SHAPES:
        return f"the shape {statement.shape} is not supported"
    if statement.excluded:
        return "excluded regions (with a minus sign) are not supported"
    if statement.system in _SYSTEMS_WITHOUT_SKY:
        return f"the coordinate system {statement.system} is not supported; save the regions in image coordinates"
    if statement.system not in _PIXEL_SYSTEMS:
        return f"positions on the sky ({statement.system}) need a WCS; save the regions in image coordinates"
    if not _PIXELS.fullmatch(statement.arguments):
        return "positions or sizes on the sky need a WCS; save the regions in image coordinates"
    return ""


def _parsed(statement: Statement) -> list[Any]:
    """Parse a statement, in pixels that count from 1, with the package regions."""
    from regions import Regions

    arguments = re.sub("[ip]", "", statement.arguments)
    if statement.shape == "box" and len(re.findall(r"[^,\s]+", arguments)) == 4:
        arguments += ",0"
    return list(Regions.parse(f"image\n{statement.shape}({arguments})", format="ds9"))


def _from_package(shapes: list[Any]) -> list[Region]:
    regions: list[Region] = []
    for shape in shapes:
        match type(shape).__name__:
            case "CirclePixelRegion":
                regions.append(Circle(shape.center.x, shape.center.y, shape.radius))
            case "CircleAnnulusPixelRegion":
                regions.append(Annulus(shape.center.x, shape.center.y, shape.inner_radius, shape.outer_radius))
            case "RectanglePixelRegion":
                regions.append(Rectangle(shape.center.x, shape.center.y, shape.width, shape.height))
            case _:
                regions.append(Line(shape.start.x, shape.start.y, shape.end.x, shape.end.y))
    return regions


def _written(named: NamedRegion) -> str:
    """Write a region, in pixels that count from 1, with the package regions; without its name."""
    try:
        _check_finite([named.region])
        text = _to_package(named.region).serialize(format="ds9", precision=_DECIMALS)
    except ValueError as error:
        raise WfsguiError(
            f"The region {named.name!r} has no size or no position and cannot be saved; remove it."
        ) from error
    return text.splitlines()[-1]


def _to_package(region: Region) -> _Writable:
    import regions as package

    shape: _Writable
    match region:
        case Circle(x, y, radius):
            shape = package.CirclePixelRegion(package.PixCoord(x, y), radius)
        case Annulus(x, y, inner, outer):
            shape = package.CircleAnnulusPixelRegion(package.PixCoord(x, y), inner, outer)
        case Rectangle(x, y, width, height):
            shape = package.RectanglePixelRegion(package.PixCoord(x, y), width, height)
        case Line(x1, y1, x2, y2):
            shape = package.LinePixelRegion(package.PixCoord(x1, y1), package.PixCoord(x2, y2))
    return shape
