"""DS9's region language, as far as it takes to say which regions a file holds and in which coordinates.

The package regions reads the shapes themselves. It leaves out silently, or with a warning that names no line, what it
does not know, and turns names such as ``007`` into numbers; so statements and names are told apart here. The language
is that of "Regions" in the reference manual of SAOImage DS9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Statement", "decoded", "encoded", "statements"]

# Quotes count after the # only: before it, they stand for arcseconds and arcminutes.
_PART: Final = re.compile(r"""[^;#]+(?:#(?:\{[^}]*\}|"[^"]*"|'[^']*'|[^;])*)?|#.*""")
_WORDS: Final = re.compile(r"#?\s*(?P<sign>[+-]?)(?P<word>[A-Za-z]\w*)\s*(?P<rest>.*)", re.ASCII)
_NAME: Final = re.compile(r"""(?:^|\s)text\s*=\s*(?:\{([^}]*)\}|"([^"]*)"|'([^']*)')""", re.IGNORECASE)

_SYSTEMS: Final = re.compile(
    r"image|physical|icrs|fk[45]|j2000|b1950|galactic|ecliptic|wcs[a-z0]?|linear|amplifier|detector|tile"
)
# What DS9 knows and other programs do not, it writes as a comment: "# vector(1,2,3,4)".
_DRAWN_IN_COMMENTS: Final = re.compile(r"#\s*(?:text|vector|ruler|compass|projection|segment)\s*\(", re.IGNORECASE)

# Without one, DS9 takes coordinates for physical ones.
_FIRST_SYSTEM: Final = "physical"

# What would end a name or its line, and what would be taken for one of these.
_ESCAPED: Final = re.compile(r"[{}\r\n]|%(?=7B|7D|0A|0D|25)")
_ESCAPE: Final = re.compile(r"%(?:7B|7D|0A|0D|25)")


@dataclass(frozen=True)
class Statement:
    """A statement that draws something, or that is no statement of the language.

    Attributes
    ----------
    line : int
        Number of its line, the first is 1.
    system : str
        The coordinate system that holds there, for example ``image``.
    shape : str
        Its first word in small letters, for example ``circle``; empty where it does not begin with a word.
    excluded : bool
        Whether a minus sign takes it out of the others.
    arguments : str
        The numbers, without parentheses.
    name : str
        Its text.
    """

    line: int
    system: str
    shape: str
    excluded: bool
    arguments: str
    name: str


def statements(text: str) -> Iterator[Statement]:
    """Take a region file apart.

    Parameters
    ----------
    text : str
        The content of the file.

    Yields
    ------
    Statement
        Everything but comments, defaults and coordinate systems.
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
    """Write a name so that it can stand in braces: ``{``, ``}`` and line ends become ``%7B``, ``%7D`` and the like."""
    return _ESCAPED.sub(lambda match: f"%{ord(match[0]):02X}", name)


def decoded(text: str) -> str:
    """Undo `encoded`; other texts stay as they are."""
    return _ESCAPE.sub(lambda match: chr(int(match[0][1:], 16)), text)


def _parts(line: str) -> list[str]:
    """Part a line at its semicolons; a comment goes to the end of its line."""
    parts = [line] if line.startswith("#") else [part.strip() for part in _PART.findall(line)]
    return [part for part in parts if part and (not part.startswith("#") or _DRAWN_IN_COMMENTS.match(part))]


def _name(properties: str, default: str) -> str:
    match = _NAME.search(properties)
    if match is None:
        return default
    return decoded(next(group for group in match.groups() if group is not None))
