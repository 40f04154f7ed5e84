"""Content of a FITS reference file for its viewer: image planes, tables and header."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import opened_fits
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.references.cut import Cut, area_cut, flat_cut
from wfsgui.core.references.facts import ReferenceFacts, facts_of
from wfsgui.core.references.judgement import FileFaultError
from wfsgui.core.references.photom_check import TABLE, matching_rows

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["ReferenceContent", "ReferenceImage", "ReferenceTable", "cut_to_exposure", "read_content", "read_planes"]

_SCI: Final = "SCI"
_ERR: Final = "ERR"
_DQ: Final = "DQ"
_DEFINITIONS: Final = "DQ_DEF"
# More elements of a vector in a cell of a table are counted, not written.
_WRITTEN: Final = 4


@dataclass(frozen=True)
class ReferenceTable:
    """A table of a file.

    Attributes
    ----------
    name : str
        Name of the extension.
    columns : tuple of str
        Names of the columns, with their units.
    rows : tuple of tuple of str
        Cells as text.
    marked : tuple of int
        Numbers of the rows that the step takes for the exposure, counted from 0.
    is_selected : bool
        Whether the step selects rows of this table by the exposure.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, ...] = ()
    is_selected: bool = False


@dataclass(frozen=True)
class ReferenceContent:
    """Content of a FITS file, without pixels.

    Attributes
    ----------
    path : Path
        The file.
    facts : ReferenceFacts
        What it says of itself.
    header : tuple of (str, str, str)
        Keyword, value and comment of each card of the primary header.
    image : str
        Name of the extension that is shown as SCI; empty without an image.
    shape : tuple of int
        Shape (y, x) of the image.
    depth : int
        Number of images along the third axis; 1 for a two-dimensional image.
    left_out : tuple of str
        Image extensions that are not shown, because they have another shape.
    tables : tuple of ReferenceTable
        The tables.
    cut : Cut or None
        Pixels of the exposure; None if there is no image or no exposure, or if the image does not contain it.
    why_no_cut : str
        Why there is no `cut`, in one sentence.
    """

    path: Path
    facts: ReferenceFacts = field(default_factory=ReferenceFacts)
    header: tuple[tuple[str, str, str], ...] = ()
    image: str = ""
    shape: tuple[int, int] = (0, 0)
    depth: int = 1
    left_out: tuple[str, ...] = ()
    tables: tuple[ReferenceTable, ...] = ()
    cut: Cut | None = None
    why_no_cut: str = ""


@dataclass(frozen=True, eq=False)
class ReferenceImage(StepImage):
    """Planes of a reference image.

    Attributes
    ----------
    found : mapping of str to ndarray, shape (y, x)
        The planes that the file has; `err` is NaN and `dq` is 0 where it has none.
    """

    found: Mapping[str, NDArray[np.float32] | NDArray[np.uint32]] = field(default_factory=dict)

    @property
    @override
    def planes(self) -> dict[str, NDArray[np.float32] | NDArray[np.uint32]]:
        """Planes that can be shown, shape (y, x), by the name of the extension."""
        return dict(self.found)


def read_content(path: Path, kind: str = "", info: ExposureInfo | None = None) -> ReferenceContent:
    """Read what a FITS file contains, without its pixels.

    Parameters
    ----------
    path : Path
        The file.
    kind : str, optional
        CRDS reference type as which it is used.
    info : ExposureInfo, optional
        The exposure, whose rows and pixels are found.

    Returns
    -------
    ReferenceContent
        The content.

    Raises
    ------
    InputDeclinedError
        If it cannot be read.
    """
    with warnings.catch_warnings():
        # Cards outside of the standard are of no interest here.
        warnings.simplefilter("ignore")
        with opened_fits(path) as hdus:
            header = hdus[0].header
            content = ReferenceContent(
                path=path,
                facts=facts_of(header, is_header=True),
                header=tuple((card.keyword, str(card.value), card.comment) for card in header.cards),
                tables=tuple(_table(hdu, info) for hdu in hdus if _is_table(hdu)),
            )
            main = _main(hdus)
            if main is None:
                return content
            images = [hdu for hdu in hdus if _is_image(hdu)]
            content = replace(
                content,
                image=main.name,
                shape=(main.shape[-2], main.shape[-1]),
                depth=int(np.prod(main.shape[:-2], dtype=int)),
                left_out=tuple(f"{hdu.name} {hdu.shape}" for hdu in images if hdu.shape[-2:] != main.shape[-2:]),
            )
            return _with_cut(content, header, kind, info)


