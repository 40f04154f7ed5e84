"""Drawing of a pair: two images with one set of levels, and their difference about 0."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.image.display import Levels
from wfsgui.gui.image.renderer import SCI, RenderedImage, Renderer, RenderRequest
from wfsgui.gui.pair.comparing import SIGMA_SPAN, ComparedPair
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["DIFFERENCE", "FIRST", "SECOND", "PairDrawing"]

FIRST, SECOND, DIFFERENCE = range(3)
"""Places of the images."""

_FIRST_RULE: Final = "99.9 %"
_FIRST_STRETCH: Final = "asinh"


class PairDrawing(QObject):
    """Draw the images of a pair in a worker thread.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which images are drawn.
    parent : QObject
        Owner.

    Attributes
    ----------
    rule, stretch : str
        Rule that computes the levels of both images from the first one, and their stretch.
    in_sigma : bool
        Whether the difference is shown in standard deviations.
    drawn : Signal(int, RenderedImage)
        An image has been drawn: its place, and the image.
    failed : Signal(BaseException)
        An image could not be drawn.
    """

    drawn = Signal(int, object)
    failed = Signal(object)

    def __init__(self, worker: WorkerThread, parent: QObject) -> None:
        super().__init__(parent)
        self.rule, self.stretch = _FIRST_RULE, _FIRST_STRETCH
        self.in_sigma = False
        self._pair: ComparedPair | None = None
        self._levels: Levels | None = None
        self._spans: dict[bool, Levels] = {}
        self._renderers = tuple(Renderer(worker, self) for _ in (FIRST, SECOND, DIFFERENCE))
        for place, renderer in enumerate(self._renderers):
            renderer.drawn.connect(partial(self._take, place))
            renderer.failed.connect(self.failed)

    @property
    def is_drawing(self) -> bool:
        """Whether an image is not drawn yet."""
        return any(renderer.is_drawing for renderer in self._renderers)

    @property
    def by_hand(self) -> bool:
        """Whether the analyst has set the levels of the two images."""
        return self._levels is not None

    @property
    def span(self) -> Levels:
        """Limits of the difference that is shown."""
        if self.in_sigma in self._spans:
            return self._spans[self.in_sigma]
        return SIGMA_SPAN if self.in_sigma or self._pair is None else self._pair.span

    def show(self, pair: ComparedPair | None) -> None:
        """Draw a pair; None draws nothing any more. Levels that were set by hand stay for the same unit."""
        if pair is None or self._pair is None or pair.images[FIRST].unit != self._pair.images[FIRST].unit:
            self._levels = None
            self._spans.pop(False, None)
        former, self._pair = self._pair, pair
        if pair is not None and former is not None and pair.images is former.images:
            # The same images with further results.
            return
        if pair is None:
            for renderer in self._renderers:
                renderer.cancel()
            return
        self._draw_images()
        self._draw_difference()

    def set_rule(self, rule: str) -> None:
        """Set the rule of the levels, and compute them again."""
        self.rule, self._levels = rule, None
        self._draw_images()

    def set_stretch(self, stretch: str) -> None:
        """Set the stretch of the two images."""
        self.stretch = stretch
        self._draw_images()

    def set_levels(self, levels: Levels) -> None:
        """Set the levels of the two images by hand."""
        self._levels = levels
        self._draw_images()

    def set_span(self, most: float) -> None:
        """Set the limits of the difference that is shown by hand: from ``-most`` to ``most``."""
        self._spans[self.in_sigma] = Levels.between(-abs(most), abs(most))
        self._draw_difference()

    def set_in_sigma(self, *, in_sigma: bool) -> None:
        """Show the difference in standard deviations, or in its unit."""
        self.in_sigma = in_sigma
        self._draw_difference()

    def _draw_images(self) -> None:
        if self._pair is not None:
            request = RenderRequest(self._pair.images[FIRST], SCI, self._levels, self.rule, self.stretch)
            self._renderers[FIRST].draw(request)

    def _draw_difference(self) -> None:
        if self._pair is not None:
            image = self._pair.significance if self.in_sigma else self._pair.images[DIFFERENCE]
            self._renderers[DIFFERENCE].draw(RenderRequest(image, SCI, self.span, self.rule, "linear"))

    def _take(self, place: int, rendered: RenderedImage) -> None:
        if self._pair is None:
            return
        if place == FIRST:
            request = RenderRequest(self._pair.images[SECOND], SCI, rendered.levels, self.rule, self.stretch)
            self._renderers[SECOND].draw(request)
        self.drawn.emit(place, rendered)
