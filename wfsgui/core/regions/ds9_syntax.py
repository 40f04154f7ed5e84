"""Statements of a DS9 region file: their line, shape, coordinate system and name.

The package regions parses the shapes. Statements and names are parsed here, because that package leaves out unknown
statements silently or with a warning without the line, and converts names such as ``007`` to numbers. The syntax is
that of "Regions" in the reference manual of SAOImage DS9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Statement", "decoded", "encoded", "statements"]

# Quotes are delimiters after the # only; before it, they mean arcseconds and arcminutes.
_PART: Final = re.compile(r"""[^;#]+(?:#(?:\{[^}]*\}|"[^"]*"|'[^']*'|[^;])*)?|#.*""")
_WORDS: Final = re.compile(r"#?\s*(?P<sign>[+-]?)(?P<word>[A-Za-z]\w*)\s*(?P<rest>.*)", re.ASCII)
_NAME: Final = re.compile(r"""(?:^|\s)text\s*=\s*(?:\{([^}]*)\}|"([^"]*)"|'([^']*)')""", re.IGNORECASE)

_SYSTEMS: Final = re.compile(
    r"image|physical|icrs|fk[45]|j2000|b1950|galactic|ecliptic|wcs[a-z0]?|linear|amplifier|detector|tile"
)
# DS9 writes shapes that other programs do not know as comments: "# vector(1,2,3,4)".
_DRAWN_IN_COMMENTS: Final = re.compile(r"#\s*(?:text|vector|ruler|compass|projection|segment)\s*\(", re.IGNORECASE)

# Coordinate system of DS9 for files that name none.
_FIRST_SYSTEM: Final = "physical"

# Characters that would end a name or its line, and the escapes themselves.
_ESCAPED: Final = re.compile(r"[{}\r\n]|%(?=7B|7D|0A|0D|25)")
_ESCAPE: Final = re.compile(r"%(?:7B|7D|0A|0D|25)")


@dataclass(frozen=True)
class Statement:
    """Statement that draws a shape, or invalid text.

    Attributes
    ----------
    line : int
        Number of its line; the first line is 1.
    system : str
        Its coordinate system, for example ``image``.
    shape : str
        Its first word in lower case, for example ``circle``; empty if it does not begin with a word.
    excluded : bool
        Whether a minus sign excludes the region.
    arguments : str
        Its numbers, without parentheses.
    name : str
        Its property ``text``.
    """

    line: int
    system: str
    shape: str
    excluded: bool
    arguments: str
    name: str


def statements(text: str) -> Iterator[Statement]:
    """Split a region file into statements.

    Parameters
    ----------
    text : str
        The content of the file.

    Yields
    ------
    Statement
        All statements except comments, defaults and coordinate systems.
    """
    system, default = _FIRST_SYSTEM, ""
    for number, line in enumerate(text.split("\n"), start=1):
        for part in _parts(line.strip()):
            words = _WORDS.fullmatch(part)
            if words is None:
                yield Statement(number, system, "", excluded=False, arguments=part, name="")
                continue
            word, rest = words["word"].lower(), words["rest"]
            if word == "global":
                default = _name(rest, default)
            elif _SYSTEMS.fullmatch(word) and not rest.startswith("("):
                system = word
            else:
                arguments, _, properties = rest.partition("#")
                yield Statement(
                    number, system, word, words["sign"] == "-", arguments.strip("()| \t"), _name(properties, default)
                )


def encoded(name: str) -> str:
    """Escape braces and line ends of a name as ``%7B``, ``%7D`` etc."""
    return _ESCAPED.sub(lambda match: f"%{ord(match[0]):02X}", name)


def decoded(text: str) -> str:
    """Reverse `encoded`; other text does not change."""
    return _ESCAPE.sub(lambda match: chr(int(match[0][1:], 16)), text)


def _parts(line: str) -> list[str]:
    """Split a line at its semicolons; a comment extends to the end of the line."""
    parts = [line] if line.startswith("#") else [part.strip() for part in _PART.findall(line)]
    return [part for part in parts if part and (not part.startswith("#") or _DRAWN_IN_COMMENTS.match(part))]


def _name(properties: str, default: str) -> str:
    match = _NAME.search(properties)
    if match is None:
        return default
    return decoded(next(group for group in match.groups() if group is not None))
