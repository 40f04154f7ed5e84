"""Level-2 image associations: reading them and finding their members."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files import is_file
from wfsgui.core.product import FoundBy

__all__ = ["ASSOCIATION_TYPES", "AssociationProduct", "AssociationTable", "find_member", "read_association"]

ASSOCIATION_TYPES: Final = ("image2", "wfs-image2")
"""``asn_type`` of the associations taken: of today, and of older WFS&C files."""


@dataclass(frozen=True)
class AssociationProduct:
    """One product as the association writes it.

    Attributes
    ----------
    name : str
        Product name.
    members : tuple of (str, str)
        ``expname`` and ``exptype`` (lower case) of each member, in the file's order.
    """

    name: str
    members: tuple[tuple[str, str], ...]

    def of_type(self, exptype: str) -> tuple[str, ...]:
        """Names of the members of one type, in the file's order."""
        return tuple(name for name, kind in self.members if kind == exptype)


@dataclass(frozen=True)
class AssociationTable:
    """A level-2 image association.

    Attributes
    ----------
    path : Path
        The JSON file.
    rule : str
        ``asn_rule``.
    pool : str
        ``asn_pool``.
    products : tuple of AssociationProduct
        Its products, in the file's order.
    """

    path: Path
    rule: str
    pool: str
    products: tuple[AssociationProduct, ...]


def read_association(path: Path) -> AssociationTable:
    """Read a level-2 image association.

    Parameters
    ----------
    path : Path
        A JSON file.

    Returns
    -------
    AssociationTable
        Its products; no member has been looked for.

    Raises
    ------
    InputDeclinedError
        If the file is no association, is one of another level or kind, or is incomplete.
    """
    content = _json_object(path)
    kind = str(content.get("asn_type", "")).strip().lower()
    if kind not in ASSOCIATION_TYPES:
        raise InputDeclinedError(_why_not(path, kind))
    products = content.get("products")
    if not isinstance(products, list) or not products:
        raise InputDeclinedError(f"{path.name} lists no products; generate the association again.")
    return AssociationTable(
        path=path,
        rule=str(content.get("asn_rule", "")),
        pool=str(content.get("asn_pool", "")),
        products=tuple(_product(path, entry) for entry in products),
    )


def _json_object(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputDeclinedError(f"{path} does not exist; give an association or a _rate file.") from error
    except OSError as error:
        raise InputDeclinedError(f"{path.name} cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise InputDeclinedError(f"{path.name} is not valid JSON; generate the association again.") from error
    if not isinstance(content, dict):
        raise InputDeclinedError(f"{path.name} is not an association; give one that calls itself image2.")
    return content


def _why_not(path: Path, kind: str) -> str:
    if kind.endswith("3") or kind in ("wfs", "coron", "ami"):
        return (
            f"{path.name} is a level-3 association ({kind}), which combines calibrated images; give the level-2 "
            "association (image2) of the same exposures."
        )
    said = f"of type {kind}" if kind else "of no type (asn_type is missing)"
    return f"{path.name} is an association {said}; give a level-2 image association ({', '.join(ASSOCIATION_TYPES)})."


def _product(path: Path, entry: object) -> AssociationProduct:
    match entry:
        case {"name": str(name), "members": list(members)} if name:
            return AssociationProduct(name, tuple(_member(path, name, member) for member in members))
        case _:
            raise InputDeclinedError(f"{path.name} has a product without name or members; generate it again.")


def _member(path: Path, product: str, entry: object) -> tuple[str, str]:
    match entry:
        case {"expname": str(name), "exptype": str(kind)} if name:
            return name, kind.strip().lower()
        case _:
            raise InputDeclinedError(
                f"product {product} of {path.name} has a member without expname or exptype; generate it again."
            )


def find_member(name: str, association: Path) -> tuple[Path, FoundBy]:
    """Find the file of an association's member.

    Parameters
    ----------
    name : str
        ``expname`` of the member, with or without folders.
    association : Path
        The association's file.

    Returns
    -------
    path : Path
        The member's file.
    found_by : FoundBy
        The first rule that found it, in the order of `FoundBy`.

    Raises
    ------
    InputDeclinedError
        If no rule finds a file.
    """
    folder, given = association.parent, Path(name)
    candidates = [(folder / given.name, FoundBy.BESIDE), (given, FoundBy.AS_GIVEN)]
    if not given.is_absolute():
        candidates.insert(0, (folder / given, FoundBy.RELATIVE))
    for path, rule in candidates:
        if is_file(path):
            return path, rule
    raise InputDeclinedError(f"member {name} of {association.name} was not found; put it beside the association.")
