"""Exposures of visits, grouped by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfsgui.core.visit.roles import Defocus, ExposureRole, Role, background_role, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Product

__all__ = ["RoleGroup", "Visit", "VisitExposure", "group_of", "visit_order", "visits_of"]

_ROLES: Final = tuple(Role)


@dataclass(frozen=True)
class VisitExposure:
    """One exposure with its role.

    Attributes
    ----------
    info : ExposureInfo
        Identity of the exposure.
    role : ExposureRole
        Role of the exposure.
    """

    info: ExposureInfo
    role: ExposureRole


@dataclass(frozen=True)
class RoleGroup:
    """Exposures of one visit with the same role and the same defocus.

    Attributes
    ----------
    role : Role
        Role of the exposures.
    defocus : Defocus or None
        Weak lenses of the exposures; None for roles other than fine phasing.
    exposures : tuple of VisitExposure
        Exposures in the order of time.
    """

    role: Role
    defocus: Defocus | None
    exposures: tuple[VisitExposure, ...]

    @property
    def text(self) -> str:
        """Heading of the group, for example ``fine phasing, WLP8 (+8 waves)``."""
        return ExposureRole(self.role, "", self.defocus).text


@dataclass(frozen=True)
class Visit:
    """One visit.

    Attributes
    ----------
    program, observation, visit : str
        PROGRAM, OBSERVTN and VISIT.
    groups : tuple of RoleGroup
        Groups in the order of `Role`; fine phasing from the most positive defocus to the most negative one.
    """

    program: str
    observation: str
    visit: str
    groups: tuple[RoleGroup, ...]

    @property
    def text(self) -> str:
        """Heading of the visit, for example ``program 01234 observation 001 visit 001``."""
        return f"program {self.program or '-'} observation {self.observation or '-'} visit {self.visit or '-'}"


def visits_of(products: Iterable[Product]) -> tuple[Visit, ...]:
    """Group the exposures of products by visit and role.

    Parameters
    ----------
    products : iterable of Product
        Products in any order. A shared background is listed once. A background that is also a product keeps its role.

    Returns
    -------
    tuple of Visit
        Visits in the order of their start.
    """
    given = tuple(products)
    exposures = {product.science.path: _science(product) for product in given}
    for product in given:
        for member in product.backgrounds:
            table = product.association.table if product.association else ""
            exposures.setdefault(member.path, VisitExposure(member.info, background_role(member.info, table)))
    visits: dict[tuple[str, str, str], list[VisitExposure]] = {}
    for exposure in sorted(exposures.values(), key=_start_time):
        info = exposure.info
        visits.setdefault((info.program, info.observation, info.visit), []).append(exposure)
    return tuple(Visit(*key, _groups(members)) for key, members in visits.items())


def visit_order(product: Product) -> tuple[str, str, str, int, int, str]:
    """Give a key that sorts products as they are listed: by visit, role, defocus and start of the exposure.

    Parameters
    ----------
    product : Product
        The product.

    Returns
    -------
    tuple
        Equal for products that are not distinguished.
    """
    exposure = _science(product)
    info = exposure.info
    defocus = exposure.role.defocus if exposure.role.role is Role.FINE_PHASING else None
    return (info.program, info.observation, info.visit, *_rank((exposure.role.role, defocus)), info.date_obs)


def group_of(product: Product) -> tuple[tuple[str, str, str], Role]:
    """Return the visit of a product (program, observation, visit) and its role, under which it is listed."""
    info = product.science.info
    return (info.program, info.observation, info.visit), role_of(info).role


def _science(product: Product) -> VisitExposure:
    info = product.science.info
    return VisitExposure(info, role_of(info))


def _start_time(exposure: VisitExposure) -> tuple[str, Path]:
    return exposure.info.date_obs, exposure.info.path


def _groups(exposures: list[VisitExposure]) -> tuple[RoleGroup, ...]:
    groups: dict[tuple[Role, Defocus | None], list[VisitExposure]] = {}
    for exposure in exposures:
        defocus = exposure.role.defocus if exposure.role.role is Role.FINE_PHASING else None
        groups.setdefault((exposure.role.role, defocus), []).append(exposure)
    return tuple(RoleGroup(role, defocus, tuple(groups[role, defocus])) for role, defocus in sorted(groups, key=_rank))


def _rank(key: tuple[Role, Defocus | None]) -> tuple[int, int]:
    role, defocus = key
    return _ROLES.index(role), -defocus.value if defocus is not None else 0
