"""View of a forecast of wfs_combine: the two exposures and their combination, one at a time or alternating."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.gui.canvas.corner_caption import CornerCaption
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.display.appearance import Appearance
from wfsgui.gui.display.legend import LegendEntry
from wfsgui.gui.dq.flag_layer import FlagLayer
from wfsgui.gui.dq.flag_overlay import FlagOverlay
from wfsgui.gui.image.linked_views import LinkedViews
from wfsgui.gui.pair.forecast_work import COMBINED, HALVED, LOST, ShownForecast
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.controls import message_label, tool_button
from wfsgui.gui.widgets.flow_layout import FlowLayout
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["ForecastView"]

_LOST_COLOUR: Final = "#ff4d4d"
_HALVED_COLOUR: Final = "#ffd24a"
_OPACITY: Final = 0.8
_BLINK_MS: Final = 500
# Half the side of the part that is shown at first over the radius of the light.
_AROUND: Final = 1.7


class ForecastView(QWidget):
    """Show a forecast, or why there is none.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which the marks are drawn.

    Attributes
    ----------
    canvas : ImageCanvas
        Canvas of the three images.
    views : LinkedViews
        View of the canvas.
    """

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.setObjectName("forecast_view")
        self._forecast: ShownForecast | None = None
        self._place = COMBINED
        self.canvas = ImageCanvas()
        self.canvas.surface.setAccessibleName("Image of the forecast")
        self.canvas.set_colours(Appearance().table)
        self.views = LinkedViews((self.canvas,), self)
        self._caption = CornerCaption(self.canvas, has_compass=False)
        self._marks = FlagLayer(self.canvas, worker, self)
        entries = ((LOST, QColor(_LOST_COLOUR)), (HALVED, QColor(_HALVED_COLOUR)))
        self._marks.set_overlay(FlagOverlay(entries, _OPACITY))
        self._group = QButtonGroup(self)
        self._buttons = tuple(self._button(place, text) for place, text in enumerate(("First", "Second", "Combined")))
        self._blink = tool_button("forecast_blink", "Bli&nk", "Show the three images in turns", checkable=True)
        self._blink.toggled.connect(self._take_blink)
        self._text = QLabel()
        self._text.setObjectName("forecast_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._text.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self._message = message_label("forecast_message")
        self._pages = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setInterval(_BLINK_MS)
        self._timer.timeout.connect(self._alternate)
        self._arrange()

    @property
    def forecast(self) -> ShownForecast | None:
        """The forecast that is shown; None while there is a message."""
        return self._forecast

    @property
    def place(self) -> int:
        """Number of the image that is shown."""
        return self._place

    def show_message(self, text: str) -> None:
        """Show a sentence in the place of the forecast."""
        self._forecast = None
        self._marks.set_image(None)
        self._blink.setChecked(False)
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)

    def show_forecast(self, forecast: ShownForecast) -> None:
        """Show a forecast; the three images alternate at first."""
        self._forecast = forecast
        for button, name in zip(self._buttons, forecast.names, strict=True):
            button.setToolTip(name)
        self._text.setText(forecast.text)
        parameters = (f"{name}: {value}" for name, value in forecast.forecast.record.parameters.items())
        self._text.setToolTip("\n".join(("Parameters of the step", *parameters)))
        self._marks.set_image(forecast.marks)
        self._show(COMBINED)
        self.views.show_area(_light_area(forecast))
        self._pages.setCurrentIndex(1)
        self._blink.setChecked(True)

    def _button(self, place: int, text: str) -> QToolButton:
        name = text.lower()
        button = tool_button(f"forecast_{name}", text, text, checkable=True)
        button.clicked.connect(lambda: self._choose(place))
        self._group.addButton(button)
        return button

    def _choose(self, place: int) -> None:
        self._blink.setChecked(False)
        self._show(place)

    def _show(self, place: int) -> None:
        forecast = self._forecast
        if forecast is None:
            return
        self._place = place
        self._buttons[place].setChecked(True)
        self.canvas.show_index(forecast.index[place])
        self._caption.set_text(forecast.names[place], is_alone=True)

    def _take_blink(self, blinks: object) -> None:
        if blinks:
            self._timer.start()
        else:
            self._timer.stop()

    def _alternate(self) -> None:
        self._show((self._place + 1) % len(self._buttons))

    def _arrange(self) -> None:
        controls = FlowLayout()
        controls.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        legends = LegendEntry("becomes 0", _LOST_COLOUR), LegendEntry("half as bright", _HALVED_COLOUR)
        for widget in (*self._buttons, self._blink, *legends):
            controls.addWidget(widget)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.canvas, stretch=1)
        layout.addLayout(controls)
        layout.addWidget(self._text)
        self._pages.addWidget(self._message)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    @override
    def hideEvent(self, event: QHideEvent, /) -> None:
        """Stop alternating while nobody sees it."""
        self._blink.setChecked(False)
        super().hideEvent(event)


def _light_area(forecast: ShownForecast) -> QRectF:
    """Return the square around the star that is shown at first."""
    side = forecast.index[COMBINED].shape[0]
    part = min(2 * _AROUND * forecast.radius, side)
    return QRectF((side - part) / 2, (side - part) / 2, part, part)