def read_planes(path: Path, index: int = 0) -> ReferenceImage:
    """Read the image planes of a file; flags are given their standard values.

    Parameters
    ----------
    path : Path
        The file.
    index : int, optional
        Number of the image along the third axis, counted from 0.

    Returns
    -------
    ReferenceImage
        Its planes.

    Raises
    ------
    InputDeclinedError
        If it has no image, or cannot be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with opened_fits(path) as hdus:
            main = _main(hdus)
            if main is None:
                raise InputDeclinedError(f"{path.name} has no image; open another file.")
            size = main.shape[-2:]
            names = {hdu.name: hdu for hdu in hdus if _is_image(hdu) and hdu.shape[-2:] == size}
            planes = {name: _slice(hdu, index) for name, hdu in names.items() if hdu is not main}
            sci = _float(_slice(main, index))
            found: dict[str, NDArray[np.float32] | NDArray[np.uint32]] = {_SCI: sci}
            found |= {name: _float(plane) for name, plane in planes.items() if name not in (_SCI, _DQ)}
            dq = _flags(hdus, planes[_DQ]) if _DQ in planes else None
            if dq is not None:
                found[_DQ] = dq
            return ReferenceImage(
                sci=sci,
                err=_float(planes[_ERR]) if _ERR in planes else np.broadcast_to(np.float32(np.nan), size),
                dq=dq if dq is not None else np.broadcast_to(np.uint32(0), size),
                unit=str(main.header.get("BUNIT") or "").strip(),
                found=found,
            )


def cut_to_exposure(image: ReferenceImage, cut: Cut) -> ReferenceImage:
    """Return the pixels of an exposure."""
    part = cut.slices
    return ReferenceImage(
        sci=image.sci[part],
        err=image.err[part],
        dq=image.dq[part],
        unit=image.unit,
        found={name: plane[part] for name, plane in image.found.items()},
    )


def _with_cut(
    content: ReferenceContent, header: Mapping[str, object], kind: str, info: ExposureInfo | None
) -> ReferenceContent:
    if info is None:
        return replace(content, why_no_cut="There is no exposure to compare it with.")
    try:
        name = content.path.name
        is_area = kind == "area"
        cut = area_cut(name, content.shape, info) if is_area else flat_cut(name, header, content.shape, info)
    except FileFaultError as error:
        return replace(content, why_no_cut=str(error))
    return replace(content, cut=cut)


def _is_image(hdu: fits.ImageHDU) -> bool:
    return bool(hdu.is_image) and len(hdu.shape) >= 2


def _is_table(hdu: fits.BinTableHDU) -> bool:
    return not hdu.is_image and hasattr(hdu, "columns") and hdu.name != "ASDF"


def _main(hdus: fits.HDUList) -> fits.ImageHDU | None:
    images = [hdu for hdu in hdus if _is_image(hdu)]
    return next((hdu for hdu in images if hdu.name == _SCI), images[0] if images else None)


def _slice(hdu: fits.ImageHDU, index: int) -> NDArray[Any]:
    """Read one image of an extension; one that has fewer images than SCI has the same one for all."""
    if len(hdu.shape) == 2:
        return np.asarray(hdu.data)
    place = np.unravel_index(min(index, int(np.prod(hdu.shape[:-2])) - 1), hdu.shape[:-2])
    return np.asarray(hdu.section[(*map(int, place), slice(None), slice(None))])


def _float(plane: NDArray[Any]) -> NDArray[np.float32]:
    return np.ascontiguousarray(plane, dtype=np.float32)


def _flags(hdus: fits.HDUList, plane: NDArray[Any]) -> NDArray[np.uint32]:
    """Give flags their standard values, as the data models do: the table DQ_DEF defines the bits of the file."""
    dq = np.ascontiguousarray(plane, dtype=np.uint32)
    if _DEFINITIONS not in hdus or not len(hdus[_DEFINITIONS].data):
        return dq
    standard = np.zeros_like(dq)
    for row in hdus[_DEFINITIONS].data:
        value = FLAGS.get(str(row["NAME"]).strip())
        if value is not None:
            standard[(dq & np.uint32(row["VALUE"])) != 0] |= np.uint32(value)
    return standard


def _table(hdu: fits.BinTableHDU, info: ExposureInfo | None) -> ReferenceTable:
    names = [str(name) for name in hdu.columns.names]
    units = [f" ({column.unit})" if column.unit else "" for column in hdu.columns]
    values = [tuple(row) for row in hdu.data] if hdu.data is not None else []
    is_selected = hdu.name == TABLE and info is not None
    return ReferenceTable(
        name=hdu.name or "table",
        columns=tuple(name + unit for name, unit in zip(names, units, strict=True)),
        rows=tuple(tuple(_cell(value) for value in row) for row in values),
        marked=matching_rows(names, values, info) if hdu.name == TABLE and info is not None else (),
        is_selected=is_selected,
    )


def _cell(value: object) -> str:
    if isinstance(value, np.ndarray | list | tuple):
        return _vector(np.asarray(value).ravel())
    if isinstance(value, float | np.floating):
        return f"{float(value):.7g}"
    return str(value).strip()


def _vector(values: Sequence[Any] | NDArray[Any]) -> str:
    shown = ", ".join(_cell(value) for value in values[:_WRITTEN])
    return shown if len(values) <= _WRITTEN else f"{len(values)} values: {shown}, ..."
