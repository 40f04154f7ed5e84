"""Import of `Image2Pipeline` without the other pipelines of jwst.

``jwst.pipeline`` imports all pipelines, which doubles the time and takes 100 MB more.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

__all__ = ["Image2Pipeline"]

_PACKAGE: Final = "jwst.pipeline"
_MODULE: Final = f"{_PACKAGE}.calwebb_image2"


def _module() -> ModuleType:
    """Import the module of the pipeline, without its package if possible.

    If the package is imported later, it uses this module.
    """
    spec = None if _PACKAGE in sys.modules else _spec_of_module()
    if spec is None or spec.loader is None:
        return importlib.import_module(_MODULE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module
    try:
        spec.loader.exec_module(module)
    except ImportError:
        # The module needs its package.
        del sys.modules[_MODULE]
        return importlib.import_module(_MODULE)
    return module


def _spec_of_module() -> ModuleSpec | None:
    package = importlib.util.find_spec(_PACKAGE)
    folders = package.submodule_search_locations if package is not None else None
    found = (finder.find_spec(_MODULE, folders) for finder in sys.meta_path)
    return next((spec for spec in found if spec is not None), None)


Image2Pipeline = _module().Image2Pipeline
