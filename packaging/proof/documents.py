"""Start of the program from the menu, and by a double click on a document."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from freeze.identity import NAME
from PySide6.QtCore import QSettings

from proof.bare_debian import USER
from proof.desktop import Desktop, wait_for

__all__ = ["open_documents"]

_ENTRY: Final = f"/usr/share/applications/{NAME}.desktop"
_VISIT: Final = f".cache/{NAME}/demonstration/visit"
# A name with characters that need care.
_FOLDER: Final = PurePosixPath("/home", USER, "Prüfung der Aufnahmen, 北極星")
_RATE: Final = _FOLDER / "jw99001002001_03101_00001_nrca1_rate.fits"
_ASSOCIATION: Final = _FOLDER / "jw99001-o002_image2_00002_asn.json"


def open_documents(desktop: Desktop) -> None:
    """Start the program in every way of a desktop.

    Parameters
    ----------
    desktop : Desktop
        With the demonstration's visit made.

    Raises
    ------
    ProofError
        If a window does not come up, or not with the document.
    """
    desktop.machine.run("cp", "-r", _VISIT, str(_FOLDER))
    _start(desktop, "1 from the menu", "gtk-launch", NAME)
    _start(desktop, "2 from a launcher", "gio", "launch", _ENTRY)
    _start_with(desktop, _RATE, "3 double click on an exposure", "gio", "open")
    _start_with(desktop, _ASSOCIATION, "4 double click on an association", "xdg-open")


def _start(desktop: Desktop, name: str, *command: str) -> None:
    window = desktop.launch(*command)
    desktop.photograph(name)
    desktop.close(window)


def _start_with(desktop: Desktop, document: PurePosixPath, name: str, *command: str) -> None:
    window = desktop.launch(*command, str(document))
    wait_for(lambda: str(document) in _recent(desktop), f"{document} to be opened")
    desktop.photograph(name)
    desktop.close(window)


def _recent(desktop: Desktop) -> list[str]:
    """Return the recent files of the program."""
    store = desktop.home / ".config" / NAME / f"{NAME}.ini"
    return str(QSettings(str(store), QSettings.Format.IniFormat).value("state/recent_files", "")).splitlines()
