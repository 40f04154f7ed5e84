"""Evidence as a PDF of A4 pages; the fonts are embedded."""

from __future__ import annotations

from functools import cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

from wfsgui import __version__
from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.document import Checks, Figure, FigureRow, Heading, Sentence, Table, sign_of
from wfsgui.core.evidence.pictures import font_file
from wfsgui.core.files.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable
    from reportlab.platypus.doctemplate import BaseDocTemplate

    from wfsgui.core.evidence.document import Block, EvidenceDocument, Page
    from wfsgui.core.evidence.records import Report

__all__ = ["as_pdf"]

# Points.
_WIDTH: Final = 595.28
_HEIGHT: Final = 841.89
_MARGIN: Final = 40.0
_TEXT: Final = _WIDTH - 2 * _MARGIN
_HEAD_ROOM: Final = 90.0
_FIGURE_ROOM: Final = 240.0
"""Least space beneath a heading, and beneath one of pictures: it goes to the next sheet otherwise."""

_LONGEST_LINE: Final = 120
"""More characters than half a line of the edge has."""

_FONT: Final = "wfsgui-sans"
_BOLD: Final = "wfsgui-sans-bold"
_TOTAL: Final = "total"
_INK: Final = "#1c2126"
_MUTED: Final = "#525b64"
_LINE: Final = "#d5d9dd"
_COLOURS: Final = {Level.GOOD: "#1b7a4d", Level.CANNOT_TELL: _MUTED, Level.CARE: "#a35a00", Level.BAD: "#b3261e"}


def as_pdf(document: EvidenceDocument, report: Report) -> bytes:
    """Write a document as PDF.

    Parameters
    ----------
    document : EvidenceDocument
        The document.
    report : callable
        Receives what is being done, for each sheet; an exception of it ends the work.

    Returns
    -------
    bytes
        The PDF file. Characters that its font does not have are written as escapes.
    """
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    _register_fonts()
    stream = BytesIO()
    template = BaseDocTemplate(
        stream,
        pagesize=(_WIDTH, _HEIGHT),
        title=_drawable(document.title),
        subject=_drawable(document.made),
        creator=f"wfsgui {__version__}",
        pageCompression=1,
    )
    padding = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
    frame = Frame(_MARGIN, _MARGIN + 14, _TEXT, _HEIGHT - 2 * _MARGIN - 26, **padding)

    def furnish(canvas: Canvas, _template: BaseDocTemplate) -> None:
        report(f"PDF, page {canvas.getPageNumber()}")
        _draw_edges(canvas, document)

    template.addPageTemplates([PageTemplate(frames=[frame], onPage=furnish)])
    template.build(list(_flowables(document)))
    return stream.getvalue()


@cache
def _register_fonts() -> None:
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(_FONT, BytesIO(font_file())))
    registerFont(TTFont(_BOLD, BytesIO(font_file(bold=True))))
    registerFontFamily(_FONT, normal=_FONT, bold=_BOLD, italic=_FONT, boldItalic=_BOLD)


@cache
def _characters() -> frozenset[int]:
    from reportlab.pdfbase.pdfmetrics import getFont

    _register_fonts()
    return frozenset(getFont(_FONT).face.charToGlyph) & frozenset(getFont(_BOLD).face.charToGlyph)


def _drawable(text: str) -> str:
    """Write each character that the font does not have as an escape, so that nothing is left out silently."""
    known = _characters()
    return "".join(
        letter if letter in "\n\t" or ord(letter) in known else ascii(letter)[1:-1] for letter in printable(text)
    )


@cache
def _style(size: float, *, bold: bool = False, colour: str = _INK, after: float = 2) -> ParagraphStyle:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        f"{size}-{bold}-{colour}-{after}",
        fontName=_BOLD if bold else _FONT,
        fontSize=size,
        leading=size * 1.35,
        textColor=HexColor(colour),
        spaceAfter=after,
    )


