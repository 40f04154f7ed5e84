"""Disc of even brightness fitted to the light of a star out of focus, also where a part of it is not in the image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.measure.cutout import Cutout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.model.step_image import StepImage

__all__ = ["Disc", "fit_disc"]

_FIELD: Final = 1.6
"""Half the width of the fitted field over the expected radius."""

_SAMPLES: Final = 16
"""Fewest blocks along the expected radius: the brightness within the disc is uneven, so finer ones do not help."""

_EDGE: Final = 0.04
"""Width of the edge over the radius."""

_BRIGHTEST: Final = 2.0
"""Brightness is cut off at this multiple of the median in the disc: spots must not draw the disc to them."""

_UNEVEN: Final = 2.0
"""Standard deviation of the brightness in a disc over its median, about 0.5, times 4: neighbouring blocks are alike."""

_WHOLE: Final = 0.95
"""Fraction of a disc whose pixels have a value from which on the expected radius is not used in the fit."""

_FEWEST: Final = 20
_MARGIN: Final = 1.01
_RANGE: Final = (0.6, 1.5)
"""Least and largest radius over the expected radius."""


@dataclass(frozen=True)
class Disc:
    """Disc of even brightness.

    Attributes
    ----------
    x, y : float
        Centre, pixels.
    radius : float
        Radius, pixels.
    share : float
        Fraction of the disc whose pixels have a value.
    """

    x: float
    y: float
    radius: float
    share: float


def fit_disc(image: StepImage, x: float, y: float, radius: float, tolerance: float) -> Disc | None:
    """Fit a disc to the light of a star out of focus, by least squares.

    Pixels without a value are left out, so that a disc that the edge of the image cuts off has its true centre, unlike
    the centroid of its light.

    Parameters
    ----------
    image : StepImage
        The image, with NaN for pixels that must not be used.
    x, y : float
        Expected centre, pixels.
    radius : float
        Expected radius, pixels.
    tolerance : float
        Standard deviation of the expected radius over itself, used where a part of the disc has no value.

    Returns
    -------
    Disc or None
        The disc; None if there are too few pixels, or if no disc of about the expected size fits.
    """
    cutout = Cutout.around(image, x, y, _FIELD * radius)
    samples = _samples(cutout, max(1, round(radius / _SAMPLES)), radius)
    if samples is None:
        return None
    found = _fitted(samples, radius, 0.0)
    if _share(cutout, found) < _WHOLE:
        found = _fitted(samples, radius, _UNEVEN / tolerance)
    across, along, size = found
    contrast, _ = samples.brightness(samples.soft_disc(across, along, size))
    if not (contrast > 0 and _RANGE[0] * _MARGIN < size / radius < _RANGE[1] / _MARGIN):
        return None
    return Disc(x + across, y + along, size, _share(cutout, found))


def _share(cutout: Cutout, disc: tuple[float, float, float]) -> float:
    """Return the fraction of a disc whose pixels have a value."""
    across, along, size = disc
    inside = np.hypot(cutout.dx - across, cutout.dy - along) < size
    return float(np.isfinite(cutout.value)[inside].mean()) if inside.any() else 0.0


def _fitted(samples: _Samples, radius: float, weight: float) -> tuple[float, float, float]:
    """Fit centre and radius, with a weight for the deviation from the expected radius."""
    from scipy.optimize import least_squares

    def residuals(place: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.append(samples.residuals(place), weight * (place[2] / radius - 1))

    low, high = (factor * radius for factor in _RANGE)
    bounds = (-radius, -radius, low), (radius, radius, high)
    found = least_squares(residuals, (0.0, 0.0, radius), bounds=bounds, x_scale=radius, diff_step=1e-3)
    across, along, size = (float(value) for value in found.x)
    return across, along, size


@dataclass(frozen=True, eq=False)
class _Samples:
    """Brightness of blocks of pixels, and their offsets from the expected centre, pixels."""

    light: NDArray[np.float64]
    dx: NDArray[np.float64]
    dy: NDArray[np.float64]

    def soft_disc(self, x: float, y: float, radius: float) -> NDArray[np.float64]:
        """Return a disc that falls from 1 to 0 at its edge."""
        return 0.5 + 0.5 * np.tanh((radius - np.hypot(self.dx - x, self.dy - y)) / (2 * _EDGE * radius))

    def brightness(self, disc: NDArray[np.float64]) -> tuple[float, float]:
        """Return the brightness of the disc above the background, and that of the background."""
        away = disc - disc.mean()
        spread = float(np.square(away).sum())
        contrast = float((away * self.light).sum()) / spread if spread > 0 else 0.0
        return contrast, float(self.light.mean() - contrast * disc.mean())

    def residuals(self, place: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return light minus model, for centre and radius."""
        disc = self.soft_disc(*(float(value) for value in place))
        contrast, background = self.brightness(disc)
        return self.light - background - contrast * disc


def _samples(cutout: Cutout, side: int, radius: float) -> _Samples | None:
    """Average blocks of pixels; None if there are too few in the disc or outside of it."""
    known = np.isfinite(cutout.value)
    counts = block_reduced(np.add, known.astype(float), side)
    sums = block_reduced(np.add, np.where(known, cutout.value, 0.0), side)
    used = counts >= max(1.0, side**2 / 2)
    middle = (side - 1) / 2
    dx, dy = (
        np.broadcast_to(offsets, used.shape)[used]
        for offsets in (cutout.dx[:, ::side] + middle, cutout.dy[::side, :] + middle)
    )
    within = np.hypot(dx, dy) < radius
    if min(np.count_nonzero(within), np.count_nonzero(~within)) < _FEWEST:
        return None
    light = sums[used] / counts[used]
    faint, bright = float(np.median(light[~within])), float(np.median(light[within]))
    if not bright > faint:
        return None
    return _Samples(np.clip((light - faint) / (bright - faint), -_BRIGHTEST, _BRIGHTEST), dx, dy)
