"""What calibrates: versions, flags and where its reference files are, for display."""

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
    """Return everything that is known of the engine, but for where its reference files come from."""
    return EngineInfo(
        versions=versions(),
        flag_meanings=flag_meanings(),
        parameters=parameter_specs(),
        reference_types=reference_types(),
    )


def versions() -> dict[str, str]:
    """Return package and version of everything that calibrates."""
    return {package: version(package) for package in _PACKAGES}


def flag_meanings() -> dict[str, str]:
    """Return what each data-quality flag means, as the comments beside the definitions say.

    Returns
    -------
    dict of str to str
        By the flag's name; empty where the package comes without its source.
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
    # Flags of groups come after those of pixels in the file, without comments.
    return {name: comments[line] for line, name in names.items() if line in comments}


def locate_reference(name: str) -> Path | None:
    """Find a reference file that a step has recorded.

    Parameters
    ----------
    name : str
        ``crds://`` and its base name, or the path of an override.

    Returns
    -------
    Path or None
        The file; None where it is not there.
    """
    path = Path(locate_file(name.removeprefix(_IN_CACHE), _OBSERVATORY))
    return path if path.is_file() else None
