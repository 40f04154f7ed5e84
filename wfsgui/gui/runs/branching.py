"""Branches for runs with other choices: results that are there are not overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from wfsgui.core.branches.choices import branch_name, changed_choices, first_affected, own_choices, without_changes
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import STEPS
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.engine_runner import EngineRunner

__all__ = ["Branching"]


class Branching(QObject):
    """Make branches of exposures by the choices that the analyst has changed since they were run.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    runner : EngineRunner
        Knows the reference types of each step, once the engine is loaded.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    branched : Signal(Exposure, Exposure)
        A branch, the second, of an exposure, the first, was made for the changed choices.
    """

    branched = Signal(object, object)

    def __init__(self, open_exposures: OpenExposures, runner: EngineRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_exposures, self._runner = open_exposures, runner
        # Branches whose first step has not begun, and those that the analyst has not named.
        self._new: set[Exposure] = set()
        self._unnamed: set[Exposure] = set()
        open_exposures.removed.connect(self._forget)

    @property
    def reference_types(self) -> Mapping[str, Sequence[str]]:
        """Reference types of each step; empty until the engine is loaded."""
        info = self._runner.engine_info
        return info.reference_types if info is not None else {}

    def first_affected(self, exposure: Exposure) -> str | None:
        """Return the first finished step that was run with other choices than the present ones; None without any."""
        changed = changed_choices(exposure.used_options, exposure.options, self.reference_types)
        return first_affected(changed, exposure, self.reference_types)

    def has_changes(self, exposure: Exposure) -> bool:
        """Whether an exposure has other choices now than those of its latest run."""
        return bool(changed_choices(exposure.used_options, exposure.options))

    def drop_changes(self, exposure: Exposure) -> bool:
        """Give the finished steps of an exposure their choices again; return whether these had been changed."""
        if self.first_affected(exposure) is None:
            return False
        self._open_exposures.set_options(exposure, without_changes(exposure, self.reference_types))
        return True

    def with_present_choices(self, exposure: Exposure) -> Exposure:
        """Return what a run is to be of, so that it overwrites no step that was run with other choices.

        That is the exposure itself if there is none, or a branch. One that has not begun leaves its origin earlier.
        """
        step = self.first_affected(exposure)
        if step is None:
            return exposure
        if exposure in self._new:
            self._open_exposures.move_fork(exposure, step)
            return exposure
        return self.make(exposure, step)

    def make(self, exposure: Exposure, step: str) -> Exposure:
        """Make a branch with the present choices of an exposure, which gets those of its latest run again.

        Parameters
        ----------
        exposure : Exposure
            The exposure.
        step : str
            First step that the branch runs itself, unless an earlier one was run with other choices.

        Returns
        -------
        Exposure
            The branch; nothing of its own has been run.
        """
        changed = changed_choices(exposure.used_options, exposure.options, self.reference_types)
        earlier = first_affected(changed, exposure, self.reference_types) or step
        fork = min(step, earlier, key=STEPS.index)
        name = branch_name(changed, fork, is_same="again")
        branch = self._open_exposures.add_branch(exposure, fork, exposure.options, name)
        self._new.add(branch)
        self._unnamed.add(branch)
        if changed:
            self._open_exposures.set_options(exposure, exposure.used_options)
        self.branched.emit(exposure, branch)
        return branch

    def rename(self, branch: Exposure, name: str) -> None:
        """Give a branch a name of the analyst, which stays."""
        self._unnamed.discard(branch)
        self._open_exposures.rename(branch, name)

    def note_begin(self, branch: Exposure) -> None:
        """Name a new branch by its choices when its first step begins, and mark it while no branch has a result."""
        if branch not in self._new:
            return
        self._new.remove(branch)
        choices = own_choices(branch, self.reference_types)
        if branch in self._unnamed and choices:
            self._open_exposures.rename(branch, branch_name(choices, branch.fork))
        self._mark_first(branch)

    def note_result(self, exposure: Exposure) -> None:
        """Mark a branch that has a result now, if the one that is marked has none."""
        if exposure.result is not None:
            self._mark_first(exposure)

    def take_back(self, branch: Exposure) -> None:
        """Remove a branch of which nothing was run, and give its choices back to its origin."""
        if branch.origin is not None:
            self._open_exposures.set_options(branch.origin, branch.options)
        self._open_exposures.remove([branch])

    def _mark_first(self, exposure: Exposure) -> None:
        if self._open_exposures.result_of(exposure).result is None:
            self._open_exposures.mark(exposure)

    def _forget(self, exposures: Sequence[Exposure]) -> None:
        self._new.difference_update(exposures)
        self._unnamed.difference_update(exposures)
