"""Status bar: readout, version of the engine, progress of the run."""

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
        Readout of the pixel under the cursor.
    """

    def __init__(self, bar: QStatusBar) -> None:
        self.readout = Readout()
        # CRDS context of the exposure on screen, and of the next run.
        self._version = self._context = self._next_context = ""
        self._engine = QLabel("Loading the pipeline...")
        self._engine.setObjectName("engine_state")
        self._work = QLabel()
        self._work.setObjectName("work_state")
        self._progress = QProgressBar()
        self._progress.setObjectName("progress")
        self._progress.setTextVisible(False)
        self._progress.setMaximumWidth(16 * bar.fontMetrics().averageCharWidth())
        # The readout may be cut in a narrow window; it must not set the least width of the window.
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        bar.addWidget(self.readout, 1)
        for widget in (self._work, self._progress, self._engine):
            bar.addPermanentWidget(widget)
        self.hide_progress()

    def show_engine(self, engine: EngineInfo) -> None:
        """Show the version of jwst and the CRDS settings."""
        self._version = f"jwst {engine.versions.get('jwst', '')}"
        self._next_context = engine.crds.get("CRDS_CONTEXT") or "operational context"
        self._engine.setToolTip("\n".join(f"{key} = {value or 'not set'}" for key, value in engine.crds.items()))
        self._update_engine()

    def show_context(self, context: str) -> None:
        """Show the CRDS context of the exposure on screen; empty before its calibration."""
        self._context = context
        self._update_engine()

    def _update_engine(self) -> None:
        if self._version:
            self._engine.setText(f"{self._version} · {self._context or self._next_context}")

    def show_failure(self, sentence: str) -> None:
        """Show that the pipeline cannot be loaded."""
        self._version = ""
        self._engine.setText("No pipeline")
        self._engine.setToolTip(sentence)

    def show_work(self, text: str) -> None:
        """Show what the program does besides runs."""
        self._work.setText(text)

    def show_progress(self, done: int, total: int, share: float, *, stopping: bool) -> None:
        """Show the progress of the run.

        Parameters
        ----------
        done, total : int
            Number of exposures.
        share : float
            Finished share of the whole work, 0 to 1.
        stopping : bool
            Whether the run stops after the current step.
        """
        self._show_value(round(share * _STEPS), _STEPS)
        self._work.setText("Stopping after this step..." if stopping else f"{min(done + 1, total)} of {total}")

    def show_waiting(self, done: int, total: int) -> None:
        """Show that the run waits for a verdict.

        Parameters
        ----------
        done, total : int
            Number of exposures.
        """
        self._show_value(done, total)
        self._work.setText("Waiting for your verdict")

    def _show_value(self, value: int, most: int) -> None:
        # With updates enabled, each call would paint the whole window at once.
        self._progress.setUpdatesEnabled(False)
        self._progress.setRange(0, most)
        self._progress.setValue(value)
        self._progress.setUpdatesEnabled(True)
        self._progress.show()

    def hide_progress(self) -> None:
        """Hide the progress bar: nothing runs."""
        self._progress.hide()
        self._work.clear()
