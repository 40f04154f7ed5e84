"""Level-2 image associations: reading them and finding their members."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import absence, is_file
from wfsgui.core.intake.association_kind import ASSOCIATION_TYPES, AssociationKind, Level, kind_of
from wfsgui.core.model.product import FoundBy

__all__ = [
    "MEMBER_TYPES",
    "AssociationProduct",
    "AssociationTable",
    "BrokenAssociationError",
    "OtherAssociationError",
    "exposure_root",
    "find_member",
    "rate_beside",
    "read_association",
]

MEMBER_TYPES: Final = frozenset(
    {
        "science",
        "background",
        "autoflat",
        "autowave",
        "dark",
        "direct_image",
        "engineering",
        "flat",
        "imprint",
        "psf",
        "segmap",
        "sourcecat",
        "target_acquisition",
    }
)
"""``exptype`` of the members that jwst's associations have."""

_SCIENCE: Final = "science"
_RATE, _RATEINTS = "_rate", "_rateints"
_ENDING: Final = re.compile(r"(?:_rate|_rateints)?(?:\.fits)?(?:\.gz)?$", re.IGNORECASE)


class OtherAssociationError(InputDeclinedError):
    """A JSON file that is an association of another level or kind."""


class BrokenAssociationError(InputDeclinedError):
    """An association that cannot be used.

    Parameters
    ----------
    why : str
        One sentence: the reason, and what to do.
    roots : frozenset of str or None
        `exposure_root` of all that it names; None where that cannot be known.
    """

    def __init__(self, why: str, roots: frozenset[str] | None = None) -> None:
        super().__init__(why)
        self.roots = roots


@dataclass(frozen=True)
class AssociationProduct:
    """One product as the association writes it.

    Attributes
    ----------
    name : str
        Product name.
    members : tuple of (str, str)
        ``expname`` and ``exptype`` (lower case) of each member, in the file's order.
    named_after : str
        The member that the product is named after where the association does not name it; empty otherwise.
    """

    name: str
    members: tuple[tuple[str, str], ...]
    named_after: str = ""

    def of_type(self, exptype: str) -> tuple[str, ...]:
        """Names of the members of one type, in the file's order."""
        return tuple(name for name, kind in self.members if kind == exptype)

    @property
    def roots(self) -> frozenset[str]:
        """`exposure_root` of the product and of its members."""
        return frozenset(exposure_root(name) for name in (self.name, *(name for name, _ in self.members)))


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
    notice : str
        How it was decided that it is a level-2 image association, where its type does not say so; empty otherwise.
    """

    path: Path
    rule: str
    pool: str
    products: tuple[AssociationProduct, ...]
    notice: str = ""


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
    OtherAssociationError
        If the association is of another level or kind.
    BrokenAssociationError
        If the file is no association, or an incomplete one.
    """
    content = _json_object(path)
    asn_type, rule = content.get("asn_type"), content.get("asn_rule")
    # An association of another kind may have products of another form.
    kind = kind_of(asn_type, rule, ())
    if kind.level in (Level.LEVEL_3, Level.OTHER_LEVEL_2):
        raise OtherAssociationError(_why_not(path, kind))
    products = _products(path, content)
    if kind.level is Level.UNKNOWN:
        kind = kind_of(asn_type, rule, (name for product in products for name in product.of_type(_SCIENCE)))
    if kind.level is Level.LEVEL_3:
        raise OtherAssociationError(_why_not(path, kind))
    if kind.level is Level.UNKNOWN:
        roots = frozenset(root for product in products for root in product.roots)
        raise BrokenAssociationError(_why_not(path, kind), roots)
    return AssociationTable(
        path=path,
        rule=str(content.get("asn_rule", "")),
        pool=str(content.get("asn_pool", "")),
        products=products,
        notice=f"{path.name} has no asn_type; it is taken as image2, because {kind.reason}." if kind.reason else "",
    )


def exposure_root(name: str) -> str:
    """Return what the names of an exposure's files have in common.

    Parameters
    ----------
    name : str
        Name of a file, with or without folders, of any system; or of an association's product.

    Returns
    -------
    str
        In lower case, without folders, ``_rate`` and the endings of FITS and gzip.
    """
    return _ENDING.sub("", re.split(r"[\\/]", name)[-1].lower())


