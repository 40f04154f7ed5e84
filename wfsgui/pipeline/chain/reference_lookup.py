"""Names and paths of the reference files that a run would use; nothing is downloaded but rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import crds
from stdatamodels.jwst import datamodels

from wfsgui.core.crds.progress import UNWATCHED
from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.openable import openable
from wfsgui.pipeline.crds.connection import OBSERVATORY, context_in_force
from wfsgui.pipeline.crds.rules import ensure_rules
from wfsgui.pipeline.crds.selection import NOT_APPLICABLE, CrdsMetadata, selected

__all__ = ["FoundReferences", "look_up_references"]


@dataclass(frozen=True)
class FoundReferences:
    """Reference files that CRDS selects for one exposure.

    Attributes
    ----------
    context : str
        The CRDS context, for example ``jwst_1293.pmap``.
    places : dict of str to str
        Path of the file in the cache, whether it exists or not, by reference type; ``N/A`` if the exposure needs
        none, an empty string if CRDS has none.
    """

    context: str
    places: dict[str, str]


def look_up_references(
    exposure: Path, skipped: Iterable[str] = ("resample",), kinds: Iterable[str] | None = None
) -> FoundReferences:
    """Look up the reference files of an exposure in CRDS.

    Parameters
    ----------
    exposure : Path
        A ``_rate`` file.
    skipped : iterable of str, optional
        Steps whose reference files are not looked up.
    kinds : iterable of str, optional
        Reference types to look up; by default those of all other steps.

    Returns
    -------
    FoundReferences
        The files, without overrides.

    Raises
    ------
    WfsguiError
        If CRDS does not answer, or the file cannot be read.
    """
    left_out = set(skipped)
    of_steps = {
        kind
        for name, step in Image2Pipeline.step_defs.items()
        if name not in left_out
        for kind in step.reference_file_types
    }
    wanted = of_steps if kinds is None else set(kinds)
    try:
        context = context_in_force()
        with openable([exposure]) as (name,), datamodels.open(name) as model:
            ensure_rules(context, str(model.meta.instrument.name), UNWATCHED)
            names = selected(CrdsMetadata(model, context), wanted)
    except (Exception, SystemExit) as error:
        # A damaged file raises any kind of error in the data model, and crds SystemExit.
        raise WfsguiError(explain(error, f"looking up the references of {exposure.name}")) from error
    return FoundReferences(context, {kind: _place(name) for kind, name in names.items()})


def _place(name: str) -> str:
    return name if name in ("", NOT_APPLICABLE) else str(crds.locate_file(name, OBSERVATORY))
