"""Noticing that a product's files have changed since they were read."""

from __future__ import annotations

from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.product import Product

__all__ = ["InputChangedError", "InputFiles"]


class InputChangedError(WfsguiError):
    """A file is not the one that was opened any more."""


class InputFiles:
    """The files of a product as they are now.

    Parameters
    ----------
    product : Product
        The product.

    Raises
    ------
    WfsguiError
        If one of them is gone.
    """

    def __init__(self, product: Product) -> None:
        self._states = {member.path: _state(member.path) for member in product.members}

    def check(self) -> None:
        """Make sure that they are the same.

        Raises
        ------
        InputChangedError
            If one of them is another now.
        WfsguiError
            If one of them is gone.
        """
        for path, state in self._states.items():
            if _state(path) != state:
                raise InputChangedError(f"{path} has changed since it was opened; run this product from its beginning.")


def _state(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise WfsguiError(f"{path} cannot be read any more ({why}); put it back and run this product again.") from error
    return status.st_size, status.st_mtime_ns
