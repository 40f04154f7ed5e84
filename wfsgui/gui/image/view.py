"""Widget that shows one image, or the reason why there is none, with its controls."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wfsgui.core.image.compare import Mode
from wfsgui.core.image.display import NAN_INDEX
from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.gui.display.display_control import DisplayControl
from wfsgui.gui.image.canvas_pair import CanvasPair
from wfsgui.gui.image.comparison import Comparison
from wfsgui.gui.image.image_or_message import ImageOrMessage
from wfsgui.gui.image.pixel_probe import PixelProbe
from wfsgui.gui.image.render_control import RenderControl
from wfsgui.gui.image.renderer import SCI, RenderedImage
from wfsgui.gui.image.shown_image import ShownImage
from wfsgui.gui.image.view_settings import Part, ViewSettings
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["ImageView"]


class ImageView(QWidget):
    """Show one image at a time, or a message.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which images are drawn.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    pair : CanvasPair
        The image and the image that it is compared with.
    canvas : ImageCanvas
        The image of `pair`; layers are added to it.
    display : DisplayControl
        Levels, stretch and colours, with their controls.
    hovered : Signal(Hover or None)
        Values of the pixel under the cursor.
    rendered : Signal()
        An image has been drawn and is on screen.
    plane_changed : Signal(str)
        Name of the plane that is shown.
    """

    hovered = Signal(object)
    rendered = Signal()
    plane_changed = Signal(str)

    def __init__(self, worker: WorkerThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_view")
        self.pair, self.display = CanvasPair(), DisplayControl(self)
        self.canvas = self.pair.canvas
        self._shown = ShownImage()
        self._is_fit_due = False
        self._pages = ImageOrMessage(self.pair)
        self._rendering = RenderControl(worker, self._shown, self.display, self)
        self._probe = PixelProbe(self)
        self._arrange()
        self._connect()
        self.display.show_colours()
        self.show_message("")

    @property
    def plane(self) -> str:
        """Name of the plane that is shown."""
        return self._shown.plane

    @property
    def is_drawing(self) -> bool:
        """Whether the image on screen is not yet the requested one."""
        return self._rendering.is_drawing

    @property
    def comparison_text(self) -> str:
        """Names of the two images, mode and link; empty without a comparison."""
        compared = self._shown.compared
        return compared.text if compared is not None else ""

    def show_image(self, image: StepImage, *, identity: str, wcs: WcsReader | None = None) -> None:
        """Show an image; the previous one stays on screen until this one is drawn.

        Parameters
        ----------
        image : StepImage
            The image.
        identity : str
            Key of its exposure: the steps of one exposure share their levels.
        wcs : WcsReader, optional
            The WCS to read positions with; by default that of the image.
        """
        shown = self._shown
        shown.image, shown.identity, shown.wcs = image, identity, wcs or image.wcs
        self.display.memory.begin_image()
        self._is_fit_due = not self.display.is_locked
        self._show_plane(shown.wanted_plane if shown.wanted_plane in image.planes else SCI)
        if shown.comparison is None:
            # The worker thread draws while the panels are updated.
            self._rendering.draw_now()

    def set_comparison(self, comparison: Comparison | None, why_none: str = "") -> None:
        """Compare the image with another one.

        Parameters
        ----------
        comparison : Comparison or None
            The other image and the mode; None to show the image alone.
        why_none : str, optional
            Why there is no comparison; shown over the image.
        """
        self._shown.comparison = comparison
        self._probe.set_comparison(comparison)
        if comparison is None:
            self.pair.set_mode(Mode.VALUE, (why_none, ""))
        else:
            names = comparison.name, comparison.other_name
            self.pair.set_mode(comparison.mode, names, comparison.offset, comparison.offset_at)
        self._rendering.cancel_other()
        self._draw()

    def show_message(self, text: str) -> None:
        """Show a sentence instead of an image, and release the image."""
        self._shown.image = self._shown.wcs = None
        self._rendering.cancel()
        self._probe.set_image(None, None, self._shown.plane)
        self.display.clear()
        self._pages.show_message(text)

    def set_plane(self, name: str) -> None:
        """Show another plane, if the image has it."""
        if self._shown.image is None or name in self._shown.image.planes:
            self._shown.wanted_plane = name
            self._show_plane(name)

    def next_plane(self) -> None:
        """Show the next plane of the image; the first one after the last one."""
        if self._shown.image is not None:
            names = list(self._shown.image.planes)
            self.set_plane(names[(names.index(self.plane) + 1) % len(names)])

    def settings(self) -> ViewSettings | None:
        """Return how the image is shown; None without an image."""
        if self._shown.image is None:
            return None
        key, appearance = self._shown.level_key, self.display.appearance
        return ViewSettings(
            plane=key.plane,
            unit=key.unit,
            levels=self.display.levels,
            rule=self.display.rule,
            stretch=appearance.stretch,
            colour_map=appearance.colour_map,
            inverse=appearance.inverse,
            part=Part.of(self.canvas.view, self._shown.image.sci.shape),
        )

    def _show_plane(self, name: str) -> None:
        shown = self._shown
        changed, shown.plane = name != shown.plane, name
        if shown.image is not None:
            self.display.controls.set_planes(shown.image.planes, name)
            self._probe.set_image(shown.image, shown.wcs, name)
        self._draw()
        if changed:
            self.plane_changed.emit(name)

    def _draw(self) -> None:
        self.display.set_key(self._shown.level_key)
        self._rendering.draw_soon()

    def _take_rendered(self, rendered: RenderedImage) -> None:
        if self._shown.image is None:
            return
        if rendered.levels is None or rendered.histogram is None:
            self.display.show_classes(rendered.shares)
        else:
            missing = rendered.shares[NAN_INDEX]
            self.display.show_values(rendered.histogram, rendered.levels, rendered.made_by, missing)
        self.pair.show_index(rendered.index)
        if self._is_fit_due:
            self._is_fit_due = False
            self.canvas.fit()
        self._pages.show_image()
        self._rendering.draw_other(rendered.levels)
        self.rendered.emit()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self.display.levels_bar)
        layout.addWidget(self.display.controls)

    def _connect(self) -> None:
        display, controls, canvas = self.display, self.display.controls, self.canvas
        self._rendering.drawn.connect(self._take_rendered)
        self._rendering.other_drawn.connect(lambda rendered: self.pair.show_other(rendered.index))
        self._rendering.failed.connect(lambda error: self.show_message(f"The image cannot be drawn: {error}"))
        self.pair.cursor_moved.connect(self._probe.point)
        self._probe.hovered.connect(self.hovered)
        display.changed.connect(self._draw)
        display.colours_changed.connect(lambda: self.pair.set_colours(display.table))
        controls.plane_chosen.connect(self.set_plane)
        controls.fit_asked.connect(canvas.fit)
        controls.one_to_one_asked.connect(lambda: canvas.zoom_to(1.0))
        canvas.scale_changed.connect(controls.set_zoom)
