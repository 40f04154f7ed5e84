"""Dialog of the evidence: what it is about, kinds of files, folder, and progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.evidence.writing import Format
from wfsgui.gui.evidence.scope import Scope
from wfsgui.gui.evidence.work import EvidenceOrder
from wfsgui.gui.widgets.dialogs import ask_folder
from wfsgui.gui.widgets.theme import alarm_style, mute

__all__ = ["EvidenceDialog"]

_TIPS: Final = {
    Format.HTML: "One page with pictures, for a browser",
    Format.PDF: "The same pages, for printing",
    Format.JSON: "The same numbers, for programs; a JSON schema describes them",
    Format.ECSV: "Tables of the numbers and of the checks, for astropy",
}
_WIDTH: Final = 560
_MAY_BREAK: Final = "\N{ZERO WIDTH SPACE}"


class EvidenceDialog(QDialog):
    """Ask what evidence is written, and show the progress.

    Parameters
    ----------
    scopes : sequence of Scope
        What it can be about, at least one.
    folder : Path
        Suggested folder.
    formats : tuple of Format
        Kinds of files that are checked at first.
    parent : QWidget
        The window.

    Attributes
    ----------
    ordered : Signal(Scope, EvidenceOrder)
        The analyst wants these files.
    stopped : Signal()
        The analyst wants no files any more while they are being made.
    """

    ordered = Signal(object, object)
    stopped = Signal()

    def __init__(self, scopes: Sequence[Scope], folder: Path, formats: tuple[Format, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("evidence_dialog")
        self.setWindowTitle("Evidence")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._is_busy = False
        self._scopes = QComboBox()
        self._scopes.setObjectName("evidence_scope")
        self._scopes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for scope in scopes:
            self._scopes.addItem(scope.text, scope)
        self._boxes = {kind: self._box(kind, checked=kind in formats) for kind in Format}
        self._folder = QLineEdit(str(folder))
        self._folder.setObjectName("evidence_folder")
        self._browse = QPushButton("Browse...")
        self._names, self._fault, self._doing = (_label(f"evidence_{name}") for name in ("names", "fault", "doing"))
        self._fault.setStyleSheet(alarm_style())
        mute(self._names)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._write = self._buttons.addButton("Write", QDialogButtonBox.ButtonRole.AcceptRole)
        self._write.setObjectName("evidence_write")
        self._lay_out()
        self._connect()
        self._check()

    def set_busy(self, *, busy: bool) -> None:
        """Show that files are being made, or that the analyst can choose again."""
        self._is_busy = busy
        for widget in (self._scopes, self._folder, self._browse, *self._boxes.values()):
            widget.setEnabled(not busy)
        self._bar.setVisible(busy)
        self._doing.setVisible(busy)
        self._doing.setText("")
        self._check()
        self._fit_height()

    def show_progress(self, text: str) -> None:
        """Show what is being done, a few words."""
        if self._is_busy:
            self._doing.setText(text)

    def show_fault(self, sentence: str) -> None:
        """Show why files were not written."""
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))
        self._fit_height()

    @override
    def reject(self) -> None:
        """Close; while files are being made, stop that instead."""
        if self._is_busy:
            self._doing.setText("Stopping...")
            self.stopped.emit()
        else:
            super().reject()

    def _box(self, kind: Format, *, checked: bool) -> QCheckBox:
        box = QCheckBox(str(kind))
        box.setObjectName(f"evidence_{kind.name.lower()}")
        box.setToolTip(_TIPS[kind])
        box.setChecked(checked)
        return box

    def _lay_out(self) -> None:
        kinds, place = QHBoxLayout(), QHBoxLayout()
        for box in self._boxes.values():
            kinds.addWidget(box)
        kinds.addStretch()
        place.addWidget(self._folder, stretch=1)
        place.addWidget(self._browse)
        form = QFormLayout()
        form.addRow("&About", self._scopes)
        form.addRow("Files", kinds)
        folder = QLabel("&Folder")
        folder.setBuddy(self._folder)
        form.addRow(folder, place)
        form.addRow("Names", self._names)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        for widget in (self._fault, self._doing, self._bar):
            layout.addWidget(widget)
            widget.hide()
        layout.addStretch()
        layout.addWidget(self._buttons)

    def _connect(self) -> None:
        self._scopes.currentIndexChanged.connect(self._check)
        self._folder.textChanged.connect(self._check)
        for box in self._boxes.values():
            box.toggled.connect(self._check)
        self._browse.clicked.connect(self._ask_folder)
        self._buttons.accepted.connect(self._order)
        self._buttons.rejected.connect(self.reject)

    def _formats(self) -> tuple[Format, ...]:
        return tuple(kind for kind, box in self._boxes.items() if box.isChecked())

    def _check(self) -> None:
        # With places at which a line may end.
        self._names.setText(f"{self._scopes.currentData().name}...".replace("_", f"_{_MAY_BREAK}"))
        has_folder = bool(self._folder.text().strip())
        self._write.setEnabled(has_folder and bool(self._formats()) and not self._is_busy)

    def _fit_height(self) -> None:
        """Make room for labels that were shown, which Qt does not do by itself."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _ask_folder(self) -> None:
        start = Path(self._folder.text().strip() or Path.home()).expanduser()
        ask_folder(self, "Folder of the evidence", start, lambda folder: self._folder.setText(str(folder)))

    def _order(self) -> None:
        self.show_fault("")
        folder = Path(self._folder.text().strip()).expanduser().absolute()
        self.ordered.emit(self._scopes.currentData(), EvidenceOrder(folder, self._formats()))


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
