"""Form for the parameters and reference files of a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.model.parameters import (
    NONE,
    OVERRIDE,
    Origin,
    ParameterKind,
    ParameterOrigins,
    ParameterSpec,
    ValueLayer,
)
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.steps.form_field import ChoiceBox, FormField
from wfsgui.gui.widgets.dialogs import ask_reference
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["Drafts", "ParameterForm"]

_BOOLEANS: Final = ("True", "False")
_OF_CRDS: Final = "as CRDS selects"
_NO_OVERRIDE: Final = f"{NONE} ({Origin.DEFAULT})"

Drafts = dict[str, tuple[str, str]]
"""Refused values of an exposure: the text and why it is refused, by ``step.parameter`` or ``override_type``."""


class ParameterForm(QWidget):
    """Edit the options of one step; an empty field leaves the choice to the pipeline.

    Attributes
    ----------
    parameter_entered : Signal(str, str, str)
        Step, parameter, and a value that the specification accepts; empty to leave it to the pipeline.
    reference_entered : Signal(str, str)
        Reference type, and the path, ``N/A`` or nothing that was entered: to be checked.
    """

    parameter_entered = Signal(str, str, str)
    reference_entered = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("parameter_form")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * GRID)
        self._shown: tuple[object, ...] = ()
        self._kinds: tuple[str, ...] = ()
        self._step = ""
        self._unbuilt: tuple[ParameterSpec, ...] | None = None
        self._specs: dict[str, ParameterSpec] = {}
        self._fields: dict[str, FormField] = {}
        self._options = StepOptions()
        self._drafts: Drafts = {}
        self._origins: ParameterOrigins | None = None

    @property
    def changes(self) -> int:
        """Number of values of the step that the analyst has set."""
        return len(self._options.chosen(self._step)) + len(
            [kind for kind in self._kinds if kind in self._options.overrides]
        )

    @property
    def fault(self) -> str:
        """Why a value of the step that is shown is refused, in one sentence; empty if nothing is wrong."""
        return next((field.fault for field in self._fields.values() if field.fault), "")

    def finish(self) -> None:
        """Take the text of a field that still has the cursor."""
        for field in self._fields.values():
            field.finish()

    def show_step(
        self,
        step: str,
        specs: Sequence[ParameterSpec],
        reference_types: Sequence[str],
        options: StepOptions,
        drafts: Drafts,
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
        drafts : dict
            The refused values of the exposure; the form changes them.
        """
        shown = (step, tuple(specs), tuple(reference_types))
        if shown != self._shown:
            self._shown, self._step, self._kinds = shown, step, tuple(reference_types)
            self._unbuilt = tuple(specs)
        elif options is self._options and drafts is self._drafts:
            # They come from this form, in which a value may be half typed.
            return
        if drafts is not self._drafts:
            self._origins = None
        self._options, self._drafts = options, drafts
        self._fill_fields()

    def take_options(self, options: StepOptions) -> None:
        """Show where values come from with options that were entered here; what is being typed is kept."""
        self._options = options
        if self._origins is not None:
            # The engine has not seen these values.
            self._origins = replace(self._origins, faults={})
        self._put_origins()

    def show_origins(self, origins: ParameterOrigins | None) -> None:
        """Show where the values come from, and which of them the engine refuses; None if it is not known."""
        self._origins = origins
        self._put_origins()

    def set_fault(self, kind: str, value: str, fault: str) -> None:
        """Show whether a reference file can be used, which was checked.

        Parameters
        ----------
        kind : str
            The reference type.
        value : str
            The value that was checked.
        fault : str
            Why it cannot be used, in one sentence; empty if it can.
        """
        name = f"{OVERRIDE}{kind}"
        self._keep_draft(name, value, fault)
        if name in self._fields:
            self._fields[name].show_fault(fault)

    def restore_reference(self, kind: str) -> None:
        """Show the reference file in force again, in place of what was typed; nothing if there is no such field."""
        name = f"{OVERRIDE}{kind}"
        self._keep_draft(name, "", "")
        if name in self._fields:
            self._fields[name].show_value(self._set_value(name))
            self._put_origin(name)

    def _fill_fields(self) -> None:
        """Make and fill the fields, unless the form is folded."""
        if self.isHidden():
            return
        specs, self._unbuilt = self._unbuilt, None
        if specs is not None:
            self._build(specs)
        for name, field in self._fields.items():
            text, _ = self._drafts.get(self._key(name), (self._set_value(name), ""))
            field.show_value(text)
        self._put_origins()

    def _build(self, specs: Sequence[ParameterSpec]) -> None:
        for field in self._fields.values():
            # The layout shows a new field later: without a parent it would be a window.
            field.hide()
            self._layout.removeWidget(field)
            field.setParent(None)
            field.deleteLater()
        self._specs = {spec.name: spec for spec in specs}
        self._fields = {spec.name: self._parameter(spec) for spec in specs}
        for kind in self._kinds:
            self._fields[f"{OVERRIDE}{kind}"] = self._reference(kind)
        for field in self._fields.values():
            self._layout.addWidget(field)

    def _parameter(self, spec: ParameterSpec) -> FormField:
        tip = f"{spec.help or spec.name} ({spec.accepted}; default {spec.default})"
        field = FormField(spec.name, spec.name, tip, _editor(spec))
        field.entered.connect(partial(self._enter, spec))
        field.edited.connect(partial(self._follow, spec))
        return field

    def _reference(self, kind: str) -> FormField:
        browse = QToolButton()
        browse.setObjectName(f"browse_{kind}")
        browse.setText("...")
        browse.setAccessibleName(f"Choose a {kind} reference file")
        browse.clicked.connect(lambda: ask_reference(self, kind, partial(self._take_file, kind)))
        tip = f"A {kind} reference file to use instead of the one that CRDS selects; N/A for none."
        field = FormField(f"{OVERRIDE}{kind}", f"{kind} reference", tip, QLineEdit(), browse)
        field.entered.connect(partial(self.reference_entered.emit, kind))
        return field

    def _take_file(self, kind: str, path: Path) -> None:
        self._fields[f"{OVERRIDE}{kind}"].show_value(str(path))
        self.reference_entered.emit(kind, str(path))

    def _enter(self, spec: ParameterSpec, text: str) -> None:
        """Pass a value on, or refuse it: then the field keeps it, and the options keep the former one."""
        fault = spec.fault(text)
        self._keep_draft(spec.name, text, fault)
        if not fault and text != self._set_value(spec.name):
            self.parameter_entered.emit(self._step, spec.name, text)
        self._put_origin(spec.name)

    def _follow(self, spec: ParameterSpec, text: str) -> None:
        """Take a shown fault away as soon as the text is right."""
        field = self._fields[spec.name]
        if field.fault:
            field.show_fault(spec.fault(text.strip()))

    def _key(self, name: str) -> str:
        return name if name.startswith(OVERRIDE) else f"{self._step}.{name}"

    def _keep_draft(self, name: str, text: str, fault: str) -> None:
        if fault:
            self._drafts[self._key(name)] = (text, fault)
        else:
            self._drafts.pop(self._key(name), None)

    def _set_value(self, name: str) -> str:
        """Return the value that the analyst has set; empty if there is none."""
        if name.startswith(OVERRIDE):
            return self._options.overrides.get(name.removeprefix(OVERRIDE), "")
        value, spec = self._options.chosen(self._step).get(name, ""), self._specs[name]
        # The command line accepts words that the list of choices does not have.
        return str(spec.value(value)) if value and spec.kind is ParameterKind.BOOLEAN else value

    def _put_origins(self) -> None:
        if not self.isHidden() and self._unbuilt is None:
            for name in self._fields:
                self._put_origin(name)

    def _put_origin(self, name: str) -> None:
        field, layers, given = self._fields[name], self._layers(name), self._set_value(name)
        below = layers[-1] if layers else None
        own = [ValueLayer(Origin.ANALYST, given)] if given else []
        chain = "\n".join(f"{layer.value} ({layer.words})" for layer in [*own, *reversed(layers)])
        if name.startswith(OVERRIDE):
            selects = below is None or below.value == NONE
            value = _OF_CRDS if below is None or selects else below.value
            origin = "" if below is None else (str(Origin.CRDS) if selects else below.words)
            field.show_below(value, value, origin, chain.replace(_NO_OVERRIDE, _OF_CRDS), is_set=bool(given))
        else:
            value = self._specs[name].default if below is None else below.value
            origin = "" if below is None else below.words
            field.show_below(self._below_text(name, below), value, origin, chain, is_set=bool(given))
        _, refused = self._drafts.get(self._key(name), ("", ""))
        if refused:
            field.allow_back()
        field.show_fault(refused or self._fault_of_engine(name))

    def _layers(self, name: str) -> tuple[ValueLayer, ...]:
        """Return the values that are set without the analyst, the default first; none if they are not known."""
        steps: Mapping[str, Mapping[str, tuple[ValueLayer, ...]]] = self._origins.steps if self._origins else {}
        layers = steps.get(self._step, {}).get(name, ())
        return tuple(layer for layer in layers if layer.origin is not Origin.ANALYST)

    def _below_text(self, name: str, below: ValueLayer | None) -> str:
        spec = self._specs[name]
        if spec.kind not in (ParameterKind.BOOLEAN, ParameterKind.CHOICE):
            return spec.default if below is None else below.value
        return f"not set; default {spec.default}" if below is None else f"{below.value} ({below.origin})"

    def _fault_of_engine(self, name: str) -> str:
        return self._origins.faults.get((self._step, name), "") if self._origins and self._set_value(name) else ""

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Show reasons in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._put_origins()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Fill the fields."""
        super().showEvent(event)
        self._fill_fields()


def _editor(spec: ParameterSpec) -> QComboBox | QLineEdit:
    if spec.kind not in (ParameterKind.BOOLEAN, ParameterKind.CHOICE):
        return QLineEdit()
    combo = ChoiceBox()
    combo.addItem("", "")
    for choice in _BOOLEANS if spec.kind is ParameterKind.BOOLEAN else spec.choices:
        combo.addItem(choice, choice)
    return combo
