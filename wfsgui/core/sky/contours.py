"""Lines along which a smooth field is zero, by marching squares."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

__all__ = ["zero_lines"]


def zero_lines(
    field: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64], wanted: NDArray[np.bool_]
) -> list[NDArray[np.float64]]:
    """Trace where a field is zero, taking it as linear between its nodes.

    Parameters
    ----------
    field : ndarray of float, shape (rows, columns)
        Values at the nodes; there is no line through a cell with a corner that is NaN.
    x, y : ndarray of float, shapes (columns,) and (rows,)
        Places of the nodes, ascending.
    wanted : ndarray of bool, shape (rows, columns)
        There are lines only through cells with a corner where this is true.

    Returns
    -------
    list of ndarray of float, shape (n, 2)
        Unbroken lines of at least two points, as x and y. One that is closed ends where it began.
    """
    segments = _segments(field, wanted)
    if not len(segments):
        return []
    chains = _chained(segments)
    return [_places(np.array(chain), field, x, y) for chain in chains]


def _segments(field: NDArray[np.float64], wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Find the pairs of cell edges that a line joins, shape (n, 2).

    The edge from a node to the right has twice the node's flat index as its number, the one upwards one more.
    """
    rows, columns = field.shape
    node = np.arange(rows * columns).reshape(rows, columns)
    usable = _of_cells(np.isfinite(field), np.logical_and) & _of_cells(wanted, np.logical_or)
    above = field > 0
    flat, upright = above[:, 1:] != above[:, :-1], above[1:] != above[:-1]
    lower_left = node[:-1, :-1]
    edges = np.stack([2 * lower_left, 2 * lower_left + 1, 2 * node[:-1, 1:] + 1, 2 * node[1:, :-1]])
    crossed = np.stack([flat[:-1], upright[:, :-1], upright[:, 1:], flat[1:]]) & usable
    # A line that enters a cell leaves it: two edges, or all four where two lines pass by each other.
    return np.moveaxis(edges, 0, -1)[np.moveaxis(crossed, 0, -1)].reshape(-1, 2)


def _of_cells(nodes: NDArray[np.bool_], rule: np.ufunc) -> NDArray[np.bool_]:
    sides = rule(nodes[1:], nodes[:-1])
    found: NDArray[np.bool_] = rule(sides[:, 1:], sides[:, :-1])
    return found


def _chained(segments: NDArray[np.intp]) -> list[list[int]]:
    """Put segments that share an edge in a row."""
    partners: defaultdict[int, list[int]] = defaultdict(list)
    for one, other in segments.tolist():
        partners[one].append(other)
        partners[other].append(one)
    chains = []
    # From the loose ends first; what is left then is closed.
    for start in sorted(partners, key=lambda edge: len(partners[edge])):
        chain = [start]
        while partners[chain[-1]]:
            following = partners[chain[-1]].pop()
            partners[following].remove(chain[-1])
            chain.append(following)
        if len(chain) > 1:
            chains.append(chain)
    return chains


def _places(
    edges: NDArray[np.intp], field: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where a line crosses cell edges, shape (n, 2)."""
    row, column = np.divmod(edges // 2, field.shape[1])
    up = edges % 2
    begin, end = field[row, column], field[row + up, column + 1 - up]
    share = begin / (begin - end)
    across = x[column] + share * (x[column + 1 - up] - x[column])
    along = y[row] + share * (y[row + up] - y[row])
    return np.column_stack([across, along])
