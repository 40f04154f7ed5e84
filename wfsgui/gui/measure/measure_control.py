"""Controller of the measure panel: drawing, star search, and reading and writing of region files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.ds9_file import read_regions, write_regions
from wfsgui.core.regions.shapes import NamedRegion, Shape
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.measure.panel import MeasurePanel
from wfsgui.gui.measure.region_layer import RegionLayer
from wfsgui.gui.measure.region_tool import RegionTool
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.measure.star_regions import StarRegions
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask_kind_of_file, ask_new_file

__all__ = ["MeasureControl"]

_DS9: Final = "DS9 regions (*.reg);;All files (*)"


class MeasureControl(QObject):
    """Carry out the requests of the measure panel.

    Parameters
    ----------
    panel : MeasurePanel
        The measure panel.
    bring_up : callable
        Function that brings the panel to the front.
    canvas : ImageCanvas
        Canvas on which regions are drawn.
    presenter : StagePresenter
        The stage and the exposure on screen.
    stars : StarFinder
        Search for the star of an exposure.
    worker : WorkerThread
        Thread that reads and writes region files.
    parent : QWidget
        Parent of the dialogs.

    Attributes
    ----------
    message : Signal(str)
        Result of a request that the panel does not show.
    error : Signal(str)
        Why a request failed.
    """

    message = Signal(str)
    error = Signal(str)

    def __init__(
        self,
        panel: MeasurePanel,
        bring_up: Callable[[], None],
        canvas: ImageCanvas,
        presenter: StagePresenter,
        stars: StarFinder,
        worker: WorkerThread,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._dialog_parent = parent
        self._worker = worker
        self._presenter, self._stars = presenter, stars
        self._bring_up, self._panel, self._regions = bring_up, panel, panel.regions
        self._layer, self._tool = RegionLayer(canvas, self._regions), RegionTool(canvas, self._regions)
        self._star_regions = StarRegions(self._regions, self._stars, self)
        self._folder = Path.cwd()
        canvas.surface.installEventFilter(self)
        self._panel.installEventFilter(self)
        self._panel.shape_chosen.connect(self._tool.choose)
        self._tool.shape_changed.connect(self._panel.set_shape)
        self._panel.star_asked.connect(self.mark_star)
        self._panel.open_asked.connect(self.open)
        self._panel.save_asked.connect(self.save)
        self._star_regions.error.connect(self.error)

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the regions at the star of an exposure."""
        self._star_regions.follow(exposure)

    def forget(self, exposures: list[Exposure]) -> None:
        """Delete the star regions of removed exposures."""
        self._star_regions.forget(exposures)

    def draw(self, shape: Shape) -> None:
        """Show the panel and draw this shape next, or stop drawing if the shape is chosen already."""
        self._bring_up()
        self._tool.choose(None if self._tool.shape is shape else shape)

    def mark_star(self) -> None:
        """Draw a circle and an annulus at the star, and do the same in other exposures when they are shown."""
        exposure = self._presenter.exposure
        if exposure is None:
            return
        self._bring_up()
        self._star_regions.mark(exposure)

    def open(self) -> None:
        """Ask for a region file and read it."""
        ask_kind_of_file(self._dialog_parent, "Open regions", self._folder, _DS9, self._read)

    def save(self) -> None:
        """Ask for a name and write the regions."""
        regions = list(self._regions.regions)
        ask_new_file(
            self._dialog_parent,
            "Save regions",
            self._folder / "regions.reg",
            _DS9,
            lambda path: self._write(path, lambda: write_regions(path, regions, overwrite=True)),
        )

    def _read(self, path: Path) -> None:
        self._folder = path.parent

        def take(found: tuple[tuple[NamedRegion, ...], tuple[str, ...]]) -> None:
            regions, left_out = found
            self._regions.extend(regions)
            for sentence in left_out:
                self.error.emit(sentence)

        self._worker.submit(lambda: read_regions(path), take, self._report_error)

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        self._folder = path.parent
        self._worker.submit(write, lambda _: self.message.emit(f"Saved {path}"), self._report_error, lasts=True)

    def _report_error(self, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        self.error.emit(str(error))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remove the selected region with Del and stop drawing with Esc, while canvas or panel has the focus."""
        if isinstance(event, QKeyEvent) and self._handles(event):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._handle(event)
                return True
        return super().eventFilter(watched, event)

    def _handles(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return self._tool.shape is not None
        return event.key() == Qt.Key.Key_Delete and self._regions.selected is not None

    def _handle(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._tool.choose(None)
        else:
            self._regions.remove_selected()
