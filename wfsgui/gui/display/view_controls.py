"""The row about the view: planes, colour map, lock and zoom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from wfsgui.gui.display.colours import COLOUR_MAPS
from wfsgui.gui.display.plane_buttons import PlaneButtons
from wfsgui.gui.widgets.text_width import width_of

__all__ = ["ViewControls"]

_TIPS: Final = {
    "inverse": "Turn the colours around: high values dark",
    "lock": "Keep levels, stretch, zoom and place from image to image",
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
        The analyst wants this plane.
    map_chosen : Signal(str)
        The analyst wants this colour map.
    inverse_chosen, lock_chosen : Signal(bool)
        The analyst wants colours turned around, or view and levels kept, or not.
    fit_asked, one_to_one_asked : Signal()
        The analyst wants to see the whole image, or pixel by pixel.
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
        self._maps = QComboBox()
        self._maps.setObjectName("colour_map")
        self._maps.setAccessibleName("Colour map")
        self._maps.setToolTip("Colour map")
        self._maps.addItems(list(COLOUR_MAPS))
        self._buttons = {
            "inverse": _button("inverse", "Invert", checkable=True),
            "lock": _button("lock", _UNLOCKED, checkable=True),
            "fit": _button("fit", "Fit"),
            "one_to_one": _button("one_to_one", "1:1"),
        }
        # As wide as it will ever be: what is beside it stays in its place.
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
        """Offer planes, and mark the one that is shown."""
        self._planes.set_planes(names)
        self._planes.set_current(current)
        self.setEnabled(True)

    def set_colours(self, name: str, *, inverse: bool, applies: bool) -> None:
        """Show what colours are used.

        Parameters
        ----------
        name : str
            One of `COLOUR_MAPS`.
        inverse : bool
            Whether they are turned around.
        applies : bool
            Whether the plane on screen is drawn with them.
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
        """Show how many pixels of the device a pixel of the image takes."""
        percent = 100 * scale
        self._zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %")

    def set_shortcuts(self, shortcuts: Mapping[str, str]) -> None:
        """Teach keys in the tool tips.

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
        """There is no image."""
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


def _button(name: str, text: str, *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(_TIPS[name])
    button.setCheckable(checkable)
    # Flat unless on: the frame says so, without colour.
    button.setAutoRaise(checkable)
    return button
