"""Check of one file of CRDS: size, checksum and form."""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault
from wfsgui.core.crds.needs import CrdsFile

__all__ = ["MAPPINGS", "content_fault", "feed", "size_fault"]

MAPPINGS: Final = (".pmap", ".imap", ".rmap")
"""Endings of the rules."""

_BLOCK: Final = 1 << 20
_OWN_CHECKSUM: Final = re.compile(r"'sha1sum'\s*:\s*'([0-9a-f]{40})'")


def size_fault(file: CrdsFile) -> CrdsFault | None:
    """Compare the size of a file that exists with the published one; the file is not read.

    Raises
    ------
    OSError
        If its size cannot be read.
    """
    size = file.path.stat().st_size
    if file.size is not None and size != file.size:
        return sentences.bad_size(file.path, size, file.size)
    return sentences.unreadable(file.path, "it is empty") if size == 0 else None


def content_fault(file: CrdsFile, read: Callable[[int], None] = lambda _count: None) -> CrdsFault | None:
    """Read a file and compare its checksum with the published one, or with the one in its own header.

    Parameters
    ----------
    file : CrdsFile
        A file that exists.
    read : callable, optional
        ``read(count)``: called for each block with its number of bytes; what it raises ends the check.

    Returns
    -------
    CrdsFault or None
        What is wrong; None if nothing is. Of a reference file without a published checksum, only the first and last
        bytes are compared with its form.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    if (fault := size_fault(file)) is not None:
        return fault
    if file.sha1sum:
        digest = hashlib.sha1(usedforsecurity=False)
        feed(digest.update, file.path, read)
        return None if digest.hexdigest() == file.sha1sum else sentences.bad_checksum(file.path)
    if file.path.suffix in MAPPINGS:
        return _mapping_fault(file.path)
    return _form_fault(file.path)


def feed(update: Callable[[bytes], object], path: Path, read: Callable[[int], None] = lambda _count: None) -> None:
    """Pass the content of a file to a function, block by block.

    Parameters
    ----------
    update : callable
        Receives each block.
    path : Path
        The file.
    read : callable, optional
        Called after each block with its number of bytes.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            update(block)
            read(len(block))


def _mapping_fault(path: Path) -> CrdsFault | None:
    """Compare a mapping with the checksum in its header, which is that of all other lines."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        return sentences.unreadable(path, "it is no text")
    found = _OWN_CHECKSUM.search(text)
    if found is None:
        return sentences.unreadable(path, "it has no checksum")
    rest = "".join(line for line in text.splitlines(keepends=True) if "sha1sum" not in line)
    digest = hashlib.sha1(rest.encode(), usedforsecurity=False).hexdigest()
    return None if digest == found[1] else sentences.bad_checksum(path)


def _form_fault(path: Path) -> CrdsFault | None:
    """Check what can be known of a reference file without its checksum."""
    from wfsgui.core.files.fits_files import is_truncated, open_fits

    if path.suffix == ".fits":
        try:
            with warnings.catch_warnings(), open_fits(path) as hdus:
                # Of a truncated file, whose fault is returned.
                warnings.simplefilter("ignore")
                return sentences.unreadable(path, "its end is missing") if is_truncated(path, hdus) else None
        except (OSError, ValueError, TypeError, KeyError, IndexError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            return sentences.unreadable(path, "it is no FITS file")
    if path.suffix == ".asdf":
        with path.open("rb") as stream:
            beginning = stream.read(5)
        return None if beginning == b"#ASDF" else sentences.unreadable(path, "it is no ASDF file")
    return None if os.access(path, os.R_OK) else sentences.unreadable(path, "it cannot be read")
