"""Roles, groups and preflight cards for ``wfsgui info``, as text and as JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import WfsguiError
from wfsgui.core.visit.preflight import EngineKnowledge, preflight_card
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product
    from wfsgui.core.visit.card import PreflightCard
    from wfsgui.core.visit.groups import RoleGroup, Visit
    from wfsgui.core.visit.roles import ExposureRole

__all__ = ["preflight_cards", "preflight_summary", "role_summary", "visit_summary", "visit_text"]


def preflight_cards(products: Sequence[Product], *, references: bool) -> list[PreflightCard]:
    """Make the preflight cards of products; the output folder is the current folder.

    Parameters
    ----------
    products : sequence of Product
        The products.
    references : bool
        Whether to ask CRDS for the reference files. This imports the engine.

    Returns
    -------
    list of PreflightCard
        One card for each product, in the same order.
    """
    return [preflight_card(product, _knowledge(product, references=references)) for product in products]


def _knowledge(product: Product, *, references: bool) -> EngineKnowledge:
    installed = version("jwst")
    if not references:
        return EngineKnowledge(jwst_version=installed, output_folder=Path())
    from wfsgui.pipeline.crds_environment import configure

    try:
        # Before crds is imported, which reads its settings once.
        configure()
        from wfsgui.pipeline.chain.reference_lookup import look_up_references

        found = look_up_references(product.science.path)
    except WfsguiError as error:
        return EngineKnowledge(jwst_version=installed, references_fault=str(error), output_folder=Path())
    return EngineKnowledge(
        jwst_version=installed, crds_context=found.context, references=found.places, output_folder=Path()
    )


def preflight_summary(product: Product, card: PreflightCard) -> dict[str, object]:
    """Describe a product's role and card.

    Parameters
    ----------
    product : Product
        The product.
    card : PreflightCard
        Its card.

    Returns
    -------
    dict of str to object
        Plain values.
    """
    return role_summary(role_of(product.science.info)) | {"preflight": card.as_dict()}


def role_summary(role: ExposureRole) -> dict[str, object]:
    """Describe a role.

    Parameters
    ----------
    role : ExposureRole
        The role.

    Returns
    -------
    dict of str to object
        Plain values.
    """
    return {
        "role": {
            "name": str(role.role),
            "defocus": role.defocus.name if role.defocus is not None else None,
            "reason": role.reason,
            "in_level2": role.role.in_level2,
            "in_run_all": role.role.in_run_all,
        }
    }


def visit_summary(visit: Visit) -> dict[str, object]:
    """Describe the groups of a visit.

    Parameters
    ----------
    visit : Visit
        The visit.

    Returns
    -------
    dict of str to object
        Plain values, with paths as `Path`.
    """
    return {
        "program": visit.program,
        "observation": visit.observation,
        "visit": visit.visit,
        "groups": [_group_summary(group) for group in visit.groups],
    }


def _group_summary(group: RoleGroup) -> dict[str, object]:
    return {
        "role": str(group.role),
        "defocus": group.defocus.name if group.defocus is not None else None,
        "in_level2": group.role.in_level2,
        "in_run_all": group.role.in_run_all,
        "exposures": [exposure.info.path for exposure in group.exposures],
    }


def visit_text(visit: Visit) -> str:
    """Write the groups of a visit.

    Parameters
    ----------
    visit : Visit
        The visit.

    Returns
    -------
    str
        A line for the visit, for each group and for each exposure.
    """
    lines = [f"visit: {visit.text}"]
    for group in visit.groups:
        remark = "" if group.role.in_level2 else "; DMS makes no level-2 product of these"
        lines.append(f"  {group.text}{remark}")
        lines += [f"    {exposure.info.path.name}" for exposure in group.exposures]
    return "\n".join(lines)
