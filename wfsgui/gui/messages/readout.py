"""Readout in the status bar: pixel, value, flags and position under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import floor, isfinite, isnan, log10, nan
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget
from typing_extensions import override

from wfsgui.core.image.compare import Mode
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.dq.flag_names import flag_names
from wfsgui.gui.image.pixel_probe import Hover
from wfsgui.gui.widgets.text_width import width_of
from wfsgui.gui.widgets.theme import mute

__all__ = ["Readout"]

_DIGITS: Final = 6
_ERROR_DIGITS: Final = 2
# Numbers beyond these powers of ten are written with an exponent.
_LARGEST: Final = 6
_SMALLEST: Final = -4
_USED_BY: Final = {0: "as in numpy and the pipeline", 1: "as in FITS and DS9"}


@dataclass(frozen=True)
class _Field:
    """A field of the readout.

    Attributes
    ----------
    name : str
        Object name of the label.
    widest : str
        Widest text; the label has a fixed width, so that nothing moves with the cursor.
    read : callable
        Returns the text for a pixel.
    explain : callable
        Returns the tool tip for a pixel.
    grows : bool
        Whether the field takes free space.
    """

    name: str
    widest: str
    read: Callable[[Hover], str]
    explain: Callable[[Hover], str]
    grows: bool = False


class Readout(QWidget):
    """Show pixel, value, flags and position under the cursor.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = FROM_1
        self._hover: Hover | None = None
        self._last: Hover | None = None
        self._fields = (
            _Field("readout_pixel", "x 00000  y 00000", self._pixel, self._explain_pixel),
            _Field("readout_counted", "(from 0)", self._counted, self._explain_pixel),
            _Field("readout_value", "-123456 ± 1234 MJy/sr", _value, _explain_value, grows=True),
            _Field("readout_dq", "DO_NOT_USE, JUM", self._dq, self._explain_dq, grows=True),
            _Field("readout_sky", "00:00:00.000 +00:00:00.00", _sky, _explain_sky),
            _Field("readout_v2v3", "V2 -0000.00″  V3 -0000.00″", _focal, lambda _: "Focal plane, arcsec"),
        )
        self._labels = {field.name: self._label(field) for field in self._fields}
        copy = QAction("Copy the last readout", self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setObjectName("readout")
        self.setAccessibleName("Under the cursor")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(self.fontMetrics().averageCharWidth(), 0, 0, 0)
        layout.setSpacing(2 * self.fontMetrics().averageCharWidth())
        for field in self._fields:
            layout.addWidget(self._labels[field.name])
        mute(self._labels["readout_counted"])

    def show_hover(self, hover: Hover | None) -> None:
        """Show the pixel under the cursor; None clears the readout."""
        self._hover = hover
        self._last = hover or self._last
        for field in self._fields:
            label = self._labels[field.name]
            label.set_text(field.read(hover) if hover else "")
            label.setToolTip(field.explain(hover) if hover else "")

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set the number of the first pixel."""
        self._numbers = numbers
        self.show_hover(self._hover)

    def text(self) -> str:
        """Return the current readout, or the last one after the cursor has left the image; may be empty."""
        last = self._last
        return "  ".join(filter(None, (field.read(last) for field in self._fields))) if last else ""

    def _label(self, field: _Field) -> _ElidedLabel:
        label = _ElidedLabel(field.widest, grows=field.grows)
        label.setObjectName(field.name)
        return label

    def _pixel(self, hover: Hover) -> str:
        return f"x {self._numbers.of(hover.x)}  y {self._numbers.of(hover.y)}"

    def _counted(self, _hover: Hover) -> str:
        return f"(from {self._numbers.first})"

    def _explain_pixel(self, _hover: Hover) -> str:
        return f"Column and row; {self._numbers.convention}, {_USED_BY[self._numbers.first]}"

    def _dq(self, hover: Hover) -> str:
        if hover.dq is None:
            return ""
        if hover.dq == 0:
            return "good"
        return ", ".join(flag_names(hover.dq))

    def _explain_dq(self, hover: Hover) -> str:
        if hover.dq is None:
            return "This image has no flags"
        return f"DQ {hover.dq}: " + ("\n".join(flag_names(hover.dq)) or "good")


class _ElidedLabel(QLabel):
    """A label whose size does not depend on its text."""

    def __init__(self, widest: str, *, grows: bool) -> None:
        super().__init__()
        self._full, self._widest, self._grows = "", widest, grows
        self.setTextFormat(Qt.TextFormat.PlainText)
        if grows:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._measure()

    def set_text(self, text: str) -> None:
        """Show a text, cut to the width of the label."""
        self._full = text
        self._elide()

    def _measure(self) -> None:
        width = width_of(self.font(), self._widest)
        self.setMinimumWidth(width)
        if not self._grows:
            self.setMaximumWidth(width)

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text to the new width."""
        super().resizeEvent(event)
        self._elide()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Adapt the width to another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._measure()
            self._elide()


def _value(hover: Hover) -> str:
    if hover.other is not None:
        return _both(hover, hover.other)
    number = _with_error(hover.value, hover.error)
    # SCI is not named; for the plane DQ the readout shows SCI.
    plane = "" if hover.error is not None else hover.plane
    return " ".join(filter(None, (plane, number, hover.unit)))


def _both(hover: Hover, other: float) -> str:
    """Return the compared value and the two values that it is made of."""
    plane = "" if hover.error is not None else f"{hover.plane} "
    one, two = _number(hover.value), _number(other)
    units = hover.unit if hover.unit == hover.other_unit else ""
    if not units:
        one, two = f"{one} {hover.unit}".rstrip(), f"{two} {hover.other_unit}".rstrip()
    match hover.mode:
        case Mode.DIFFERENCE:
            text = f"{_number(hover.value - other)} = {one} \N{MINUS SIGN} {two} {units}"
        case Mode.RATIO:
            ratio = hover.value / other if other else nan
            text = f"{_number(ratio)} = {one} / {two} {units}"
        case _:
            text = f"{one} | {two} {units}"
    return f"{plane}{text}".rstrip()


def _explain_value(hover: Hover) -> str:
    if hover.other is not None:
        return f"{_value(hover)}\n{_with_error(hover.value, hover.error)} {hover.unit}"
    return "SCI and its error" if hover.error is not None else hover.plane


def _with_error(value: float, error: float | None) -> str:
    """Return a value with the digits that its error allows."""
    if not isfinite(value) or error is None or not isfinite(error) or error <= 0:
        return _number(value)
    power = floor(log10(max(abs(value), error)))
    exponent = 0 if _SMALLEST <= power < _LARGEST else power
    places = max(_ERROR_DIGITS - 1 - floor(log10(error)) + exponent, 0)
    scale = 10.0**exponent
    number = f"{value / scale:.{places}f} ± {error / scale:.{places}f}"
    return f"({number})e{exponent}" if exponent else number


def _number(value: float) -> str:
    return "NaN" if isnan(value) else f"{value:.{_DIGITS}g}"


def _sky(hover: Hover) -> str:
    if hover.position is None:
        return ""
    # Imported late: the import takes a second, and there is no WCS before the pipeline has imported astropy.
    from astropy.coordinates import Angle

    ra = Angle(hover.position.ra, "deg").to_string("hourangle", sep=":", precision=3, pad=True)
    dec = Angle(hover.position.dec, "deg").to_string("deg", sep=":", precision=2, pad=True, alwayssign=True)
    return f"{ra} {dec}"


def _explain_sky(hover: Hover) -> str:
    if hover.position is None:
        return "No position: there is no WCS before assign_wcs"
    return f"RA {hover.position.ra:.7f}°  Dec {hover.position.dec:.7f}°, ICRS"


def _focal(hover: Hover) -> str:
    position = hover.position
    return f"V2 {position.v2:.2f}″  V3 {position.v3:.2f}″" if position else ""
