"""Operation files of QUIP: images to work on, type of the operation, and where its output goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.quip.xml_files import check, read_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["OperationFile", "is_operation_file", "read_operation_file"]


@dataclass(frozen=True)
class OperationFile:
    """Content of an operation file.

    Attributes
    ----------
    path : Path
        The file.
    correction_id : str
        CORRECTION_ID, identity of the correction for which the images were taken.
    operation_type : str
        OPERATION_TYPE, which is the stage of the sensing, for example ``MIMF``.
    images : tuple of Path
        IMAGE_PATH of each image; a relative path is relative to the folder of the operation file.
    output_directory : Path
        OUTPUT_DIRECTORY, for calibrated images.
    log_path, out_path : Path
        LOG_FILE_PATH and OUT_FILE_PATH: where QUIP_ACTIVITY_LOG and QUIP_OUT are written.
    operational : bool
        Whether the operation is one of the observatory, and no test.
    """

    path: Path
    correction_id: str
    operation_type: str
    images: tuple[Path, ...]
    output_directory: Path
    log_path: Path
    out_path: Path
    operational: bool

    @property
    def text(self) -> str:
        """One line, for example ``correction R2015011401, operation type MIMF, 2 images``."""
        images = "1 image" if len(self.images) == 1 else f"{len(self.images)} images"
        return f"correction {self.correction_id or '-'}, operation type {self.operation_type}, {images}"


def is_operation_file(path: Path) -> bool:
    """Whether a file is taken for an operation file: by its suffix, because it is not read for this."""
    return path.suffix.lower() == ".xml"


def read_operation_file(path: Path) -> OperationFile:
    """Read an operation file; it is not trusted, see `wfsgui.core.quip.xml_files.read_xml`.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    OperationFile
        Its content.

    Raises
    ------
    InputDeclinedError
        If it cannot be read, does not fit the schema, or has no path where one is needed; with the line.
    """
    root = read_xml(path)
    check(root, path.name, "QUIP_OPERATION_FILE")
    folder = path.absolute().parent

    def place(element: _Element) -> Path:
        text = (element.text or "").strip()
        if not text or "\0" in text:
            raise InputDeclinedError(f"{path.name} has no path in {element.tag} (line {element.sourceline}); add it.")
        return folder / text

    output = root.find("OUTPUT")
    log_path, out_path = place(output.find("LOG_FILE_PATH")), place(output.find("OUT_FILE_PATH"))
    if log_path == out_path:
        raise InputDeclinedError(
            f"{path.name} has the same path in LOG_FILE_PATH and OUT_FILE_PATH (line {output.sourceline}); change one."
        )
    return OperationFile(
        path=path,
        correction_id=str(root.findtext("CORRECTION_ID") or "").strip(),
        operation_type=str(root.findtext("OPERATION_TYPE")),
        images=tuple(place(image) for image in root.iterfind("IMAGES/IMAGE_PATH")),
        output_directory=place(output.find("OUTPUT_DIRECTORY")),
        log_path=log_path,
        out_path=out_path,
        operational=root.get("operational", "").strip() in ("true", "1"),
    )
