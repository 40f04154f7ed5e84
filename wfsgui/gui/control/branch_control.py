"""What the analyst does with branches: make, name, mark, compare and remove them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox

from wfsgui.core.assess.results import Assessment
from wfsgui.core.branches.differences import DifferenceTable, compare_branches
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import STAGES, title
from wfsgui.gui.branches.panel import BranchPanel
from wfsgui.gui.control.context import ControlContext
from wfsgui.gui.exposures.branch_rows import branch_title
from wfsgui.gui.runs.runnable import can_branch
from wfsgui.gui.threads.worker_thread import Job
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["BranchControl"]

_Role = QMessageBox.ButtonRole
_PANEL: Final = "branches"
# Several measurements come one after the other, ms.
_DELAY_MS: Final = 100


class BranchControl(QObject):
    """Connect branches with list, image and panel.

    Parameters
    ----------
    context : ControlContext
        Parts of the window.
    parent : QObject
        Owner.

    Attributes
    ----------
    message : Signal(str)
        What was done, one or two sentences.
    """

    message = Signal(str)

    def __init__(self, context: ControlContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._opened = context, context.services.open_exposures
        self._branching = context.services.control.branching
        self._panel = BranchPanel()
        self._others: tuple[Exposure, ...] = ()
        # With which branch the analyst compares each one.
        self._chosen: dict[Exposure, Exposure] = {}
        self._job: Job | None = None
        self._made: list[tuple[Exposure, Exposure]] = []
        self._due, self._told = QTimer(self), QTimer(self)
        for timer, delay, act in ((self._due, _DELAY_MS, self._refresh), (self._told, 0, self._tell)):
            timer.setSingleShot(True)
            timer.setInterval(delay)
            timer.timeout.connect(act)
        context.add_panel(_PANEL, "Branches", self._panel)
        self._connect()

    @property
    def panel(self) -> BranchPanel:
        """The panel."""
        return self._panel

    @property
    def is_comparing(self) -> bool:
        """Whether tables are still being made."""
        return self._job is not None or self._due.isActive()

    def branch_here(self) -> None:
        """Make a branch of the exposure on screen that begins with the step on screen, and show it."""
        exposure, stage = self._context.presenter.exposure, self._context.presenter.stage
        if exposure is None or not can_branch(exposure, stage):
            return
        branch = self._branching.make(exposure, stage)
        self._context.exposures.select(branch)

    def rename(self) -> None:
        """Let the analyst name the branch on screen."""
        if self._context.presenter.exposure is not None:
            self._context.exposures.rename(self._context.presenter.exposure)

    def mark(self) -> None:
        """Mark the selected branches as the results of their exposures."""
        for branch in self._selected_others():
            self._opened.mark(branch)

    def remove(self) -> None:
        """Remove the selected branches that are not results; asks first if their own results are not saved."""
        leaving = self._selected_others()
        unsaved = [branch.label for branch in leaving if branch.is_unsaved]
        if not unsaved:
            self._opened.remove(leaving)
            return
        one = len(unsaved) == 1
        text = (
            "This branch has a result that is not saved." if one else "These branches have results that are not saved."
        )
        ask(
            self._context.window,
            f"{text} Remove {'it' if one else 'them'} anyway?",
            unsaved,
            [
                ("Cancel", _Role.RejectRole, lambda: None),
                ("Remove", _Role.DestructiveRole, lambda: self._opened.remove(leaving)),
            ],
        )

    def compare_with_result(self) -> None:
        """Compare the branch on screen with the result, by image and tables; the result with its latest branch."""
        exposure = self._context.presenter.exposure
        if exposure is None or not self._opened.holds(exposure):
            return
        self._chosen.pop(exposure, None)
        other = self._other(exposure)
        if other is not None:
            self._context.compare.compare_with(other)
            self._context.bring_up(_PANEL)
            self._refresh()

    def _connect(self) -> None:
        services, opened = self._context.services, self._opened
        opened.removed.connect(self._forget)
        for signal in (opened.branch_added, opened.removed, opened.marked, opened.changed):
            signal.connect(self._note)
        services.assessments.known.connect(self._note)
        self._context.presenter.shown.connect(self._note)
        self._panel.seen.connect(self._refresh)
        self._panel.other_chosen.connect(self._choose)
        self._panel.image_asked.connect(self._compare_images)

    def entries(self, selected: list[Exposure]) -> Iterable[tuple[str, Callable[[], object], bool]]:
        """Return the entries for branches of the context menu."""
        presenter = self._context.presenter
        shown = presenter.exposure
        is_shown = len(selected) == 1 and selected[0] is shown
        has_branches = is_shown and shown is not None and len(self._opened.branches_of(shown)) > 1
        others = bool(self._selected_others())
        can = is_shown and shown is not None and can_branch(shown, presenter.stage)
        here = f" ({title(presenter.stage)})" if can else ""
        return (
            (f"Branch from here{here}", self.branch_here, can),
            ("Rename branch", self.rename, has_branches),
            ("Mark as the result", self.mark, others),
            ("Compare with the result", self.compare_with_result, has_branches),
            ("Remove branch", self.remove, others),
        )

    def _selected_others(self) -> list[Exposure]:
        return [branch for branch in self._context.selected() if self._opened.is_other_branch(branch)]

    def take_branch(self, origin: Exposure, branch: Exposure) -> None:
        """Show a branch that was made of the exposure on screen, and say that it was made."""
        if self._context.presenter.exposure is origin:
            self._context.exposures.select(branch)
        self._made.append((origin, branch))
        self._told.start()

    def _tell(self) -> None:
        """Say in one message which branches were made together."""
        made, self._made = [pair for pair in self._made if self._opened.holds(pair[1])], []
        if len(made) == 1:
            origin, branch = made[0]
            place = f"begins with {title(branch.fork)} beside {branch_title(origin)}, which stays as it is"
            self.message.emit(f"{branch.product.name}: the branch {branch.branch} {place}. {self._mark_text(branch)}")
        elif made:
            self.message.emit(
                f"{len(made)} branches were made for the changed choices; what was run before stays as it is, and each "
                "result is the result until you mark its branch."
            )

    def _mark_text(self, branch: Exposure) -> str:
        result = self._opened.result_of(branch)
        if result is branch or result.result is None:
            return "It is the result unless another branch has one first."
        return f"The result is {branch_title(result)} until you mark another branch."

    def tell_of_mark(self, branch: Exposure, former: Exposure) -> None:
        """Say that another branch is the result now, if the former one had a result."""
        # While nothing is calibrated yet, the mark follows the work.
        if former.result is not None:
            self.message.emit(
                f"{branch.product.name}: {branch_title(branch)} is the result now, in the place of "
                f"{branch_title(former)}; it is what is saved, paired and counted."
            )

    def tell_of_dropped(self, exposure: Exposure) -> None:
        """Say that changed choices are not used, because a step was accepted as it is."""
        self.message.emit(
            f"{exposure.label}: the step was accepted as it is; your changes for steps that have run were not used. "
            "Redo the step to use them."
        )

    def ask_about_unchanged(self, exposure: Exposure, stage: str, note: str) -> None:
        """Ask whether a step is run again although no choice was changed."""
        verdicts = self._context.services.verdicts
        withdraw = partial(verdicts.withdraw, exposure, stage, note)
        ask(
            self._context.window,
            f"Nothing was changed since {title(stage)} was run: it would give the same result. Run it all the same, as "
            "a branch beside the first one?",
            [exposure.label],
            [
                ("Cancel", _Role.RejectRole, withdraw),
                ("Run it as a branch", _Role.AcceptRole, lambda: verdicts.branch(exposure, stage, note)),
            ],
        )

    def _other(self, exposure: Exposure) -> Exposure | None:
        """Return the branch that one is compared with: the chosen one, the result, or the latest one."""
        others = [branch for branch in self._opened.branches_of(exposure) if branch is not exposure]
        if not others:
            return None
        chosen = self._chosen.get(exposure)
        if chosen in others:
            return chosen
        result = self._opened.result_of(exposure)
        return result if result is not exposure else max(others, key=lambda branch: int(branch.key))

    def _choose(self, place: int) -> None:
        exposure = self._context.presenter.exposure
        if exposure is not None and place < len(self._others):
            self._chosen[exposure] = self._others[place]
            self._refresh()

    def _compare_images(self) -> None:
        exposure = self._context.presenter.exposure
        other = self._other(exposure) if exposure is not None and self._opened.holds(exposure) else None
        if other is not None:
            self._context.compare.compare_with(other)

    def _note(self) -> None:
        if self._panel.isVisible() and not self._due.isActive():
            self._due.start()

    def _refresh(self) -> None:
        """Make the tables of the branch on screen, in a thread."""
        self._due.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        exposure = self._context.presenter.exposure
        other = self._other(exposure) if exposure is not None and self._opened.holds(exposure) else None
        if exposure is None or other is None:
            self._panel.show_message()
            return
        self._others = tuple(branch for branch in self._opened.branches_of(exposure) if branch is not exposure)
        self._panel.show_branches(
            self._name(exposure), [self._name(branch) for branch in self._others], self._others.index(other)
        )
        names = branch_title(other), branch_title(exposure)
        stages = dict(other.stages), dict(exposure.stages)
        assessed = self._assessed(other), self._assessed(exposure)

        def take(tables: tuple[DifferenceTable, ...]) -> None:
            self._job = None
            self._panel.show_tables(tables, names)

        self._job = self._context.services.measure_worker.submit(lambda: compare_branches(*stages, assessed), take)

    def _assessed(self, exposure: Exposure) -> dict[str, Assessment]:
        found = ((stage, self._context.services.assessments.find(exposure, stage)) for stage in STAGES)
        return {stage: assessment for stage, assessment in found if assessment is not None}

    def _name(self, branch: Exposure) -> str:
        return f"{branch_title(branch)}{' (the result)' if self._opened.is_marked(branch) else ''}"

    def _forget(self, exposures: list[Exposure]) -> None:
        gone = set(exposures)
        self._chosen = {one: other for one, other in self._chosen.items() if one not in gone and other not in gone}
