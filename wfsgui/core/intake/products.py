"""Products to calibrate, made of the files, folders and associations that are given."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import is_folder, real_path
from wfsgui.core.files.names import ascii_name, is_parameter_file, printable
from wfsgui.core.intake.association import (
    MEMBER_TYPES,
    AssociationProduct,
    AssociationTable,
    find_member,
    read_association,
)
from wfsgui.core.intake.eligibility import allowed_mismatch, check_eligible, mismatch_text, notices
from wfsgui.core.intake.folder_content import FolderContent, read_folder
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.intake.superseded import Superseded, find_superseded
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import AssociationEntry, FoundBy, Member, Product

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Declined", "Intake", "take_in"]

# More names than this are counted, not listed.
_MOST_NAMES: Final = 3

_GZIP, _FITS_ENDING, _RATE_ENDING = ".gz", ".fits", "_rate.fits"


@dataclass(frozen=True)
class Declined:
    """An input or a product that is not calibrated.

    Attributes
    ----------
    what : str
        The file, folder or product.
    why : str
        One sentence: the reason, and what to do.
    mismatch_of : Path or None
        The association, where the product was declined for nothing but backgrounds that do not match: `take_in` takes
        it with `allow_mismatch`. None otherwise.
    product : str
        The product's name in that association; empty where there is none.
    """

    what: str
    why: str
    mismatch_of: Path | None = None
    product: str = ""


class _MismatchError(InputDeclinedError):
    """Backgrounds that do not match the exposure; nothing else is wrong with the product."""


@dataclass
class Intake:
    """The products of the inputs, and the inputs that gave no product.

    Attributes
    ----------
    products : list of Product
        The products to calibrate, in the order of the inputs.
    declined : list of Declined
        The inputs and products that are not calibrated, each with its reason.
    passed_over : list of Declined
        Files of a folder that are not for this program, and repetitions; no failure.
    """

    products: list[Product] = field(default_factory=list)
    declined: list[Declined] = field(default_factory=list)
    passed_over: list[Declined] = field(default_factory=list)


def take_in(given: Iterable[Path], *, allow_mismatch: bool = False, one_folder: bool = True) -> Intake:
    """Make products of files, folders and associations. An input that is declined stops no other.

    Parameters
    ----------
    given : iterable of Path
        ``_rate`` files, association files and folders that hold them.
    allow_mismatch : bool, optional
        Take background members although they differ from the science exposure in instrument, detector,
        filter, pupil, subarray or shape.
    one_folder : bool, optional
        Whether all results go to one folder: of two products whose results would have one name, the second is
        declined then.

    Returns
    -------
    Intake
        Products, and what was declined.
    """
    paths = tuple(given)
    builder = _IntakeBuilder(paths, allow_mismatch=allow_mismatch, one_folder=one_folder)
    for path in paths:
        if is_folder(path):
            builder.take_folder(path)
        else:
            builder.take_file(path)
    builder.decline_withheld()
    return builder.intake


class _IntakeBuilder:
    """Make the products one after the other. Headers are read once, and a product that is given twice is made once."""

    def __init__(self, given: tuple[Path, ...], *, allow_mismatch: bool, one_folder: bool) -> None:
        self.intake = Intake()
        self._by_name = frozenset(real_path(path) for path in given if not is_folder(path))
        self._allow_mismatch = allow_mismatch
        self._one_folder = one_folder
        self._taken: dict[object, Product] = {}
        self._infos: dict[Path, ExposureInfo] = {}
        self._withheld: list[tuple[Path, list[Path], list[str]]] = []

    def take_file(self, path: Path) -> None:
        """Take an association or an exposure."""
        try:
            if is_parameter_file(path):
                raise InputDeclinedError(
                    f"{path.name} is no exposure; if it is a parameter file, give it to wfsgui run --parameter-file."
                )
            if path.suffix.lower() == ".json":
                self._take_association(read_association(path))
            else:
                self._take_exposure(path)
        except InputDeclinedError as error:
            self._decline(str(path), str(error))

    def take_folder(self, folder: Path) -> None:
        """Take the associations of a folder, then the ``_rate`` files that none of them names."""
        try:
            content = read_folder(folder)
        except InputDeclinedError as error:
            self._decline(str(folder), str(error))
            return
        self.intake.passed_over += [Declined(printable(str(path)), printable(why)) for path, why in content.others]
        for path, why in content.broken:
            self._decline(str(path), why)
        declined = [path.name for path, _ in content.broken]
        superseded = find_superseded(content.tables)
        left_out = frozenset(each.key for each in superseded)
        for table in content.tables:
            entries = self._take_association(table, left_out)
            content.decline(table, entries)
            declined += [table.path.name] if entries else []
            self._note_superseded(content, superseded, table, entries)
        self._take_rates(content)
        # Those that no later input uses are declined when all inputs have been taken.
        withheld = [path for path in content.rates if content.is_withheld(path) and not content.serves_others(path)]
        self._withheld.append((folder, withheld, declined))

    def _note_superseded(
        self,
        content: FolderContent,
        superseded: Iterable[Superseded],
        winner: AssociationTable,
        declined: list[AssociationProduct],
    ) -> None:
        """Note what is not taken, because the products of an association go before it."""
        for each in superseded:
            if each.by_table is not winner:
                continue
            what = f"{each.entry.name} of {each.table.path}"
            if each.by_entry not in declined:
                self.intake.passed_over.append(Declined(printable(what), printable(each.reason)))
                continue
            content.decline(each.table, [each.entry])
            self._decline(
                what,
                f"{each.entry.name} is not calibrated as {each.table.path.name} says, because {winner.path.name} gives "
                "it more backgrounds and was declined; correct that, or give this association by name.",
            )

    def decline_withheld(self) -> None:
        """Decline the exposures of declined associations: by themselves they would have no backgrounds."""
        used = {path for product in self.intake.products for path in _inputs(product)} | self._by_name
        for folder, paths, declined in self._withheld:
            left = [path.name for path in paths if real_path(path) not in used]
            if left:
                why = (
                    f"{_listed(left)} in {folder} would be calibrated without backgrounds, because {_listed(declined)} "
                    "was declined; correct the association, or give the _rate files by name."
                )
                self._decline(", ".join(left), why)

    def _take_rates(self, content: FolderContent) -> None:
        for path in content.rates:
            if content.is_withheld(path) or content.is_member(path):
                continue
            table = content.association_of(path)
            if table and real_path(path) not in self._by_name:
                why = f"{path.name} is not the file that {table} names of this exposure; give it by name, or remove it."
                self._decline(str(path), why)
            else:
                self.take_file(path)

    def _decline(self, what: str, why: str, mismatch_of: Path | None = None, product: str = "") -> None:
        self.intake.declined.append(Declined(printable(what), printable(why), mismatch_of, product))

    def _take_exposure(self, path: Path) -> None:
        member = self._member(path, FoundBy.AS_GIVEN)
        name = _product_name(path)
        self._add(Product(name=name, science=member, notices=(*notices(member.info), *_renamed(name))))

    def _take_association(
        self, table: AssociationTable, left_out: frozenset[tuple[Path, AssociationProduct]] = frozenset()
    ) -> list[AssociationProduct]:
        """Take the products of an association but for some, and return those that were declined."""
        declined = []
        for entry in table.products:
            if (table.path, entry) in left_out:
                continue
            try:
                self._add(self._association_product(table, entry))
            except _MismatchError as error:
                self._decline(f"{entry.name} of {table.path}", str(error), table.path, entry.name)
                declined.append(entry)
            except InputDeclinedError as error:
                self._decline(f"{entry.name} of {table.path}", str(error))
                declined.append(entry)
        return declined

    def _add(self, product: Product) -> None:
        """Add a product that was not added before.

        Raises
        ------
        InputDeclinedError
            If its result would have the name of another product's result.
        """
        inputs = _inputs(product)
        same = self._taken.setdefault(_stem(product) if self._one_folder else inputs, product)
        if same is product:
            self.intake.products.append(product)
        elif _inputs(same) == inputs:
            why = f"{product.name} was given twice; it is run once."
            self.intake.passed_over.append(Declined(product.name, why))
        else:
            raise InputDeclinedError(
                f"{product.name} from {_source(product)} would be saved under the same name as that from "
                f"{_source(same)}; run it separately into another folder."
            )

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
        _check_types(entry, where)
        found = [find_member(name, table.path) for name in (*science, *entry.of_type("background"))]
        _check_distinct([path for path, _ in found], where)
        members = [self._member(path, found_by) for path, found_by in found]
        product = Product(
            name=entry.name,
            science=members[0],
            backgrounds=tuple(members[1:]),
            association=AssociationEntry(printable(table.path.name), printable(table.pool)),
        )
        return replace(product, notices=_product_notices(product, table, entry, allow_mismatch=self._allow_mismatch))


def _product_name(path: Path) -> str:
    """Return the name of a product without an association: the base name of its file without the ending of gzip.

    Suffix and ending of a name in capitals are written as the pipeline knows them.
    """
    name = path.name[: -len(_GZIP)] if path.name.lower().endswith(_GZIP) else path.name
    for ending in () if name.endswith(_FITS_ENDING) else (_RATE_ENDING, _FITS_ENDING):
        if name.lower().endswith(ending):
            name = name[: -len(ending)] + ending
            break
    return name


def _renamed(name: str) -> tuple[str, ...]:
    """Return a notice if the name of the result differs from that of the product: FITS headers are ASCII."""
    if name.isascii():
        return ()
    return (
        f"{name} is not plain ASCII, and a FITS header holds nothing else; its result is named {ascii_name(name)}.",
    )


def _stem(product: Product) -> str:
    """Return what the pipeline makes the name of the result from."""
    return ascii_name(Path(product.name).name).removesuffix(".fits").removesuffix("_rate")


def _inputs(product: Product) -> tuple[Path, ...]:
    return tuple(member.path.resolve() for member in product.members)


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _source(product: Product) -> str:
    return product.association.table if product.association else str(product.science.path)


def _check_types(entry: AssociationProduct, where: str) -> None:
    """Decline a member whose type no association has: it may be a background whose type is misspelt."""
    unknown = sorted({kind for _, kind in entry.members} - MEMBER_TYPES)
    if unknown:
        raise InputDeclinedError(
            f"{where} has members of type {', '.join(unknown)}, which no association has; correct exptype, for example "
            "to background."
        )


def _check_distinct(paths: list[Path], where: str) -> None:
    """Decline an exposure that is a member twice, also under two names: it would be subtracted from itself."""
    counts = Counter(path.resolve() for path in paths)
    twice = [path.name for path, count in counts.items() if count > 1]
    if twice:
        raise InputDeclinedError(f"{where} lists {', '.join(twice)} more than once; remove the repetition.")


def _product_notices(
    product: Product, table: AssociationTable, entry: AssociationProduct, *, allow_mismatch: bool
) -> tuple[str, ...]:
    said = [*notices(product.science.info)]
    if table.notice:
        said.append(table.notice)
    said.extend(_renamed(product.name))
    if entry.named_after:
        said.append(
            f"{table.path.name} does not name the product; it is named {entry.name}, after {entry.named_after}."
        )
    for background in product.backgrounds:
        what = mismatch_text(product.science.info, background.info)
        if what and not allow_mismatch:
            raise _MismatchError(f"{what}. Correct the association, or allow mismatches explicitly.")
        if what:
            said.append(allowed_mismatch(product.science.info, background.info))
    others = {kind for _, kind in entry.members} - {"science", "background"}
    if others:
        said.append(f"members of type {', '.join(sorted(others))} of {entry.name} are not used by this chain.")
    return tuple(map(printable, said))
