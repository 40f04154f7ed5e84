"""From what was given - files, folders, associations - to the products to calibrate."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
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
from wfsgui.core.exposure import ExposureInfo, read_exposure_info
from wfsgui.core.files import is_folder
from wfsgui.core.product import AssociationEntry, FoundBy, Member, Product

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    taker = _Taker(allow_mismatch=allow_mismatch)
    for path in given:
        if is_folder(path):
            taker.take_folder(path)
        else:
            taker.take_file(path)
    return taker.intake


class _Taker:
    """Take what is given, and remember it: backgrounds are shared, and inputs may be given twice."""

    def __init__(self, *, allow_mismatch: bool) -> None:
        self.intake = Intake()
        self._allow_mismatch = allow_mismatch
        self._by_result: dict[str, Product] = {}
        self._infos: dict[Path, ExposureInfo] = {}

    def take_file(self, path: Path) -> None:
        """Take an association or an exposure."""
        try:
            if path.suffix.lower() == ".json":
                self._take_association(read_association(path))
            else:
                self._take_exposure(path)
        except InputDeclinedError as error:
            self.intake.declined.append(Declined(str(path), str(error)))

    def take_folder(self, folder: Path) -> None:
        """Take the associations of a folder, then the ``_rate`` files that none of them names."""
        associations = sorted(folder.glob(_ASSOCIATION_PATTERN))
        rates = sorted(path for pattern in RATE_PATTERNS for path in folder.glob(pattern))
        if not associations and not rates:
            why = f"{folder} holds no _rate file and no association (_asn.json); give another."
            self.intake.declined.append(Declined(str(folder), why))
        named: set[Path] = set()
        for path in associations:
            try:
                table = read_association(path)
            except InputDeclinedError as error:
                # A folder may hold associations of other levels, which nobody asked for by name.
                self.intake.passed_over.append(Declined(str(path), str(error)))
            else:
                named |= _members_found(table)
                self._take_association(table)
        for path in rates:
            # Not even where its product was declined: by itself it would be calibrated without its backgrounds.
            if path.resolve() not in named:
                self.take_file(path)

    def _take_exposure(self, path: Path) -> None:
        member = self._member(path, FoundBy.AS_GIVEN)
        self._add(Product(name=_product_name(path), science=member, notices=notices(member.info)))

    def _take_association(self, table: AssociationTable) -> None:
        for entry in table.products:
            try:
                self._add(self._association_product(table, entry))
            except InputDeclinedError as error:
                self.intake.declined.append(Declined(f"{entry.name} of {table.path}", str(error)))

    def _add(self, product: Product) -> None:
        """Add a product unless its result would take the place of another one's."""
        same = self._by_result.setdefault(_stem(product), product)
        if same is product:
            self.intake.products.append(product)
        elif _inputs(same) == _inputs(product):
            why = f"{product.name} was given twice; it is run once."
            self.intake.passed_over.append(Declined(product.name, why))
        else:
            why = (
                f"{product.name} from {_source(product)} would be saved under the same name as that from "
                f"{_source(same)}; run it by itself into another folder."
            )
            self.intake.declined.append(Declined(product.name, why))

    def _member(self, path: Path, found_by: FoundBy) -> Member:
        info = self._infos.get(path)
        if info is None:
            info = self._infos[path] = read_exposure_info(path)
        check_eligible(info)
        return Member(info, found_by)

    def _association_product(self, table: AssociationTable, entry: AssociationProduct) -> Product:
        where = f"product {entry.name} of {table.path.name}"
        science = entry.of_type("science")
        if len(science) != 1:
            raise InputDeclinedError(
                f"{where} has {len(science)} science members where one is needed; make one product of each exposure."
            )
        found = [find_member(name, table.path) for name in (*science, *entry.of_type("background"))]
        _check_distinct([path for path, _ in found], where)
        members = [self._member(path, found_by) for path, found_by in found]
        product = Product(
            name=entry.name,
            science=members[0],
            backgrounds=tuple(members[1:]),
            association=AssociationEntry(table.path.name, table.pool),
        )
        return replace(product, notices=_product_notices(product, entry, allow_mismatch=self._allow_mismatch))


def _product_name(path: Path) -> str:
    """Name of the product of a file by itself: its base name without the compression's ending."""
    return path.name.removesuffix(".gz")


def _stem(product: Product) -> str:
    """Return what the pipeline makes the name of the result from."""
    return Path(product.name).name.removesuffix(".fits").removesuffix("_rate")


def _inputs(product: Product) -> list[Path]:
    return [member.path.resolve() for member in product.members]


def _source(product: Product) -> str:
    return product.association.table if product.association else str(product.science.path)


def _members_found(table: AssociationTable) -> set[Path]:
    found = set()
    for name in (name for product in table.products for name, _ in product.members):
        with suppress(InputDeclinedError):
            found.add(find_member(name, table.path)[0].resolve())
    return found


def _check_distinct(paths: list[Path], where: str) -> None:
    """Decline an exposure that is a member twice, under whatever name: it would be subtracted from itself."""
    counts = Counter(path.resolve() for path in paths)
    twice = [path.name for path, count in counts.items() if count > 1]
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
