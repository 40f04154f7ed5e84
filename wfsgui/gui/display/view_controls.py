"""Row of controls for plane, colour map, lock and zoom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from wfsgui.gui.display.colours import COLOUR_MAPS
from wfsgui.gui.display.plane_buttons import PlaneButtons
from wfsgui.gui.widgets.controls import combo_box, tool_button
from wfsgui.gui.widgets.text_width import width_of

__all__ = ["ViewControls"]

_TIPS: Final = {
    "inverse": "Invert the colours: high values dark",
    "lock": "Keep levels, stretch, zoom and position from image to image",
    "fit": "Show the whole image",
    "one_to_one": "One pixel of the image on one pixel of the screen",
}
_LOCKED: Final = "Locked"
_UNLOCKED: Final = "Unlocked"
_WIDEST_ZOOM: Final = "00000 %"


class ViewControls(QWidget):
    """Buttons beneath the image.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    plane_chosen : Signal(str)
        Plane chosen by the analyst.
    map_chosen : Signal(str)
        Colour map chosen by the analyst.
    inverse_chosen, lock_chosen : Signal(bool)
        Whether colours are inverted; whether view and levels are kept.
    fit_asked, one_to_one_asked : Signal()
        Show the whole image, or one image pixel on one screen pixel.
    """

    plane_chosen = Signal(str)
    map_chosen = Signal(str)
    inverse_chosen = Signal(bool)
    lock_chosen = Signal(bool)
    fit_asked = Signal()
    one_to_one_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("image_controls")
        self._planes = PlaneButtons()
        self._maps = combo_box("colour_map", "Colour map", "Colour map", COLOUR_MAPS)
        self._buttons = {
            "inverse": tool_button("inverse", "Invert", _TIPS["inverse"], checkable=True),
            "lock": tool_button("lock", _UNLOCKED, _TIPS["lock"], checkable=True),
            "fit": tool_button("fit", "Fit", _TIPS["fit"]),
            "one_to_one": tool_button("one_to_one", "1:1", _TIPS["one_to_one"]),
        }
        # As wide as its longest text, so that the other controls do not move.
        self._buttons["lock"].setMinimumWidth(self._buttons["lock"].sizeHint().width())
        self._zoom = QLabel()
        self._zoom.setObjectName("zoom")
        self._zoom.setToolTip("Pixels of the screen per pixel of the image; the wheel zooms at the cursor")
        self._zoom.setMinimumWidth(width_of(self.font(), _WIDEST_ZOOM))
        self._arrange()
        self._planes.chosen.connect(self.plane_chosen)
        self._maps.textActivated.connect(self.map_chosen)
        self._buttons["inverse"].clicked.connect(self.inverse_chosen)
        self._buttons["lock"].clicked.connect(self.lock_chosen)
        self._buttons["fit"].clicked.connect(self.fit_asked)
        self._buttons["one_to_one"].clicked.connect(self.one_to_one_asked)

    def set_planes(self, names: Iterable[str], current: str) -> None:
        """Set the planes to choose from, and the one that is shown."""
        self._planes.set_planes(names)
        self._planes.set_current(current)
        self.setEnabled(True)

    def set_colours(self, name: str, *, inverse: bool, applies: bool) -> None:
        """Show the colours in use.

        Parameters
        ----------
        name : str
            One of `COLOUR_MAPS`.
        inverse : bool
            Whether they are inverted.
        applies : bool
            Whether the plane on screen uses the colour map.
        """
        self._maps.setCurrentText(name)
        self._buttons["inverse"].setChecked(inverse)
        for widget in (self._maps, self._buttons["inverse"]):
            widget.setEnabled(applies)

    def set_locked(self, *, locked: bool) -> None:
        """Show whether view and levels are kept."""
        lock = self._buttons["lock"]
        lock.setChecked(locked)
        lock.setText(_LOCKED if locked else _UNLOCKED)

    def set_zoom(self, scale: float) -> None:
        """Show the zoom: pixels of the screen per pixel of the image."""
        percent = 100 * scale
        self._zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %")

    def set_shortcuts(self, shortcuts: Mapping[str, str]) -> None:
        """Name the keys in the tool tips.

        Parameters
        ----------
        shortcuts : mapping of str to str
            Keys, as they are shown, of ``fit``, ``one_to_one``, ``lock`` and ``next_plane``.
        """
        self._planes.set_shortcut(shortcuts.get("next_plane", ""))
        for name, button in self._buttons.items():
            key = shortcuts.get(name, "")
            button.setToolTip(f"{_TIPS[name]} ({key})" if key else _TIPS[name])

    def clear(self) -> None:
        """Disable the controls: there is no image."""
        self.setEnabled(False)

    def _arrange(self) -> None:
        gap = self.fontMetrics().averageCharWidth()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(gap, gap // 2, gap, gap // 2)
        layout.setSpacing(gap // 2)
        layout.addWidget(self._planes)
        layout.addStretch(1)
        layout.addWidget(self._maps)
        layout.addWidget(self._buttons["inverse"])
        for name in ("lock", "fit", "one_to_one"):
            layout.addWidget(self._buttons[name])
        layout.addWidget(self._zoom)
