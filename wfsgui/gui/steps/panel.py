"""Step panel: state, checks, reference files and parameters of the stage on screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QMessageBox,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import ParameterFile
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.step_checks.evidence import StepEffect
from wfsgui.gui.actions.action_table import shortcut_of
from wfsgui.gui.steps.effect_view import EffectView
from wfsgui.gui.steps.parameter_file_html import parameter_file_html
from wfsgui.gui.steps.parameter_form import ParameterForm
from wfsgui.gui.steps.reference_checks import AskEngine, ReferenceChecks
from wfsgui.gui.steps.stage_html import stage_head, stage_page
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask
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
    reference_refused : Signal(str)
        A file that was not entered in the form on screen cannot be used: why, in one sentence.
    reference_accepted : Signal(Exposure, str, str)
        Exposure, type and file of a reference that was not entered in the form, and is used in the next run.
    unfolded : Signal()
        The form is shown: the reference types that apply are wanted, see `set_applying`.
    """

    options_changed = Signal(object, object)
    reference_refused = Signal(str)
    reference_accepted = Signal(object, str, str)
    unfolded = Signal()

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.setObjectName("step_panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._engine_info = EngineInfo()
        self._parameter_files: Mapping[Path, ParameterFile] = {}
        self._shown: tuple[Exposure | None, str] = (None, "")
        self._head, self._page = _text("step_head"), _text("step_page")
        self._effect = EffectView()
        self._form = ParameterForm()
        self._form.options_changed.connect(self._pass_options)
        self._form.reference_entered.connect(self._check_reference)
        self._checks = ReferenceChecks(worker, self)
        self._checks.checked.connect(self._take_reference)
        # References that were given elsewhere than in the form: a fault is not for its field.
        self._offered: set[tuple[str, str]] = set()
        self._edited: tuple[Exposure | None, str] = (None, "")
        self._applying: dict[str, Mapping[str, Collection[str]]] = {}
        self._toggle = QToolButton()
        self._toggle.setObjectName("form_toggle")
        self._toggle.setCheckable(True)
        self._toggle.setAutoRaise(True)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle.toggled.connect(self._fold)
        self._hint = QLabel()
        self._hint.setObjectName("form_hint")
        self._hint.setWordWrap(True)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.addWidget(self._head)
        layout.addWidget(self._effect)
        layout.addWidget(self._page)
        layout.addWidget(self._toggle)
        layout.addWidget(self._hint)
        layout.addWidget(self._form)
        layout.addStretch()
        self.setWidget(content)
        self.show_stage(None, "")

    def set_engine_info(self, engine_info: EngineInfo) -> None:
        """Set parameters, reference types and flag meanings, once the engine is loaded."""
        self._engine_info = engine_info
        self._effect.set_meanings(engine_info.flag_meanings)
        self.show_stage(*self._shown)

    def set_parameter_files(self, known: Mapping[Path, ParameterFile]) -> None:
        """Set the content of the parameter files; files may be added to the mapping later."""
        self._parameter_files = known

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show a stage; to be called again when it has changed."""
        if (exposure, stage) != self._edited:
            # A typed value belongs to the exposure that was shown.
            self._form.finish()
        self._shown = (exposure, stage)
        self._head.show_text(stage_head(exposure, stage) if exposure else "No exposure is chosen.")
        page = parameter_file_html(exposure.options, stage, self._parameter_files) if exposure else ""
        self._page.show_text(page + stage_page(exposure, stage, self._engine_info) if exposure else "")
        specs = self._engine_info.parameters.get(stage, ())
        applies = exposure is not None and stage in STEPS and bool(specs)
        self._toggle.setVisible(applies)
        if exposure is not None and applies:
            self._edited = (exposure, stage)
            self._form.show_step(stage, specs, self._kinds(exposure, stage), exposure.options)
            self._show_hint(has_run=exposure.stages[stage].state.has_run)
        self._fold()

    @property
    def fault(self) -> str:
        """Why a value that was typed for the stage on screen is not used; empty if nothing is wrong."""
        return self._form.fault if self._shown == self._edited else ""

    def finish(self) -> None:
        """Take the text of a field that still has the cursor."""
        self._form.finish()

    def when_checked(self, act: Callable[[], object]) -> None:
        """Call a function as soon as no entered reference file is being checked."""
        self._checks.when_done(act)

    def _pass_options(self, options: StepOptions) -> None:
        exposure = self._edited[0]
        if exposure is None:
            return
        if options.parameter_file != exposure.options.parameter_file:
            # The form may not have been told yet that the exposure has another parameter file.
            options = replace(options, parameter_file=exposure.options.parameter_file)
        self.options_changed.emit(exposure, options)

    def ask_engine(self, ask: AskEngine) -> None:
        """Set what asks the engine to check ASDF files."""
        self._checks.ask_engine = ask

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
        self._offered.add((exposure.key, kind))
        self._checks.check(exposure, kind, value)

    def _check_reference(self, kind: str, value: str) -> None:
        if self._edited[0] is not None:
            self._offered.discard((self._edited[0].key, kind))
            self._checks.check(self._edited[0], kind, value)

    def _take_reference(self, exposure: Exposure, kind: str, value: str, judgement: Judgement) -> None:
        is_in_force = exposure.options.overrides.get(kind, "") == value
        if judgement.faults:
            self._refuse(exposure, kind, value, judgement.fault)
        elif judgement.doubts and not is_in_force:
            self._ask(exposure, kind, value, judgement)
        else:
            self._use(exposure, kind, value)

    def _ask(self, exposure: Exposure, kind: str, value: str, judgement: Judgement) -> None:
        """Ask whether a doubtful file is used; a run waits for the answer."""
        self._checks.hold(exposure, kind)

        def answer(*, use: bool) -> None:
            if use:
                self._use(exposure, kind, value)
            elif self._is_in_form(exposure, kind):
                self._form.restore_reference(kind)
            self._checks.release(exposure, kind)

        ask(
            self.window(),
            f"Use {Path(value).name} as the {kind} reference of {exposure.product.name}?",
            judgement.doubts,
            [
                ("Do not use it", QMessageBox.ButtonRole.RejectRole, lambda: answer(use=False)),
                ("Use it anyway", QMessageBox.ButtonRole.AcceptRole, lambda: answer(use=True)),
            ],
        )

    def _is_in_form(self, exposure: Exposure, kind: str) -> bool:
        shown, stage = self._edited
        return exposure is shown and kind in self._kinds(exposure, stage)

    def _refuse(self, exposure: Exposure, kind: str, value: str, fault: str) -> None:
        key = (exposure.key, kind)
        if self._is_in_form(exposure, kind) and key not in self._offered:
            self._form.set_reference(kind, value, fault)
        else:
            self.reference_refused.emit(f"{exposure.product.name}: {fault}")

    def _use(self, exposure: Exposure, kind: str, value: str) -> None:
        self._put(exposure, kind, value)
        if (exposure.key, kind) in self._offered:
            self.reference_accepted.emit(exposure, kind, value)

    def _put(self, exposure: Exposure, kind: str, value: str) -> None:
        if self._is_in_form(exposure, kind):
            self._form.set_reference(kind, value, "")
            self._form.restore_reference(kind)
        else:
            overrides = {**exposure.options.overrides, kind: value}
            given = {each: path for each, path in overrides.items() if path}
            self.options_changed.emit(exposure, replace(exposure.options, overrides=given))

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
        shown = self._toggle.isChecked() and not self._toggle.isHidden()
        self._toggle.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self._form.setVisible(shown)
        self._hint.setVisible(shown)
        if shown:
            self.unfolded.emit()

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
