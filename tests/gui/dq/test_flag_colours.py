"""Colour differences between flags, NaN and regions, to normal and to colour-blind eyes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from wfsgui.core.model.flags import FLAGS
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.widgets.theme import NAN_COLOUR

# A difference of 2.3 in CIE L*a*b* is just noticeable.
JUST_NOTICEABLE = 2.3
REGION_COLOUR = "#56b4e9"
FREQUENT = (
    "DO_NOT_USE",
    "SATURATED",
    "JUMP_DET",
    "OUTLIER",
    "NON_SCIENCE",
    "DEAD",
    "HOT",
    "WARM",
    "LOW_QE",
    "RC",
    "TELEGRAPH",
    "NO_FLAT_FIELD",
    "NO_LIN_CORR",
    "OPEN",
    "ADJ_OPEN",
    "REFERENCE_PIXEL",
)


def linear(colour: QColor) -> NDArray[np.float64]:
    channels = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(light: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    share = np.cbrt(to_xyz @ np.clip(light, 0, 1) / np.array([0.9505, 1, 1.089]))
    return np.array([116 * share[1] - 16, 500 * (share[0] - share[1]), 200 * (share[1] - share[2])])


# Machado, Oliveira and Fernandes (2009), severity 1.
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def differences(eyes: str, colours: list[QColor]) -> NDArray[np.float64]:
    """Return the colour difference of each pair; infinite for a colour and itself."""
    seen = np.array([lab(EYES[eyes] @ linear(colour)) for colour in colours])
    apart: NDArray[np.float64] = np.linalg.norm(seen[:, None] - seen[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    return apart


@pytest.mark.parametrize("eyes", EYES)
def test_all_flags_nan_and_regions_differ_in_colour(eyes: str) -> None:
    colours = [flag_colour(value) for value in FLAGS.values()]
    apart = differences(eyes, [*colours, QColor(NAN_COLOUR), QColor(REGION_COLOUR)])
    assert apart.min() > (9 if eyes == "normal" else 5) * JUST_NOTICEABLE


@pytest.mark.parametrize("eyes", EYES)
def test_frequent_flags_nan_and_regions_differ_clearly_in_colour(eyes: str) -> None:
    colours = [flag_colour(FLAGS[name]) for name in FREQUENT]
    apart = differences(eyes, [*colours, QColor(NAN_COLOUR), QColor(REGION_COLOUR)])
    assert apart.min() > (14 if eyes == "normal" else 8) * JUST_NOTICEABLE


def test_no_flag_is_grey() -> None:
    seen = np.array([lab(linear(flag_colour(value))) for value in FLAGS.values()])
    assert np.hypot(seen[:, 1], seen[:, 2]).min() > 10 * JUST_NOTICEABLE
