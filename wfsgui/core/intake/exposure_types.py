"""Exposure types that calwebb_image2 calibrates, and the optical elements that make an exposure dispersed."""

from __future__ import annotations

from typing import Final

__all__ = ["DISPERSERS", "HARTMANN_SENSORS", "IMAGE2_EXP_TYPES", "INSTRUMENTS", "MIRROR", "STOCK_FAILS"]

IMAGE2_EXP_TYPES: Final = (
    "NRC_IMAGE",
    "NRC_FOCUS",
    "NRC_TACQ",
    "NRC_TACONFIRM",
    "NRC_CORON",
    "NRC_TSIMAGE",
    "NIS_IMAGE",
    "NIS_FOCUS",
    "NIS_TACQ",
    "NIS_TACONFIRM",
    "NIS_AMI",
    "MIR_IMAGE",
    "MIR_TACQ",
    "MIR_TACONFIRM",
    "MIR_4QPM",
    "MIR_LYOT",
    "MIR_CORONCAL",
    "FGS_IMAGE",
    "FGS_FOCUS",
    "NRS_MIMF",
    "NRS_IMAGE",
    "NRS_FOCUS",
    "NRS_CONFIRM",
    "NRS_TACONFIRM",
    "NRS_TACQ",
    "NRS_MSATA",
    "NRS_TASLIT",
    "NRS_VERIFY",
    "NRS_WATA",
)
"""EXP_TYPE of the exposures for which jwst makes a level-2 ``image2`` association.

From its rules Asn_Lv2WFSC, Asn_Lv2Image, Asn_Lv2ImageNonScience and Asn_Lv2FGS; a test compares this table with the
rules of the installed jwst. `STOCK_FAILS` are left out.
"""

STOCK_FAILS: Final = {
    "NRS_LAMP": "the flat field of a lamp exposure needs a dispersed image",
    "NRS_MSASPEC": "its WCS needs the metadata file of an observation through the micro-shutters",
}
"""EXP_TYPE for which jwst makes ``image2`` associations, too, and `Image2Pipeline` fails; with the reason."""

INSTRUMENTS: Final = ("NIRCAM", "NIRISS", "MIRI", "FGS", "NIRSPEC")
"""INSTRUME of the exposures that are calibrated."""

MIRROR: Final = "MIRROR"
"""GRATING of NIRSpec's images."""

HARTMANN_SENSORS: Final = ("GDHS0", "GDHS60")
"""PUPIL of NIRCam's dispersed Hartmann sensors: exposures of coarse phasing, whose EXP_TYPE is that of an image."""

DISPERSERS: Final = ("GRISM", "GR150", "GR700", "P750L", "PRISM", "G140", "G235", "G395")
"""The beginnings of the names of all other elements that disperse the light."""
