"""Lines along which a field sampled on a grid is zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["zero_lines"]


def zero_lines(
    field: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], wanted: NDArray[np.bool_]
) -> list[NDArray[np.float64]]:
    """Trace where a field is zero, by linear interpolation between its nodes.

    Parameters
    ----------
    field : ndarray of float64, shape (rows, columns)
        Values at the nodes. Cells with a NaN corner have no line.
    x, y : ndarray of float64, shapes (columns,) and (rows,)
        Coordinates of the nodes, ascending.
    wanted : ndarray of bool, shape (rows, columns)
        Nodes near which lines are traced; a line ends less than two cells beyond them.

    Returns
    -------
    list of ndarray of float64, shape (n, 2)
        Unbroken lines of at least two points, as x and y. A closed line ends at its first point.
    """
    # Imported here, so that the first image is not delayed.
    from contourpy import LineType, contour_generator

    hidden = ~(np.isfinite(field) & _with_neighbours(wanted))
    generator = contour_generator(x, y, np.ma.array(field, mask=hidden), line_type=LineType.Separate, corner_mask=False)
    first, last = (x[0], y[0]), (x[-1], y[-1])
    # Interpolation may round a point to just outside of the grid.
    return [np.clip(np.asarray(line, float), first, last) for line in generator.lines(0.0) if len(line) > 1]


def _with_neighbours(nodes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the nodes of every cell that has a marked corner."""
    padded = np.pad(nodes, 1)
    rows = padded[:-2] | padded[1:-1] | padded[2:]
    found: NDArray[np.bool_] = rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
    return found
