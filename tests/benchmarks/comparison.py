"""Comparing results of different processes. Imports jwst: not for the process that measures."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Final

from stdatamodels.jwst import datamodels

from tests.pipeline import parity

__all__ = ["differences"]

_EXTENSIONS: Final = "history.extensions."


def differences(result: Path, reference: Path) -> list[str]:
    """Name everything in which two results differ but for dates, file names and logs.

    Parameters
    ----------
    result, reference : Path
        The files.

    Returns
    -------
    list of str
        The differences; empty for parity.
    """
    # asdf lists the extensions that it used in the order of a set of addresses, which is another in each process.
    found = [text for text in parity.differences(result, reference) if not text.startswith(_EXTENSIONS)]
    return found if _extensions(result) == _extensions(reference) else [*found, _EXTENSIONS.removesuffix(".")]


def _extensions(path: Path) -> set[frozenset[tuple[str, str]]]:
    listed: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    with datamodels.open(path) as model:
        for key, value in model.to_flat_dict(include_arrays=False).items():
            if key.startswith(_EXTENSIONS):
                number, _, entry = key.removeprefix(_EXTENSIONS).partition(".")
                listed[number].add((entry, repr(value)))
    return {frozenset(entries) for entries in listed.values()}
