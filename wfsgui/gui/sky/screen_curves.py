"""Set of curves that are transformed to the screen together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtGui import QPolygonF, QTransform

__all__ = ["ScreenCurves"]

_FEWEST_POINTS: Final = 24
_WAYS: Final = (0, 1)


class ScreenCurves:
    """Curves that share the transform to the screen.

    Parameters
    ----------
    curves : sequence of ndarray, shape (n, 2)
        Points (x, y) of each curve, at least two, all finite.
    """

    def __init__(self, curves: Sequence[NDArray[np.floating[Any]]] = ()) -> None:
        filled = [_filled(curve) for curve in curves]
        self._ends = np.cumsum([0, *map(len, filled)]).tolist()
        self._points = np.concatenate(filled) if filled else np.empty((0, 2))
        self._tangents = np.concatenate([np.gradient(curve, axis=0) for curve in filled] or [self._points])

    def __len__(self) -> int:
        """Return the number of curves."""
        return len(self._ends) - 1

    def placed(self, placing: QTransform, aside: float = 0.0) -> list[QPolygonF]:
        """Transform the curves, or lines parallel to them, to the screen.

        Parameters
        ----------
        placing : QTransform
            Transform from their coordinates to the screen.
        aside : float, optional
            Signed distance of the parallel lines from the curves, screen pixels.

        Returns
        -------
        list of QPolygonF
            One polygon for each curve.
        """
        matrix = np.array([[placing.m11(), placing.m12()], [placing.m21(), placing.m22()]])
        places = self._points @ matrix + (placing.dx(), placing.dy())
        if aside:
            along = self._tangents @ matrix
            across = np.column_stack([-along[:, 1], along[:, 0]])
            # A tangent of length 0 gives no offset.
            places += aside * across / np.maximum(np.hypot(*across.T), np.finfo(float).tiny)[:, np.newaxis]
        return [arrayToQPolygonF(*places[begin:end].T) for begin, end in pairwise(self._ends)]


def _filled(curve: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return a curve with at least 24 points: Qt paints short segments in half the time of long ones."""
    given = np.linspace(0, len(curve) - 1, max(_FEWEST_POINTS, len(curve)))
    return np.column_stack([np.interp(given, np.arange(len(curve)), curve[:, way]) for way in _WAYS])
