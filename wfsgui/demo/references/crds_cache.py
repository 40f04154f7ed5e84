"""CRDS cache of the demonstration, with which the official pipeline runs without a network.

Serverless CRDS reads its rules from the cache. crds reads the environment when it is imported: set `environment`
before. `ensure_cache` does not import crds. `ensure_references` imports it if a reference is missing, because asdf
imports all its plugins; it sets the environment for that time.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.demo.references.detectors import DETECTORS, detector_named, instruments, reference_name, references_of
from wfsgui.demo.references.mappings import CONTEXT_NAME, mapping_texts, server_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wfsgui.demo.references.detectors import Detector, Reference

__all__ = [
    "CONTEXT_NAME",
    "DETECTORS",
    "SERVERLESS_URL",
    "ensure_cache",
    "ensure_references",
    "environment",
    "has_references",
]

SERVERLESS_URL: Final = "https://crds-serverless-mode.stsci.edu"
"""Server address with which CRDS asks no server."""

_EDITION: Final = 3
"""Number to increase when the same versions give other rules or references."""

_STAMP_NAME: Final = "wfsgui-demonstration.txt"
_BUILDING: Final = Lock()
"""Lock for threads that set the environment."""


def ensure_cache(root: Path) -> Path:
    """Make the rules of the cache if they are missing or of another version.

    The references are made by `ensure_references`. A cache of another version is replaced as a whole.

    Parameters
    ----------
    root : Path
        Folder of the cache, for CRDS_PATH: missing, empty, or a cache of the demonstration.

    Returns
    -------
    Path
        `root`, absolute.

    Raises
    ------
    WfsguiError
        If `root` contains other files.
    ModuleNotFoundError
        If the optional packages of the demonstration are not installed.
    OSError
        If the folder cannot be written.
    """
    root = root.expanduser().absolute()
    if _is_current(root):
        return root
    if not _may_replace(root):
        raise WfsguiError(f"{root} holds files that are not a demonstration cache; choose another folder.")
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{root.name}-", dir=root.parent) as scratch:
        built = Path(scratch, "built")
        _write_rules(built)
        _put_in_place(built, root, Path(scratch, "former"))
    return root


def ensure_references(root: Path, detector: str) -> list[Path]:
    """Make the missing references of a detector.

    Parameters
    ----------
    root : Path
        Folder of the cache; missing rules are made too.
    detector : str
        DETECTOR, one of `DETECTORS`.

    Returns
    -------
    list of Path
        Files in the order of `references_of`.

    Raises
    ------
    ValueError
        If the detector is not one of `DETECTORS`.
    WfsguiError, ModuleNotFoundError
        See `ensure_cache`.
    OSError
        If a file cannot be written.
    """
    wanted = detector_named(detector)
    paths = _paths(ensure_cache(root), detector)
    missing = {each: path for each, path in paths.items() if not path.exists()}
    if missing:
        with _BUILDING, _environment_set(environment(root)):
            _build(wanted, missing)
    return list(paths.values())


def has_references(root: Path, detector: str) -> bool:
    """Whether the references of a detector, one of `DETECTORS`, have all been made."""
    return _is_current(root) and all(path.exists() for path in _paths(root, detector).values())


def _paths(root: Path, detector: str) -> dict[Reference, Path]:
    wanted = detector_named(detector)
    folder = _reference_folder(root, wanted.instrument)
    return {each: folder / reference_name(wanted, each) for each in references_of(wanted.instrument)}


def environment(root: Path) -> dict[str, str]:
    """Return the environment variables with which CRDS uses the cache.

    Parameters
    ----------
    root : Path
        Folder of the cache.

    Returns
    -------
    dict of str to str
        CRDS_PATH, CRDS_SERVER_URL and CRDS_CONTEXT, to set before the import of crds or jwst.
    """
    return {
        "CRDS_PATH": str(root.expanduser().absolute()),
        "CRDS_SERVER_URL": SERVERLESS_URL,
        "CRDS_CONTEXT": CONTEXT_NAME,
    }


def _stamp() -> str:
    """Return the versions on which the content of a cache depends, as text."""
    versions = {name: version(name) for name in ("crds", "pysiaf", "stdatamodels")}
    return f"Demonstration references, not for science. Made by wfsgui {__version__}/{_EDITION} with {versions}.\n"


def _is_current(root: Path) -> bool:
    try:
        return (root / _STAMP_NAME).read_text("utf-8") == _stamp()
    except (FileNotFoundError, NotADirectoryError):
        return False


def _may_replace(root: Path) -> bool:
    try:
        # In this order, because another process may make the cache at the same time.
        return not any(root.iterdir()) or (root / _STAMP_NAME).is_file()
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False


def _reference_folder(root: Path, instrument: str) -> Path:
    return root / "references" / "jwst" / instrument.lower()


def _write_rules(root: Path) -> None:
    configuration = root / "config" / "jwst"
    mappings = root / "mappings" / "jwst"
    for folder in (configuration, mappings, *(_reference_folder(root, name) for name in instruments())):
        folder.mkdir(parents=True)
    for name, text in mapping_texts().items():
        (mappings / name).write_text(text, "utf-8")
    (configuration / "server_config").write_text(server_config(), "utf-8")
    # Without this file CRDS guesses the layout and writes it here.
    (configuration / "ref_cache_subdir_mode").write_text("instrument", "utf-8")
    (root / _STAMP_NAME).write_text(_stamp(), "utf-8")


def _put_in_place(built: Path, root: Path, former: Path) -> None:
    """Rename the new cache to its final name; the cache of a faster process is kept.

    Only an empty folder can be removed or replaced by a rename, so the files of another process are safe.
    """
    try:
        if root.is_dir() and not any(root.iterdir()):
            root.rmdir()
        elif root.exists() and not _is_current(root):
            root.rename(former)
        built.rename(root)
    except OSError:
        if not _is_current(root):
            raise


@contextmanager
def _environment_set(values: dict[str, str]) -> Iterator[None]:
    former = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _build(detector: Detector, missing: dict[Reference, Path]) -> None:
    # Imported late: the imports take seconds, and a complete cache does not need them.
    from wfsgui.demo.references.build import build

    for reference, path in missing.items():
        if path.exists():
            continue  # Another thread made it in the meantime.
        path.parent.mkdir(parents=True, exist_ok=True)
        # A temporary folder, because the name of the file is in its header; on the same disk, so that renaming is
        # atomic.
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as scratch:
            build(detector, reference, Path(scratch, path.name))
            Path(scratch, path.name).replace(path)