def _paragraph(text: str, style: ParagraphStyle) -> Flowable:
    from reportlab.platypus import Paragraph

    return Paragraph(escape(_drawable(text), quote=False).replace("\n", "<br/>"), style)


def _draw_edges(canvas: Canvas, document: EvidenceDocument) -> None:
    """Draw title, origin and page number at the edges of a sheet."""
    from reportlab.lib.colors import HexColor

    canvas.saveState()
    canvas.setFillColor(HexColor(_MUTED))
    canvas.setStrokeColor(HexColor(_LINE))
    canvas.setFont(_FONT, 7)
    canvas.line(_MARGIN, _MARGIN + 8, _WIDTH - _MARGIN, _MARGIN + 8)
    canvas.drawString(_MARGIN, _HEIGHT - _MARGIN + 4, _fitted(canvas, _drawable(document.title), _TEXT))
    canvas.drawString(_MARGIN, _MARGIN - 2, _fitted(canvas, _drawable(document.made), _TEXT - 90))
    number = f"page {canvas.getPageNumber()} of "
    canvas.drawRightString(_WIDTH - _MARGIN - 16, _MARGIN - 2, number)
    # The number of pages is known at the end: this is filled in then.
    canvas.translate(_WIDTH - _MARGIN - 16, _MARGIN - 2)
    canvas.doForm(_TOTAL)
    canvas.restoreState()


