"""Construction of what is kept of decisions: page *Trend*, its database, and the files of QUIP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wfsgui import __version__
from wfsgui.core.files.decision_store import Subject
from wfsgui.core.quip.operations import OperationIntake
from wfsgui.core.trend.make_record import Measured
from wfsgui.core.trend.store import TrendStore
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.decisions import Decisions, subject_of
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opener
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.quip.quip_control import QuipControl
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.trend.control import TrendControl
from wfsgui.gui.trend.recorder import TrendRecorder
from wfsgui.gui.widgets.pages import Pages

if TYPE_CHECKING:
    from wfsgui.gui.trend.page import TrendPage

__all__ = ["TREND", "RecordContext", "RecordParts"]

TREND: Final = "trend"
"""Name of the page *Trend*."""

_IMAGE: Final = "image"


@dataclass(frozen=True, kw_only=True)
class RecordContext:
    """Parts of the window that are needed here.

    Attributes
    ----------
    window : QWidget
        Parent of the dialogs.
    database : Path
        File of the trend database.
    pages : Pages
        Pages in the middle of the window.
    open_exposures : OpenExposures
        The exposures.
    opener : Opener
        Opens files and folders.
    saver : Saver
        Saves results.
    operations : OperationIntake
        Operation files of QUIP.
    assessments : Assessments
        Assessments of the exposures.
    decisions : Decisions
        Decisions of the analyst.
    versions : callable
        ``versions()``: version of each package of the engine.
    file_worker : WorkerThread
        Thread that reads and writes files.
    """

    window: QWidget
    database: Path
    pages: Pages
    open_exposures: OpenExposures
    opener: Opener
    saver: Saver
    operations: OperationIntake
    assessments: Assessments
    decisions: Decisions
    versions: Callable[[], Mapping[str, str]]
    file_worker: WorkerThread


class RecordParts(QObject):
    """Make the page *Trend* and the control of QUIP, and connect them with the window.

    Parameters
    ----------
    context : RecordContext
        Parts of the window.

    Attributes
    ----------
    trend : TrendControl
        Control of the page *Trend* and its database.
    quip : QuipControl
        Writes the files of QUIP.
    message : Signal(str)
        What was done, in one sentence.
    warning : Signal(str)
        What was not done, in one sentence.
    pages_wanted : Signal()
        The pages are to be shown, even if there is no exposure.
    image_shown : Signal()
        The analyst has gone back to the image.
    """

    message = Signal(str)
    warning = Signal(str)
    pages_wanted = Signal()
    image_shown = Signal()

    def __init__(self, context: RecordContext) -> None:
        super().__init__(context.window)
        self._context = context
        worker, window = context.file_worker, context.window
        self._page: TrendPage | None = None
        self._place = QVBoxLayout()
        self._place.setContentsMargins(0, 0, 0, 0)
        holder = QWidget()
        holder.setLayout(self._place)
        context.pages.add_page(TREND, "Trend", holder)
        self.trend = TrendControl(TrendStore(context.database), worker, window)
        self._compared: dict[Subject, Measured] = {}
        self._recorder = TrendRecorder(
            context.assessments, lambda: context.open_exposures.exposures, self._versions, self._compared.get, self
        )
        self.quip = QuipControl(
            context.operations,
            context.open_exposures,
            lambda exposure: context.decisions.find(subject_of(exposure)),
            worker,
            window,
        )
        self._connect()

    @property
    def page(self) -> TrendPage:
        """The page, which is made when it is shown first: the first image comes before."""
        if self._page is None:
            from wfsgui.gui.trend.page import TrendPage

            self._page = TrendPage()
            self._place.addWidget(self._page)
            for child in self._page.findChildren(QWidget):
                # The window takes every drop.
                child.setAcceptDrops(False)
            self.trend.set_page(self._page)
        return self._page

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return the handlers of the actions."""
        return {"page_trend": self.show_trend, "write_quip": self.quip.write}

    def show_trend(self) -> None:
        """Show the page *Trend*, also without exposures."""
        pages = self._context.pages
        self.pages_wanted.emit()
        if pages.current == TREND:
            self.trend.refresh()
        pages.show_page(TREND)

    def take_pair(self, pair: ComparedPair | None) -> None:
        """Keep the numbers of a comparison for a decision on the pair; None if there is none."""
        if pair is not None:
            subject = tuple(sorted((pair.first.info.path, pair.second.info.path)))
            self._compared[subject] = Measured(pair.comparison.quantities, pair.comparison.checks)

    def _connect(self) -> None:
        context = self._context
        context.decisions.decided.connect(self._recorder.note)
        self._recorder.made.connect(self.trend.record)
        context.saver.saved.connect(self._recorder.note_saved)
        context.pages.shown.connect(self._take_shown)
        self.trend.visit_wanted.connect(self._open_visit)
        context.opener.opened.connect(self.quip.take_opening)
        self.quip.stage_known.connect(context.assessments.set_sensing_stage)
        for control in (self.trend, self.quip):
            control.message.connect(self.message)
            control.warning.connect(self.warning)

    def _open_visit(self, folder: Path) -> None:
        self._context.pages.show_page(_IMAGE)
        self._context.opener.open([folder])

    def _take_shown(self, name: str) -> None:
        if name == TREND:
            self.page.show()
            # Other windows may have written to the database.
            self.trend.refresh()
        elif name == _IMAGE:
            self.image_shown.emit()

    def _versions(self) -> dict[str, str]:
        return {"wfsgui": __version__, **self._context.versions()}
