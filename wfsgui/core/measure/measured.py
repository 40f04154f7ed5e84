"""What can be measured in a region, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from wfsgui.core.regions.pixel_numbers import FROM_0, PixelNumbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.files.ecsv import Values
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Annulus, Region

__all__ = ["Curve", "Measured", "Row", "StageImage", "Subject", "View"]


class View(StrEnum):
    """What can be measured."""

    STATISTICS = "Statistics"
    STAGES = "Across the steps"
    PROFILE = "Profile"
    ENERGY = "Encircled energy"
    HISTOGRAM = "Histogram"
    STAR = "Star"


@dataclass(frozen=True)
class Row:
    """Something measured: what, how much with its unit, and what that means."""

    name: str
    value: str
    tip: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """Something to plot.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n,)
        The points; of a histogram, `x` has the n + 1 edges of the bins.
    error : ndarray of float64 or None
        Standard deviation of `y`, where it has one.
    x_label, y_label : str
        With units.
    marks : tuple of (float, str)
        Places on the x axis that have a name.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    error: NDArray[np.float64] | None
    x_label: str
    y_label: str
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured.

    Attributes
    ----------
    rows : tuple of Row
        To read.
    curve : Curve or None
        To plot.
    columns : mapping of str to Values
        The same as a table.
    units : mapping of str to str
        Units of its columns.
    descriptions : mapping of str to str
        Of columns that name pixels: how these are numbered.
    """

    rows: tuple[Row, ...]
    curve: Curve | None = None
    columns: Mapping[str, Values] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StageImage:
    """One stage of an exposure.

    Attributes
    ----------
    name : str
        What it is called.
    image : StepImage
        Its image.
    pixel_area_sr : float or None
        PIXAR_SR, the nominal solid angle of a pixel, sr, where that is known.
    """

    name: str
    image: StepImage
    pixel_area_sr: float | None


@dataclass(frozen=True, eq=False)
class Subject:
    """What is to be measured.

    Attributes
    ----------
    view : View
        What of it.
    region : Region
        Where.
    image : StageImage
        In which image.
    stages : tuple of StageImage
        Every stage that has an image.
    numbers : PixelNumbers
        How pixels are numbered in the result.
    annulus : Annulus or None
        Where the background of the region is measured; None for the usual annulus around its circle.
    """

    view: View
    region: Region
    image: StageImage
    stages: tuple[StageImage, ...]
    numbers: PixelNumbers = FROM_0
    annulus: Annulus | None = None
