"""Requests to draw the image on screen and the image that it is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from wfsgui.core.image.compare import Mode
from wfsgui.core.image.display import Levels
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.display.display_control import DisplayControl
from wfsgui.gui.display.level_memory import LevelKey
from wfsgui.gui.image.renderer import Operand, Renderer, RenderRequest
from wfsgui.gui.image.shown_image import ShownImage
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["RenderControl"]

_TWO_IMAGES: Final = (Mode.SWIPE, Mode.BLINK, Mode.SIDE_BY_SIDE)


class RenderControl(QObject):
    """Draw the image on screen and, where two images are shown, the other one.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which images are drawn.
    shown : ShownImage
        The image on screen.
    display : DisplayControl
        Levels and stretch.
    parent : QObject
        Owner.

    Attributes
    ----------
    drawn, other_drawn : Signal(RenderedImage)
        The image on screen, or the other one, is drawn.
    failed : Signal(BaseException)
        One of them could not be drawn.
    """

    drawn = Signal(object)
    other_drawn = Signal(object)
    failed = Signal(object)

    def __init__(self, worker: WorkerThread, shown: ShownImage, display: DisplayControl, parent: QObject) -> None:
        super().__init__(parent)
        self._shown, self._display = shown, display
        self._main, self._other = Renderer(worker, self), Renderer(worker, self)
        # Several changes in one turn of the event loop are drawn once.
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self.draw_now)
        self._main.drawn.connect(self.drawn)
        self._other.drawn.connect(self.other_drawn)
        for renderer in (self._main, self._other):
            renderer.failed.connect(self.failed)

    @property
    def is_drawing(self) -> bool:
        """Whether a request is not drawn yet."""
        return self._due.isActive() or self._main.is_drawing or self._other.is_drawing

    def draw_soon(self) -> None:
        """Draw in the next turn of the event loop."""
        self._due.start()

    def draw_now(self) -> None:
        """Draw the image on screen."""
        self._due.stop()
        shown = self._shown
        if shown.image is not None:
            self._main.draw(self._request(shown.image, shown.level_key, shown.operand))

    def draw_other(self, levels: Levels | None) -> None:
        """Draw the other image of the modes that show two images.

        Parameters
        ----------
        levels : Levels or None
            Levels of the image on screen; two images in one unit have the same levels.
        """
        shown, other = self._shown, self._shown.compared
        if other is None or shown.image is None or other.mode not in _TWO_IMAGES:
            return
        request = self._request(other.image, LevelKey(other.identity, shown.plane, other.image.unit))
        if other.image.unit == shown.image.unit and levels is not None:
            request = replace(request, levels=levels, may_remake=False)
        self._other.draw(request)

    def cancel_other(self) -> None:
        """Drop the request to draw the other image."""
        self._other.cancel()

    def cancel(self) -> None:
        """Drop all requests."""
        self._main.cancel()
        self._other.cancel()

    def _request(self, image: StepImage, key: LevelKey, operand: Operand | None = None) -> RenderRequest:
        memory = self._display.memory
        return RenderRequest(
            image,
            self._shown.plane,
            levels=memory.find(key),
            rule=memory.rule,
            stretch=self._display.appearance.stretch,
            may_remake=not memory.is_by_hand(key),
            operand=operand,
        )
