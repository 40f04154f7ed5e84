"""Form for the parameters and reference files of a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QDoubleValidator, QIntValidator, QShowEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.widgets.dialogs import ask_reference
from wfsgui.gui.widgets.theme import alarm_style

__all__ = ["ParameterForm"]

_NONE = "None"
_BOOLEANS = ("True", "False")


class ParameterForm(QWidget):
    """Edit the options of one step; an empty field leaves the choice to the pipeline.

    Attributes
    ----------
    options_changed : Signal(StepOptions)
        The options of the exposure, with the change.
    reference_entered : Signal(str, str)
        Reference type, and the path, ``N/A`` or nothing that was entered: to be checked.
    """

    options_changed = Signal(object)
    reference_entered = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("parameter_form")
        self._layout = QFormLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._shown: tuple[object, ...] = ()
        self._kinds: tuple[str, ...] = ()
        self._step = ""
        self._unbuilt: tuple[ParameterSpec, ...] | None = None
        self._parameters: dict[str, QComboBox | QLineEdit] = {}
        self._overrides: dict[str, QLineEdit] = {}
        self._faults: dict[str, QLabel] = {}
        self._options = StepOptions()

    @property
    def changes(self) -> int:
        """Number of values of the step that the analyst has set."""
        return len(self._options.parameters.get(self._step, {})) + len(
            [kind for kind in self._kinds if kind in self._options.overrides]
        )

    @property
    def fault(self) -> str:
        """Why an entered file is not used, in one sentence; empty if nothing is wrong."""
        return next((label.text() for label in self._faults.values() if label.text()), "")

    def finish(self) -> None:
        """Take the text of a field that still has the cursor."""
        for line in (*self._parameters.values(), *self._overrides.values()):
            if isinstance(line, QLineEdit) and line.isModified() and line.hasAcceptableInput():
                line.editingFinished.emit()

    def show_step(
        self, step: str, specs: Sequence[ParameterSpec], reference_types: Sequence[str], options: StepOptions
    ) -> None:
        """Show the values of a step.

        Parameters
        ----------
        step : str
            The step.
        specs : sequence of ParameterSpec
            Its parameters.
        reference_types : sequence of str
            Its reference types.
        options : StepOptions
            The options of the exposure.
        """
        shown = (step, tuple(specs), tuple(reference_types))
        if shown != self._shown:
            self._shown, self._step, self._kinds = shown, step, tuple(reference_types)
            self._unbuilt = tuple(specs)
        elif options is self._options:
            # They come from this form, in which a value may be half typed.
            return
        self._options = options
        self._fill_fields()

    def _fill_fields(self) -> None:
        """Make and fill the fields, unless the form is folded."""
        if self.isHidden():
            return
        specs, self._unbuilt = self._unbuilt, None
        if specs is not None:
            self._build(specs)
        self._put_values()

    def _build(self, specs: Sequence[ParameterSpec]) -> None:
        while self._layout.rowCount():
            self._layout.removeRow(0)
        self._parameters = {spec.name: self._field(spec) for spec in specs}
        for spec in specs:
            self._add(spec.name, _tip(spec), self._parameters[spec.name])
        self._overrides, self._faults = {}, {}
        for kind in self._kinds:
            tip = f"A {kind} reference file to use instead of the one that CRDS selects; N/A for none."
            self._add(f"{kind} reference", tip, self._reference(kind))
            # In a row of its own: QFormLayout cuts wrapped text that shares a field with another widget.
            self._layout.addRow(self._fault_label(kind))

    def _put_values(self) -> None:
        values = self._options.parameters.get(self._step, {})
        for name, field in self._parameters.items():
            _show(field, values.get(name, ""))
        for kind, field in self._overrides.items():
            _show(field, self._options.overrides.get(kind, ""))
            self._show_fault(kind, "")

    def _add(self, name: str, tip: str, field: QWidget) -> None:
        field.setToolTip(tip)
        self._layout.addRow(name, field)
        self._layout.labelForField(field).setToolTip(tip)

    def _field(self, spec: ParameterSpec) -> QComboBox | QLineEdit:
        change = partial(self._set_parameter, spec.name)
        if spec.kind is ParameterKind.BOOLEAN:
            return _combo(spec, _BOOLEANS, change)
        if spec.kind is ParameterKind.CHOICE:
            return _combo(spec, spec.choices, change)
        return _line(spec.name, spec.default, _validator(spec), change)

    def _reference(self, kind: str) -> QWidget:
        line = _line(f"override_{kind}", "as CRDS selects", None, partial(self.reference_entered.emit, kind))
        self._overrides[kind] = line
        browse = QToolButton()
        browse.setObjectName(f"browse_{kind}")
        browse.setText("...")
        browse.setAccessibleName(f"Choose a {kind} reference file")
        browse.clicked.connect(lambda: ask_reference(self, kind, partial(self._take_file, kind)))
        field = QWidget()
        row = QHBoxLayout(field)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, stretch=1)
        row.addWidget(browse)
        return field

    def _fault_label(self, kind: str) -> QLabel:
        fault = self._faults[kind] = QLabel()
        fault.setObjectName(f"fault_{kind}")
        fault.setWordWrap(True)
        fault.setStyleSheet(alarm_style())
        fault.hide()
        return fault

    def _take_file(self, kind: str, path: Path) -> None:
        self._overrides[kind].setText(str(path))
        self.reference_entered.emit(kind, str(path))

    def _set_parameter(self, name: str, value: str) -> None:
        parameters = {step: dict(values) for step, values in self._options.parameters.items()}
        _put(parameters.setdefault(self._step, {}), name, value)
        kept = {step: values for step, values in parameters.items() if values}
        self._set_options(replace(self._options, parameters=kept))

    def set_reference(self, kind: str, value: str, fault: str) -> None:
        """Use a reference file, or show why it cannot be used: then the field keeps what was typed.

        Parameters
        ----------
        kind : str
            The reference type.
        value : str
            The value that was checked.
        fault : str
            Why it cannot be used, in one sentence; empty if it can.
        """
        if kind in self._faults:
            self._show_fault(kind, fault)
        if fault:
            return
        overrides = dict(self._options.overrides)
        _put(overrides, kind, value)
        self._set_options(replace(self._options, overrides=overrides))

    def restore_reference(self, kind: str) -> None:
        """Show the reference file in force again, in place of what was typed; nothing if there is no such field."""
        if kind in self._overrides:
            _show(self._overrides[kind], self._options.overrides.get(kind, ""))
            self._show_fault(kind, "")

    def _show_fault(self, kind: str, fault: str) -> None:
        self._faults[kind].setText(fault)
        self._faults[kind].setVisible(bool(fault))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Fill the fields."""
        super().showEvent(event)
        self._fill_fields()

    def _set_options(self, options: StepOptions) -> None:
        if options != self._options:
            self._options = options
            self.options_changed.emit(options)


