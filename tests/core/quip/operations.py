"""Operation files for tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["write_operation"]

_FILE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
{head}<QUIP_OPERATION_FILE xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" creator="Test" time="19:56:56.934Z"
    date="2026-01-14Z" version="4.0" operational="{operational}"{more}>
    <CORRECTION_ID>R2026011401</CORRECTION_ID>
    <OPERATION_TYPE>{kind}</OPERATION_TYPE>
    <IMAGES>{images}
    </IMAGES>
    <OUTPUT>
        <OUTPUT_DIRECTORY>{output}</OUTPUT_DIRECTORY>
        <LOG_FILE_PATH>{output}/quip_activity_log.xml</LOG_FILE_PATH>
        <OUT_FILE_PATH>{output}/quip_out.xml</OUT_FILE_PATH>
    </OUTPUT>
</QUIP_OPERATION_FILE>
"""


def write_operation(
    path: Path,
    images: Iterable[str | Path],
    output: str | Path = "out",
    *,
    kind: str = "FINE_PHASING",
    operational: str = "false",
    head: str = "",
    more: str = "",
) -> Path:
    """Write an operation file.

    Parameters
    ----------
    path : Path
        The file.
    images : iterable of str or Path
        Paths of the images.
    output : str or Path
        Folder of the output.
    kind, operational : str
        Type of the operation, and whether it is one of the observatory.
    head, more : str
        Text before the root, and more attributes of the root.
    """
    listed = "".join(f"\n        <IMAGE_PATH>{image}</IMAGE_PATH>" for image in images)
    text = _FILE.format(images=listed, output=output, kind=kind, operational=operational, head=head, more=more)
    path.write_text(text, encoding="utf-8")
    return path
