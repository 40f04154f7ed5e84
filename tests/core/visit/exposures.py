"""Exposures of a visit, without files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from tests.gui import fakes
from wfsgui.core.model.circumstances import Circumstances
from wfsgui.core.model.exposure_info import PLANES, ExposureInfo
from wfsgui.core.model.product import AssociationEntry, Member, Product

GOOD_STEPS = ("S_DQINIT", "S_SATURA", "S_LINEAR", "S_DARK", "S_JUMP", "S_RAMP")


def circumstances(changes: Mapping[str, Any]) -> Circumstances:
    """Keywords of a routine exposure at NRCA1_FP6 whose card is a go."""
    usual = Circumstances(
        aperture="NRCA1_FP6",
        subarray_start=(1, 1),
        pointing_quality="CALCULATED",
        target_position=(89.9, -65.7),
        calibration_version="3.0.0",
        crds_context="jwst_1500.pmap",
    )
    return replace(usual, **changes)


def exposure(name: str = "a", *, shape: tuple[int, ...] = (2048, 2048), **changes: object) -> ExposureInfo:
    """Make a routine WLP8 exposure with changed attributes of `Circumstances` or `ExposureInfo`."""
    names = {field.name for field in fields(Circumstances)}
    of_circumstances = {key: value for key, value in changes.items() if key in names}
    of_exposure: dict[str, Any] = {key: value for key, value in changes.items() if key not in names}
    usual = replace(
        fakes.info(name),
        detector="NRCA1",
        planes=tuple((plane, shape) for plane in PLANES),
        subarray_size=None,
        steps=(*((step, "COMPLETE") for step in GOOD_STEPS), ("S_PERSIS", "SKIPPED")),
        circumstances=circumstances(of_circumstances),
    )
    return replace(usual, **of_exposure)


def product(science: ExposureInfo, *backgrounds: ExposureInfo) -> Product:
    """Make a product; a product with backgrounds is from ``x_asn.json``."""
    return Product(
        name=science.path.name,
        science=Member(science),
        backgrounds=tuple(map(Member, backgrounds)),
        association=AssociationEntry("x_asn.json", "pool") if backgrounds else None,
    )
