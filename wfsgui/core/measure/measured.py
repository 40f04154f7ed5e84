"""Requests for measurements in a region, and their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import annulus_around
from wfsgui.core.regions.pixel_numbers import FROM_0, PixelNumbers
from wfsgui.core.regions.shapes import Line, enclosing_circle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wfsgui.core.files.ecsv import Values
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Annulus, Circle, Rectangle, Region

__all__ = ["Curve", "MeasureRequest", "Measured", "Row", "StageInput", "View"]


class View(StrEnum):
    """Kinds of measurements."""

    STATISTICS = "Statistics"
    STAGES = "Across the steps"
    PROFILE = "Profile"
    ENERGY = "Encircled energy"
    HISTOGRAM = "Histogram"
    STAR = "Star"


@dataclass(frozen=True)
class Row:
    """Measured quantity as text: its name, its value with the unit, and an explanation for a tool tip."""

    name: str
    value: str
    tip: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """Curve to plot.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n,)
        The points; `x` of a histogram has the n + 1 edges of the bins.
    error : ndarray of float64, shape (n,), or None
        Standard deviation of `y`; None if it has none.
    x_label, y_label : str
        Labels of the axes, with units.
    marks : tuple of (float, str)
        Labelled positions on the x axis.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    error: NDArray[np.float64] | None
    x_label: str
    y_label: str
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """Result of a measurement.

    Attributes
    ----------
    rows : tuple of Row
        The result as text.
    curve : Curve or None
        The result as a plot.
    columns : mapping of str to Values
        The result as a table.
    units : mapping of str to str
        Units of the columns.
    descriptions : mapping of str to str
        Descriptions of columns, for example the convention of pixel numbers.
    """

    rows: tuple[Row, ...]
    curve: Curve | None = None
    columns: Mapping[str, Values] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StageInput:
    """Image of a stage with what a measurement needs beside it.

    Attributes
    ----------
    name : str
        Title of the stage.
    image : StepImage
        Its image.
    pixel_area_sr : float or None
        PIXAR_SR, the nominal solid angle of a pixel, sr; None if it is not known.
    """

    name: str
    image: StepImage
    pixel_area_sr: float | None


@dataclass(frozen=True, eq=False)
class MeasureRequest:
    """Request for a measurement.

    Attributes
    ----------
    view : View
        Kind of measurement.
    region : Region
        The region to measure.
    stage : StageInput
        The stage to measure.
    stages : tuple of StageInput
        All stages that have an image.
    numbers : PixelNumbers
        Convention of pixel numbers in the result.
    annulus : Annulus or None
        Annulus of the background; None for the default annulus around the region's circle.
    """

    view: View
    region: Region
    stage: StageInput
    stages: tuple[StageInput, ...]
    numbers: PixelNumbers = FROM_0
    annulus: Annulus | None = None

    @property
    def area(self) -> Rectangle | Circle | Annulus:
        """The region; raises `WfsguiError` for a line."""
        if isinstance(self.region, Line):
            raise WfsguiError("A line has no area: choose the view Profile, or another region.")
        return self.region

    @property
    def circle(self) -> Circle:
        """Circle around the region's centre, with half of its largest extent as radius."""
        return enclosing_circle(self.region)

    @property
    def background_annulus(self) -> Annulus:
        """Annulus of the background."""
        return self.annulus or annulus_around(self.circle)
