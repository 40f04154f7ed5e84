"""Which exposures a run of a whole visit leaves out, because of what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.core.visit.roles import Role, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.model.product import Product

__all__ = ["in_run_all", "left_out_text"]


def in_run_all(product: Product) -> bool:
    """Whether a product belongs to a run of a whole visit: jitter series and acquisitions do not."""
    return role_of(product.science.info).role.in_run_all


def left_out_text(products: Iterable[Product]) -> str:
    """Say how many products a run of a whole visit leaves out, and what they are.

    Parameters
    ----------
    products : iterable of Product
        Products for which `in_run_all` is False.

    Returns
    -------
    str
        One sentence, for example ``2 left out: line-of-sight jitter, target acquisition; run them by selecting
        them.``; empty where there are none.
    """
    roles = [role_of(product.science.info).role for product in products]
    if not roles:
        return ""
    kinds = ", ".join(role for role in Role if role in roles)
    them = "it" if len(roles) == 1 else "them"
    return f"{len(roles)} left out: {kinds}; run {them} by selecting {them}."
