"""One stage in the step rail."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from wfsgui.core.crds.sentences import size_text
from wfsgui.core.judgement.verdicts import Judgement
from wfsgui.core.model.events import Downloading
from wfsgui.core.model.exposure import Stage, StageState
from wfsgui.core.model.stages import RATE, title
from wfsgui.gui.widgets.icons import pixmap
from wfsgui.gui.widgets.state_colours import state_colour
from wfsgui.gui.widgets.text_width import width_of
from wfsgui.gui.widgets.theme import muted_colour, plain_tip
from wfsgui.gui.widgets.tokens import palette

__all__ = ["RailChip"]

_CORNER: Final = 7
_FEW: Final = 5
_BAR: Final = 3
_JUDGED: Final = {Judgement.ACCEPTED: "accept", Judgement.REJECTED: "reject", Judgement.REDONE: "redo"}


class RailChip(QAbstractButton):
    """Button of a stage, with its name, state and key.

    Parameters
    ----------
    stage : str
        One of the stages.
    key : str
        The key that shows it.
    parent : QWidget
        The rail.

    Attributes
    ----------
    menu_requested : Signal(QPoint)
        A context menu is to be shown at this position on the screen.
    """

    menu_requested = Signal(QPoint)

    def __init__(self, stage: str, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"chip_{stage}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(title(stage))
        self._key = key
        self._stage = Stage(stage)
        self._doubts: tuple[str, ...] = ()
        self._download: Downloading | None = None
        self._shown: tuple[object, ...] = ()
        self._turn = 0

    @property
    def is_running(self) -> bool:
        """Whether the step is running."""
        return self._stage.state is StageState.RUNNING

    def show_stage(self, stage: Stage, doubts: tuple[str, ...] = (), download: Downloading | None = None) -> None:
        """Show the state of a stage.

        Parameters
        ----------
        stage : Stage
            The stage.
        doubts : tuple of str, optional
            Expectations that are not met, a sentence each.
        download : Downloading, optional
            Progress of the download that the step waits for.
        """
        self._stage, self._doubts, self._download = stage, doubts, download
        shown = (stage.state, stage.verdict, self._tip())
        if shown == self._shown:
            return
        self._shown = shown
        self.setEnabled(stage.state is not StageState.NOT_APPLICABLE)
        self.setToolTip(plain_tip(self._tip()))
        self.setAccessibleName(f"{title(stage.name)}, {self.status()}")
        self.update()

    def status(self) -> str:
        """Return the state of the stage in a few words."""
        stage, download = self._stage, self._download
        if stage.name == RATE:
            return "input"
        if download is not None:
            of_all = f" of {size_text(download.total)}" if download.total else ""
            return f"fetching {size_text(download.done)}{of_all}"
        match stage.state:
            case StageState.DONE | StageState.WARNED | StageState.SKIPPED | StageState.REJECTED:
                count = len(stage.warnings) + len(self._doubts)
                word = f"{count} warning{'s' * (count > 1)}" if count else stage.state.value
                return word if stage.elapsed is None else f"{word} {stage.elapsed:.1f} s"
            case StageState.RUNNING:
                return "running" + "." * (1 + self._turn % 3)
            case _:
                return stage.state.value

    def _words(self) -> tuple[str, ...]:
        """Return texts for the state, from long to short: the longest that fits is shown."""
        status, stage, download = self.status(), self._stage, self._download
        if download is not None:
            part = f"{100 * download.done // download.total} %" if download.total else size_text(download.done)
            return status, f"fetching {part}", part
        elapsed = "" if stage.elapsed is None else f"{stage.elapsed:.1f} s"
        warned = f"! {elapsed}" if stage.warnings or self._doubts else elapsed
        if stage.state is StageState.NOT_APPLICABLE:
            return status, "n/a"
        few = status.removesuffix(f" {elapsed}").removesuffix(" yet")
        return tuple(text for text in (status, few, warned, status[:_FEW]) if text)

    @property
    def _state(self) -> StageState:
        if self._stage.alarm:
            return StageState.FAILED
        doubtful = bool(self._doubts) and self._stage.state is StageState.DONE
        return StageState.WARNED if doubtful else self._stage.state

    def turn(self) -> None:
        """Show the next picture of the animation while the step is running."""
        self._turn += 1
        self.update()

    def _tip(self) -> str:
        lines = [f"{title(self._stage.name)}: {self.status()} ({self._key})"]
        if self._download is not None:
            lines.append(f"CRDS: {self._download.file} is being downloaded.")
        lines += [text for text in (self._stage.reason, *self._stage.warnings) if text]
        lines += [f"Not as expected: {text}" for text in self._doubts]
        verdict = self._stage.verdict
        if verdict is not None:
            lines.append(f"You {verdict.judgement} it{f': {verdict.note}' if verdict.note else ''}.")
        return "\n".join(lines)

    @override
    def sizeHint(self) -> QSize:
        """Return the size for name and state."""
        metrics = self.fontMetrics()
        return QSize(18 * metrics.averageCharWidth(), 2 * metrics.lineSpacing() + 14)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the size at which the shortest names can be distinguished."""
        return QSize(7 * self.fontMetrics().averageCharWidth(), self.sizeHint().height())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Let the rail show the menu."""
        self.menu_requested.emit(event.globalPos())

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame, icon, name, state and key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        self._paint_download(painter)
        metrics = self.fontMetrics()
        size = metrics.height() - 2
        inner = self.rect().adjusted(6, 6, -4, -6)
        if inner.width() > 7 * size:
            picture = pixmap(_icon(self._state), size * 2, state_colour(self._state))
            painter.drawPixmap(QRect(inner.left(), inner.top() + 1, size, size), picture)
            inner.setLeft(inner.left() + size + 5)
        self._paint_words(painter, inner, metrics)
        painter.end()

    def _paint_frame(self, painter: QPainter) -> None:
        colours = self.palette()
        highlight = colours.color(QPalette.ColorRole.Highlight)
        fill = QColor(highlight)
        fill.setAlpha(48 if self.isChecked() else 22 if self.underMouse() and self.isEnabled() else 0)
        edge = highlight if self.isChecked() or self.hasFocus() else colours.color(QPalette.ColorRole.Mid)
        pen = QPen(edge, 2 if self.isChecked() else 1)
        if not self.isEnabled():
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(fill)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), _CORNER, _CORNER)

    def _paint_download(self, painter: QPainter) -> None:
        """Paint the share that has been downloaded as a bar at the foot."""
        if self._download is None or not self._download.total:
            return
        foot = self.rect().adjusted(_CORNER, 0, -_CORNER, -3)
        foot.setTop(foot.bottom() - _BAR + 1)
        painter.fillRect(foot, self.palette().color(QPalette.ColorRole.Mid))
        foot.setWidth(foot.width() * self._download.done // self._download.total)
        painter.fillRect(foot, QColor(palette().accent))

    def _paint_words(self, painter: QPainter, inner: QRect, metrics: QFontMetrics) -> None:
        below = QRect(inner.left(), inner.top() + metrics.lineSpacing(), inner.width(), metrics.lineSpacing())
        painter.setPen(muted_colour())
        if inner.width() > 9 * metrics.averageCharWidth():
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._key)
            below.setRight(below.right() - width_of(self.font(), self._key) - 4)
        verdict = self._stage.verdict
        if verdict is not None:
            size = metrics.height() - 3
            picture = pixmap(_JUDGED[verdict.judgement], size * 2, state_colour(self._stage.state))
            painter.drawPixmap(QRect(below.right() - size, below.top() + 1, size, size), picture)
            below.setRight(below.right() - size - 4)
        painter.setPen(state_colour(self._state))
        elided = metrics.elidedText(self.status(), Qt.TextElideMode.ElideRight, below.width())
        fitting = (text for text in self._words() if width_of(self.font(), text) <= below.width())
        painter.drawText(below, 0, next(fitting, elided))
        font = self.font()
        font.setBold(self.isChecked())
        font.setBold(font.bold() and width_of(font, self.text()) <= inner.width())
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText) if self.isEnabled() else muted_colour())
        above = QRect(inner.left(), inner.top(), inner.width(), metrics.lineSpacing())
        elided = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, above.width())
        painter.drawText(above, 0, elided)


def _icon(state: StageState) -> str:
    return f"state-{state.value.replace(' ', '-')}"
