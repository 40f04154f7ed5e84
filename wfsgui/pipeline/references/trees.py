"""Content of ASDF reference files, as plain data."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import asdf
import numpy as np
from astropy.modeling import CompoundModel, Model, Parameter
from numpy.typing import NDArray

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.references.check import check_tree
from wfsgui.core.references.facts import facts_of
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.tree import AsdfContent, TreeNode

__all__ = ["judged_tree", "read_tree"]

_DEEPEST: Final = 60
_LONGEST: Final = 300
# Arrays and lists with more values are not listed one by one.
_LISTED: Final = 400
_SHORT: Final = 6
_FILTERS: Final = "filters"
# Entries that asdf itself has written.
_LAST: Final = ("asdf_library", "history")
# Operators that join any number of transforms.
_JOINS: Final = {"|": "one after the other", "&": "side by side"}
_Scalar = str | int | float | bool | None


def read_tree(path: Path) -> AsdfContent:
    """Read an ASDF file, with all its arrays.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    AsdfContent
        What it says of itself, and its tree.

    Raises
    ------
    WfsguiError
        If it cannot be read.
    """
    try:
        status = path.stat()
        return _read(path, status.st_size, status.st_mtime_ns)
    except Exception as error:
        # A damaged tree raises any kind of error in asdf, yaml, astropy or gwcs.
        why = " ".join(str(error).split())[:_LONGEST] or type(error).__name__
        raise WfsguiError(f"{path.name} cannot be read ({why}); fetch it again, or choose another file.") from error


def judged_tree(kind: str, path: Path, info: ExposureInfo) -> Judgement:
    """Check an ASDF reference file against what the step does with it.

    Parameters
    ----------
    kind : str
        CRDS reference type.
    path : Path
        The file.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement
        Faults and doubts.
    """
    try:
        content = read_tree(path)
    except WfsguiError as error:
        return Judgement((str(error),))
    return check_tree(kind, path, content, info)


@lru_cache(maxsize=32)
def _read(path: Path, _size: int, _modified: int) -> AsdfContent:
    with warnings.catch_warnings():
        # Files of an earlier version of a schema are read, with a warning.
        warnings.simplefilter("ignore")
        with asdf.open(path, lazy_load=False, memmap=False) as file:
            tree = {str(key): value for key, value in file.tree.items()}
            meta = tree.get("meta")
            rows = tree.get(_FILTERS)
            rows = rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ()
            return AsdfContent(
                facts=facts_of(meta if isinstance(meta, Mapping) else {}, is_header=False),
                keys=frozenset(tree),
                filters=tuple(_plain(row) for row in rows if isinstance(row, Mapping)),
                root=TreeNode(
                    path.name, "", tuple(_node(key, tree[key], 1) for key in sorted(tree, key=_LAST.__contains__))
                ),
            )


def _plain(row: Mapping[Any, Any]) -> dict[str, object]:
    return {str(key): value for key, value in row.items() if isinstance(value, _Scalar)}


def _node(name: str, value: object, depth: int) -> TreeNode:
    if depth > _DEEPEST:
        return TreeNode(name, "...")
    match value:
        case Model():
            return _model(name, value, depth)
        case Mapping():
            return _branch(name, _entries(value), value.items(), depth)
        case np.ndarray():
            return _array(name, value)
        case list() | tuple():
            return _list(name, value, depth)
    return TreeNode(name, _line(value))


def _list(name: str, values: Sequence[object], depth: int) -> TreeNode:
    if len(values) <= _SHORT and all(isinstance(value, _Scalar) for value in values):
        return TreeNode(name, ", ".join(map(str, values)))
    return _branch(name, _count(len(values), "item", "items"), list(enumerate(values))[:_LISTED], depth)


def _entries(values: Mapping[object, object]) -> str:
    """Return the entries of a short table in one line, or their number."""
    if len(values) <= _SHORT and all(isinstance(value, _Scalar) for value in values.values()):
        return _line(", ".join(f"{key} {value}" for key, value in values.items()))
    return _count(len(values), "entry", "entries")


def _branch(name: str, text: str, items: Iterable[tuple[object, object]], depth: int) -> TreeNode:
    return TreeNode(name, text, tuple(_node(str(key), value, depth + 1) for key, value in items))


def _model(name: str, model: Model, depth: int) -> TreeNode:
    """Describe a transform: a chain or a pair by its parts, any other one by its parameters."""
    values: list[tuple[object, object]]
    if isinstance(model, CompoundModel):
        parts = _parts(model, str(model.op))
        title = f"{len(parts)} transforms, {_JOINS.get(str(model.op), f'joined by {model.op}')}"
        values = [(number, part) for number, part in enumerate(parts, start=1)]
    else:
        title = f"{type(model).__name__} {model.name or ''}".strip() + f", {model.n_inputs} to {model.n_outputs}"
        values = [(each, _value(getattr(model, each))) for each in model.param_names]
    if model.has_user_inverse:
        values.append(("inverse", model.inverse))
    return _branch(name, title, values, depth)


def _parts(model: Model, operator: str) -> list[Model]:
    if isinstance(model, CompoundModel) and model.op == operator:
        parts: Sequence[Model] = (model.left, model.right)
        return [each for part in parts for each in (_parts(part, operator) if operator in _JOINS else [part])]
    return [model]


def _value(parameter: Parameter) -> object:
    if parameter.unit is not None:
        return parameter.quantity
    values = np.asarray(parameter.value)
    return values.item() if values.ndim == 0 else values


def _array(name: str, array: NDArray[Any]) -> TreeNode:
    size = " x ".join(map(str, array.shape)) or "1"
    text = f"array of {size}, {array.dtype}"
    if array.size > _LISTED or array.dtype.names:
        return TreeNode(name, text)
    if array.ndim <= 1:
        return TreeNode(name, f"{text}: {_line(', '.join(str(value) for value in array.ravel()))}")
    return TreeNode(name, text, tuple(_array(str(number), row) for number, row in enumerate(array)))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _line(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
