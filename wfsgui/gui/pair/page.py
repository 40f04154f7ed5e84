"""Page *Pair*: two exposures of the same star, and their difference."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.gui.image.image_or_message import ImageOrMessage
from wfsgui.gui.image.linked_views import LinkedViews
from wfsgui.gui.pair.choice_bar import ChoiceBar
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.forecast_view import ForecastView
from wfsgui.gui.pair.pair_images import PairImages
from wfsgui.gui.pair.result_view import ResultView
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["PairPage"]

# Width of the results beside the images, in letters; with less room they are below them.
_RESULT_LETTERS: Final = 46
# Width that the images must have beyond their least one, in letters.
_SPARE_LETTERS: Final = 20
# Shares of images and results: beside each other, and one below the other.
_BESIDE: Final = (2, 1)
_BELOW: Final = (3, 2)


class PairPage(QWidget):
    """Show the pair with its controls and results.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which images are drawn.

    Attributes
    ----------
    choice : ChoiceBar
        Which two, and how they are compared.
    images : PairImages
        A, B and their difference.
    forecast : ForecastView
        Forecast of wfs_combine, in the place of the images.
    results : ResultView
        Checks and numbers.
    """

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.setObjectName("pair_page")
        self.choice, self.images, self.results = ChoiceBar(), PairImages(worker), ResultView()
        self.forecast = ForecastView(worker)
        self._message = ""
        self._views = QStackedWidget()
        self._views.addWidget(self.images)
        self._views.addWidget(self.forecast)
        self._pages = ImageOrMessage(self._views)
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._splitter.setObjectName("pair_splitter")
        self._splitter.setChildrenCollapsible(False)
        for place, widget in enumerate((self._pages, self.results)):
            self._splitter.addWidget(widget)
            self._splitter.setStretchFactor(place, _BESIDE[place])
        self._is_shared_out = False
        layout = QVBoxLayout(self)
        # The results move below the images when the page gets narrow: beside them they must not keep it wide.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.choice)
        layout.addWidget(self._splitter, stretch=1)
        self.results.place_chosen.connect(self.images.views.centre_on)

    @property
    def message(self) -> str:
        """The sentence that is shown in the place of the images; empty if there are images."""
        return self._message

    def show_message(self, text: str) -> None:
        """Show a sentence in the place of the images and results."""
        self._message = text
        self._pages.show_message(text)
        self.results.show_pair(None)
        self.images.show_pair(None)
        self.show_forecast(shown=False)

    def show_pair(self, pair: ComparedPair, heading: str) -> None:
        """Show a comparison, under a heading that says what was compared."""
        self._message = ""
        self.images.show_pair(pair)
        self.results.show_pair(pair, heading)
        self._pages.show_image()

    def show_forecast(self, *, shown: bool) -> None:
        """Show the forecast of wfs_combine, or the images of the pair."""
        self._views.setCurrentWidget(self.forecast if shown else self.images)
        self.choice.set_forecast_shown(shown=shown)

    @property
    def shows_forecast(self) -> bool:
        """Whether the forecast is shown in the place of the images."""
        return self._views.currentWidget() is self.forecast

    @property
    def picture(self) -> QPixmap:
        """Picture of the images as they are on screen, with their marks."""
        return (self.forecast.canvas if self.shows_forecast else self.images.grid).grab()

    @property
    def caption(self) -> tuple[str, ...]:
        """What the picture shows, a paragraph each; empty without images."""
        if self._message:
            return ()
        if self.shows_forecast:
            shown = self.forecast.forecast
            return (*shown.names, shown.text) if shown is not None else ()
        return self.images.caption

    @property
    def views(self) -> LinkedViews:
        """View of the images that are shown."""
        return self.forecast.views if self.shows_forecast else self.images.views

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the size that is needed with the results below the images."""
        parts = [widget.minimumSizeHint() for widget in (self.choice, self._pages, self.results)]
        return QSize(max(size.width() for size in parts), sum(size.height() for size in parts))

    @override
    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Put the results beside the images if there is room."""
        letter = self.fontMetrics().averageCharWidth()
        beside, images = _RESULT_LETTERS * letter, self._pages.minimumSizeHint().width() + _SPARE_LETTERS * letter
        is_wide = event.size().width() >= images + beside
        self.results.setMinimumWidth(beside if is_wide else 0)
        orientation = Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        if orientation is not self._splitter.orientation() or not self._is_shared_out:
            self._is_shared_out = True
            self._splitter.setOrientation(orientation)
            room = event.size().width() if is_wide else event.size().height()
            self._splitter.setSizes([share * room for share in (_BESIDE if is_wide else _BELOW)])
        super().resizeEvent(event)
