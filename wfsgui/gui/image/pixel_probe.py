"""What is under the cursor."""

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
    """A pixel of the frame on screen.

    Attributes
    ----------
    x, y : int
        Column and row, counted from 0.
    value : float
        Of the plane on screen; of SCI where that is DQ. May be NaN.
    error : float or None
        Standard deviation of `value`; None where it has none.
    unit : str
        Unit of `value` and `error`.
    dq : int
        Data-quality flags.
    plane : str
        The plane on screen.
    position : SkyPosition or None
        Where the very point under the cursor looks; None where that is not known.
    mode : Mode
        How the frame is compared with another one.
    other : float or None
        `value` of the pixel of the other frame that belongs to this one, NaN where there is none; None where nothing is
        compared.
    other_unit : str
        Its unit.
    """

    x: int
    y: int
    value: float
    error: float | None
    unit: str
    dq: int
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
    """Read the frame under the cursor, at most some 30 times a second.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    hovered : Signal(Hover or None)
        Another pixel is under the cursor, or none.
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
        self._tells = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._tell_if_due)

    def set_image(self, image: StepImage | None, wcs: WcsReader | None, plane: str) -> None:
        """Read this frame from now on."""
        self._image, self._wcs, self._plane = image, wcs, plane
        self._ask()

    def set_comparison(self, comparison: Comparison | None) -> None:
        """Read another frame, too, from now on, or not."""
        self._comparison = comparison
        self._ask()

    def point(self, point: QPointF | None) -> None:
        """Move to a position, pixels from the lower left corner; None where the cursor has left."""
        self._point = point
        self._ask()

    def _ask(self) -> None:
        self._is_due = True
        if not self._timer.isActive():
            self._tell_if_due()

    def _tell_if_due(self) -> None:
        if not self._is_due:
            return
        self._is_due = False
        self._timer.start()
        hover = self._read()
        # Nothing is told once.
        if hover is not None or self._tells:
            self._tells = hover is not None
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
            dq=int(image.dq[y, x]),
            plane=self._plane,
            position=self._look_up(point),
            **self._compare(name, x, y),
        )

    def _compare(self, name: str, x: int, y: int) -> _Compared:
        other = self._comparison
        if other is None or name not in other.image.planes:
            return {}
        # In the other modes the other image has been moved as a whole.
        offset = other.offset_at(x, y) if other.mode is Mode.SIDE_BY_SIDE else other.offset
        value = _at(other.image.planes[name], x, y, offset)
        return {"mode": other.mode, "other": value, "other_unit": _unit(other.image, name)}

    def _look_up(self, point: QPointF) -> SkyPosition | None:
        if self._wcs is None:
            return None
        try:
            position = self._wcs(point.x() - 0.5, point.y() - 0.5)
        except Exception:
            # Whatever a WCS fails with outside of its domain, there is no position to show.
            log.debug("No position on the sky.", exc_info=True)
            return None
        known = all(map(isfinite, (position.ra, position.dec, position.v2, position.v3)))
        return position if known else None


def _at(plane: NDArray[Any], x: int, y: int, offset: Offset | None) -> float:
    """Read a pixel of another image; NaN where it has none."""
    if offset is None:
        return nan
    column, row = x + round(offset[0]), y + round(offset[1])
    inside = 0 <= row < plane.shape[0] and 0 <= column < plane.shape[1]
    return float(plane[row, column]) if inside else nan


def _unit(image: StepImage, plane: str) -> str:
    return f"({image.unit})²" if plane in image.variances and image.unit else image.unit
