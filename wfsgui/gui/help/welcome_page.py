"""Page of the empty window: drop area, accepted files, recent files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.gui.widgets.icons import icon, pixmap
from wfsgui.gui.widgets.theme import heading_font, is_dark, mute, muted_colour
from wfsgui.gui.widgets.tokens import ROW

__all__ = ["WelcomePage"]

_SHOWN: Final = 6
_TALLEST: Final = 26
_WIDEST: Final = 130


class WelcomePage(QWidget):
    """Page that is shown while no exposure is open.

    Attributes
    ----------
    open_clicked, demonstration_clicked : Signal()
        The button for files or for the demonstration was clicked.
    recent_clicked : Signal(Path)
        A recent file was clicked.
    session_clicked : Signal()
        The session that is offered is to be continued.
    """

    open_clicked = Signal()
    demonstration_clicked = Signal()
    recent_clicked = Signal(object)
    session_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome")
        self._is_dragged = False
        self._area = QFrame()
        self._area.setObjectName("drop_area")
        self._area.setMaximumHeight(_TALLEST * self.fontMetrics().lineSpacing())
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignHCenter)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        self._recent_heading = QLabel("Recent")
        self._recent_heading.setFont(heading_font())
        self._session = _session_button()
        self._session.clicked.connect(self.session_clicked)
        self._status = _centred("Loading the pipeline...")
        self._status.setObjectName("welcome_status")
        self._demonstration = QPushButton("Demonstration")
        letter = self.fontMetrics().averageCharWidth()
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(self._area, stretch=12)
        column.addSpacing(2 * letter)
        column.addWidget(self._session, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._recent_heading)
        column.addLayout(self._recent)
        column.addSpacing(2 * letter)
        column.addWidget(self._status)
        column.addStretch(1)
        middle = QWidget()
        middle.setLayout(column)
        middle.setMaximumWidth(_WIDEST * letter)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(middle, stretch=8)
        row.addStretch(1)
        self._fill_area()
        self.show_recent([])
        self._paint()

    def set_status(self, text: str) -> None:
        """Show whether the pipeline is loaded."""
        self._status.setText(text)

    def show_session(self, text: str, content: str = "") -> None:
        """Offer to continue a session; an empty text offers none.

        Parameters
        ----------
        text : str
            What is offered.
        content : str, optional
            What the session consists of, a line each.
        """
        self._session.setText(text)
        self._session.setToolTip(content)
        self._session.setVisible(bool(text))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Show the recent files."""
        for link in self.findChildren(QToolButton, "recent_file"):
            self._recent.removeWidget(link)
            link.deleteLater()
        for path in paths[:_SHOWN]:
            self._recent.addWidget(self._link(path))
        self._recent_heading.setVisible(bool(paths))

    def set_drag_active(self, *, active: bool) -> None:
        """Show whether files are dragged over the window."""
        self._is_dragged = active
        self._paint()

    def _fill_area(self) -> None:
        invitation = _centred("Drop _rate files, a folder or a level-2 association here")
        font = heading_font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        invitation.setFont(font)
        taken = _centred(
            "Imaging exposures of NIRCam, NIRISS, MIRI and FGS are calibrated with calwebb_wfs-image2, "
            "one step at a time and never resampled."
        )
        choose = QPushButton("Open...")
        choose.setObjectName("welcome_open")
        choose.setIcon(icon("open"))
        choose.clicked.connect(self.open_clicked)
        self._demonstration.setObjectName("welcome_demonstration")
        self._demonstration.setToolTip("A simulated WFS&C visit, with reference files of its own")
        self._demonstration.setIcon(icon("demo"))
        self._demonstration.clicked.connect(self.demonstration_clicked)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(choose)
        buttons.addWidget(self._demonstration)
        buttons.addStretch()
        layout = QVBoxLayout(self._area)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch()
        for widget in (self._picture, invitation, taken):
            layout.addWidget(widget)
        layout.addSpacing(2 * self.fontMetrics().averageCharWidth())
        layout.addLayout(buttons)
        layout.addStretch()

    def _link(self, path: Path) -> QToolButton:
        link = QToolButton()
        link.setObjectName("recent_file")
        link.setAutoRaise(True)
        link.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        room = (_WIDEST - 10) * self.fontMetrics().averageCharWidth()
        link.setText(self.fontMetrics().elidedText(str(path), Qt.TextElideMode.ElideMiddle, room))
        link.setToolTip(str(path))
        link.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        link.setStyleSheet("text-align: left; padding: 3px;")
        link.clicked.connect(lambda: self.recent_clicked.emit(path))
        return link

    def _paint(self) -> None:
        size = QSize(3, 3) * self.fontMetrics().height()
        self._picture.setPixmap(pixmap("drop", size.width(), muted_colour()))
        width = 3 if self._is_dragged else 2
        colour = "palette(highlight)" if self._is_dragged else muted_colour().name()
        shade = "rgba(255, 255, 255, 8)" if is_dark() else "rgba(0, 0, 0, 6)"
        self._area.setStyleSheet(
            f"#drop_area {{ border: {width}px dashed {colour}; border-radius: 14px; background: {shade}; }}"
        )
        mute(self._status)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Paint in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._paint()


def _centred(text: str) -> QLabel:
    label = QLabel(text, alignment=Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    return label


def _session_button() -> QPushButton:
    button = QPushButton()
    button.setObjectName("welcome_session")
    button.setIcon(icon("redo"))
    button.setMinimumHeight(ROW)
    button.hide()
    return button
