"""Intake of operation files: their images are taken in as if they had been given by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import real_path
from wfsgui.core.files.names import printable
from wfsgui.core.intake.products import Declined, Intake
from wfsgui.core.quip.operation_file import OperationFile, is_operation_file, read_operation_file

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.model.product import Product

__all__ = ["Expanded", "OperationIntake", "expand"]


@dataclass(frozen=True)
class Expanded:
    """Inputs without operation files.

    Attributes
    ----------
    paths : tuple of Path
        The inputs, with the images of each operation file in its place.
    operations : tuple of OperationFile
        The operation files.
    declined : tuple of Declined
        Operation files that cannot be used, and why.
    """

    paths: tuple[Path, ...]
    operations: tuple[OperationFile, ...]
    declined: tuple[Declined, ...]


def expand(given: Iterable[Path]) -> Expanded:
    """Replace operation files by their images.

    Parameters
    ----------
    given : iterable of Path
        Inputs: operation files (``.xml``) and others.

    Returns
    -------
    Expanded
        Inputs without operation files.
    """
    paths: list[Path] = []
    operations: list[OperationFile] = []
    declined: list[Declined] = []
    for path in given:
        if not is_operation_file(path):
            paths.append(path)
            continue
        try:
            operation = read_operation_file(path)
        except InputDeclinedError as error:
            declined.append(Declined(printable(str(path)), printable(str(error))))
            continue
        operations.append(operation)
        paths += operation.images
        if not operation.images:
            declined.append(
                Declined(printable(str(path)), f"{printable(path.name)} lists no image; give another operation file.")
            )
    return Expanded(tuple(paths), tuple(operations), tuple(declined))


class OperationIntake:
    """Intake of the window, with operation files, which are remembered.

    Parameters
    ----------
    take_in : callable
        ``take_in(paths) -> Intake`` for inputs that are no operation files.

    Attributes
    ----------
    operations : dict of Path to OperationFile
        Operation files that were read, by their path as given; a file that is read again replaces itself.
    """

    def __init__(self, take_in: Callable[[Sequence[Path]], Intake]) -> None:
        self._take_in = take_in
        self.operations: dict[Path, OperationFile] = {}
        self._images: dict[Path, frozenset[Path]] = {}

    def take_in(self, paths: Sequence[Path]) -> Intake:
        """Make products of files, folders, associations and operation files; called in a worker thread.

        Parameters
        ----------
        paths : sequence of Path
            The inputs.

        Returns
        -------
        Intake
            Products, and what was declined.
        """
        if not any(map(is_operation_file, paths)):
            return self._take_in(paths)
        expanded = expand(paths)
        intake = self._take_in(expanded.paths)
        intake.declined[:0] = expanded.declined
        for operation in expanded.operations:
            # Links are resolved in this thread, because a network drive may be slow.
            self._images[operation.path] = frozenset(map(real_path, operation.images))
            self.operations[operation.path] = operation
        return intake

    def lists(self, operation: OperationFile, product: Product) -> bool:
        """Whether an operation file lists the exposure of a product."""
        return product.identity[0] in self._images[operation.path]

    def is_open(self, products: Iterable[Product]) -> bool:
        """Whether a product is of an operation file."""
        if not self.operations:
            return False
        images = frozenset().union(*self._images.values())
        return any(product.identity[0] in images for product in products)