def _json_object(path: Path) -> dict[str, object]:
    # Before it is opened: reading from a pipe would not end.
    if not is_file(path):
        raise BrokenAssociationError(f"{path} {absence(path)}; give an association or a _rate file.")
    try:
        # From bytes: UTF-8, with a byte-order mark or without, UTF-16 and UTF-32.
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise BrokenAssociationError(
            f"{path.name} cannot be read ({error.strerror}); change its permissions, or fetch it again."
        ) from error
    except json.JSONDecodeError as error:
        raise BrokenAssociationError(
            f"{path.name} is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg}); correct it, or "
            "generate the association again."
        ) from error
    except (ValueError, RecursionError) as error:
        raise BrokenAssociationError(f"{path.name} is not valid JSON; generate the association again.") from error
    if not isinstance(content, dict):
        raise BrokenAssociationError(f"{path.name} is not an association; give one that calls itself image2.")
    return content


def _why_not(path: Path, kind: AssociationKind) -> str:
    if kind.level is Level.LEVEL_3:
        why = kind.name or kind.reason
        return (
            f"{path.name} is a level-3 association ({why}), which combines calibrated images; give the level-2 "
            "association (image2) of the same exposures."
        )
    what = f"of type {kind.name}" if kind.name else "of no type (asn_type is missing)"
    return f"{path.name} is an association {what}; give a level-2 image association ({', '.join(ASSOCIATION_TYPES)})."


def _products(path: Path, content: dict[str, object]) -> tuple[AssociationProduct, ...]:
    products = content.get("products")
    if not isinstance(products, list) or not products:
        raise BrokenAssociationError(f"{path.name} lists no products; generate the association again.")
    return tuple(_product(path, entry) for entry in products)


def _product(path: Path, entry: object) -> AssociationProduct:
    match entry:
        case {"name": str(name), "members": list(members)} if name.strip():
            return AssociationProduct(name, tuple(_member(path, name, member) for member in members))
        case {"members": list(entries)}:
            unnamed = AssociationProduct("", tuple(_member(path, "without name", member) for member in entries))
            science = unnamed.of_type(_SCIENCE)
            if len(science) == 1:
                return replace(unnamed, name=_product_name(science[0]), named_after=science[0])
    raise BrokenAssociationError(f"{path.name} has a product without name or members; generate it again.")


def _product_name(science: str) -> str:
    """Name a product as the pipeline does by default: after its science member, without folders, suffix and ending."""
    return _ENDING.sub("", re.split(r"[\\/]", science)[-1])


def _member(path: Path, product: str, entry: object) -> tuple[str, str]:
    match entry:
        case {"expname": str(name), "exptype": str(kind)} if name:
            return name, kind.strip().lower()
        case _:
            raise BrokenAssociationError(
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
        The first rule that found it, in the order of `FoundBy`; `FoundBy.AS_GIVEN` first for an absolute path.

    Raises
    ------
    InputDeclinedError
        If no rule finds a file.
    """
    folder, given = association.parent, Path(name)
    candidates = [(folder / given.name, FoundBy.BESIDE), (given, FoundBy.AS_GIVEN)]
    if given.is_absolute():
        # As the pipeline does: it says which file is meant.
        candidates.reverse()
    else:
        candidates.insert(0, (folder / given, FoundBy.RELATIVE))
    for path, rule in candidates:
        if is_file(path):
            return path, rule
    rate = next((rate for path, _ in candidates if (rate := rate_beside(path)) is not None), None)
    if rate is not None:
        raise InputDeclinedError(
            f"member {name} of {association.name} was not found, and {rate.name} was; name that in the association."
        )
    raise InputDeclinedError(f"member {name} of {association.name} was not found; put it beside the association.")


def rate_beside(path: Path) -> Path | None:
    """Return the ``_rate`` file beside a ``_rateints`` file of the same exposure; None where there is none."""
    root, suffix, ending = path.name.rpartition(_RATEINTS)
    if not suffix:
        return None
    rate = path.with_name(f"{root}{_RATE}{ending}")
    return rate if is_file(rate) else None
