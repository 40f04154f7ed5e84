"""Backgrounds that the analyst attaches to an exposure and takes off again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.attached_backgrounds import read_backgrounds, with_backgrounds
from wfsgui.core.intake.eligibility import allowed_mismatch, mismatch_text
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.product import Member, Product
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.runnable import can_run
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit.association_saver import AssociationSaver
from wfsgui.gui.visit.backgrounds_dialog import BackgroundsDialog
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["BackgroundsControl"]

_Role = QMessageBox.ButtonRole


class BackgroundsControl(QObject):
    """Change the backgrounds of exposures.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    open_exposures : OpenExposures
        The exposures.
    runner : EngineRunner
        Closes an exposure in the engine.
    worker : WorkerThread
        Thread that reads headers and writes associations.

    Attributes
    ----------
    message, error : Signal(str)
        What was done, or why it was not, in one or two sentences.
    """

    message = Signal(str)
    error = Signal(str)

    def __init__(
        self, window: QWidget, open_exposures: OpenExposures, runner: EngineRunner, worker: WorkerThread
    ) -> None:
        super().__init__(window)
        self._window, self._open_exposures, self._runner, self._worker = window, open_exposures, runner, worker
        self._associations = AssociationSaver(window, worker)
        self._associations.saved.connect(self.message)
        self._associations.failed.connect(self.error)

    def choose(self, exposure: Exposure) -> None:
        """Open the dialog of an exposure; returns at once."""
        others = [member for each in self._open_exposures.exposures for member in each.product.members]
        dialog = BackgroundsDialog(exposure.product, others, self._window)
        dialog.chosen.connect(lambda members: self._change(exposure, members))
        dialog.files_given.connect(lambda paths: self._offer(dialog, paths))
        dialog.save_requested.connect(lambda members: self._save(exposure, members))
        dialog.open()

    def attach(self, exposure: Exposure, paths: Sequence[Path]) -> None:
        """Attach files to an exposure, besides the backgrounds that it has; returns at once.

        Parameters
        ----------
        exposure : Exposure
            The exposure.
        paths : sequence of Path
            ``_rate`` files.
        """

        def work() -> list[Member]:
            # In the thread, because links are followed, perhaps on a network drive.
            present, known = exposure.product.backgrounds, exposure.product.identity[1:]
            return [*present, *(each for each in read_backgrounds(paths) if each.path.resolve() not in known)]

        self._worker.submit(
            work,
            lambda members: self._change(exposure, members),
            lambda error: self._explain(error, self.error.emit),
        )

    def save_association(self, exposure: Exposure) -> None:
        """Save the association of an exposure and its backgrounds; asks for the name."""
        self._save(exposure, exposure.product.backgrounds)

    def _offer(self, dialog: BackgroundsDialog, paths: Sequence[Path]) -> None:
        job = self._worker.submit(
            lambda: read_backgrounds(paths), dialog.offer, lambda error: self._explain(error, dialog.show_fault)
        )
        # Nothing is shown in a dialog that has been closed.
        dialog.finished.connect(lambda _result: job.cancel())

    def _explain(self, error: BaseException, failed: Callable[[str], None]) -> None:
        if isinstance(error, WfsguiError):
            failed(str(error))
        else:
            self._worker.unhandled.emit(error)

    def _product(self, exposure: Exposure, members: Sequence[Member]) -> Product:
        """Return the product with these backgrounds; the one that was opened if it has the same ones."""
        original = exposure.opened
        if {member.path.resolve() for member in members} == {path.resolve() for path in original.background_paths}:
            return original
        made = with_backgrounds(original, members, allow_mismatch=True)
        # Computed here and kept; see `Product.identity`.
        _ = made.identity
        return made

    def _change(self, exposure: Exposure, members: Sequence[Member]) -> None:
        present = {member.path for member in exposure.product.backgrounds}
        science = exposure.product.science.info
        doubtful = [mismatch_text(science, member.info) for member in members if member.path not in present]
        differing = [text for text in doubtful if text]
        if not differing:
            self._prepare(exposure, members)
            return
        one = len(differing) == 1
        ask(
            self._window,
            f"{'This background does' if one else 'These backgrounds do'} not match the exposure. "
            f"Use {'it' if one else 'them'} anyway?",
            differing,
            [
                ("Cancel", _Role.RejectRole, lambda: None),
                (
                    "Use it anyway" if one else "Use them anyway",
                    _Role.DestructiveRole,
                    lambda: self._prepare(exposure, members),
                ),
            ],
        )

    def _prepare(self, exposure: Exposure, members: Sequence[Member]) -> None:
        self._worker.submit(
            lambda: self._product(exposure, members),
            lambda product: self._confirm(exposure, product),
            lambda error: self._explain(error, self.error.emit),
        )

    def _confirm(self, exposure: Exposure, product: Product) -> None:
        """Set the product; ask first if that would lose a result which is not saved."""
        name = exposure.product.name
        if not self._open_exposures.holds(exposure):
            return
        if product == exposure.product:
            self.message.emit(f"{name} has these backgrounds already.")
            return
        if len(self._open_exposures.branches_of(exposure)) > 1:
            self.error.emit(
                f"The backgrounds of {name} were not changed, because all its branches have the same ones; remove the "
                "other branches first."
            )
            return
        if not can_run(exposure):
            self.error.emit(
                f"The backgrounds of {name} were not changed, because it is {state_text(exposure)}; stop its run or "
                "give your verdict, then change them."
            )
            return
        if not exposure.is_unsaved:
            self._set(exposure, product)
            return
        ask(
            self._window,
            "The result of this exposure has not been saved. Change the backgrounds and drop the result?",
            [name],
            [
                ("Cancel", _Role.RejectRole, lambda: None),
                ("Drop the result", _Role.DestructiveRole, lambda: self._set(exposure, product)),
            ],
        )

    def _may_change(self, exposure: Exposure) -> bool:
        opened = self._open_exposures
        return opened.holds(exposure) and can_run(exposure) and len(opened.branches_of(exposure)) == 1

    def _set(self, exposure: Exposure, product: Product) -> None:
        if not self._may_change(exposure):
            # A run was started, or a branch made, while the question was open.
            self._confirm(exposure, product)
            return
        had_run = bool(exposure.finished_steps)
        self._runner.release(exposure)
        self._open_exposures.set_product(exposure, product)
        self.message.emit(_told(product, had_run=had_run))

    def _save(self, exposure: Exposure, members: Sequence[Member]) -> None:
        def work() -> Product:
            return self._product(exposure, members)

        self._worker.submit(work, self._associations.save, lambda error: self._explain(error, self.error.emit))


def _told(product: Product, *, had_run: bool) -> str:
    exposure, count = product.science.path.name, len(product.backgrounds)
    names = ", ".join(member.path.name for member in product.backgrounds)
    head = f"{exposure} has {count} background{'s' * (count > 1)}: {names}."
    if not count:
        head = f"{exposure} has no background: nothing is subtracted."
    reset = "The background step and all later steps are reset; run them again." if had_run else ""
    doubts = [allowed_mismatch(product.science.info, member.info) for member in product.backgrounds]
    return " ".join(filter(None, (head, reset, *doubts)))
