"""Images of a pair: A, B and their difference, with one view, one cursor and one stretch."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wfsgui.core.image.display import NAN_INDEX, Levels
from wfsgui.core.model.stages import title
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.regions.shapes import Circle
from wfsgui.gui.canvas.corner_caption import CornerCaption
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.numbered_marks import NumberedMarks
from wfsgui.gui.display.appearance import Appearance
from wfsgui.gui.display.colours import difference_table
from wfsgui.gui.display.difference_bar import DifferenceBar
from wfsgui.gui.display.levels_bar import LevelsBar
from wfsgui.gui.image.image_grid import ImageGrid
from wfsgui.gui.image.linked_views import LinkedViews
from wfsgui.gui.image.renderer import RenderedImage
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.pair_drawing import DIFFERENCE, FIRST, SECOND, PairDrawing
from wfsgui.gui.pair.pair_readout import PairReadout
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["PairImages"]

_NAMES: Final = ("A", "B", "A \N{MINUS SIGN} B")
# Half the side of the part that is shown at first over the radius of the light.
_AROUND: Final = 1.7
_OBJECTS: Final = ("pair_first_image", "pair_second_image", "pair_difference_image")


class PairImages(QWidget):
    """Show A, B and A minus B.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which images are drawn.

    Attributes
    ----------
    views : LinkedViews
        View and cursor of the three canvases.
    drawing : PairDrawing
        Levels and stretch.
    canvases : tuple of ImageCanvas
        Canvases of A, B and the difference.
    grid : ImageGrid
        Holds the three canvases.
    rendered : Signal()
        An image of the pair is on screen.
    failed : Signal(BaseException)
        An image could not be drawn.
    """

    rendered = Signal()
    failed = Signal(object)

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.canvases = tuple(_canvas(name, title) for name, title in zip(_OBJECTS, _NAMES, strict=True))
        self.grid = ImageGrid(self.canvases)
        self._captions = tuple(CornerCaption(canvas, has_compass=False) for canvas in self.canvases)
        self._marks = tuple(NumberedMarks(canvas) for canvas in self.canvases)
        self.views = LinkedViews(self.canvases, self)
        self.drawing = PairDrawing(worker, self)
        self._appearance = Appearance(stretch=self.drawing.stretch)
        self._levels_bar, self._difference_bar, self._readout = LevelsBar(), DifferenceBar(), PairReadout()
        self._pair: ComparedPair | None = None
        self._is_view_due = True
        self._shown = Levels(0.0, 1.0)
        for place in (FIRST, SECOND):
            self.canvases[place].set_colours(self._appearance.table)
        self.canvases[DIFFERENCE].set_colours(difference_table())
        self._show_controls()
        self._levels_bar.clear()
        self._arrange()
        self._connect()

    def show_pair(self, pair: ComparedPair | None) -> None:
        """Show a pair; None for none. The view stays for the same exposures."""
        is_other = pair is None or self._pair is None or _names(pair) != _names(self._pair)
        self._pair = pair
        self._readout.show_pair(pair)
        self.drawing.show(pair)
        if pair is None:
            self._levels_bar.clear()
            return
        for caption, text in zip(self._captions, _caption_texts(pair), strict=True):
            caption.set_text(text, is_alone=True)
        star = pair.star
        places = [(star[0] + each.dx, star[1] + each.dy) for each in pair.comparison.companions]
        for mark in self._marks:
            mark.show_places(places)
        self._show_span()
        self._is_view_due = self._is_view_due or is_other

    @property
    def caption(self) -> tuple[str, ...]:
        """What the images show: the exposures, the levels, and the checks; empty without a pair."""
        pair, drawing = self._pair, self.drawing
        if pair is None:
            return ()
        unit = pair.images[FIRST].unit
        first, second = pair.request.first, pair.request.second
        turned = ", turned by 180 degrees" if pair.comparison.options.turned else ""
        difference = "sigma" if drawing.in_sigma else unit
        shown, span = self._shown, drawing.span
        levels = f"A and B: {drawing.stretch} from {shown.low:.5g} to {shown.high:.5g} {unit}."
        colours = f"A minus B: linear from {span.low:.5g} (blue) to {span.high:.5g} (orange) {difference}."
        return (
            f"A: {first.name}, {title(first.stage)}. B: {second.name}, {title(second.stage)}{turned}.",
            f"{levels} {colours}",
            *(f"{check.name}: {check.value} ({check.level})" for check in pair.comparison.checks),
        )

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._readout.set_pixel_numbers(numbers)

    def _take_drawn(self, place: int, rendered: RenderedImage) -> None:
        if self._pair is None:
            return
        self.canvases[place].show_index(rendered.index)
        if self._is_view_due and all(canvas.shape is not None for canvas in self.canvases):
            self._is_view_due = False
            self.views.show_area(_light_area(self._pair))
        if place == FIRST and rendered.levels is not None and rendered.histogram is not None:
            self._shown, missing = rendered.levels, rendered.shares[NAN_INDEX]
            self._levels_bar.show_values(rendered.histogram, rendered.levels, missing, self._pair.images[FIRST].unit)
            self._levels_bar.set_rule(self.drawing.rule, by_hand=self.drawing.by_hand)
        self.rendered.emit()

    def _take_stretch(self, stretch: str) -> None:
        self.drawing.set_stretch(stretch)
        self._appearance.stretch = stretch
        self._show_controls()

    def _take_levels(self, levels: Levels) -> None:
        self.drawing.set_levels(levels)

    def _take_sigma(self, chosen: object) -> None:
        self.drawing.set_in_sigma(in_sigma=bool(chosen))
        self._show_span()

    def _take_most(self, most: float) -> None:
        self.drawing.set_span(most)
        self._show_span()

    def _show_controls(self) -> None:
        self._levels_bar.set_colours(self._appearance.table, self.drawing.stretch)
        self._levels_bar.set_rule(self.drawing.rule, by_hand=self.drawing.by_hand)

    def _show_span(self) -> None:
        if self._pair is not None:
            unit = "\N{GREEK SMALL LETTER SIGMA}" if self.drawing.in_sigma else self._pair.images[FIRST].unit
            self._difference_bar.show_span(self.drawing.span, unit)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.grid, stretch=1)
        for widget in (self._levels_bar, self._difference_bar, self._readout):
            layout.addWidget(widget)

    def _connect(self) -> None:
        self.views.cursor_moved.connect(self._readout.point)
        self.drawing.drawn.connect(self._take_drawn)
        self.drawing.failed.connect(self.failed)
        self._levels_bar.rule_chosen.connect(self.drawing.set_rule)
        self._levels_bar.stretch_chosen.connect(self._take_stretch)
        self._levels_bar.levels_set.connect(self._take_levels)
        self._difference_bar.sigma_chosen.connect(self._take_sigma)
        self._difference_bar.most_entered.connect(self._take_most)


def _canvas(name: str, title: str) -> ImageCanvas:
    canvas = ImageCanvas()
    canvas.setObjectName(name)
    canvas.surface.setAccessibleName(f"Image {title}")
    return canvas


def _names(pair: ComparedPair) -> tuple[str, str]:
    return pair.request.first.name, pair.request.second.name


def _caption_texts(pair: ComparedPair) -> tuple[str, str, str]:
    """Return short captions; the full names are beside the results."""
    turned = "turned " if pair.comparison.options.turned else ""
    beams = [f"{side.info.optical_elements} {title(side.stage)}" for side in (pair.first, pair.second)]
    return f"A {beams[0]}", f"B {turned}{beams[1]}", f"A \N{MINUS SIGN} B {turned}".strip()


def _light_area(pair: ComparedPair) -> QRectF:
    """Return the square around the star that is shown at first: its light, and some of its surroundings."""
    signal, (x, y) = pair.first.regions.signal, pair.star
    half = _AROUND * (signal.radius if isinstance(signal, Circle) else signal.outer)
    side = 2 * min(half, max(pair.comparison.first.shape) / 2)
    return QRectF(x + 0.5 - side / 2, y + 0.5 - side / 2, side, side)
