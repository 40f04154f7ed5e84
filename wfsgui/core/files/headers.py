"""The keywords of a FITS file, section by section, without its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import open_fits

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["Card", "HeaderSection", "read_headers"]


@dataclass(frozen=True)
class Card:
    """One line of a header.

    Attributes
    ----------
    keyword, value, comment : str
        As text; a keyword without a value has an empty one.
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
        EXTNAME, with the version where there are several; PRIMARY for the first.
    cards : tuple of Card
        In the order of the file.
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
        One for each extension.

    Raises
    ------
    InputDeclinedError
        If the file cannot be read.
    """
    try:
        with open_fits(path) as hdus:
            return tuple(
                HeaderSection(_name(number, hdu), tuple(_cards(hdu.header))) for number, hdu in enumerate(hdus)
            )
    except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError) as error:
        raise InputDeclinedError(
            f"{path.name} cannot be read; it may have changed or be damaged, fetch it again."
        ) from error


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
            # A card outside the standard is shown as it stands in the file.
            yield Card(card.keyword, card.image.strip(), "not standard FITS")