def _fitted(canvas: Canvas, text: str, width: float) -> str:
    """Shorten a text in the middle until it fits into one line of the edge."""
    half = min(len(text) // 2, _LONGEST_LINE)
    shown = text if len(text) <= 2 * _LONGEST_LINE else f"{text[:half]}...{text[-half:]}"
    while canvas.stringWidth(shown, _FONT, 7) > width and half > 1:
        half -= 1
        shown = f"{text[:half]}...{text[-half:]}"
    return shown


def _finish(flowable: Flowable) -> None:
    from reportlab.lib.colors import HexColor

    canvas = flowable.canv
    total = str(canvas.getPageNumber())
    canvas.beginForm(_TOTAL, 0, -4, 40, 12)
    canvas.setFillColor(HexColor(_MUTED))
    canvas.setFont(_FONT, 7)
    canvas.drawString(0, 0, total)
    canvas.endForm()


def _flowables(document: EvidenceDocument) -> Iterator[Flowable]:
    from reportlab.platypus import PageBreak
    from reportlab.platypus.flowables import CallerMacro

    yield _paragraph(document.title, _style(16, bold=True))
    yield _paragraph(document.made, _style(8, colour=_MUTED, after=8))
    for number, page in enumerate(document.pages):
        if number:
            yield PageBreak()
        yield from _page(page, number)
        if not number:
            yield from _contents(document.pages)
    yield CallerMacro(_finish)


def _page(page: Page, number: int) -> Iterator[Flowable]:
    from reportlab.platypus import CondPageBreak
    from reportlab.platypus.flowables import CallerMacro

    title = _drawable(page.title if not page.of or page.of in page.title else f"{page.of}: {page.title}")

    def mark(flowable: Flowable) -> None:
        flowable.canv.bookmarkPage(f"page-{number}")
        flowable.canv.addOutlineEntry(title, f"page-{number}", level=0)

    yield CallerMacro(mark)
    if page.of and page.of not in page.title:
        yield _paragraph(page.of, _style(8, colour=_MUTED, after=0))
    yield _paragraph(page.title, _style(13, bold=True, after=6))
    for block, following in zip(page.blocks, (*page.blocks[1:], None), strict=True):
        if isinstance(block, Heading):
            room = _FIGURE_ROOM if isinstance(following, Figure | FigureRow) else _HEAD_ROOM
            yield CondPageBreak(room)
        yield from _block(block)


def _contents(pages: Sequence[Page]) -> Iterator[Flowable]:
    yield from _block(Heading("Contents"))
    cells = []
    for number, page in enumerate(pages):
        of = f"{page.of}: " if page.of and page.of not in page.title else ""
        level = f"{sign_of(page.level)} {page.level}" if page.level is not None else ""
        cells.append([_link(f"{of}{page.title}", f"page-{number}"), _paragraph(level, _style(7.5))])
    yield from _table((), cells, (5.0, 1.0))


def _link(text: str, target: str) -> Flowable:
    from reportlab.platypus import Paragraph

    return Paragraph(f'<a href="#{target}">{escape(_drawable(text), quote=False)}</a>', _style(7.5))


def _block(block: Block) -> Iterator[Flowable]:
    from reportlab.platypus import KeepTogether, Spacer

    match block:
        case Heading(text):
            yield Spacer(1, 8)
            yield _paragraph(text, _style(10, bold=True, after=3))
        case Sentence(text, level, is_small):
            colour = _COLOURS[level] if level is not None else _MUTED if is_small else _INK
            sign = f"{sign_of(level)} " if level is not None else ""
            yield _paragraph(sign + text, _style(7.5 if is_small else 8.5, colour=colour, after=3))
        case Table(columns, rows, widths):
            cells = [[_paragraph(cell, _cell(place)) for place, cell in enumerate(row)] for row in rows]
            yield from _table(columns if any(columns) else (), cells, widths)
        case Checks(lines):
            table = block.table
            cells = [
                [_paragraph(result, _level_style(line.level)), *(_paragraph(text, _style(7.5)) for text in texts)]
                for line, (result, *texts) in zip(lines, table.rows, strict=True)
            ]
            yield from _table(table.columns, cells, table.widths)
        case Figure():
            yield KeepTogether([*_figure(block, _TEXT * block.share), Spacer(1, 4)])
        case FigureRow(figures):
            yield from _figures(figures)


def _level_style(level: Level) -> ParagraphStyle:
    return _style(7.5, bold=True, colour=_COLOURS[level])


def _cell(place: int) -> ParagraphStyle:
    return _style(7.5, colour=_INK if place else _MUTED)


def _table(titles: Sequence[str], cells: list[list[Flowable]], widths: Sequence[float]) -> Iterator[Flowable]:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, Spacer

    head = [[_paragraph(title, _style(7.5, bold=True)) for title in titles]] if titles else []
    if not head and not cells:
        return
    total = sum(widths)
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE)),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        *([("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(_MUTED))] if head else []),
    ]
    yield LongTable(
        [*head, *cells],
        colWidths=[_TEXT * width / total for width in widths],
        repeatRows=len(head),
        # A cell may be higher than a sheet: a long note.
        splitInRow=1,
        style=style,
    )
    yield Spacer(1, 5)


def _figures(figures: Sequence[Figure]) -> Iterator[Flowable]:
    """Yield figures in rows of as many as fit side by side."""
    from reportlab.platypus import Spacer
    from reportlab.platypus import Table as Grid

    if not figures:
        return
    across = max(1, round(1 / figures[0].share))
    width = _TEXT / across
    for start in range(0, len(figures), across):
        cells = [list(_figure(figure, width - 8)) for figure in figures[start : start + across]]
        cells += [[] for _ in range(across - len(cells))]
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 8),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
        yield Grid([cells], colWidths=[width] * across, style=style)
    yield Spacer(1, 3)


def _figure(figure: Figure, width: float) -> Iterator[Flowable]:
    from reportlab.lib.utils import ImageReader
    from reportlab.platypus import Image

    columns, rows = ImageReader(BytesIO(figure.png)).getSize()
    yield _paragraph(figure.title, _style(7.5, bold=True, after=1))
    yield Image(BytesIO(figure.png), width=width, height=width * rows / columns, hAlign="LEFT")
    if figure.caption:
        yield _paragraph(figure.caption, _style(7, colour=_MUTED))
