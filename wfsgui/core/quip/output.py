"""QUIP_OUT and QUIP_ACTIVITY_LOG, the files that an operation ends with."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wfsgui import __version__
from wfsgui.core.errors import InputDeclinedError, WfsguiError
from wfsgui.core.files.atomic_text import write_text
from wfsgui.core.files.fits_files import real_path
from wfsgui.core.files.names import printable
from wfsgui.core.quip.xml_files import check

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import _Element

    from wfsgui.core.quip.log_entries import LogEntry
    from wfsgui.core.quip.operation_file import OperationFile

__all__ = ["activity_log", "existing_targets", "quip_out", "write_quip_files"]

# The schema of the activity log allows no other.
_CREATOR: Final = "QUIP"
# Characters that XML 1.0 does not have.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def quip_out(operation: OperationFile, images: Iterable[Path], when: datetime) -> str:
    """Write the content of QUIP_OUT.

    Parameters
    ----------
    operation : OperationFile
        The operation.
    images : iterable of Path
        The results, ``_cal`` files.
    when : datetime
        Time of the file, with its time zone.

    Returns
    -------
    str
        XML that fits its schema.
    """
    from lxml import etree

    root = _root("QUIP_OUT", operation, when)
    listed = etree.SubElement(root, "OUTPUT_IMAGES")
    for image in images:
        etree.SubElement(listed, "IMAGE_PATH").text = _text(str(image.absolute()))
    return _document(root, operation.out_path)


def activity_log(operation: OperationFile, entries: Iterable[LogEntry], when: datetime) -> str:
    """Write the content of QUIP_ACTIVITY_LOG.

    Parameters
    ----------
    operation : OperationFile
        The operation.
    entries : iterable of LogEntry
        The entries, in any order.
    when : datetime
        Time of the file, with its time zone.

    Returns
    -------
    str
        XML that fits its schema, with the entries in the order of time.
    """
    from lxml import etree

    root = _root("QUIP_ACTIVITY_LOG", operation, when)
    for number, entry in enumerate(sorted(entries, key=lambda entry: entry.when), start=1):
        date, time = _date_and_time(entry.when)
        written = etree.SubElement(root, "LOG_ENTRY", id=f"{number}", type=str(entry.kind), date=date, time=time)
        etree.SubElement(written, "ENTRY_DESCRIPTION").text = _text(entry.description)
        for line in entry.data or ("",):
            etree.SubElement(written, "ENTRY_DATA").text = _text(line)
    return _document(root, operation.log_path)


def existing_targets(operation: OperationFile) -> tuple[Path, ...]:
    """Return which of the two files of an operation exist."""
    return tuple(path for path in (operation.log_path, operation.out_path) if os.path.lexists(path))


def write_quip_files(
    operation: OperationFile, images: Sequence[Path], entries: Sequence[LogEntry], *, overwrite: bool
) -> tuple[Path, Path]:
    """Write QUIP_ACTIVITY_LOG, then QUIP_OUT, where the operation file says; each appears complete or not at all.

    Both are made and checked against their schemas before the first is written.

    Parameters
    ----------
    operation : OperationFile
        The operation.
    images : sequence of Path
        The results, ``_cal`` files.
    entries : sequence of LogEntry
        What was done.
    overwrite : bool
        Whether existing files may be replaced; images and the operation file never are.

    Returns
    -------
    tuple of Path
        QUIP_OUT and QUIP_ACTIVITY_LOG.

    Raises
    ------
    WfsguiError
        If a file exists and may not be replaced, or cannot be written.
    """
    when = datetime.now(UTC)
    log, out = activity_log(operation, entries, when), quip_out(operation, images, when)
    targets = operation.log_path, operation.out_path
    kept = {real_path(path) for path in (operation.path, *operation.images, *images)}
    for target in targets:
        if real_path(target) in kept:
            raise WfsguiError(f"{target} is an image or the operation file and is kept; correct {operation.path.name}.")
    existing = () if overwrite else existing_targets(operation)
    if existing:
        raise WfsguiError(f"{existing[0]} exists and is kept; move it away, or ask to overwrite it.")
    for target, text in zip(targets, (log, out), strict=True):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WfsguiError(
                f"The folder {target.parent} cannot be created ({error.strerror}); correct {operation.path.name}."
            ) from error
        write_text(target, text, overwrite=overwrite)
    return operation.out_path, operation.log_path


def _root(kind: str, operation: OperationFile, when: datetime) -> _Element:
    from lxml import etree

    date, time = _date_and_time(when)
    operational = "true" if operation.operational else "false"
    return etree.Element(
        kind, date=date, time=time, creator=_CREATOR, version=f"wfsgui {__version__}", operational=operational
    )


def _document(root: _Element, path: Path) -> str:
    from lxml import etree

    try:
        check(root, path.name, root.tag)
    except InputDeclinedError as error:
        # A fault of this program: what was read cannot lead to it.
        raise ValueError(str(error)) from error
    content = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'


def _date_and_time(when: datetime) -> tuple[str, str]:
    utc = when.astimezone(UTC)
    return f"{utc:%Y-%m-%d}Z", f"{utc:%H:%M:%S.%f}Z"


def _text(text: str) -> str:
    """Write characters that XML does not have as escapes."""
    return _FORBIDDEN.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), printable(text))
