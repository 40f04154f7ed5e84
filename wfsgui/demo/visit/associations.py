"""Level-2 associations as jwst 3.0.0 writes them for wavefront sensing."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["association"]


def association(science: Iterable[ExposureSpec], backgrounds: Sequence[ExposureSpec] = ()) -> dict[str, object]:
    """Make an association: one product for each science exposure, all with the same backgrounds.

    Parameters
    ----------
    science : iterable of ExposureSpec
        One or more exposures of one observation.
    backgrounds : sequence of ExposureSpec, optional
        Exposures that are ``background`` members of every product.

    Returns
    -------
    dict
        Content of an association file.
    """
    exposures = list(science)
    first = exposures[0]
    candidate = f"o{first.observation:03d}"
    return {
        "asn_type": "image2",
        "asn_rule": "candidate_Asn_Lv2WFSC",
        "version_id": None,
        "code_version": version("jwst"),
        "degraded_status": "No known degraded exposures in association.",
        "program": f"{first.program:05d}",
        "constraints": _constraints(first, candidate),
        "asn_id": candidate,
        "asn_pool": f"jw{first.program:05d}_simulated_pool.csv",
        "target": "1",
        "products": [
            {
                "name": exposure.root,
                "members": [_member(exposure, "science"), *(_member(other, "background") for other in backgrounds)],
            }
            for exposure in exposures
        ],
    }


def _member(spec: ExposureSpec, kind: str) -> dict[str, str]:
    return {"expname": spec.file_name, "exptype": kind, "exposerr": "null"}


def _constraints(spec: ExposureSpec, candidate: str) -> str:
    """Return the constraints as the association rule records them; no program reads this text."""
    attributes = {
        "program": ("program", str(spec.program)),
        "is_tso": ("tsovisit", None),
        "exp_type": ("exp_type", spec.exposure_type.lower()),
        "wfsc": ("visitype", str(spec.visit_type).lower()),
        "asn_candidate": ("asn_candidate", rf"\('{candidate}',\ 'observation'\)"),
    }
    return "\n".join(
        f"DMSAttrConstraint({ {'name': name, 'sources': [source], 'value': value} })"
        for name, (source, value) in attributes.items()
    )
