"""From what was given - files, folders, associations - to the products to calibrate."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.association import (
    AssociationProduct,
    AssociationTable,
    find_member,
    read_association,
)
from wfsgui.core.eligibility import check_eligible, mismatches, notices
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.exposure import read_exposure_info
from wfsgui.core.product import AssociationEntry, FoundBy, Member, Product

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["RATE_PATTERNS", "Declined", "Intake", "take_in"]

RATE_PATTERNS: Final = ("*_rate.fits", "*_rate.fits.gz")
_ASSOCIATION_PATTERN: Final = "*_asn.json"


@dataclass(frozen=True)
class Declined:
    """Something that was given and will not be calibrated.

    Attributes
    ----------
    what : str
        The file, folder or product.
    why : str
        One sentence: the reason, and what to do.
    """

    what: str
    why: str


@dataclass
class Intake:
    """What became of everything that was given.

    Attributes
    ----------
    products : list of Product
        To be calibrated, in the order given.
    declined : list of Declined
        Not to be calibrated, each with its reason.
    passed_over : list of Declined
        Found in a folder and not asked for by name; no failure.
    """

    products: list[Product] = field(default_factory=list)
    declined: list[Declined] = field(default_factory=list)
    passed_over: list[Declined] = field(default_factory=list)


def take_in(given: Iterable[Path], *, allow_mismatch: bool = False) -> Intake:
    """Turn files, folders and associations into products, one at a time; one bad input stops no other.

    Parameters
    ----------
    given : iterable of Path
        ``_rate`` files, association files and folders that hold them.
    allow_mismatch : bool, optional
        Take background members although they differ from the science exposure in instrument, detector,
        filter, pupil, subarray or shape.

    Returns
    -------
    Intake
        Products and refusals.
    """
    intake = Intake()
    for path in given:
        if path.is_dir():
            _take_folder(path, intake, allow_mismatch=allow_mismatch)
        else:
            for outcome in _products(path, allow_mismatch=allow_mismatch):
                _add(outcome, intake, intake.declined)
    return intake


def _take_folder(folder: Path, intake: Intake, *, allow_mismatch: bool) -> None:
    """Take the associations of a folder, then the ``_rate`` files that none of them uses."""
    associations = sorted(folder.glob(_ASSOCIATION_PATTERN))
    rates = sorted(path for pattern in RATE_PATTERNS for path in folder.glob(pattern))
    if not associations and not rates:
        intake.declined.append(
            Declined(str(folder), f"{folder} holds no _rate file and no association (_asn.json); give another.")
        )
    used: set[Path] = set()
    for path in associations:
        for outcome in _products(path, allow_mismatch=allow_mismatch):
            if isinstance(outcome, Product):
                used.update(member.path.resolve() for member in outcome.members)
            _add(outcome, intake, intake.passed_over)
    for path in rates:
        if path.resolve() not in used:
            for outcome in _products(path, allow_mismatch=allow_mismatch):
                _add(outcome, intake, intake.declined)


def _add(outcome: Product | Declined, intake: Intake, refusals: list[Declined]) -> None:
    """Add a product unless its result would take the place of another one's."""
    if isinstance(outcome, Declined):
        refusals.append(outcome)
        return
    same = next((product for product in intake.products if _stem(product) == _stem(outcome)), None)
    if same is None:
        intake.products.append(outcome)
    elif _inputs(same) == _inputs(outcome):
        intake.passed_over.append(Declined(outcome.name, f"{outcome.name} was given twice; it is run once."))
    else:
        refusals.append(
            Declined(
                outcome.name,
                f"{outcome.name} from {_source(outcome)} would be saved under the same name as that from "
                f"{_source(same)}; run it by itself into another folder.",
            )
        )


def _stem(product: Product) -> str:
    """Return what the pipeline makes the name of the result from."""
    return product.name.removesuffix(".fits").removesuffix("_rate")


def _inputs(product: Product) -> list[Path]:
    return [member.path.resolve() for member in product.members]


def _source(product: Product) -> str:
    return product.association.table if product.association else str(product.science.path)


def _products(path: Path, *, allow_mismatch: bool) -> Iterator[Product | Declined]:
    try:
        if path.suffix.lower() == ".json":
            table = read_association(path)
            yield from _association_products(table, allow_mismatch=allow_mismatch)
        else:
            yield _single(path)
    except InputDeclinedError as error:
        yield Declined(str(path), str(error))


def _single(path: Path) -> Product:
    member = _member(path, FoundBy.AS_GIVEN)
    return Product(name=_product_name(path), science=member, notices=notices(member.info))


def _product_name(path: Path) -> str:
    """Name of the product of a file by itself: its base name without the compression's ending."""
    return path.stem if path.suffix.lower() == ".gz" else path.name


def _member(path: Path, found_by: FoundBy) -> Member:
    info = read_exposure_info(path)
    check_eligible(info)
    return Member(info, found_by)


def _association_products(table: AssociationTable, *, allow_mismatch: bool) -> Iterator[Product | Declined]:
    for entry in table.products:
        try:
            yield _association_product(table, entry, allow_mismatch=allow_mismatch)
        except InputDeclinedError as error:
            yield Declined(f"{entry.name} of {table.path}", str(error))


def _association_product(table: AssociationTable, entry: AssociationProduct, *, allow_mismatch: bool) -> Product:
    where = f"product {entry.name} of {table.path.name}"
    _check_members(entry, where)
    members = [_member(*find_member(name, table.path)) for name in _used(entry)]
    product = Product(
        name=entry.name,
        science=members[0],
        backgrounds=tuple(members[1:]),
        association=AssociationEntry(table.path.name, table.pool),
    )
    return replace(product, notices=_product_notices(product, entry, allow_mismatch=allow_mismatch))


def _used(entry: AssociationProduct) -> tuple[str, ...]:
    return (*entry.of_type("science"), *entry.of_type("background"))


def _check_members(entry: AssociationProduct, where: str) -> None:
    science = entry.of_type("science")
    if len(science) != 1:
        raise InputDeclinedError(
            f"{where} has {len(science)} science members where one is needed; make one product of each exposure."
        )
    twice = [name for name, count in Counter(Path(name).name for name in _used(entry)).items() if count > 1]
    if twice:
        raise InputDeclinedError(f"{where} lists {', '.join(twice)} more than once; remove the repetition.")


def _product_notices(product: Product, entry: AssociationProduct, *, allow_mismatch: bool) -> tuple[str, ...]:
    said = [*notices(product.science.info)]
    for background in product.backgrounds:
        differing = mismatches(product.science.info, background.info)
        if not differing:
            continue
        what = f"background {background.path.name} does not match {product.science.path.name}: {'; '.join(differing)}"
        if not allow_mismatch:
            raise InputDeclinedError(f"{what}. Correct the association, or allow mismatches explicitly.")
        said.append(f"{what}. It is used because mismatches were allowed.")
    others = {kind for _, kind in entry.members} - {"science", "background"}
    if others:
        said.append(f"members of type {', '.join(sorted(others))} of {entry.name} are not used by this chain.")
    return tuple(said)
