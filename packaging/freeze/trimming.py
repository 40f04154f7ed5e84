"""Removal of collected libraries that the application never loads."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

__all__ = ["Entry", "trimmed"]

Entry = tuple[str, str, str]
"""Path in the bundle, path on this machine, kind."""

# Of pyarrow its servers, sources and tests; of Python its shell's line editor; of Qt the languages of its own dialogs,
# and plug-ins for screens without a desktop, for GTK (which would bring all of it), for keyboards on screen, for TLS.
_UNUSED: Final = (
    "libarrow_flight", "libarrow_python_flight", "_pyarrow_cpp_tests", "pyarrow/include", "pyarrow/src",
    "pyarrow/tests", "readline.", "PySide6/Qt/translations", "libQt6EglF", "libQt6Pdf", "libQt6Qml", "libQt6Quick",
    "libQt6VirtualKeyboard", "plugins/egldeviceintegrations/", "plugins/generic/", "plugins/networkinformation/",
    "plugins/tls/", "platforminputcontexts/libqtvirtualkeyboard", "platforms/libqeglfs", "platforms/libqlinuxfb",
    "platforms/libqminimal", "platforms/libqvkkhrdisplay", "platforms/libqvnc", "platformthemes/libqgtk3",
)  # fmt: skip
_SYSTEM: Final = ("/lib/", "/usr/lib/")
# A Python of Debian is among the libraries of the system.
_PYTHON: Final = ("libpython", "python3")


def trimmed(entries: Iterable[Entry]) -> list[Entry]:
    """Remove files that are never loaded, and on Linux the libraries of the system.

    Parameters
    ----------
    entries : iterable of Entry
        Collected files.

    Returns
    -------
    list of Entry
        What goes into the bundle.
    """
    return [entry for entry in entries if not _is_unused(entry[0]) and not _is_of_the_system(entry)]


def _is_unused(place: str) -> bool:
    path = PurePath(place).as_posix()
    return any(part in path for part in _UNUSED)


def _is_of_the_system(entry: Entry) -> bool:
    _, source, kind = entry
    if not sys.platform.startswith("linux") or kind not in ("BINARY", "SYMLINK"):
        return False
    return source.startswith(_SYSTEM) and not any(part in source for part in _PYTHON)
