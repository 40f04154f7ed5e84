"""Step panel: state, checks, reference files and parameters of the stage on screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import OVERRIDE, ParameterFile, ParameterOrigins
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.core.step_checks.evidence import StepEffect
from wfsgui.gui.actions.action_table import shortcut_of
from wfsgui.gui.steps.call_view import CallView
from wfsgui.gui.steps.effect_view import EffectView
from wfsgui.gui.steps.entered_references import EnteredReference, EnteredReferences, is_of_same_setup
from wfsgui.gui.steps.parameter_file_html import parameter_file_html
from wfsgui.gui.steps.parameter_form import Drafts, ParameterForm
from wfsgui.gui.steps.reference_checks import AskEngine
from wfsgui.gui.steps.scope import ScopeChooser, applied_text
from wfsgui.gui.steps.stage_html import stage_head, stage_page
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.rich_text import RichText

__all__ = ["StepPanel"]


class StepPanel(QScrollArea):
    """Show a stage, and change the options of its next run.

    Parameters
    ----------
    worker : WorkerThread
        Thread that checks reference files.

    Attributes
    ----------
    options_changed : Signal(Exposure, StepOptions)
        The options of an exposure, with a change.
    value_refused : Signal(str)
        A value that was not entered for the exposure and step on screen is not used: why, in one sentence.
    reference_accepted : Signal(Exposure, str, str)
        Exposure, type and file of a reference that was not entered in the form, and is used in the next run.
    unfolded : Signal()
        The form is shown: the reference types that apply are wanted, see `set_applying`.
    origins_wanted : Signal(Exposure)
        The form is shown and needs to know where the values of the exposure come from; see `show_origins`.
    """

    options_changed = Signal(object, object)
    value_refused = Signal(str)
    reference_accepted = Signal(object, str, str)
    unfolded = Signal()
    origins_wanted = Signal(object)

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.setObjectName("step_panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._engine_info = EngineInfo()
        self._parameter_files: Mapping[Path, ParameterFile] = {}
        self._shown: tuple[Exposure | None, str] = (None, "")
        self._edited: tuple[Exposure | None, str] = (None, "")
        self._drafts: dict[str, Drafts] = {}
        self._head, self._page = _text("step_head"), _text("step_page")
        self._effect = EffectView()
        self._form, self._scope, self._calls = ParameterForm(), ScopeChooser(), CallView()
        self._form.parameter_entered.connect(self._set_parameter)
        self._form.reference_entered.connect(self._check_reference)
        self._scope.copy_requested.connect(self._copy_choices)
        self._references = EnteredReferences(worker, self)
        self._references.accepted.connect(self._use_reference)
        self._references.refused.connect(self._refuse_reference)
        self._references.declined.connect(self._decline_reference)
        self._applying: dict[str, Mapping[str, Collection[str]]] = {}
        self._toggle, self._calls_toggle = self._fold_button("form_toggle"), self._fold_button("calls_toggle")
        self._calls_toggle.setText("Command line and Python")
        self._origin_fault = _plain_label("origin_fault")
        self._hint = _plain_label("form_hint")
        self._lay_out()
        self.show_stage(None, "")

    def _fold_button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.toggled.connect(self._fold)
        return button

    def _lay_out(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        above: tuple[QWidget, ...] = (self._head, self._effect, self._page, self._toggle, self._hint, self._scope)
        for widget in (*above, self._origin_fault, self._form, self._calls_toggle, self._calls):
            layout.addWidget(widget)
        layout.addStretch()
        self.setWidget(content)

    def set_engine_info(self, engine_info: EngineInfo) -> None:
        """Set parameters, reference types and flag meanings, once the engine is loaded."""
        self._engine_info = engine_info
        self._effect.set_meanings(engine_info.flag_meanings)
        self.show_stage(*self._shown)

    def set_parameter_files(self, known: Mapping[Path, ParameterFile]) -> None:
        """Set the content of the parameter files; files may be added to the mapping later."""
        self._parameter_files = known

    def set_exposures(
        self, selected: Callable[[], Sequence[Exposure]], everything: Callable[[], Sequence[Exposure]]
    ) -> None:
        """Set functions that return the selected exposures and all exposures, to which changes may apply."""
        self._scope.set_sources(selected, everything)

    def refresh_scope(self) -> None:
        """Count the exposures to which changes may apply again."""
        self._scope.refresh()

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show a stage; to be called again when it has changed."""
        if (exposure, stage) != self._edited:
            # A typed value belongs to the exposure that was shown.
            self._leave_form()
        self._shown = (exposure, stage)
        self._head.show_text(stage_head(exposure, stage) if exposure else "No exposure is chosen.")
        page = parameter_file_html(exposure.options, stage, self._parameter_files) if exposure else ""
        self._page.show_text(page + stage_page(exposure, stage, self._engine_info) if exposure else "")
        specs = self._engine_info.parameters.get(stage, ())
        applies = exposure is not None and stage in STEPS and bool(specs)
        self._toggle.setVisible(applies)
        self._calls_toggle.setVisible(exposure is not None and bool(self._engine_info.parameters))
        if exposure is not None and applies:
            self._edited = (exposure, stage)
            kinds = self._kinds(exposure, stage)
            self._form.show_step(stage, specs, kinds, exposure.options, self._drafts_of(exposure))
            self._show_hint(has_run=exposure.stages[stage].state.has_run)
        self._scope.show_stage(exposure, stage)
        self._calls.show_exposure(exposure, self._engine_info)
        self._fold()

    def _leave_form(self) -> None:
        """Take the text that is being typed; say which values are refused, because their fields disappear."""
        self._form.finish()
        exposure, stage = self._edited
        if exposure is not None and self._shown == self._edited and self._form.fault:
            self.value_refused.emit(f"{exposure.product.name}, {stage}: {self._form.fault} The value is not used.")

    @property
    def fault(self) -> str:
        """Why a value that was typed for the exposure on screen is not used; empty if nothing is wrong."""
        exposure = self._shown[0]
        if self._shown == self._edited and self._form.fault:
            return self._form.fault
        drafts = self._drafts_of(exposure) if exposure is not None else {}
        # The name of an override has no step.
        return next((f"{name.rpartition('.')[0]} {fault}".strip() for name, (_, fault) in drafts.items()), "")

    def finish(self) -> None:
        """Take the text of a field that still has the cursor."""
        self._form.finish()

    def when_checked(self, act: Callable[[], object]) -> None:
        """Call a function as soon as no entered reference file is being checked."""
        self._references.when_checked(act)

    def ask_engine(self, ask: AskEngine) -> None:
        """Set what asks the engine to check ASDF files."""
        self._references.ask_engine(ask)

    def set_applying(self, exposure: Exposure, kinds: Mapping[str, Collection[str]]) -> None:
        """Set the reference types that apply to an exposure, by step; all types have a field before they are known."""
        if self._applying.get(exposure.key) == kinds:
            return
        self._applying[exposure.key] = kinds
        focus = QApplication.focusWidget()
        if exposure is self._shown[0] and not (focus is not None and self._form.isAncestorOf(focus)):
            # Not while the analyst types in a field that would be made anew.
            self.show_stage(*self._shown)

    def _kinds(self, exposure: Exposure, stage: str) -> tuple[str, ...]:
        kinds = self._engine_info.reference_types.get(stage, ())
        applying = self._applying.get(exposure.key)
        if applying is None:
            return tuple(kinds)
        shown = {*applying.get(stage, ()), *exposure.options.overrides}
        return tuple(kind for kind in kinds if kind in shown)

    def offer_reference(self, exposure: Exposure, kind: str, value: str) -> None:
        """Check a reference file, and use it for the next run of an exposure if nothing speaks against it.

        Parameters
        ----------
        exposure : Exposure
            The exposure.
        kind : str
            The reference type.
        value : str
            A path, ``N/A`` for no file, or nothing for the file that CRDS selects.
        """
        self._references.offer(exposure, kind, value)

    def show_origins(self, exposure: Exposure, origins: ParameterOrigins | None, fault: str = "") -> None:
        """Show where the values of an exposure come from, unless another one is on screen.

        Parameters
        ----------
        exposure : Exposure
            The exposure.
        origins : ParameterOrigins or None
            The origins; None while they are not known.
        fault : str, optional
            Why they cannot be known, in one sentence.
        """
        if exposure is self._edited[0]:
            self._form.show_origins(origins)
            self._origin_fault.setText(f"Where the values come from is not known: {fault}" if fault else "")
            self._show_folded()

    def _drafts_of(self, exposure: Exposure) -> Drafts:
        return self._drafts.setdefault(exposure.key, {})

    def _set_parameter(self, step: str, name: str, value: str) -> None:
        what = f"{step}.{name} is {value}" if value else f"{step}.{name} is what the pipeline chooses"
        self._change(self._scope.exposures, lambda options: options.with_parameter(step, name, value), what)

    def _copy_choices(self) -> None:
        exposure, step = self._edited
        if exposure is None:
            return
        self._form.finish()
        kinds, chosen = self._engine_info.reference_types.get(step, ()), exposure.options
        others = [each for each in self._scope.exposures if each is not exposure]
        what = f"The values of {step} are those of this exposure"
        self._change(others, lambda options: options.with_choices_of(chosen, step, kinds), what)

    def _change(self, exposures: Sequence[Exposure], change: Callable[[StepOptions], StepOptions], what: str) -> None:
        """Change options of exposures that have the step that is edited, and say so."""
        shown, step = self._edited
        having = [each for each in exposures if step in each.steps]
        # The exposure on screen may have no background yet, for which a value is set.
        having += [each for each in exposures if each is shown and each not in having]
        for exposure in having:
            self._change_one(exposure, change)
        self._scope.say(applied_text(what, step, having, len(exposures) - len(having)) if having else "")

    def _check_reference(self, kind: str, value: str) -> None:
        if self._edited[0] is not None:
            self._references.enter(self._edited[0], kind, value)

    def _is_in_form(self, exposure: Exposure, kind: str) -> bool:
        shown, stage = self._edited
        return exposure is shown and kind in self._kinds(exposure, stage)

    def _decline_reference(self, entered: EnteredReference) -> None:
        if self._is_in_form(entered.exposure, entered.kind):
            self._form.restore_reference(entered.kind)

    def _refuse_reference(self, entered: EnteredReference, fault: str) -> None:
        exposure, kind = entered.exposure, entered.kind
        if not entered.is_offered:
            self._drafts_of(exposure)[f"{OVERRIDE}{kind}"] = (entered.value, fault)
        if self._is_in_form(exposure, kind) and not entered.is_offered:
            self._form.set_fault(kind, entered.value, fault)
        else:
            self.value_refused.emit(f"{exposure.product.name}: {fault}")

    def _use_reference(self, entered: EnteredReference) -> None:
        exposure, kind, value = entered.exposure, entered.kind, entered.value
        self._drafts_of(exposure).pop(f"{OVERRIDE}{kind}", None)
        in_form = self._is_in_form(exposure, kind)
        if value != exposure.options.overrides.get(kind, ""):
            if in_form and not entered.is_offered:
                self._spread_reference(exposure, kind, value)
            else:
                self._change_one(exposure, partial(StepOptions.with_override, kind=kind, value=value))
        if in_form:
            self._form.restore_reference(kind)
        if entered.is_offered:
            self.reference_accepted.emit(exposure, kind, value)

    def _spread_reference(self, exposure: Exposure, kind: str, value: str) -> None:
        """Use a reference for the exposures to which changes apply; others than of this setup are checked first."""
        exposures = self._scope.exposures
        alike = [each for each in exposures if not value or is_of_same_setup(each, exposure)]
        what = f"The {kind} reference is {Path(value).name or 'what CRDS selects'}"
        self._change(alike, partial(StepOptions.with_override, kind=kind, value=value), what)
        for each in exposures:
            if each not in alike:
                self._references.offer(each, kind, value)

    def _change_one(self, exposure: Exposure, change: Callable[[StepOptions], StepOptions]) -> None:
        """Change the options of one exposure."""
        options = change(exposure.options)
        if exposure is self._edited[0]:
            self._form.take_options(options)
        self.options_changed.emit(exposure, options)

    def show_effect(self, effect: StepEffect | None, *, is_awaited: bool) -> None:
        """Show what the stage did, or that it is being measured."""
        self._effect.show_effect(effect, is_awaited=is_awaited)

    def effect_rows(self) -> list[tuple[str, str, str]]:
        """Return what the stage did as a table: kind, name and what was found."""
        return self._effect.rows()

    def _show_hint(self, *, has_run: bool) -> None:
        count = self._form.changes
        changed = f" ({count} change{'s' * (count > 1)})" if count else ""
        self._toggle.setText(f"Parameters and references{changed}")
        apply = f"Redo ({shortcut_of('redo')}) applies them." if has_run else "They apply when the step is run."
        self._hint.setText(f"Empty fields leave the choice to the pipeline. {apply}")

    def _fold(self) -> None:
        for toggle in (self._toggle, self._calls_toggle):
            shown = toggle.isChecked() and not toggle.isHidden()
            toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._show_folded()
        if self._edited[0] is not None and not self._form.isHidden():
            self.origins_wanted.emit(self._edited[0])
            self.unfolded.emit()

    def _show_folded(self) -> None:
        shown = self._toggle.isChecked() and not self._toggle.isHidden()
        for widget in (self._hint, self._scope, self._form):
            widget.setVisible(shown)
        self._origin_fault.setVisible(shown and bool(self._origin_fault.text()))
        self._calls.setVisible(self._calls_toggle.isChecked() and not self._calls_toggle.isHidden())

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Show the text in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.show_stage(*self._shown)


def _text(name: str) -> RichText:
    text = RichText()
    text.setObjectName(name)
    return text


def _plain_label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
