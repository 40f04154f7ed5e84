"""Evidence as one HTML file without links to other files, to be read on a screen and printed."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Final

from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.document import Checks, Figure, FigureRow, Heading, Sentence, Table, sign_of
from wfsgui.core.files.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.evidence.document import Block, EvidenceDocument, Page

__all__ = ["as_html"]

# The policy forbids everything from elsewhere, so that a fault cannot add a link that is fetched.
_HEAD: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
"""

_STYLE: Final = """\
@page { size: A4; margin: 15mm 14mm; }
* { box-sizing: border-box; }
html { background: #fff; color: #1c2126; }
body { font: 14px/1.45 "DejaVu Sans", "Segoe UI", Roboto, Helvetica, Arial, sans-serif; margin: 0 auto;
  max-width: 1080px; padding: 24px 20px 60px; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 18px; line-height: 1.3; margin: 0 0 10px; padding-top: 14px; border-top: 2px solid #1c2126; }
h3 { font-size: 14px; margin: 22px 0 6px; }
p { margin: 4px 0; max-width: 88ch; }
.small, figcaption { font-size: 12px; color: #525b64; }
.of { font-size: 12px; color: #525b64; margin: 0 0 2px; }
section { margin-top: 36px; }
nav ol { margin: 6px 0 0; padding-left: 2.2em; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; margin: 6px 0 12px; font-size: 12.5px; }
th, td { text-align: left; vertical-align: top; padding: 3px 8px 3px 0; border-bottom: 1px solid #d5d9dd;
  font-variant-numeric: tabular-nums; }
th { border-bottom: 1.5px solid #525b64; font-weight: 600; }
td:first-child { color: #525b64; }
.checks td:first-child { font-weight: 600; }
.figures { display: flex; flex-wrap: wrap; gap: 10px 1%; margin: 8px 0; }
figure { margin: 0; }
figure img { width: 100%; display: block; image-rendering: pixelated; }
figure.wide { margin: 6px 0; }
figure b { font-weight: 600; font-size: 12px; }
.good, td.good:first-child { color: #1b7a4d; } .care, td.care:first-child { color: #a35a00; }
.bad, td.bad:first-child { color: #b3261e; } .unknown, td.unknown:first-child { color: #525b64; }
p.care, p.bad, p.unknown, p.good { border-left: 3px solid; padding-left: 8px; }
@media print {
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  table { font-size: 8.5pt; }
  section { break-before: page; margin-top: 0; }
  h2 { border-top: 0; padding-top: 0; }
  h2, h3 { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}"""

_CLASSES: Final = {Level.GOOD: "good", Level.CANNOT_TELL: "unknown", Level.CARE: "care", Level.BAD: "bad"}


def as_html(document: EvidenceDocument) -> str:
    """Write a document as HTML.

    Parameters
    ----------
    document : EvidenceDocument
        The document.

    Returns
    -------
    str
        One HTML file; pictures are inside.
    """
    parts = [_HEAD.format(title=_text(document.title), style=_STYLE)]
    parts.append(f'<header><h1>{_text(document.title)}</h1><p class="small">{_text(document.made)}</p></header>\n')
    parts.append(_contents(document.pages))
    for number, page in enumerate(document.pages, start=1):
        of = f'<p class="of">{_text(page.of)}</p>' if page.of and page.of != page.title else ""
        parts.append(f'<section id="page-{number}">{of}<h2>{_text(page.title)}</h2>\n')
        parts += [_block(block) for block in page.blocks]
        parts.append("</section>\n")
    parts.append("</body>\n</html>\n")
    return printable("".join(parts))


def _contents(pages: Iterable[Page]) -> str:
    entries = []
    for number, page in enumerate(pages, start=1):
        of = f" ({_text(page.of)})" if page.of and page.of not in page.title else ""
        level = f" {_level(page.level)}" if page.level is not None else ""
        entries.append(f'<li><a href="#page-{number}">{_text(page.title)}</a>{of}{level}</li>')
    return f"<nav><h3>Contents</h3><ol>{''.join(entries)}</ol></nav>\n"


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h3>{_text(text)}</h3>\n"
        case Sentence(text, level, is_small):
            names = " ".join(filter(None, ("small" if is_small else "", _CLASSES[level] if level is not None else "")))
            sign = f"{sign_of(level)} " if level is not None else ""
            attribute = f' class="{names}"' if names else ""
            return f"<p{attribute}>{sign}{_text(text)}</p>\n"
        case Table():
            return _table(block)
        case Checks():
            return _checks(block)
        case Figure():
            return _figure(block, "wide", "")
        case FigureRow(figures):
            shown = "".join(_figure(figure, "", f"width: {99 * figure.share - 1:.1f}%") for figure in figures)
            return f'<div class="figures">{shown}</div>\n'


def _table(table: Table) -> str:
    head = "".join(f"<th>{_text(column)}</th>" for column in table.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in table.rows)
    head = f"<thead><tr>{head}</tr></thead>" if any(table.columns) else ""
    return f"<table>{_columns(table.widths)}{head}<tbody>{rows}</tbody></table>\n"


def _checks(checks: Checks) -> str:
    table = checks.table
    rows = "".join(
        f'<tr><td class="{_CLASSES[line.level]}">{"</td><td>".join(map(_text, row))}</td></tr>\n'
        for line, row in zip(checks.lines, table.rows, strict=True)
    )
    head = "".join(f"<th>{_text(column)}</th>" for column in table.columns)
    columns = _columns(table.widths)
    return f'<table class="checks">{columns}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>\n'


def _columns(widths: tuple[float, ...]) -> str:
    total = sum(widths)
    columns = "".join(f'<col style="width: {100 * width / total:.1f}%">' for width in widths)
    return f"<colgroup>{columns}</colgroup>"


def _figure(figure: Figure, names: str, style: str) -> str:
    source = b64encode(figure.png).decode("ascii")
    caption = f"<br>{_text(figure.caption)}" if figure.caption else ""
    attributes = (f' class="{names}"' if names else "") + (f' style="{style}"' if style else "")
    return (
        f'<figure{attributes}><img alt="{_text(figure.title)}" src="data:image/png;base64,{source}">'
        f"<figcaption><b>{_text(figure.title)}</b>{caption}</figcaption></figure>\n"
    )


def _level(level: Level) -> str:
    return f'<span class="{_CLASSES[level]}">{sign_of(level)} {level}</span>'


def _text(text: str) -> str:
    return escape(text)
