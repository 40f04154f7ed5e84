"""Result of a check against a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfsgui.core.assess.results import CheckResult

if TYPE_CHECKING:
    from wfsgui.core.assess.limits import Limit
    from wfsgui.core.assess.part import Named
    from wfsgui.core.assess.results import Level

__all__ = ["limit_check"]


def limit_check(
    name: Named,
    limit: Limit,
    level: Level,
    value: str,
    finding: str,
    *,
    quantity: str = "",
    place: tuple[float, float] | None = None,
) -> CheckResult:
    """Make the result of a check with the text and the source of its limit.

    Parameters
    ----------
    name : Named
        Key and name of the check.
    limit : Limit
        The limit.
    level : Level
        The result.
    value : str
        What was checked, short.
    finding : str
        The result in one sentence.
    quantity : str, optional
        Key of the quantity that was checked; the key of the check by default.
    place : tuple of float, optional
        Pixel (x, y) to show.

    Returns
    -------
    CheckResult
        The result.
    """
    return CheckResult(
        key=name.key,
        name=name.name,
        level=level,
        value=value,
        finding=finding,
        limit=limit.text,
        source=limit.source,
        quantity=quantity or name.key,
        place=place,
    )
