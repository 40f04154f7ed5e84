"""Pages of an evidence document: headings, sentences, tables, figures and checks, without a file format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from wfsgui.core.assess.results import CheckResult, Level, Quantity
from wfsgui.core.files.names import printable

__all__ = [
    "Block",
    "CheckLine",
    "CheckRow",
    "Checks",
    "EvidenceDocument",
    "Figure",
    "FigureRow",
    "Heading",
    "Page",
    "QuantityRow",
    "Sentence",
    "Table",
    "check_line",
    "one_line",
    "sign_of",
]

_SIGNS: Final = {
    Level.GOOD: "\N{CHECK MARK}",
    Level.CANNOT_TELL: "?",
    Level.CARE: "!",
    Level.BAD: "\N{BALLOT X}",
}

# Title and relative width.
_CHECK_COLUMNS: Final = (("result", 1.1), ("check", 1.9), ("value", 1.3), ("limit", 1.6), ("finding", 3.2))


def sign_of(level: Level) -> str:
    """Return the sign of a level, which can be told from the others without colour."""
    return _SIGNS[level]


def one_line(text: str) -> str:
    """Return a text in one line, with each character that cannot be encoded as an escape."""
    return printable(" ".join(text.split()))


@dataclass(frozen=True)
class Heading:
    """Heading within a page."""

    text: str


@dataclass(frozen=True)
class Sentence:
    """Paragraph of text.

    Attributes
    ----------
    text : str
        The text.
    level : Level or None
        Level of what the text says, which is marked; None for plain text.
    is_small : bool
        Whether it is set small, for explanations.
    """

    text: str
    level: Level | None = None
    is_small: bool = False


@dataclass(frozen=True)
class Table:
    """Table of texts.

    Attributes
    ----------
    columns : tuple of str
        Titles of the columns; all empty for a table without a head.
    rows : tuple of tuple of str
        Cells.
    widths : tuple of float
        Relative widths of the columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class CheckLine:
    """Result of one check as it is printed.

    Attributes
    ----------
    level : Level
        Level of the result.
    word : str
        The result in words, for example ``not met``.
    name : str
        Name of the check.
    value : str
        What was checked; may be empty.
    limit : str
        Limit and its source; may be empty.
    finding : str
        The result as a sentence.
    """

    level: Level
    word: str
    name: str
    value: str = ""
    limit: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Checks:
    """Results of checks, one below the other.

    Attributes
    ----------
    lines : tuple of CheckLine
        The results.
    """

    lines: tuple[CheckLine, ...]

    @property
    def table(self) -> Table:
        """The results as a table, without columns that are empty in every row; signs and words come first."""
        rows = [
            (f"{sign_of(line.level)} {line.word}", line.name, line.value, line.limit, line.finding)
            for line in self.lines
        ]
        used = [place for place in range(len(_CHECK_COLUMNS)) if any(row[place] for row in rows)]
        return Table(
            tuple(_CHECK_COLUMNS[place][0] for place in used),
            tuple(tuple(row[place] for place in used) for row in rows),
            tuple(_CHECK_COLUMNS[place][1] for place in used),
        )


@dataclass(frozen=True, eq=False)
class Figure:
    """Picture with a caption.

    Attributes
    ----------
    png : bytes
        PNG file.
    title : str
        Short text above the picture; also its replacement for a reader that shows no pictures.
    caption : str
        Text beneath it; may be empty.
    share : float
        Width as a share of the width of the text, from 0 to 1.
    """

    png: bytes
    title: str
    caption: str = ""
    share: float = 1.0


@dataclass(frozen=True, eq=False)
class FigureRow:
    """Pictures side by side; they continue in the next line where their shares exceed 1."""

    figures: tuple[Figure, ...]


Block = Heading | Sentence | Table | Checks | Figure | FigureRow


@dataclass(frozen=True, eq=False)
class Page:
    """One page, which may need several sheets of paper.

    Attributes
    ----------
    title : str
        Title.
    blocks : tuple of Block
        Content from top to bottom.
    level : Level or None
        Level of the page, which the list of contents shows; None if it has none.
    of : str
        Exposure, pair or visit that the page is about.
    """

    title: str
    blocks: tuple[Block, ...]
    level: Level | None = None
    of: str = ""


@dataclass(frozen=True)
class QuantityRow:
    """Quantity with what it belongs to.

    Attributes
    ----------
    of : str
        Exposure or pair.
    stage : str
        Stage of the exposure; empty for a pair.
    quantity : Quantity
        The number.
    """

    of: str
    stage: str
    quantity: Quantity


@dataclass(frozen=True)
class CheckRow:
    """Check with what it belongs to.

    Attributes
    ----------
    of : str
        Exposure or pair.
    kind : str
        ``exposure``, ``step``, ``preflight`` or ``pair``.
    stage : str
        Stage of the exposure; empty if it has none.
    check : CheckResult
        The check.
    """

    of: str
    kind: str
    stage: str
    check: CheckResult


@dataclass(frozen=True, eq=False, kw_only=True)
class EvidenceDocument:
    """Everything that the evidence files contain.

    Attributes
    ----------
    name : str
        Base name of the files, without a suffix.
    title : str
        Title of the document.
    made : str
        When and by which version it was made, one line.
    pages : tuple of Page
        The pages; the first one is the summary.
    quantities : tuple of QuantityRow
        All numbers.
    checks : tuple of CheckRow
        All checks.
    data : mapping of str to object
        Content of the JSON file, plain values.
    """

    name: str
    title: str
    made: str
    pages: tuple[Page, ...]
    quantities: tuple[QuantityRow, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    data: Mapping[str, object] = field(default_factory=dict)


def check_line(check: CheckResult) -> CheckLine:
    """Return a check as it is printed."""
    source = f" ({check.source})" if check.source else ""
    return CheckLine(
        check.level,
        str(check.level),
        check.name,
        check.value,
        f"{check.limit}{source}" if check.limit else "",
        check.finding,
    )
