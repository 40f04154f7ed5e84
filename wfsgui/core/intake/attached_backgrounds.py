"""Backgrounds that the analyst attaches to an exposure, and the association that this amounts to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.coverage import coverage_text
from wfsgui.core.intake.eligibility import (
    allowed_mismatch,
    check_eligible,
    mismatch_text,
    mismatches,
    notices,
)
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import AssociationEntry, Member, Product

__all__ = [
    "Candidate",
    "MismatchError",
    "association_text",
    "candidates_for",
    "rated_candidates",
    "read_backgrounds",
    "with_backgrounds",
]

_POOL: Final = "none"
_RULE: Final = "Asn_Lv2Image"
_ENDINGS: Final = (".gz", ".fits", "_rate")


class MismatchError(InputDeclinedError):
    """A background that differs from the exposure, and may be used if the analyst says so."""


@dataclass(frozen=True)
class Candidate:
    """An exposure that may be used as a background.

    Attributes
    ----------
    member : Member
        The exposure.
    differing : tuple of str
        What differs from the exposure to calibrate; empty if the background matches.
    coverage : str
        Part of the exposure that the background does not cover, one sentence; empty if it covers all.
    same_elements : bool
        Whether detector, filter and pupil are those of the exposure.
    """

    member: Member
    differing: tuple[str, ...]
    coverage: str
    same_elements: bool

    @property
    def verdict(self) -> str:
        """Whether it matches, in words, for example ``differs: pupil WLM8, not WLP8``."""
        if not self.differing:
            return "matches"
        return f"differs: {'; '.join(filter(None, (*self.differing, self.coverage)))}"


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
    own = science.path.resolve()
    return tuple(info for info in infos if _same_elements(science, info) and info.path.resolve() != own)


def _same_elements(science: ExposureInfo, info: ExposureInfo) -> bool:
    return (info.detector, info.filter, info.pupil) == (science.detector, science.filter, science.pupil)


def rated_candidates(product: Product, members: Iterable[Member]) -> tuple[Candidate, ...]:
    """Compare exposures with a product, to offer them as backgrounds.

    Parameters
    ----------
    product : Product
        The product.
    members : iterable of Member
        Exposures in any order; the product's own exposure and repetitions are left out.

    Returns
    -------
    tuple of Candidate
        Those that match come first, then those of the same detector, filter and pupil; by name otherwise. Reads no
        file and follows no link.
    """
    science = product.science.info
    distinct = {member.path.absolute(): member for member in members}
    distinct.pop(science.path.absolute(), None)
    rated = [
        Candidate(
            member,
            mismatches(science, member.info),
            coverage_text(science, member.info),
            _same_elements(science, member.info),
        )
        for member in distinct.values()
    ]
    return tuple(sorted(rated, key=lambda each: (bool(each.differing), not each.same_elements, each.member.path.name)))


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
        what = mismatch_text(science.info, member.info)
        if what and not allow_mismatch:
            raise MismatchError(f"{what}.")
        if what:
            said.append(allowed_mismatch(science.info, member.info))
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
