"""What the next run of a step will use, where that is not the pipeline's own choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QDoubleValidator, QIntValidator, QValidator
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QToolButton, QWidget

from wfsgui.core.parameters import ParameterKind, ParameterSpec
from wfsgui.core.request import StepOptions
from wfsgui.gui.questions import ask_reference

__all__ = ["ParameterForm"]

_NONE = "None"
_BOOLEANS = ("True", "False")


class ParameterForm(QWidget):
    """Edit the options of one step; an empty field leaves the choice to the pipeline.

    Attributes
    ----------
    options_changed : Signal(StepOptions)
        The options of the exposure, with the change.
    """

    options_changed = Signal(object)

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
        self._options = StepOptions()

    @property
    def changes(self) -> int:
        """How many values of the step are not the pipeline's own."""
        return len(self._options.parameters.get(self._step, {})) + len(
            [kind for kind in self._kinds if kind in self._options.overrides]
        )

    def show_step(
        self, step: str, specs: Sequence[ParameterSpec], reference_types: Sequence[str], options: StepOptions
    ) -> None:
        """Show what can be changed.

        Parameters
        ----------
        step : str
            The step.
        specs : sequence of ParameterSpec
            Its parameters.
        reference_types : sequence of str
            Its reference types.
        options : StepOptions
            What has been changed so far.
        """
        self._options, self._kinds = options, tuple(reference_types)
        values = options.parameters.get(step, {})
        overrides = {kind: options.overrides[kind] for kind in self._kinds if kind in options.overrides}
        shown = (step, tuple(specs), self._kinds, tuple(values.items()), tuple(overrides.items()))
        if shown == self._shown:
            return
        self._shown, self._step = shown, step
        while self._layout.rowCount():
            self._layout.removeRow(0)
        for spec in specs:
            self._add(spec.name, _tip(spec), self._field(spec, values.get(spec.name, "")))
        for kind in self._kinds:
            tip = f"A {kind} reference file to use instead of the one that CRDS selects; N/A for none."
            self._add(f"{kind} reference", tip, self._reference(kind, overrides.get(kind, "")))

    def _add(self, name: str, tip: str, field: QWidget) -> None:
        field.setToolTip(tip)
        self._layout.addRow(name, field)
        self._layout.labelForField(field).setToolTip(tip)

    def _field(self, spec: ParameterSpec, value: str) -> QWidget:
        change = partial(self._set_parameter, spec.name)
        if spec.kind is ParameterKind.BOOLEAN:
            return _combo(spec, _BOOLEANS, value, change)
        if spec.kind is ParameterKind.CHOICE:
            return _combo(spec, spec.choices, value, change)
        return _line(spec.name, value, spec.default, _validator(spec), change)

    def _reference(self, kind: str, value: str) -> QWidget:
        line = _line(f"override_{kind}", value, "as CRDS selects", None, partial(self._set_override, kind))
        browse = QToolButton()
        browse.setObjectName(f"browse_{kind}")
        browse.setText("...")
        browse.setAccessibleName(f"Choose a {kind} reference file")
        browse.clicked.connect(lambda: ask_reference(self, kind, lambda path: self._set_override(kind, str(path))))
        field = QWidget()
        row = QHBoxLayout(field)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(line, stretch=1)
        row.addWidget(browse)
        return field

    def _set_parameter(self, name: str, value: str) -> None:
        parameters = {step: dict(values) for step, values in self._options.parameters.items()}
        _put(parameters.setdefault(self._step, {}), name, value)
        kept = {step: values for step, values in parameters.items() if values}
        self._tell(replace(self._options, parameters=kept))

    def _set_override(self, kind: str, value: str) -> None:
        overrides = dict(self._options.overrides)
        _put(overrides, kind, value)
        self._tell(replace(self._options, overrides=overrides))

    def _tell(self, options: StepOptions) -> None:
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


def _combo(spec: ParameterSpec, choices: Sequence[str], value: str, change: Callable[[str], None]) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(f"parameter_{spec.name}")
    combo.setAccessibleName(spec.name)
    combo.addItem(f"{spec.default} (default)", "")
    for choice in choices:
        combo.addItem(choice, choice)
    combo.setCurrentIndex(max(combo.findData(value), 0))
    combo.activated.connect(lambda: change(str(combo.currentData())))
    return combo


def _line(
    name: str, value: str, placeholder: str, validator: QValidator | None, change: Callable[[str], None]
) -> QLineEdit:
    line = QLineEdit(value)
    line.setObjectName(f"parameter_{name}")
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    if validator is not None:
        validator.setParent(line)
        line.setValidator(validator)
    line.editingFinished.connect(lambda: change(line.text().strip()))
    return line


def _validator(spec: ParameterSpec) -> QValidator | None:
    if spec.default == _NONE:
        # The word None must be possible, too; the pipeline checks what is typed when it is run.
        return None
    match spec.kind:
        case ParameterKind.INTEGER:
            return QIntValidator()
        case ParameterKind.FLOAT:
            validator = QDoubleValidator()
            validator.setLocale(QLocale.c())
            return validator
        case _:
            return None
