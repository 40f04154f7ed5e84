"""Pictures of planes as PNG, in grey: bright pixels are dark, as on a negative, which saves ink."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.image.display import NAN_INDEX, TOP_INDEX, Levels, bar_values, index_image
from wfsgui.core.regions.shapes import Annulus, Circle, Rectangle

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

__all__ = ["NAN_TEXT", "Outline", "bar", "font_file", "indexed_picture", "picture"]

NAN_TEXT: Final = "Pixels without a value, and places beyond the edge of the image, are chequered."

_SIDE: Final = 512
"""Least number of pixels on the longer side of a picture: each pixel of the image becomes a square of these."""

_NAN_COLOUR: Final = (213, 94, 0)
_WHITE: Final = 0
_BLACK: Final = TOP_INDEX
_FRAME: Final = TOP_INDEX // 2
_BAR: Final = (1600, 60)
_BAR_HEIGHT: Final = 24
_FONT_SIZE: Final = 24
_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_DASHES: Final = 24


@dataclass(frozen=True)
class Outline:
    """Outline of a region on a picture.

    Attributes
    ----------
    region : Circle or Annulus or Rectangle
        The region, in pixels of the plane.
    is_dashed : bool
        Whether the line is dashed.
    """

    region: Circle | Annulus | Rectangle
    is_dashed: bool = False


def picture(
    plane: NDArray[np.floating[Any]], levels: Levels, stretch: str = "asinh", outlines: tuple[Outline, ...] = ()
) -> bytes:
    """Draw a plane; the first row is at the bottom.

    Parameters
    ----------
    plane : ndarray of float, shape (y, x)
        Values; NaN is drawn as squares of two colours.
    levels : Levels
        Values that are white and black.
    stretch : str, optional
        One of `wfsgui.core.image.display.STRETCHES`.
    outlines : tuple of Outline, optional
        Outlines to draw.

    Returns
    -------
    bytes
        PNG file.
    """
    return indexed_picture(index_image(np.ascontiguousarray(plane), levels, stretch), outlines)


def indexed_picture(index: NDArray[np.uint8], outlines: tuple[Outline, ...] = ()) -> bytes:
    """Draw an index image of `wfsgui.core.image.display`; the first row is at the bottom."""
    from PIL import Image, ImageDraw

    scale = max(1, -(-_SIDE // max(index.shape)))
    large = np.kron(index[::-1], np.ones((scale, scale), np.uint8))
    _chequer(large, max(1, scale // 2))
    image = Image.fromarray(large)
    image.putpalette(_palette())
    for outline in outlines:
        _draw(image, outline, scale)
    # White pixels at the edge are told from the paper by a thin frame.
    ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=_FRAME)
    # As grey levels, which take a third of the space in a PDF.
    return _png(image if (index == NAN_INDEX).any() else image.convert("L"))


def bar(levels: Levels, stretch: str, units: tuple[tuple[str, float], ...]) -> bytes:
    """Draw a bar with the values of the greys.

    Parameters
    ----------
    levels : Levels
        Values that are white and black.
    stretch : str
        One of `wfsgui.core.image.display.STRETCHES`.
    units : tuple of (str, float)
        Units, and their factors on the values; one line of numbers for each.

    Returns
    -------
    bytes
        PNG file.
    """
    from PIL import Image, ImageDraw

    width, line = _BAR[0], _BAR[1] - _BAR_HEIGHT
    image = Image.new("P", (width, _BAR_HEIGHT + line * len(units)), _WHITE)
    image.putpalette(_palette())
    draw = ImageDraw.Draw(image)
    for x in range(width):
        draw.line((x, 0, x, _BAR_HEIGHT), fill=round(x / (width - 1) * TOP_INDEX))
    draw.rectangle((0, 0, width - 1, _BAR_HEIGHT), outline=_BLACK)
    values = bar_values(levels, stretch, _SHARES)
    for number, (unit, factor) in enumerate(units):
        top = _BAR_HEIGHT + number * line + 4
        for share, value in zip(_SHARES, values, strict=True):
            text = f"{value * factor:.4g}" + (f" {unit}" if share == 1 else "")
            length = draw.textlength(text, font=_font())
            draw.text((min(max(share * width - length / 2, 0), width - length), top), text, fill=_BLACK, font=_font())
    return _png(image.convert("L"))


def font_file(*, bold: bool = False) -> bytes:
    """Return the TrueType font of the evidence, DejaVu Sans."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return (files("wfsgui.resources") / "fonts" / name).read_bytes()


@cache
def _font() -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(font_file()), _FONT_SIZE)


@cache
def _palette() -> bytes:
    greys = 255 - np.rint(np.linspace(0, 255, TOP_INDEX + 1)).astype(np.uint8)
    return np.vstack([np.repeat(greys[:, None], 3, axis=1), np.array(_NAN_COLOUR, np.uint8)]).tobytes()


def _chequer(index: NDArray[np.uint8], side: int) -> None:
    """Paint every second square of the pixels without a value white, so that they are known in grey, too."""
    rows, columns = np.ogrid[: index.shape[0], : index.shape[1]]
    index[(index == NAN_INDEX) & ((rows // side + columns // side) % 2 == 0)] = _WHITE


def _draw(image: Image, outline: Outline, scale: int) -> None:
    match outline.region:
        case Circle(x, y, radius):
            _ring(image, (x, y), radius, scale, is_dashed=outline.is_dashed)
        case Annulus(x, y, inner, outer):
            for radius in (inner, outer):
                _ring(image, (x, y), radius, scale, is_dashed=outline.is_dashed)
        case Rectangle(x, y, width, height):
            _box(image, (x - width / 2, y - height / 2, x + width / 2, y + height / 2), scale)


def _ring(image: Image, centre: tuple[float, float], radius: float, scale: int, *, is_dashed: bool) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    x, y = (centre[0] + 0.5) * scale, image.height - (centre[1] + 0.5) * scale
    box = (x - radius * scale, y - radius * scale, x + radius * scale, y + radius * scale)
    parts = range(_DASHES) if is_dashed else range(1)
    length = 360 / len(parts)
    for colour, width in ((_WHITE, 6), (_BLACK, 2)):
        for part in parts:
            end = part * length + (length / 2 if is_dashed else 360)
            draw.arc(box, part * length, end, fill=colour, width=width)


def _box(image: Image, corners: tuple[float, float, float, float], scale: int) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    left, bottom, right, top = ((corner + 0.5) * scale for corner in corners)
    box = (left, image.height - top, right, image.height - bottom)
    for colour, width in ((_WHITE, 6), (_BLACK, 2)):
        draw.rectangle(box, outline=colour, width=width)


def _png(image: Image) -> bytes:
    stream = BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()
