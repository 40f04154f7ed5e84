"""Detection of files that changed after they were read."""

from __future__ import annotations

from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.product import Product

__all__ = ["FileState", "InputChangedError", "InputFiles", "override_state"]

FileState = tuple[int, int, int] | None
"""Inode, size in bytes and time of modification in ns; None where there is no file."""


class InputChangedError(WfsguiError):
    """A file has changed since it was opened."""


class InputFiles:
    """State of a product's files when this object is made.

    Parameters
    ----------
    product : Product
        The product.

    Raises
    ------
    WfsguiError
        If one of the files cannot be read.
    """

    def __init__(self, product: Product) -> None:
        self._states = {member.path: _input_state(member.path) for member in product.members}

    def check(self) -> None:
        """Check that no file has changed.

        Raises
        ------
        InputChangedError
            If one of the files has changed.
        WfsguiError
            If one of the files cannot be read.
        """
        for path, state in self._states.items():
            if _input_state(path) != state:
                raise InputChangedError(f"{path} has changed since it was opened; run this product from its beginning.")


def override_state(name: str) -> FileState:
    """Return the state of a reference file that replaces the one of CRDS; None for ``N/A`` and a missing file."""
    try:
        return _state(Path(name))
    except (OSError, ValueError):
        return None


def _input_state(path: Path) -> FileState:
    try:
        return _state(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise WfsguiError(f"{path} cannot be read any more ({why}); put it back and run this product again.") from error


def _state(path: Path) -> FileState:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
