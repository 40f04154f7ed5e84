"""Version resource of the Windows program."""

from __future__ import annotations

from pathlib import Path

from freeze.identity import NAME, SUMMARY, VERSION, version_numbers

__all__ = ["version_file"]

_TEMPLATE = Path(__file__).parents[1] / "windows" / "version.txt.in"


def version_file(folder: Path) -> str:
    """Write the version resource in the format of PyInstaller.

    Parameters
    ----------
    folder : Path
        Where to write it.

    Returns
    -------
    str
        The path of the file.
    """
    path = folder / "version.txt"
    text = _TEMPLATE.read_text("utf-8")
    for key, value in {"NUMBERS": str(version_numbers()), "VERSION": VERSION, "NAME": NAME, "SUMMARY": SUMMARY}.items():
        text = text.replace(f"@{key}@", value)
    path.write_text(text, "utf-8")
    return str(path)
