"""Settings dialog, made from the table of settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from wfsgui.gui.settings.settings import SETTINGS, Kind, Setting, Settings
from wfsgui.gui.widgets.dialogs import ask_folder
from wfsgui.gui.widgets.theme import alarm_style, heading_font, mute

__all__ = ["SettingsDialog"]


class _Editor(QWidget):
    """Editor of one setting, with title, explanation and error message."""

    edited = Signal()

    def __init__(self, setting: Setting, value: str | int, *, is_fixed: bool) -> None:
        super().__init__()
        self.setting = setting
        self._fault = QLabel()
        self._fault.setObjectName(f"{setting.key}_fault")
        self._fault.setWordWrap(True)
        self._fault.setStyleSheet(alarm_style())
        self._fault.hide()
        self._reset = QPushButton("Default")
        self._reset.setToolTip("Back to the default")
        self._reset.clicked.connect(self._to_default)
        explanation = QLabel(setting.explanation)
        explanation.setWordWrap(True)
        mute(explanation)
        field = self._make_field()
        field.setObjectName(setting.key)
        field.setAccessibleName(setting.title)
        field.setAccessibleDescription(setting.explanation)
        row = QHBoxLayout()
        if setting.kind is not Kind.SWITCH:
            title = QLabel(setting.title)
            title.setBuddy(field)
            title.setMinimumWidth(24 * self.fontMetrics().averageCharWidth())
            row.addWidget(title)
        row.addWidget(field, stretch=1)
        if setting.kind is Kind.FOLDER:
            browse = QPushButton("Browse...")
            browse.clicked.connect(self._browse)
            row.addWidget(browse)
        row.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._fault)
        layout.addWidget(explanation)
        self.write(value)
        self._check()
        if is_fixed:
            explanation.setText("This window shows the demonstration, which has reference files of its own.")
            field.setEnabled(False)

    def _make_field(self) -> QWidget:
        self.read: Callable[[], str | int]
        self.write: Callable[[str | int], None]
        match self.setting.kind:
            case Kind.SWITCH:
                box = QCheckBox(self.setting.title)
                self.read, self.write = box.isChecked, lambda value: box.setChecked(bool(value))
                box.toggled.connect(self._check)
                return box
            case Kind.CHOICE:
                combo = QComboBox()
                for value, name in self.setting.choices.items():
                    combo.addItem(name, value)
                self.read = lambda: str(combo.currentData())
                self.write = lambda value: combo.setCurrentIndex(combo.findData(value))
                combo.currentIndexChanged.connect(self._check)
                return combo
            case Kind.NUMBER:
                spin = QSpinBox()
                spin.setRange(self.setting.minimum, self.setting.maximum)
                self.read, self.write = spin.value, lambda value: spin.setValue(int(value))
                spin.valueChanged.connect(self._check)
                return spin
            case _:
                line = QLineEdit()
                line.setPlaceholderText("as the environment says" if "crds" in self.setting.key else "beside the input")
                self.read, self.write = lambda: line.text().strip(), lambda value: line.setText(str(value))
                line.textChanged.connect(self._check)
                return line

    @property
    def fault(self) -> str:
        """Why the value is not possible; empty if it is."""
        return self.setting.fault(self.read())

    def _check(self) -> None:
        self._fault.setText(self.fault)
        self._fault.setVisible(bool(self.fault))
        self._reset.setEnabled(self.read() != self.setting.default)
        self.edited.emit()

    def _to_default(self) -> None:
        self.write(self.setting.default)

    def _browse(self) -> None:
        start = Path(str(self.read()) or Path.home()).expanduser()
        ask_folder(self, self.setting.title, start, lambda folder: self.write(str(folder)))


class SettingsDialog(QDialog):
    """Change settings.

    Parameters
    ----------
    settings : Settings
        The settings.
    in_force : dict of str to str
        CRDS settings of the loaded engine; empty until it is loaded.
    parent : QWidget
        The window.
    """

    def __init__(self, settings: Settings, in_force: dict[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settings_dialog")
        self.setWindowTitle("Settings")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._editors = [
            _Editor(setting, _value(settings, setting), is_fixed=settings.is_fixed(setting.key)) for setting in SETTINGS
        ]
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.Apply
        )
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)
        self._buttons.button(QDialogButtonBox.StandardButton.Apply).clicked.connect(self._apply)
        page = QWidget()
        self._fill(QVBoxLayout(page), in_force)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll)
        layout.addWidget(self._buttons)
        for editor in self._editors:
            editor.edited.connect(self._check)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(100 * letter, 110 * letter)

    def _fill(self, layout: QVBoxLayout, in_force: dict[str, str]) -> None:
        layout.setSpacing(layout.spacing() * 2)
        group = ""
        for editor in self._editors:
            if editor.setting.group != group:
                group = editor.setting.group
                heading = QLabel(group)
                heading.setFont(heading_font())
                layout.addWidget(heading)
                if "Reference" in group and in_force:
                    layout.addWidget(_in_force(in_force))
            layout.addWidget(editor)
        layout.addStretch()

    def _check(self) -> None:
        good = not any(editor.fault for editor in self._editors)
        for which in (QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Apply):
            self._buttons.button(which).setEnabled(good)

    def _apply(self) -> None:
        for editor in self._editors:
            self._settings.set(editor.setting.key, editor.read())

    def _accept(self) -> None:
        self._apply()
        self.accept()


def _value(settings: Settings, setting: Setting) -> str | int:
    match setting.kind:
        case Kind.SWITCH:
            return settings.switch(setting.key)
        case Kind.NUMBER:
            return settings.number(setting.key)
        case _:
            return settings.text(setting.key)


def _in_force(crds: dict[str, str]) -> QLabel:
    lines = "\n".join(f"{name} = {value or 'not set: the context in operation'}" for name, value in crds.items())
    label = QLabel(f"In force now:\n{lines}")
    label.setObjectName("crds_in_force")
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
