"""What a folder holds for the pipeline: associations and ``_rate`` files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wfsgui.core.association import (
    AssociationTable,
    BrokenAssociationError,
    OtherAssociationError,
    exposure_root,
    find_member,
    read_association,
)
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files import real_path

__all__ = ["FolderContent", "look_into"]

_RATE_ENDINGS: Final = ("_rate.fits", "_rate.fits.gz")
_ASSOCIATION_ENDING: Final = "_asn.json"
# What macOS puts beside each file on a disk of another system; it ends as that file does.
_MACOS_PREFIX: Final = "._"


@dataclass
class FolderContent:
    """What was found in a folder.

    Attributes
    ----------
    rates : list of Path
        Everything that is named as a ``_rate`` file, whatever it is.
    tables : list of AssociationTable
        The level-2 image associations that can be read.
    others : list of (Path, str)
        What is passed over, and why: associations of other levels or kinds, and files that are no data.
    broken : list of (Path, str)
        The associations that cannot be used, and why.
    knows_all_names : bool
        Whether it is known what every association names.
    """

    rates: list[Path] = field(default_factory=list)
    tables: list[AssociationTable] = field(default_factory=list)
    others: list[tuple[Path, str]] = field(default_factory=list)
    broken: list[tuple[Path, str]] = field(default_factory=list)
    knows_all_names: bool = True
    _roots: set[str] = field(default_factory=set)
    _members: set[Path] = field(default_factory=set)

    def may_be_named(self, rate: Path) -> bool:
        """Whether an association of the folder names a file, or may do so.

        Parameters
        ----------
        rate : Path
            A file of the folder.

        Returns
        -------
        bool
            True for every file where an association cannot be read.
        """
        known = exposure_root(rate.name) in self._roots or real_path(rate) in self._members
        return known or not self.knows_all_names

    def add_association(self, path: Path) -> None:
        """Read an association, or note why that cannot be done."""
        try:
            table = read_association(path)
        except OtherAssociationError as error:
            self.others.append((path, str(error)))
        except BrokenAssociationError as error:
            self.broken.append((path, str(error)))
            self._roots |= error.roots or set()
            self.knows_all_names &= error.roots is not None
        else:
            self.tables.append(table)
            for product in table.products:
                self._roots |= product.roots
            self._members |= _members_found(table)


def look_into(folder: Path) -> FolderContent:
    """List a folder, and read its associations.

    Parameters
    ----------
    folder : Path
        The folder; folders in it are not looked into.

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
            continue
        if name.startswith(_MACOS_PREFIX):
            content.others.append((path, f"{path.name} is what macOS keeps about another file, it holds no data."))
        elif name.endswith(_ASSOCIATION_ENDING):
            content.add_association(path)
        else:
            content.rates.append(path)
    if not (content.rates or content.tables or content.broken):
        raise InputDeclinedError(_nothing(folder, content))
    return content


def _nothing(folder: Path, content: FolderContent) -> str:
    if content.others:
        passed_over = ", ".join(path.name for path, _ in content.others)
        return f"{folder} holds no _rate file and no level-2 image association ({passed_over} is not); give another."
    return f"{folder} holds no _rate file and no association (_asn.json); give another."


def _members_found(table: AssociationTable) -> set[Path]:
    found = set()
    for name in (name for product in table.products for name, _ in product.members):
        with suppress(InputDeclinedError):
            found.add(real_path(find_member(name, table.path)[0]))
    return found
