"""Keeps the page *Visit* in step with the exposures, their assessments and verdicts, and exports it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from wfsgui.core.judgement.decision import Decision
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.visit.star_thumbnail import ThumbnailScale
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.export.picture_dialog import PictureDialog
from wfsgui.gui.export.view_recording import ViewRecording
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit_page.star_thumbnails import StarThumbnails
from wfsgui.gui.visit_page.visit_model import FAULT_ROLE, PICTURE_ROLE, TILE_ROLE, VisitFilter, VisitModel, VisitSource
from wfsgui.gui.visit_page.visit_page import VisitPage
from wfsgui.gui.visit_page.visit_sheet import SheetEntry, VisitSheet
from wfsgui.gui.visit_page.visit_tile import VisitTile

__all__ = ["VisitControl"]

_EXPORT_WAIT_MS = 50


class VisitControl(QObject):
    """Make the page and keep it.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    assessments : Assessments
        What was measured.
    decision : callable
        ``decision(exposure) -> Decision | None``: the last verdict of the analyst.
    worker, file_worker : WorkerThread
        Threads that make thumbnails, and that write files.
    window : QWidget
        Owner of the dialogs.

    Attributes
    ----------
    page : VisitPage
        The page.
    thumbnails : StarThumbnails
        Pictures of the exposures.
    pictures : PictureDialog
        Export of the page; reports what was saved.
    opened : Signal(Exposure)
        The analyst wants to see an exposure.
    """

    opened = Signal(object)

    def __init__(
        self,
        open_exposures: OpenExposures,
        assessments: Assessments,
        decision: Callable[[Exposure], Decision | None],
        worker: WorkerThread,
        file_worker: WorkerThread,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._open_exposures, self._assessments = open_exposures, assessments
        self.thumbnails = StarThumbnails(assessments, worker, self)
        source = VisitSource(assessments.latest, decision, self.thumbnails.picture, self.thumbnails.fault)
        self._model = VisitModel(source, self)
        self._rows = VisitFilter(self._model, self)
        self.page = VisitPage(self._rows)
        self.pictures = PictureDialog(window, file_worker, "visit")
        self._is_seen = False
        # Many verdicts of earlier sessions become known at once.
        self._tiles_due = QTimer(self)
        self._tiles_due.setSingleShot(True)
        self._tiles_due.setInterval(0)
        self._tiles_due.timeout.connect(self.page.refresh_tiles)
        self._export_due = QTimer(self)
        self._export_due.setSingleShot(True)
        self._export_due.setInterval(_EXPORT_WAIT_MS)
        self._export_due.timeout.connect(self.export)
        self._connect()
        self._take_exposures()

    def set_seen(self, *, seen: bool) -> None:
        """Note whether the page is visible; pictures are made only while it is."""
        self._is_seen = seen
        self._want()

    def refresh(self, exposure: Exposure) -> None:
        """Show what is known of an exposure now."""
        self._model.refresh(exposure)
        self.thumbnails.note(exposure)

    def refresh_tiles(self) -> None:
        """Sort, filter and show all tiles by what is known now, in the next turn of the event loop."""
        self._tiles_due.start()

    def export(self) -> None:
        """Ask for a name and save the tiles that are shown, once all pictures are made."""
        entries = [self._entry(row) for row in range(self._rows.rowCount())]
        if self.thumbnails.is_behind:
            # Asking for the pictures has them made.
            self._export_due.start()
            return
        if not entries:
            return
        caption = [self._title, self._scale_text, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC, wfsgui")]
        recording = ViewRecording(VisitSheet(entries, caption), caption, self.page.devicePixelRatioF())
        self.pictures.save(recording, self._suggestion)

    def _connect(self) -> None:
        opened = self._open_exposures
        opened.added.connect(self._take_exposures)
        opened.removed.connect(self._take_removed)
        opened.marked.connect(self._take_exposures)
        opened.changed.connect(self.refresh)
        for signal in (self._assessments.known, self._assessments.failed, self._assessments.choice_changed):
            signal.connect(self.refresh)
        self._assessments.limits_changed.connect(self.refresh_tiles)
        self.thumbnails.made.connect(self._model.refresh)
        self.thumbnails.scale_changed.connect(self._take_scale)
        self.page.opened.connect(self.opened)
        self.page.export_asked.connect(self.export)

    def _take_exposures(self) -> None:
        self._model.set_exposures(self._open_exposures.exposures)
        self._want()

    def _take_removed(self, exposures: list[Exposure]) -> None:
        self.thumbnails.forget(exposures)
        self._take_exposures()

    def _take_scale(self) -> None:
        self.page.show_scale(self._scale_text)
        self.page.refresh_tiles()

    def _want(self) -> None:
        self.thumbnails.set_wanted(self._model.exposures if self._is_seen else ())
        if self._is_seen:
            for exposure in self._model.exposures:
                # The image on screen comes first; an exposure that was run before is measured after it.
                if self._assessments.is_awaited(exposure, exposure.latest.name):
                    self._assessments.note(exposure, exposure.latest.name)

    def _entry(self, row: int) -> SheetEntry:
        index = self._rows.index(row, 0)
        tile, picture, fault = (index.data(role) for role in (TILE_ROLE, PICTURE_ROLE, FAULT_ROLE))
        if not isinstance(tile, VisitTile):
            raise TypeError("A row has no tile.")
        return SheetEntry(tile, picture if isinstance(picture, QImage) else None, str(fault))

    @property
    def _title(self) -> str:
        infos = [exposure.product.science.info for exposure in self._model.exposures]
        visits = sorted({(info.program, info.observation, info.visit) for info in infos})
        names = [f"program {program}, observation {each}, visit {visit}" for program, each, visit in visits]
        count = self._rows.rowCount()
        shown = f"{count} of {len(infos)} exposures" if count < len(infos) else f"{count} exposures"
        return f"{'; '.join(names)}: {shown}"

    @property
    def _scale_text(self) -> str:
        texts = [_scale_text(unit, scale) for unit, scale in sorted(self.thumbnails.scales.items())]
        return f"Background subtracted, one stretch: {'; '.join(texts)}." if texts else ""

    @property
    def _suggestion(self) -> Path:
        science = self._model.exposures[0].product.science
        info = science.info
        return science.path.parent / f"jw{info.program}{info.observation}{info.visit}_visit.png"


def _scale_text(unit: str, scale: ThumbnailScale) -> str:
    return f"asinh from {scale.low:.3g} to {scale.high:.3g} {unit}, knee at the noise, {scale.knee:.3g} {unit}".rstrip()
