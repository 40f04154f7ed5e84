"""The associations and ``_rate`` files of a folder."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import real_path
from wfsgui.core.intake.association import (
    AssociationProduct,
    AssociationTable,
    BrokenAssociationError,
    OtherAssociationError,
    exposure_root,
    find_member,
    read_association,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FolderContent", "read_folder"]

_RATE_ENDINGS: Final = ("_rate.fits", "_rate.fits.gz")
_ASSOCIATION_ENDING: Final = "_asn.json"
# macOS writes such a file beside each file on a disk of another system, with the same ending.
_MACOS_PREFIX: Final = "._"


@dataclass
class FolderContent:
    """The associations and ``_rate`` files of a folder, and which of the files are withheld.

    Attributes
    ----------
    rates : list of Path
        Everything with the name of a ``_rate`` file.
    tables : list of AssociationTable
        The level-2 image associations that can be read.
    others : list of (Path, str)
        What is passed over, and why: associations of other levels or kinds, files that are no data, and folders.
    broken : list of (Path, str)
        The associations that cannot be used, and why.
    """

    rates: list[Path] = field(default_factory=list)
    tables: list[AssociationTable] = field(default_factory=list)
    others: list[tuple[Path, str]] = field(default_factory=list)
    broken: list[tuple[Path, str]] = field(default_factory=list)
    _is_unknown: bool = False
    _declined_roots: set[str] = field(default_factory=set)
    _declined_members: set[Path] = field(default_factory=set)
    _listed: dict[str, str] = field(default_factory=dict)
    _members: set[Path] = field(default_factory=set)
    _science: set[Path] = field(default_factory=set)

    def add_association(self, path: Path) -> None:
        """Read an association, or note why that cannot be done."""
        try:
            table = read_association(path)
        except OtherAssociationError as error:
            self.others.append((path, str(error)))
        except BrokenAssociationError as error:
            self.broken.append((path, str(error)))
            self._declined_roots |= error.roots or set()
            self._is_unknown |= error.roots is None
        else:
            self.tables.append(table)
            self._members |= _members_found(table, table.products)
            self._science |= _files_of(table, (name for entry in table.products for name in entry.of_type("science")))
            self._listed |= {exposure_root(name): path.name for entry in table.products for name, _ in entry.members}

    def decline(self, table: AssociationTable, entries: list[AssociationProduct]) -> None:
        """Note that products of an association are not calibrated."""
        for entry in entries:
            self._declined_roots |= entry.roots
        self._declined_members |= _members_found(table, entries)

    def is_withheld(self, rate: Path) -> bool:
        """Whether a file belongs to a product that is not calibrated, or may do so.

        Parameters
        ----------
        rate : Path
            A file of the folder.

        Returns
        -------
        bool
            True for every file where an association cannot be read.
        """
        by_name = exposure_root(rate.name) in self._declined_roots
        return self._is_unknown or by_name or real_path(rate) in self._declined_members

    def is_member(self, rate: Path) -> bool:
        """Whether a file is a member of an association that can be read."""
        return real_path(rate) in self._members

    def serves_others(self, rate: Path) -> bool:
        """Whether a file is a member, but of no product the exposure to calibrate: a background, for example."""
        return self.is_member(rate) and real_path(rate) not in self._science

    def association_of(self, rate: Path) -> str:
        """Return the name of the association that lists a file's exposure, by this file or another; empty for none."""
        return self._listed.get(exposure_root(rate.name), "")


def read_folder(folder: Path) -> FolderContent:
    """List a folder, and read its associations.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    FolderContent
        What is in it, in the order of names.

    Raises
    ------
    InputDeclinedError
        If the folder cannot be read, or holds nothing for the pipeline.
    """
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InputDeclinedError(
            f"{folder} cannot be read ({error.strerror}); change its permissions, or give another folder."
        ) from error
    content = FolderContent()
    for path in paths:
        name = path.name.lower()
        if not name.endswith((_ASSOCIATION_ENDING, *_RATE_ENDINGS)):
            if _holds_rates(path):
                content.others.append((path, f"{path} is a folder inside a folder and was not read; give it, too."))
            continue
        if name.startswith(_MACOS_PREFIX):
            content.others.append(
                (path, f"{path.name} contains attributes that macOS keeps of another file, and no data.")
            )
        elif name.endswith(_ASSOCIATION_ENDING):
            content.add_association(path)
        else:
            content.rates.append(path)
    if not (content.rates or content.tables or content.broken):
        raise InputDeclinedError(_nothing(folder, content))
    return content


def _nothing(folder: Path, content: FolderContent) -> str:
    if content.others:
        found = ", ".join(path.name for path, _ in content.others)
        return f"{folder} holds no _rate file and no level-2 image association, only {found}; give another."
    return f"{folder} holds no _rate file and no association (_asn.json); give another."


def _holds_rates(path: Path) -> bool:
    try:
        return any(entry.name.lower().endswith(_RATE_ENDINGS) for entry in path.iterdir())
    except OSError:
        # Not a folder, or one that cannot be read.
        return False


def _members_found(table: AssociationTable, entries: Iterable[AssociationProduct]) -> set[Path]:
    return _files_of(table, (name for entry in entries for name, _ in entry.members))


def _files_of(table: AssociationTable, names: Iterable[str]) -> set[Path]:
    found = set()
    for name in names:
        with suppress(InputDeclinedError):
            found.add(real_path(find_member(name, table.path)[0]))
    return found
