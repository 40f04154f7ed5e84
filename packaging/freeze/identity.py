"""Names of the application, and its document types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wfsgui import __version__

__all__ = ["DOCUMENTS", "IDENTIFIER", "NAME", "SUMMARY", "VERSION", "DocumentType", "property_list", "version_numbers"]

NAME: Final = "wfsgui"
VERSION: Final = __version__
SUMMARY: Final = "Calibrate JWST wavefront-sensing exposures step by step"

IDENTIFIER: Final = "org.wfsgui.wfsgui"
"""Identifier of the macOS bundle and of the AppStream component."""


@dataclass(frozen=True)
class DocumentType:
    """A file type that the application opens.

    Attributes
    ----------
    title : str
        What a person calls it.
    mime_types : tuple of str
        Its MIME types, as the desktop entry lists them.
    suffixes : tuple of str
        Suffixes without the dot, for systems that go by them.
    uniform_type : str
        Its type on macOS.
    """

    title: str
    mime_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    uniform_type: str


DOCUMENTS: Final = (
    DocumentType("FITS image", ("application/fits", "image/fits"), ("fits",), f"{IDENTIFIER}.fits"),
    DocumentType("JWST association", ("application/x-jwst-association+json",), ("json",), "public.json"),
)


def version_numbers() -> tuple[int, int, int, int]:
    """Return the version as four numbers for Windows.

    Returns
    -------
    tuple of int
        Major, minor, patch and 0.

    Raises
    ------
    ValueError
        If the version is not three numbers and possibly a suffix such as ``.dev1``.
    """
    major, minor, patch = (int(part) for part in VERSION.split(".")[:3])
    return major, minor, patch, 0


def property_list() -> dict[str, Any]:
    """Return the property list of the macOS bundle.

    Returns
    -------
    dict
        Entries of ``Info.plist``. The application is offered for its documents and never made their default.
    """
    return {
        "CFBundleName": NAME,
        "CFBundleDisplayName": NAME,
        "CFBundleShortVersionString": VERSION,
        "CFBundleVersion": VERSION,
        "NSHighResolutionCapable": True,
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": "13.0",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": document.title,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": [document.uniform_type],
            }
            for document in DOCUMENTS
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": document.uniform_type,
                "UTTypeDescription": document.title,
                "UTTypeConformsTo": ["public.image", "public.data"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": list(document.suffixes),
                    "public.mime-type": list(document.mime_types),
                },
            }
            for document in DOCUMENTS
            if document.uniform_type.startswith(IDENTIFIER)
        ],
    }
