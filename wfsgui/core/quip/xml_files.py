"""XML files of QUIP, read as untrusted and checked against the schemas of QUIP."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.fits_files import absence, is_file

if TYPE_CHECKING:
    from pathlib import Path

    from lxml.etree import XMLSchema, _Element

__all__ = ["MOST_BYTES", "check", "read_xml"]

MOST_BYTES: Final = 2**22
"""Size of the largest file that is read; an operation file of a thousand images has 0.1 MiB."""

_TYPES: Final = {
    "QUIP_OPERATION_FILE": "quip_operation_file.xsd",
    "QUIP_OUT": "quip_out.xsd",
    "QUIP_ACTIVITY_LOG": "quip_activity_log.xsd",
}
_PLACE: Final = re.compile(r",? line \d+, column \d+.*$", re.DOTALL)


def read_xml(path: Path) -> _Element:
    """Read an XML file as untrusted.

    Nothing is fetched: document type declarations, and with them all entities, are refused, and the location of a
    schema in the file is ignored.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    lxml.etree.Element
        The root.

    Raises
    ------
    InputDeclinedError
        If it cannot be read, is too large, is no XML, or has a document type declaration.
    """
    content = _read(path)
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputDeclinedError(
            f"{path.name} is not XML (line {error.lineno or 1}: {_reason(error.msg)}); correct it, or write it again."
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputDeclinedError(
            f"{path.name} has a document type declaration (DOCTYPE), which files of QUIP do not have; remove it."
        )
    return root


def check(root: _Element, name: str, kind: str) -> None:
    """Check a document against a schema of QUIP.

    Parameters
    ----------
    root : lxml.etree.Element
        Root of the document.
    name : str
        Name of the file for the error.
    kind : str
        Name of the root element: QUIP_OPERATION_FILE, QUIP_OUT or QUIP_ACTIVITY_LOG.

    Raises
    ------
    InputDeclinedError
        If the document is of another kind, or does not fit its schema.
    """
    if root.tag != kind:
        raise InputDeclinedError(f"{name} has the root {root.tag}, line {root.sourceline or 1}; give a {kind}.")
    schema = _schema(kind)
    if not schema.validate(root):
        first = schema.error_log[0]
        raise InputDeclinedError(
            f"{name} does not fit the schema {_TYPES[kind]} (line {first.line}: {_reason(first.message)}); correct it."
        )


@cache
def _schema(kind: str) -> XMLSchema:
    from lxml import etree

    return etree.XMLSchema(etree.fromstring((files("wfsgui.resources") / "quip" / _TYPES[kind]).read_bytes()))


def _read(path: Path) -> bytes:
    # Before it is opened: reading from a pipe would not end.
    if not is_file(path):
        raise InputDeclinedError(f"{path} {absence(path)}; give the operation file of QUIP.")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputDeclinedError(f"{path} cannot be read ({error.strerror}); change its permissions.") from error
    if len(content) > MOST_BYTES:
        raise InputDeclinedError(f"{path.name} is larger than {MOST_BYTES // 2**20} MiB; give a file of QUIP.")
    return content


def _reason(message: str) -> str:
    return " ".join(_PLACE.sub("", message).split()).rstrip(".")
