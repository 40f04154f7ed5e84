"""Information on the engine for display: versions, flags, parameters and reference files."""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from importlib.metadata import version
from pathlib import Path
from typing import Final

from crds import locate_file
from stdatamodels.jwst.datamodels import dqflags

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.flags import FLAGS
from wfsgui.pipeline.chain.step_parameters import parameter_specs, reference_types

__all__ = ["engine_info", "flag_meanings", "locate_reference", "versions"]

_PACKAGES: Final = ("jwst", "stpipe", "stdatamodels", "crds", "gwcs", "stcal", "astropy", "numpy")
_IN_CACHE: Final = "crds://"
_OBSERVATORY: Final = "jwst"


def engine_info() -> EngineInfo:
    """Return information on the engine, without its CRDS settings."""
    return EngineInfo(
        versions=versions(),
        flag_meanings=flag_meanings(),
        parameters=parameter_specs(),
        reference_types=reference_types(),
    )


def versions() -> dict[str, str]:
    """Return the versions of the packages that calibrate, by package."""
    return {package: version(package) for package in _PACKAGES}


def flag_meanings() -> dict[str, str]:
    """Return the meaning of each data-quality flag, read from the comments in stdatamodels.

    Returns
    -------
    dict of str to str
        By the name of the flag; empty if the package has no source files.
    """
    try:
        source = inspect.getsource(dqflags)
    except OSError:
        return {}
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    names = {
        node.lineno: node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in FLAGS
    }
    # In the file, the flags of groups follow those of pixels, without comments.
    return {name: comments[line] for line, name in names.items() if line in comments}


def locate_reference(name: str) -> Path | None:
    """Find the reference file that a step has recorded.

    Parameters
    ----------
    name : str
        ``crds://`` and its base name, or the path of an override.

    Returns
    -------
    Path or None
        The file; None if it does not exist.
    """
    path = Path(locate_file(name.removeprefix(_IN_CACHE), _OBSERVATORY))
    return path if path.is_file() else None
