"""Headers of a FITS file, one section per extension, read without pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.files.fits_files import opened_fits

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["Card", "HeaderSection", "read_headers"]


@dataclass(frozen=True)
class Card:
    """One card of a header, as text.

    Attributes
    ----------
    keyword, value, comment : str
        Parts of the card; the value is empty if the card has none.
    """

    keyword: str
    value: str
    comment: str


@dataclass(frozen=True)
class HeaderSection:
    """The header of one extension.

    Attributes
    ----------
    name : str
        EXTNAME, with EXTVER if that is not 1; PRIMARY for the first HDU.
    cards : tuple of Card
        Cards in the order of the file.
    """

    name: str
    cards: tuple[Card, ...]


def read_headers(path: Path) -> tuple[HeaderSection, ...]:
    """Read every header of a file.

    Parameters
    ----------
    path : Path
        A FITS file, gzipped or not.

    Returns
    -------
    tuple of HeaderSection
        One section for each HDU.

    Raises
    ------
    InputDeclinedError
        If the file cannot be read.
    """
    with opened_fits(path) as hdus:
        return tuple(HeaderSection(_name(number, hdu), tuple(_cards(hdu.header))) for number, hdu in enumerate(hdus))


def _name(number: int, hdu: fits.ImageHDU) -> str:
    name = hdu.name or ("PRIMARY" if number == 0 else f"extension {number}")
    return name if hdu.ver == 1 else f"{name}, {hdu.ver}"


def _cards(header: fits.Header) -> Iterator[Card]:
    from astropy.io import fits

    for card in header.cards:
        try:
            value = "" if isinstance(card.value, fits.card.Undefined) else str(card.value)
            yield Card(card.keyword, value, card.comment)
        except fits.VerifyError:
            # A nonstandard card is shown unchanged.
            yield Card(card.keyword, card.image.strip(), "not standard FITS")
