"""Drawing regions, finding the star, and reading and writing what was measured."""

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
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.image.canvas import ImageCanvas
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
    """Do what the panel of measurements asks for.

    Parameters
    ----------
    panel : MeasurePanel
        The panel of measurements.
    bring_up : callable
        Brings that panel to the front.
    canvas : ImageCanvas
        Where regions are drawn.
    presenter : StagePresenter
        Which stage of which exposure is on screen.
    stars : StarFinder
        Finds the star of an exposure.
    worker : WorkerThread
        Thread in which region files are read and written.
    parent : QWidget
        Owner of the dialogs.

    Attributes
    ----------
    said : Signal(str)
        What has become of a request, where that is not to be seen.
    complained : Signal(str)
        Why a request could not be met.
    """

    said = Signal(str)
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
        self._bring_up, self._panel, self._book = bring_up, panel, panel.regions
        self._layer, self._tool = RegionLayer(canvas, self._book), RegionTool(canvas, self._book)
        self._star_regions = StarRegions(self._book, self._stars, self)
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
        """Forget the regions of the stars of exposures that are gone."""
        self._star_regions.forget(exposures)

    def draw(self, shape: Shape) -> None:
        """Draw this shape next, with the numbers in sight; or nothing, where it is chosen already."""
        self._bring_up()
        self._tool.choose(None if self._tool.shape is shape else shape)

    def mark_star(self) -> None:
        """Put a circle and an annulus at the star, when it is found, and let them follow it to other exposures."""
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
        regions = list(self._book.regions)
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
            self._book.extend(regions)
            for sentence in left_out:
                self.error.emit(sentence)

        self._worker.submit(lambda: read_regions(path), take, self._report_error)

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        self._folder = path.parent
        self._worker.submit(write, lambda _: self.said.emit(f"Saved {path}"), self._report_error, lasts=True)

    def _report_error(self, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        self.error.emit(str(error))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remove the selected region with Del, leave drawing with Esc; elsewhere these keys do something else."""
        if isinstance(event, QKeyEvent) and self._has_use_for(event):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._use(event)
                return True
        return super().eventFilter(watched, event)

    def _has_use_for(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            return self._tool.shape is not None
        return event.key() == Qt.Key.Key_Delete and self._book.selected is not None

    def _use(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._tool.choose(None)
        else:
            self._book.remove_selected()
