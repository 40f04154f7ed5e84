"""About dialog: description, licence and versions."""

from __future__ import annotations

import platform
from collections.abc import Mapping

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from wfsgui import __version__
from wfsgui.gui.widgets.icons import application_icon
from wfsgui.gui.widgets.theme import heading_font

__all__ = ["AboutDialog", "versions_text"]

_ICON = 64


def versions_text(engine: Mapping[str, str]) -> str:
    """List versions, one per line.

    Parameters
    ----------
    engine : mapping of str to str
        Packages of the engine and their versions; empty until the engine is loaded.

    Returns
    -------
    str
        Versions of the program, the engine, Qt, Python and the operating system.
    """
    # Imported late: the window imports this module at its start.
    from importlib.metadata import version

    own = {
        "wfsgui": __version__,
        **engine,
        "PySide6": version("PySide6_Essentials"),
        "Qt": qVersion(),
        "pyqtgraph": version("pyqtgraph"),
        "Python": platform.python_version(),
        "System": platform.platform(),
    }
    return "\n".join(f"{name} {number}" for name, number in own.items())


class AboutDialog(QDialog):
    """Dialog with versions and licence.

    Parameters
    ----------
    engine : mapping of str to str
        Packages of the engine and their versions.
    parent : QWidget
        The window.
    """

    def __init__(self, engine: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle("About wfsgui")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = QLabel("wfsgui")
        name.setFont(heading_font())
        description = QLabel(
            "Step-by-step calibration of JWST wavefront-sensing exposures: calwebb_wfs-image2 without resampling. "
            "BSD-3-Clause licence."
        )
        description.setWordWrap(True)
        picture = QLabel()
        picture.setPixmap(application_icon().pixmap(_ICON))
        words = QVBoxLayout()
        words.addWidget(name)
        words.addWidget(description)
        head = QHBoxLayout()
        head.addWidget(picture)
        head.addLayout(words, stretch=1)
        self._versions = QPlainTextEdit(versions_text(engine))
        self._versions.setObjectName("versions")
        self._versions.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy versions", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self._versions, stretch=1)
        layout.addWidget(buttons)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(70 * letter, 60 * letter)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._versions.toPlainText())
