"""The image view: one step's image, its planes, levels, colours and zoom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from wfsgui.core.image.compare import Mode
from wfsgui.core.image.display import LIMITS, NAN_INDEX, Levels
from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.gui.display.appearance import Look
from wfsgui.gui.display.colours import dq_table
from wfsgui.gui.display.level_memory import LevelMemory, Subject
from wfsgui.gui.display.levels_bar import LevelsBar
from wfsgui.gui.display.view_controls import ImageControls
from wfsgui.gui.image.canvas import ImageCanvas
from wfsgui.gui.image.canvas_pair import CanvasPair
from wfsgui.gui.image.comparison import Comparison
from wfsgui.gui.image.image_or_message import ImageOrMessage
from wfsgui.gui.image.pixel_probe import PixelProbe
from wfsgui.gui.image.renderer import Against, Picture, Renderer, RenderRequest
from wfsgui.gui.image.view_settings import Part, ViewSettings
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["ImageView"]

_SCI: Final = "SCI"
_TWO_IMAGES: Final = (Mode.SWIPE, Mode.BLINK, Mode.SIDE_BY_SIDE)


class ImageView(QWidget):
    """Show one frame at a time, or say why there is none.

    Parameters
    ----------
    worker : WorkerThread
        Where images are drawn.
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    hovered : Signal(Hover or None)
        What is under the cursor.
    rendered : Signal()
        An image is on screen, new or drawn anew.
    plane_changed : Signal(str)
        Another plane is shown.
    lock_changed : Signal(bool)
        View and levels are kept from image to image from now on, or not.
    """

    hovered = Signal(object)
    rendered = Signal()
    plane_changed = Signal(str)
    lock_changed = Signal(bool)

    def __init__(self, worker: WorkerThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_view")
        self._image: StepImage | None = None
        self._identity = ""
        self._wcs: WcsReader | None = None
        self._comparison: Comparison | None = None
        self._wanted_plane = self._plane = _SCI
        self._shows_flags = self._is_fit_due = False
        self._look, self._memory = Look(), LevelMemory()
        self._pair, self._levels_bar, self._controls = CanvasPair(), LevelsBar(), ImageControls()
        self._canvas = self._pair.canvas
        self._pages = ImageOrMessage(self._pair)
        self._renderer, self._other_renderer = Renderer(worker, self), Renderer(worker, self)
        self._probe = PixelProbe(self)
        # What changes together is drawn once.
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self._draw_now)
        self._arrange()
        self._connect()
        self._controls.set_locked(locked=True)
        self._apply_look()
        self.show_message("")

    @property
    def plane(self) -> str:
        """Name of the plane that is shown."""
        return self._plane

    @property
    def canvas(self) -> ImageCanvas:
        """Where the image is drawn, for what lies over it."""
        return self._canvas

    @property
    def is_locked(self) -> bool:
        """Whether view and levels are kept from image to image."""
        return self._memory.keeps

    @property
    def is_drawing(self) -> bool:
        """Whether what is on screen is not yet what was asked for."""
        return self._due.isActive() or self._renderer.is_drawing or self._other_renderer.is_drawing

    def show_image(self, image: StepImage, *, identity: str, wcs: WcsReader | None = None) -> None:
        """Show a frame; what is on screen stays until it is drawn.

        Parameters
        ----------
        image : StepImage
            The image.
        identity : str
            Key of its exposure: steps of one exposure share their levels.
        wcs : WcsReader, optional
            The WCS to read positions with; by default the frame's own.
        """
        self._image, self._identity, self._wcs = image, identity, wcs or image.wcs
        self._memory.begin_frame()
        self._is_fit_due = not self.is_locked
        self._take_plane(self._wanted_plane if self._wanted_plane in image.planes else _SCI)
        if self._comparison is None:
            # While it is drawn, the panels take in what has changed.
            self._due.stop()
            self._draw_now()

    def set_comparison(self, comparison: Comparison | None, why_none: str = "") -> None:
        """Compare what is on screen with another image, or show it by itself and say why."""
        self._comparison = comparison
        self._probe.set_comparison(comparison)
        if comparison is None:
            self._pair.set_mode(Mode.VALUE, (why_none, ""))
        else:
            names = comparison.name, comparison.other_name
            self._pair.set_mode(comparison.mode, names, comparison.offset, comparison.offset_at)
        self._other_renderer.cancel()
        self._draw()

    def set_blink_rate(self, per_second: float) -> None:
        """Set how often two images take turns in a second."""
        self._pair.set_blink_rate(per_second)

    def show_message(self, text: str) -> None:
        """Show a sentence instead of an image; the frame is let go of."""
        self._image = self._wcs = None
        for renderer in (self._renderer, self._other_renderer):
            renderer.cancel()
        self._probe.set_image(None, None, self._plane)
        self._levels_bar.clear()
        self._controls.clear()
        self._pages.show_message(text)

    def set_plane(self, name: str) -> None:
        """Show another plane, where the frame has it."""
        if self._image is None or name in self._image.planes:
            self._wanted_plane = name
            self._take_plane(name)

    def next_plane(self) -> None:
        """Show the next plane that the frame has."""
        if self._image is not None:
            names = list(self._image.planes)
            self.set_plane(names[(names.index(self._plane) + 1) % len(names)])

    def fit(self) -> None:
        """Show the whole image."""
        self._canvas.fit()

    def one_to_one(self) -> None:
        """Show each pixel of the image on one pixel of the device."""
        self._canvas.zoom_to(1.0)

    def zoom_in(self) -> None:
        """Zoom in by a step."""
        self._canvas.zoom_by(1)

    def zoom_out(self) -> None:
        """Zoom out by a step."""
        self._canvas.zoom_by(-1)

    def set_auto_limits(self) -> None:
        """Make the levels anew, from the image on screen."""
        self._memory.forget(self._subject)
        self._draw()

    def set_locked(self, *, locked: bool) -> None:
        """Keep view and levels from image to image, or fit each and make levels of its own.

        Parameters
        ----------
        locked : bool
            Whether they are kept.
        """
        self._controls.set_locked(locked=locked)
        if locked != self._memory.keeps:
            self._memory.keeps = locked
            self.lock_changed.emit(locked)

    def set_shortcuts(self, shortcuts: Mapping[str, str]) -> None:
        """Teach keys in the tool tips.

        Parameters
        ----------
        shortcuts : mapping of str to str
            Keys, as they are shown, of ``fit``, ``one_to_one``, ``lock`` and ``next_plane``.
        """
        self._controls.set_shortcuts(shortcuts)

    @property
    def comparison_text(self) -> str:
        """What the image is compared with, in a few words; empty where it is by itself."""
        return self._against.text if self._against is not None else ""

    def facts(self) -> ViewSettings | None:
        """Tell how the image is shown; None where there is none."""
        subject = self._subject
        if self._image is None:
            return None
        return ViewSettings(
            plane=subject.plane,
            unit=subject.unit,
            levels=None if self._shows_flags else self._memory.find(subject),
            rule="by hand" if self._memory.is_by_hand(subject) else self._memory.rule,
            stretch=self._look.stretch,
            colour_map=self._look.colour_map,
            inverse=self._look.inverse,
            part=Part.of(self._canvas.view, self._image.sci.shape),
        )

    def state(self) -> dict[str, str]:
        """Return how images are shown, to be remembered."""
        return {**self._look.state(), "limits": self._memory.rule, "lock": "yes" if self.is_locked else "no"}

    def restore(self, state: Mapping[str, str]) -> None:
        """Show images as `state` once said; what makes no sense is ignored."""
        self._look.restore(state)
        if state.get("limits") in LIMITS:
            self._memory.rule = state["limits"]
        if state.get("lock") in ("yes", "no"):
            self.set_locked(locked=state["lock"] == "yes")
        self._apply_look()
        self._draw()

    def grab_image(self) -> QPixmap:
        """Return the image as it is on screen."""
        return self._pair.grab()

    @property
    def _against(self) -> Comparison | None:
        """What the plane on screen is compared with; None where the other image does not have it."""
        other = self._comparison
        return other if other is not None and self._plane in other.image.planes else None

    @property
    def _subject(self) -> Subject:
        unit = self._image.unit if self._image else ""
        match self._against:
            case Comparison(mode=Mode.DIFFERENCE):
                return Subject(self._identity, f"{Mode.DIFFERENCE} {self._plane}", unit)
            case Comparison(mode=Mode.RATIO) as other:
                unit = "" if unit == other.image.unit else f"{unit} / ({other.image.unit})"
                return Subject(self._identity, f"{Mode.RATIO} {self._plane}", unit)
        return Subject(self._identity, self._plane, unit)

    def _take_plane(self, name: str) -> None:
        changed, self._plane = name != self._plane, name
        if self._image is not None:
            self._controls.set_planes(self._image.planes, name)
            self._probe.set_image(self._image, self._wcs, name)
        self._draw()
        if changed:
            self.plane_changed.emit(name)

    def _draw(self) -> None:
        self._levels_bar.set_rule(self._memory.rule, by_hand=self._memory.is_by_hand(self._subject))
        self._due.start()

    def _draw_now(self) -> None:
        if self._image is None:
            return
        other = self._against
        against = None
        if other is not None and other.mode in (Mode.DIFFERENCE, Mode.RATIO):
            against = Against(other.image, other.mode, other.offset)
        self._renderer.draw(self._request(self._image, self._subject, against))

    def _request(self, image: StepImage, subject: Subject, against: Against | None = None) -> RenderRequest:
        levels, by_hand = self._memory.find(subject), self._memory.is_by_hand(subject)
        return RenderRequest(image, self._plane, levels, self._memory.rule, self._look.stretch, not by_hand, against)

    def _draw_other(self, levels: Levels | None) -> None:
        """Draw what is beside the image, in turns with it or parted from it; in one unit, both have one stretch."""
        other = self._against
        if other is None or self._image is None or other.mode not in _TWO_IMAGES:
            return
        request = self._request(other.image, Subject(other.identity, self._plane, other.image.unit))
        if other.image.unit == self._image.unit and levels is not None:
            request = replace(request, levels=levels, may_remake=False)
        self._other_renderer.draw(request)

    def _take_picture(self, picture: Picture) -> None:
        if self._image is None:
            return
        self._shows_flags = picture.levels is None
        self._apply_look()
        self._pair.show_index(picture.index)
        if self._is_fit_due:
            self._is_fit_due = False
            self._canvas.fit()
        self._pages.show_image()
        self._describe(picture)
        self._draw_other(picture.levels)
        self.rendered.emit()

    def _describe(self, picture: Picture) -> None:
        if picture.levels is None or picture.histogram is None:
            self._levels_bar.show_classes(picture.shares)
            return
        subject = self._subject
        if picture.made_by:
            self._memory.put_made(subject, picture.made_by, picture.levels)
        # What is on screen may be older than what was set since.
        levels = self._memory.find(subject) or picture.levels
        self._levels_bar.show_values(picture.histogram, levels, picture.shares[NAN_INDEX], subject.unit)

    def _apply_look(self) -> None:
        table = self._look.table
        self._pair.set_colours(dq_table() if self._shows_flags else table)
        self._levels_bar.set_colours(table, self._look.stretch)
        self._controls.set_colours(self._look.colour_map, inverse=self._look.inverse, applies=not self._shows_flags)

    def _take_rule(self, rule: str) -> None:
        self._memory.rule = rule
        self.set_auto_limits()

    def _take_levels(self, levels: Levels) -> None:
        self._memory.put_by_hand(self._subject, levels)
        self._draw()

    def _take_stretch(self, stretch: str) -> None:
        self._look.stretch = stretch
        self._apply_look()
        self._draw()

    def _take_map(self, name: str) -> None:
        self._look.colour_map = name
        self._apply_look()

    def _take_inverse(self, inverse: object) -> None:
        self._look.inverse = bool(inverse)
        self._apply_look()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self._levels_bar)
        layout.addWidget(self._controls)

    def _connect(self) -> None:
        self._renderer.drawn.connect(self._take_picture)
        self._other_renderer.drawn.connect(lambda picture: self._pair.show_other(picture.index))
        for renderer in (self._renderer, self._other_renderer):
            renderer.failed.connect(lambda error: self.show_message(f"The image cannot be drawn: {error}"))
        self._pair.pointed.connect(self._probe.point)
        self._canvas.zoomed.connect(self._controls.set_zoom)
        self._probe.hovered.connect(self.hovered)
        self._levels_bar.rule_chosen.connect(self._take_rule)
        self._levels_bar.stretch_chosen.connect(self._take_stretch)
        self._levels_bar.levels_set.connect(self._take_levels)
        self._controls.plane_chosen.connect(self.set_plane)
        self._controls.map_chosen.connect(self._take_map)
        self._controls.inverse_chosen.connect(self._take_inverse)
        self._controls.lock_chosen.connect(lambda locked: self.set_locked(locked=locked))
        self._controls.fit_asked.connect(self.fit)
        self._controls.one_to_one_asked.connect(self.one_to_one)
