"""Names and values of JWST's data-quality flags."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["DO_NOT_USE", "FLAGS"]

_NAMES: Final = (
    "DO_NOT_USE",
    "SATURATED",
    "JUMP_DET",
    "DROPOUT",
    "OUTLIER",
    "PERSISTENCE",
    "AD_FLOOR",
    "CHARGELOSS",
    "RESERVED",
    "NON_SCIENCE",
    "DEAD",
    "HOT",
    "WARM",
    "LOW_QE",
    "RC",
    "TELEGRAPH",
    "NONLINEAR",
    "BAD_REF_PIXEL",
    "NO_FLAT_FIELD",
    "NO_GAIN_VALUE",
    "NO_LIN_CORR",
    "NO_SAT_CHECK",
    "UNRELIABLE_BIAS",
    "UNRELIABLE_DARK",
    "UNRELIABLE_SLOPE",
    "UNRELIABLE_FLAT",
    "OPEN",
    "ADJ_OPEN",
    "FLUX_ESTIMATED",
    "MSA_FAILED_OPEN",
    "OTHER_BAD_PIXEL",
    "REFERENCE_PIXEL",
)

# The window shows flags before the pipeline is imported; a test compares the names with stdatamodels.
FLAGS: Final[Mapping[str, int]] = MappingProxyType({name: 1 << bit for bit, name in enumerate(_NAMES)})
"""Value of each flag by name, in the order of the bits."""

DO_NOT_USE: Final = FLAGS["DO_NOT_USE"]
"""Value of the flag of pixels that must not be used."""