def _put(values: dict[str, str], name: str, value: str) -> None:
    if value:
        values[name] = value
    else:
        values.pop(name, None)


def _tip(spec: ParameterSpec) -> str:
    return f"{spec.help or spec.name} ({spec.kind}, default {spec.default})"


class _Combo(QComboBox):
    """A combo box that does not take the mouse wheel."""

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll: scrolling must not change a value."""
        event.ignore()


def _show(field: QComboBox | QLineEdit, value: str) -> None:
    if isinstance(field, QComboBox):
        field.setCurrentIndex(max(field.findData(value), 0))
    else:
        field.setText(value)


def _combo(spec: ParameterSpec, choices: Sequence[str], change: Callable[[str], None]) -> QComboBox:
    combo = _Combo()
    combo.setObjectName(f"parameter_{spec.name}")
    combo.setAccessibleName(spec.name)
    combo.addItem(f"{spec.default} (default)", "")
    for choice in choices:
        combo.addItem(choice, choice)
    combo.activated.connect(lambda: change(str(combo.currentData())))
    return combo


def _line(name: str, placeholder: str, validator: QValidator | None, change: Callable[[str], None]) -> QLineEdit:
    line = QLineEdit()
    line.setAcceptDrops(False)
    line.setObjectName(f"parameter_{name}")
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    if validator is not None:
        validator.setParent(line)
        line.setValidator(validator)
    line.editingFinished.connect(lambda: _finish(line, change))
    # A validator of numbers does not let an empty field finish.
    line.textEdited.connect(lambda text: None if text.strip() else change(""))
    return line


def _finish(line: QLineEdit, change: Callable[[str], None]) -> None:
    line.setModified(False)
    change(line.text().strip())


def _validator(spec: ParameterSpec) -> QValidator | None:
    if spec.default == _NONE:
        # The word None is allowed as well; the pipeline checks the value when the step is run.
        return None
    match spec.kind:
        case ParameterKind.INTEGER:
            return QIntValidator()
        case ParameterKind.FLOAT:
            validator = QDoubleValidator()
            locale = QLocale.c()
            # Otherwise 2,5 would become 25.
            locale.setNumberOptions(QLocale.NumberOption.RejectGroupSeparator)
            validator.setLocale(locale)
            return validator
        case _:
            return None
