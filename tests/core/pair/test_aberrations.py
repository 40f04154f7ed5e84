"""Which aberrations the difference of opposite defocus shows, turned and not turned, by Fourier optics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE = 128
DEFOCUS = 12.0
"""Radians at the edge of the pupil."""


def psf(phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Image of a round pupil with a phase, centred on the middle of an odd array."""
    pupil = np.hypot(*_grid()) < 1
    field = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(pupil * np.exp(1j * phase)), (SIZE + 1, SIZE + 1)))
    image = np.abs(field) ** 2
    return np.asarray(image / image.sum())


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    axis = np.linspace(-4, 4, SIZE + 1)
    return np.asarray(axis[None, :] * np.ones((SIZE + 1, 1))), np.asarray(axis[:, None] * np.ones((1, SIZE + 1)))


def aberration(kind: str) -> NDArray[np.float64]:
    """Wavefront of astigmatism, which is even, or of coma, which is odd; 0.3 rad."""
    x, y = _grid()
    return np.asarray(0.3 * (x**2 - y**2) if kind == "even" else 0.3 * (3 * (x**2 + y**2) - 2) * x)


def rms(difference: NDArray[np.float64], image: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.square(difference).mean() / np.square(image).mean()))


def differences(kind: str) -> tuple[float, float]:
    """Return the relative difference of opposite defocus, not turned and turned."""
    x, y = _grid()
    defocus, error = DEFOCUS * (x**2 + y**2), aberration(kind)
    positive, negative = psf(defocus + error), psf(-defocus + error)
    return rms(positive - negative, positive), rms(positive - negative[::-1, ::-1], positive)


def test_odd_aberrations_cancel_out_unless_the_image_is_turned() -> None:
    straight, turned = differences("odd")
    assert straight < 1e-6
    assert turned > 0.05


def test_even_aberrations_do_not_cancel_out() -> None:
    assert min(differences("even")) > 0.05


def test_turned_images_without_aberrations_are_equal() -> None:
    x, y = _grid()
    defocus = DEFOCUS * (x**2 + y**2)
    assert rms(psf(defocus) - psf(-defocus)[::-1, ::-1], psf(defocus)) < 1e-6
