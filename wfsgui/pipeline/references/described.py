"""Reference files of each step of a product, before or after its run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.fits_files import is_file, open_fits
from wfsgui.core.files.reference_check import NO_REFERENCE
from wfsgui.core.references.check import is_tree
from wfsgui.core.references.facts import facts_of
from wfsgui.core.references.queries import (
    Origin,
    ReferenceFile,
    Standing,
    StepReference,
    StepReferences,
    StepReferencesQuery,
)
from wfsgui.pipeline.chain.chain import steps_of
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.reference_lookup import look_up_references
from wfsgui.pipeline.crds.files import crds_file
from wfsgui.pipeline.references.overrides import Override, overrides_of
from wfsgui.pipeline.references.trees import read_tree

__all__ = ["references_of_steps"]

_PIPELINE: Final = ""


def references_of_steps(query: StepReferencesQuery) -> StepReferences:
    """Find the reference files of each step, and read what they say of themselves.

    Parameters
    ----------
    query : StepReferencesQuery
        Product, options and recorded files.

    Returns
    -------
    StepReferences
        The files; nothing is downloaded.

    Raises
    ------
    WfsguiError
        If CRDS does not answer, or the exposure or the parameter file cannot be read.
    """
    kinds = _kinds(steps_of(query.product))
    found = look_up_references(query.product.science.path, kinds=[kind for _, kind in kinds])
    overrides = {(override.step, override.kind): override for override in overrides_of(query.options)}
    references = tuple(
        _reference(step, kind, found.places.get(kind, NO_REFERENCE), overrides.get((step, kind)))
        for step, kind in kinds
    )
    paths = {reference.path for reference in references if reference.path is not None} | query.used
    away = {reference.path for reference in references if reference.standing is Standing.AWAY}
    files = {path: _published(path) if path in away else _file(path) for path in paths}
    return StepReferences(found.context, references, files)


def _kinds(steps: Iterable[str]) -> list[tuple[str, str]]:
    """List steps and their reference types, the parameter references last."""
    listed = [(step, kind) for step in steps for kind in Image2Pipeline.step_defs[step].reference_file_types]
    parameters = [(step, Image2Pipeline.step_defs[step].get_config_reftype()) for step in steps]
    return [*listed, *parameters, (_PIPELINE, Image2Pipeline.get_config_reftype())]


def _reference(step: str, kind: str, place: str, override: Override | None) -> StepReference:
    if override is not None:
        if override.value.upper() == NO_REFERENCE:
            return StepReference(step, kind, Standing.NONE, override.origin)
        path = Path(override.value).absolute()
        return StepReference(step, kind, Standing.GIVEN if is_file(path) else Standing.GONE, override.origin, path)
    if place == NO_REFERENCE:
        return StepReference(step, kind, Standing.NOT_APPLICABLE)
    if not place:
        # Without a parameter reference a step has its default parameters.
        is_optional = kind.startswith("pars-")
        return StepReference(step, kind, Standing.NOT_APPLICABLE if is_optional else Standing.NOT_FOUND)
    path = Path(place)
    return StepReference(step, kind, Standing.CACHED if is_file(path) else Standing.AWAY, Origin.CRDS, path)


def _published(path: Path) -> ReferenceFile:
    """Return what CRDS says of a file that it selects and that is not in the cache."""
    return ReferenceFile(crds_file(path.name).size)


def _file(path: Path) -> ReferenceFile:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ReferenceFile()
    return _described(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _described(path: Path, size: int, _modified: int) -> ReferenceFile:
    """Describe a file; cached until it changes."""
    try:
        if is_tree(path):
            return ReferenceFile(size, read_tree(path).facts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_fits(path) as hdus:
                return ReferenceFile(size, facts_of(hdus[0].header, is_header=True))
    except WfsguiError as error:
        return ReferenceFile(size, fault=str(error))
    except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError) as error:
        why = " ".join(str(error).split())
        return ReferenceFile(size, fault=f"{os.fspath(path)} cannot be read ({why}); fetch it again.")
