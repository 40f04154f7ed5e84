"""Backgrounds that the analyst attaches to an exposure, and the association that this amounts to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.eligibility import check_eligible, mismatches, notices
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import AssociationEntry, Member, Product

__all__ = ["MismatchError", "association_text", "candidates_for", "read_backgrounds", "with_backgrounds"]

_POOL: Final = "none"
_RULE: Final = "Asn_Lv2Image"
_ENDINGS: Final = (".gz", ".fits", "_rate")


class MismatchError(InputDeclinedError):
    """A background that differs from the exposure, and may be used if the analyst says so."""


def read_backgrounds(paths: Iterable[Path]) -> tuple[Member, ...]:
    """Read the headers of exposures that are to be used as backgrounds.

    Parameters
    ----------
    paths : iterable of Path
        ``_rate`` files.

    Returns
    -------
    tuple of Member
        One for each file.

    Raises
    ------
    InputDeclinedError
        If a file is no exposure that is calibrated here.
    """
    members = []
    for path in paths:
        info = read_exposure_info(path)
        check_eligible(info)
        members.append(Member(info))
    return tuple(members)


def candidates_for(product: Product, infos: Iterable[ExposureInfo]) -> tuple[ExposureInfo, ...]:
    """Choose the exposures that can be backgrounds of a product: same detector, filter and pupil.

    Parameters
    ----------
    product : Product
        The product.
    infos : iterable of ExposureInfo
        Exposures, for example all in the list.

    Returns
    -------
    tuple of ExposureInfo
        In their order, without the product's own exposure.
    """
    science = product.science.info

    def fits(info: ExposureInfo) -> bool:
        same = (info.detector, info.filter, info.pupil) == (science.detector, science.filter, science.pupil)
        return same and info.path.resolve() != science.path.resolve()

    return tuple(filter(fits, infos))


def with_backgrounds(product: Product, backgrounds: Sequence[Member], *, allow_mismatch: bool = False) -> Product:
    """Give a product other backgrounds.

    Parameters
    ----------
    product : Product
        The product.
    backgrounds : sequence of Member
        All that it is to have; none for a product without.
    allow_mismatch : bool, optional
        Take backgrounds that differ from the exposure in detector, filter, pupil, subarray or shape.

    Returns
    -------
    Product
        With the association that `association_text` writes, or without one where there are no backgrounds.

    Raises
    ------
    MismatchError
        If a background differs, and that was not allowed.
    InputDeclinedError
        If a file is the exposure itself, or is given twice.
    """
    science = product.science
    paths = [member.path.resolve() for member in backgrounds]
    if science.path.resolve() in paths:
        raise InputDeclinedError(f"{science.path.name} cannot be its own background; give another exposure.")
    if len(set(paths)) < len(paths):
        raise InputDeclinedError("A background is given twice; give each file once.")
    said = list(notices(science.info))
    for member in backgrounds:
        differing = mismatches(science.info, member.info)
        if not differing:
            continue
        what = f"background {member.path.name} does not match {science.path.name}: {'; '.join(differing)}"
        if not allow_mismatch:
            raise MismatchError(f"{what}.")
        said.append(f"{what}. It is used because mismatches were allowed.")
    stem = _stem(product.name)
    return replace(
        product,
        name=stem if backgrounds else science.path.name.removesuffix(".gz"),
        backgrounds=tuple(backgrounds),
        association=AssociationEntry(f"{stem}_asn.json", _POOL) if backgrounds else None,
        notices=tuple(said),
    )


def association_text(product: Product) -> str:
    """Write the level-2 association of a product, for ``strun`` and for opening it again.

    Parameters
    ----------
    product : Product
        The product; its files are named by their absolute paths.

    Returns
    -------
    str
        JSON, to be saved under the name in `Product.association`.
    """
    members = [(product.science, "science"), *((member, "background") for member in product.backgrounds)]
    info = product.science.info
    content = {
        "asn_type": "image2",
        "asn_rule": _RULE,
        "asn_id": "a3001",
        "asn_pool": product.association.pool if product.association else _POOL,
        "program": info.program or "noprogram",
        "target": info.target or "none",
        "version_id": None,
        "products": [
            {
                "name": _stem(product.name),
                "members": [{"expname": str(member.path.absolute()), "exptype": kind} for member, kind in members],
            }
        ],
    }
    return json.dumps(content, indent=4) + "\n"


def _stem(name: str) -> str:
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name
