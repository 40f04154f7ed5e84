"""What evidence can be about: the exposure on screen, one of its pairs, or its whole visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.evidence.build import document_name

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.model.exposure import Exposure
    from wfsgui.core.pair.results import PairLink

__all__ = ["Scope", "scopes_of"]


@dataclass(frozen=True, eq=False)
class Scope:
    """Exposures and pairs of one document.

    Attributes
    ----------
    text : str
        What the document is about, for the analyst.
    name : str
        Base name of its files.
    exposures : tuple of Exposure
        Its exposures.
    links : tuple of PairLink
        Its pairs.
    """

    text: str
    name: str
    exposures: tuple[Exposure, ...]
    links: tuple[PairLink, ...] = ()


def scopes_of(exposure: Exposure, exposures: Sequence[Exposure], links: Sequence[PairLink]) -> tuple[Scope, ...]:
    """List what evidence can be about.

    Parameters
    ----------
    exposure : Exposure
        The exposure on screen.
    exposures : sequence of Exposure
        All open exposures.
    links : sequence of PairLink
        All pairs. An exposure of a pair may be a file that is not open.

    Returns
    -------
    tuple of Scope
        The exposure, its pairs, and its visit if that has more exposures.
    """
    return tuple(_scopes(exposure, exposures, links))


def _scopes(exposure: Exposure, exposures: Sequence[Exposure], links: Sequence[PairLink]) -> Iterator[Scope]:
    product = exposure.product
    yield Scope(f"This exposure: {product.name}", document_name([product]), (exposure,))
    by_path = {each.product.science.path: each for each in exposures}
    for link in links:
        if product.science.path in (link.first, link.second):
            members = tuple(by_path[path] for path in (link.first, link.second) if path in by_path)
            names = tuple(_name(path, by_path) for path in (link.first, link.second))
            name = document_name([each.product for each in members], (names[0], names[1]))
            yield Scope(f"The pair: {names[0]} and {names[1]} ({link.kind})", name, members, (link,))
    visit = tuple(each for each in exposures if _visit(each) == _visit(exposure))
    if len(visit) > 1:
        paths = {each.product.science.path for each in visit}
        inside = tuple(link for link in links if {link.first, link.second} & paths)
        name = document_name([each.product for each in visit])
        yield Scope(f"The whole visit: {len(visit)} exposures", name, visit, inside)


def _name(path: Path, by_path: dict[Path, Exposure]) -> str:
    return by_path[path].product.name if path in by_path else path.name


def _visit(exposure: Exposure) -> tuple[str, str, str]:
    info = exposure.product.science.info
    return info.program, info.observation, info.visit
