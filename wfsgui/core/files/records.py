"""Folders of small JSON files, one for each record.

A file is written once and never changed. So several programs can write at the same time without a lock; locks are not
reliable on network drives.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

__all__ = ["RecordReader", "add_record", "folder_name", "replace_record"]

_Content = TypeVar("_Content")


def folder_name(*paths: Path) -> str:
    """Return a name that is the same for the same files, in any order, whatever their folder is called."""
    resolved = sorted(str(path.resolve()) for path in paths)
    return hashlib.sha256("\n".join(resolved).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def add_record(folder: Path, content: Mapping[str, object]) -> Path:
    """Write a record into a new file of a folder.

    Parameters
    ----------
    folder : Path
        The folder; created if it is missing.
    content : mapping of str to object
        Values for JSON.

    Returns
    -------
    Path
        The file. The names sort by time.

    Raises
    ------
    OSError
        If it cannot be written; other files are not changed.
    """
    path = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}.json"
    replace_record(path, content)
    return path


def replace_record(path: Path, content: Mapping[str, object]) -> None:
    """Write a record into a file, which is replaced as a whole; raises OSError if it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class RecordReader:
    """Read records, and note the files that cannot be read.

    Parameters
    ----------
    what : str
        What the files contain, for the sentences; a plural.

    Attributes
    ----------
    unread : list of str
        Files that could not be read, one sentence each with the reason. These files are not changed.
    """

    def __init__(self, what: str) -> None:
        self.unread: list[str] = []
        self._what = what

    def attempt(self, path: Path, read: Callable[[Path], list[_Content]]) -> list[_Content]:
        """Return what a function reads from a path; an empty list if the path is missing or cannot be read."""
        try:
            return read(path)
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged"
            self.unread.append(f"{self._what} could not be read ({why}): the file {path} stays as it is.")
            return []

    def read_folder(self, folder: Path, parse: Callable[[dict[str, Any]], _Content]) -> list[_Content]:
        """Return the records of a folder, oldest first; `parse` makes a record of the content of a file."""
        records: list[_Content] = []
        for path in sorted(self.attempt(folder, lambda path: list(path.iterdir()))):
            if path.suffix == ".json":
                records += self.attempt(path, lambda path: [parse(json.loads(path.read_text(encoding="utf-8")))])
        return records
