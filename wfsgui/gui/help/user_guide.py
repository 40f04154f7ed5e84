"""User guide: location of its first page, and opening it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

__all__ = ["guide_page", "open_guide"]


def guide_page(resources: Path | None = None) -> Path | None:
    """Find the first page of the guide.

    Parameters
    ----------
    resources : Path, optional
        Folder of the resources; by default those of the program.

    Returns
    -------
    Path or None
        None if the guide has not been built, as in a checkout.
    """
    page = (resources or Path(str(files("wfsgui.resources")))) / "guide" / "index.html"
    return page if page.is_file() else None


def open_guide(page: Path) -> None:
    """Open a local page in the web browser."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))
