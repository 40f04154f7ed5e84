"""Values of the pixel under the cursor."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from math import floor, isfinite, nan
from typing import Any, Final, TypedDict

from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QTimer, Signal

from wfsgui.core.image.compare import Mode, Offset
from wfsgui.core.model.step_image import SkyPosition, StepImage, WcsReader
from wfsgui.gui.image.comparison import Comparison
from wfsgui.gui.image.renderer import DQ

__all__ = ["Hover", "PixelProbe"]

log = logging.getLogger(__name__)

_INTERVAL_MS: Final = 33
_SCI: Final = "SCI"


@dataclass(frozen=True)
class Hover:
    """Values of a pixel of the image on screen.

    Attributes
    ----------
    x, y : int
        Column and row, counted from 0.
    value : float
        Value in the plane on screen, or in SCI where that plane is DQ. May be NaN.
    error : float or None
        Standard deviation of `value`; None for planes without one.
    unit : str
        Unit of `value` and `error`.
    dq : int or None
        Data-quality flags; None for an image without them.
    plane : str
        The plane on screen.
    position : SkyPosition or None
        Sky position of the point under the cursor; None if it is not known.
    mode : Mode
        How the image is compared with another one.
    other : float or None
        Value of the matching pixel of the other image, NaN where there is no such pixel; None without a comparison.
    other_unit : str
        Unit of `other`.
    """

    x: int
    y: int
    value: float
    error: float | None
    unit: str
    dq: int | None
    plane: str
    position: SkyPosition | None
    mode: Mode = Mode.VALUE
    other: float | None = None
    other_unit: str = ""


class _Compared(TypedDict, total=False):
    mode: Mode
    other: float
    other_unit: str


class PixelProbe(QObject):
    """Read the image at the cursor, at most 30 times a second.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    hovered : Signal(Hover or None)
        Values of the pixel under the cursor; None where there is none.
    """

    hovered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._image: StepImage | None = None
        self._wcs: WcsReader | None = None
        self._plane = _SCI
        self._comparison: Comparison | None = None
        self._point: QPointF | None = None
        self._is_due = False
        self._was_on_pixel = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._read_if_due)

    def set_image(self, image: StepImage | None, wcs: WcsReader | None, plane: str) -> None:
        """Set the image to read, its WCS and its plane."""
        self._image, self._wcs, self._plane = image, wcs, plane
        self._request()

    def set_comparison(self, comparison: Comparison | None) -> None:
        """Set the other image to read; None for no comparison."""
        self._comparison = comparison
        self._request()

    def point(self, point: QPointF | None) -> None:
        """Set the position of the cursor, pixels from the lower left corner; None when the cursor has left."""
        self._point = point
        self._request()

    def _request(self) -> None:
        self._is_due = True
        if not self._timer.isActive():
            self._read_if_due()

    def _read_if_due(self) -> None:
        if not self._is_due:
            return
        self._is_due = False
        self._timer.start()
        hover = self._read()
        # That there is no pixel is sent only once.
        if hover is not None or self._was_on_pixel:
            self._was_on_pixel = hover is not None
            self.hovered.emit(hover)

    def _read(self) -> Hover | None:
        image, point = self._image, self._point
        if image is None or point is None:
            return None
        x, y = floor(point.x()), floor(point.y())
        height, width = image.sci.shape
        if not (0 <= x < width and 0 <= y < height):
            return None
        name = _SCI if self._plane == DQ else self._plane
        return Hover(
            x=x,
            y=y,
            value=float(image.planes[name][y, x]),
            error=float(image.err[y, x]) if name == _SCI else None,
            unit=_unit(image, name),
            dq=int(image.dq[y, x]) if DQ in image.planes else None,
            plane=self._plane,
            position=self._sky_position(point),
            **self._compare(name, x, y),
        )

    def _compare(self, name: str, x: int, y: int) -> _Compared:
        other = self._comparison
        if other is None or name not in other.image.planes:
            return {}
        # In all other modes the other image is moved as a whole.
        offset = other.offset_at(x, y) if other.mode is Mode.SIDE_BY_SIDE else other.offset
        value = _at(other.image.planes[name], x, y, offset)
        return {"mode": other.mode, "other": value, "other_unit": _unit(other.image, name)}

    def _sky_position(self, point: QPointF) -> SkyPosition | None:
        if self._wcs is None:
            return None
        try:
            position = self._wcs(point.x() - 0.5, point.y() - 0.5)
        except Exception:
            # Outside of its domain, a WCS may raise anything: there is no position.
            log.debug("The WCS has no position for this pixel.", exc_info=True)
            return None
        known = all(map(isfinite, (position.ra, position.dec, position.v2, position.v3)))
        return position if known else None


def _at(plane: NDArray[Any], x: int, y: int, offset: Offset | None) -> float:
    """Return the value of a pixel of another image; NaN outside of it."""
    if offset is None:
        return nan
    column, row = x + round(offset[0]), y + round(offset[1])
    inside = 0 <= row < plane.shape[0] and 0 <= column < plane.shape[1]
    return float(plane[row, column]) if inside else nan


def _unit(image: StepImage, plane: str) -> str:
    return f"({image.unit})²" if plane in image.variances and image.unit else image.unit
