"""The status bar: what is under the cursor, what the engine is, how far the run is."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.gui.messages.readout import Readout

__all__ = ["Status"]

_STEPS = 1000


class Status:
    """Fill a status bar.

    Parameters
    ----------
    bar : QStatusBar
        The status bar.

    Attributes
    ----------
    readout : Readout
        What is under the cursor.
    """

    def __init__(self, bar: QStatusBar) -> None:
        self.readout = Readout()
        # The context of the exposure on screen, and that of the next run.
        self._version = self._context = self._next_context = ""
        self._engine = QLabel("Loading the pipeline...")
        self._engine.setObjectName("engine_state")
        self._work = QLabel()
        self._work.setObjectName("work_state")
        self._progress = QProgressBar()
        self._progress.setObjectName("progress")
        self._progress.setTextVisible(False)
        self._progress.setMaximumWidth(16 * bar.fontMetrics().averageCharWidth())
        # It may be cut where the window is narrow; the window may not be kept wide by it.
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar.addWidget(self.readout, 1)
        for widget in (self._work, self._progress, self._engine):
            bar.addPermanentWidget(widget)
        self.hide_progress()

    def show_facts(self, facts: EngineInfo) -> None:
        """Say with what is calibrated."""
        self._version = f"jwst {facts.versions.get('jwst', '')}"
        self._next_context = facts.crds.get("CRDS_CONTEXT") or "context in operation"
        self._engine.setToolTip("\n".join(f"{key} = {value or 'not set'}" for key, value in facts.crds.items()))
        self._show_engine()

    def show_context(self, context: str) -> None:
        """Say which CRDS context the exposure on screen was calibrated with; empty where it was not yet."""
        self._context = context
        self._show_engine()

    def _show_engine(self) -> None:
        if self._version:
            self._engine.setText(f"{self._version} · {self._context or self._next_context}")

    def show_failure(self, sentence: str) -> None:
        """Say that the pipeline cannot be loaded."""
        self._version = ""
        self._engine.setText("No pipeline")
        self._engine.setToolTip(sentence)

    def show_work(self, text: str) -> None:
        """Say what is being done besides runs."""
        self._work.setText(text)

    def show_progress(self, done: int, total: int, share: float, *, stopping: bool) -> None:
        """Show how far the run is.

        Parameters
        ----------
        done, total : int
            Exposures.
        share : float
            Share of the whole work that is done, 0 to 1.
        stopping : bool
            Whether it is about to stop.
        """
        self._show_value(round(share * _STEPS), _STEPS)
        self._work.setText("Stopping after this step..." if stopping else f"{min(done + 1, total)} of {total}")

    def show_waiting(self, done: int, total: int) -> None:
        """Say that the run waits for a verdict.

        Parameters
        ----------
        done, total : int
            Exposures.
        """
        self._show_value(done, total)
        self._work.setText("Waiting for your verdict")

    def _show_value(self, value: int, most: int) -> None:
        # By itself the bar would have the whole window painted before it returns.
        self._progress.setUpdatesEnabled(False)
        self._progress.setRange(0, most)
        self._progress.setValue(value)
        self._progress.setUpdatesEnabled(True)
        self._progress.show()

    def hide_progress(self) -> None:
        """Nothing is running."""
        self._progress.hide()
        self._work.clear()
