"""Design tokens: colours, light and dark, sizes of type, the grid and radii; new parts of the window use these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wfsgui.gui.widgets.theme import is_dark

__all__ = [
    "DARK",
    "GRID",
    "LIGHT",
    "MARGIN",
    "RADIUS",
    "RADIUS_IMAGE",
    "ROW",
    "TYPE",
    "Palette",
    "TypeSize",
    "badge_style",
    "contrast",
    "palette",
]

GRID: Final = 4
"""Every distance is a multiple of it, pixels."""
ROW: Final = 28
"""Height of a row with something to press, pixels."""
MARGIN: Final = 12
"""Between a panel's edge and what it shows, pixels."""
RADIUS: Final = 6
RADIUS_IMAGE: Final = 4


@dataclass(frozen=True)
class TypeSize:
    """Size of a text and of its line, pixels."""

    size: int
    line: int


TYPE: Final = {
    "verdict": TypeSize(18, 24),
    "text": TypeSize(13, 18),
    "rail": TypeSize(12, 16),
    "second": TypeSize(11, 15),
}


@dataclass(frozen=True)
class Palette:
    """Colours of one theme.

    Attributes
    ----------
    bg, panel, raised : str
        Behind columns; columns and bars; menus and tool tips.
    line, edge : str
        Hair lines; borders of what can be pressed.
    text, mute, faint : str
        Text, second lines, limits and hints.
    accent, accent_bg : str
        What is chosen, and what is behind it.
    ok, warn, bad : str
        States, always with a mark or a word.
    canvas : str
        Behind an image.
    """

    bg: str
    panel: str
    raised: str
    line: str
    edge: str
    text: str
    mute: str
    faint: str
    accent: str
    accent_bg: str
    ok: str
    warn: str
    bad: str
    canvas: str


LIGHT: Final = Palette(
    bg="#f3f4f5",
    panel="#ffffff",
    raised="#eceef0",
    line="#d5d9dd",
    edge="#7d868e",
    text="#1c2126",
    mute="#525b64",
    faint="#6a737c",
    accent="#1769aa",
    accent_bg="#dbeaf6",
    ok="#1b7a4d",
    warn="#a35a00",
    bad="#b3261e",
    canvas="#161719",
)
DARK: Final = Palette(
    bg="#1b1d21",
    panel="#222529",
    raised="#2b2f35",
    line="#34393f",
    edge="#78818a",
    text="#e6e8ea",
    mute="#a3abb3",
    faint="#838c95",
    accent="#5aa9e6",
    accent_bg="#23394b",
    ok="#57c08f",
    warn="#f0a955",
    bad="#f0776b",
    canvas="#101113",
)

_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722


def palette() -> Palette:
    """Return the colours of the present theme."""
    return DARK if is_dark() else LIGHT


def contrast(one: str, other: str) -> float:
    """Compute the contrast of two colours by WCAG 2.1: 1 for equal ones, 21 for black on white.

    Parameters
    ----------
    one, other : str
        Colours as ``#rrggbb``.

    Returns
    -------
    float
        Ratio of the relative luminances, the flare of 0.05 added to both.
    """
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return _RED * red + _GREEN * green + _BLUE * blue


def _linear(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def badge_style(colour: str = "warn") -> str:
    """Return the style sheet of a label that stays, in a colour of the palette: ``ok``, ``warn``, ``bad``, ``mute``."""
    colours = palette()
    ink = getattr(colours, colour)
    return (
        f"QLabel {{ color: {ink}; background: {colours.panel}; border: 1px solid {ink};"
        f" border-radius: {RADIUS}px; padding: 0 {2 * GRID}px; }}"
    )
