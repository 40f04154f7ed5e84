"""Tile of one exposure on the page *Visit*: what it says, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from wfsgui.core.assess.results import Assessment, CheckResult, Level
from wfsgui.core.judgement.decision import Decision
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import title
from wfsgui.core.visit.roles import role_of
from wfsgui.gui.widgets.levels import LEVEL_OF, MARKS
from wfsgui.gui.widgets.tokens import GRID, TYPE, Palette

__all__ = ["TILE", "VisitTile", "level_ink", "paint_tile", "tile_of"]

PICTURE: Final = 160
"""Width and height of the picture, pixels of the screen."""

_PAD: Final = 2 * GRID
_LINES: Final = 7

TILE: Final = QSize(PICTURE + 2 * _PAD, PICTURE + 3 * _PAD + _LINES * TYPE["rail"].line)
"""Size of a tile, pixels of the screen."""

_NOT_MEASURED: Final = "not measured"
_NO_VERDICT: Final = "No verdict yet"


@dataclass(frozen=True)
class _Line:
    """One line of a tile, with the level that it tells; None for a plain line."""

    text: str
    level: Level | None = None
    strong: bool = False

    @property
    def spoken(self) -> str:
        """The text, with the level in a word instead of a mark."""
        return self.text if self.level is None or str(self.level) in self.text else f"{self.text}, {self.level}"


@dataclass(frozen=True)
class VisitTile:
    """What is said about one exposure.

    Attributes
    ----------
    name : str
        Short name of the exposure.
    lines : tuple of _Line
        Everything else, from the top.
    """

    name: str
    lines: tuple[_Line, ...]

    @property
    def text(self) -> str:
        """Everything that can be read, for screen readers and tool tips."""
        return "\n".join((self.name, *(line.spoken for line in self.lines)))


def tile_of(exposure: Exposure, name: str, assessment: Assessment | None, decision: Decision | None) -> VisitTile:
    """Describe an exposure.

    Parameters
    ----------
    exposure : Exposure
        The exposure.
    name : str
        Its short name.
    assessment : Assessment or None
        Its latest assessment; None if it has not been measured.
    decision : Decision or None
        The last verdict of the analyst; None without one.

    Returns
    -------
    VisitTile
        Name, optical elements and detector, role, SBR, placement, verdict.
    """
    info = exposure.product.science.info
    stage = title(assessment.stage if assessment is not None else exposure.latest.name)
    lines = (
        _Line(f"{info.optical_elements} · {info.detector}"),
        _Line(f"{role_of(info).role} · {stage}"),
        _check_line("SBR", assessment.check("sbr") if assessment is not None else None, assessment),
        _check_line("Placement", assessment.check("placement") if assessment is not None else None, assessment),
        _overall_line(assessment),
        _verdict_line(decision),
    )
    return VisitTile(name, lines)


def _check_line(name: str, check: CheckResult | None, assessment: Assessment | None) -> _Line:
    if check is not None:
        # The light is told in a word, too; so is a check without a number.
        word = f", {check.level}" if check.key == "sbr" else ""
        return _Line(f"{name} {check.value}{word}" if check.value else f"{name}: {check.level}", check.level)
    return _Line(f"{name}: {'no number' if assessment is not None else _NOT_MEASURED}", Level.CANNOT_TELL)


def _overall_line(assessment: Assessment | None) -> _Line:
    return _Line(f"Checks: {assessment.overall}", assessment.overall) if assessment is not None else _Line("No checks")


def _verdict_line(decision: Decision | None) -> _Line:
    if decision is None:
        return _Line(_NO_VERDICT)
    return _Line(f"Verdict: {decision.judgement}", LEVEL_OF[decision.judgement], strong=True)


def level_ink(level: Level, colours: Palette) -> str:
    """Return the colour of a level in a palette."""
    inks = {Level.GOOD: colours.ok, Level.CARE: colours.warn, Level.BAD: colours.bad}
    return inks.get(level, colours.mute)


def paint_tile(
    painter: QPainter, box: QRect, tile: VisitTile, picture: QImage | None, colours: Palette, fault: str = ""
) -> None:
    """Paint a tile.

    Parameters
    ----------
    painter : QPainter
        Painter.
    box : QRect
        Where, of the size `TILE`.
    tile : VisitTile
        What it says.
    picture : QImage or None
        The thumbnail; None while there is none.
    colours : Palette
        Colours.
    fault : str, optional
        Why there is no thumbnail.
    """
    place = QRect(box.left() + _PAD, box.top() + _PAD, PICTURE, PICTURE)
    _paint_picture(painter, place, picture, colours, fault)
    font = QFont(painter.font())
    line_height = TYPE["rail"].line
    row = QRect(place.left(), place.bottom() + 1 + _PAD, PICTURE, line_height)
    for line in (_Line(tile.name, strong=True), *tile.lines):
        font.setPixelSize(TYPE["second"].size)
        font.setBold(line.strong)
        painter.setFont(font)
        painter.setPen(QColor(colours.text if line.level is None else level_ink(line.level, colours)))
        text = line.text if line.level is None else f"{MARKS[line.level]} {line.text}"
        # Names differ at the end.
        mode = Qt.TextElideMode.ElideLeft if line.text == tile.name else Qt.TextElideMode.ElideRight
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, painter.fontMetrics().elidedText(text, mode, row.width()))
        row.translate(0, line_height)


def _paint_picture(painter: QPainter, place: QRect, picture: QImage | None, colours: Palette, fault: str) -> None:
    painter.fillRect(place, QColor(colours.canvas))
    if picture is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, picture)
        return
    font = QFont(painter.font())
    font.setPixelSize(TYPE["second"].size)
    painter.setFont(font)
    # The canvas is dark in both themes.
    painter.setPen(QColor("#a3abb3"))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(place.adjusted(_PAD, _PAD, -_PAD, -_PAD), flags, fault or "...")
