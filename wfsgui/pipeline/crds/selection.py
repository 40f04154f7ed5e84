"""Selection of references by the rules of CRDS, with the metadata that they need and no other.

crds screens all metadata of an exposure, some 180 values, twice in each look-up, to use about ten of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

import crds
from astropy.time import Time
from crds.core.exceptions import CrdsBadReferenceError, CrdsBadRulesError
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import Step

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFaultError
from wfsgui.pipeline.crds.connection import OBSERVATORY
from wfsgui.pipeline.crds.rules import required_keys

__all__ = ["NOT_APPLICABLE", "CrdsMetadata", "QuickLookUp", "selected"]

NOT_APPLICABLE: Final = "N/A"
"""Answer of CRDS for a reference type that an exposure does not need."""

_NOT_FOUND: Final = "NOT FOUND"
_ROOT: Final = "meta"
_SIMPLE: Final = (str, int, float, complex, bool)


class CrdsMetadata:
    """The metadata of an exposure by which a context selects its references.

    Parameters
    ----------
    model : JwstDataModel
        The exposure; read when the metadata are asked for.
    context : str
        Name of the context, whose rules are in the cache.
    """

    def __init__(self, model: JwstDataModel, context: str) -> None:
        self._model = model
        self._context = context

    def values(self) -> dict[str, Any]:
        """Return the values by dotted path, as `JwstDataModel.get_crds_parameters` does for all metadata."""
        keys = required_keys(self._context, str(self._model.meta.instrument.name))
        found = ((key, _value(self._model, key)) for key in keys)
        return {key: value for key, value in found if isinstance(value, _SIMPLE)}


def _value(model: JwstDataModel, key: str) -> object:
    """Read a value that is in the file, not the default of a schema."""
    root, *path = key.split(".")
    node: object = model.meta.instance if root == _ROOT else None
    for part in path:
        node = node.get(part) if isinstance(node, dict) else None
    # As the data model writes times for CRDS.
    return node.isoformat() if isinstance(node, datetime) else str(node) if isinstance(node, Time) else node


class QuickLookUp:
    """Lets steps look up their references with the metadata that CRDS needs, in place of the whole exposure.

    Parameters
    ----------
    context : str
        Name of the context in force, whose rules are in the cache.

    Attributes
    ----------
    context : str
        The context.
    """

    def __init__(self, context: str) -> None:
        self.context = context
        self._values: dict[str, Any] = {}
        self._small: JwstDataModel | None = None

    def speed_up(self, step: Step) -> None:
        """Wrap the method `get_reference_file` of one instance of a step; its class is not changed."""
        step.get_reference_file = partial(self._reference_file, step)

    def _reference_file(self, step: Step, model: object, kind: str) -> object:
        given = self.reduced(model) if isinstance(model, JwstDataModel) else model
        return type(step).get_reference_file(step, given, kind)

    def reduced(self, model: JwstDataModel) -> JwstDataModel:
        """Return a model with these metadata only; it is made again if a step has changed one."""
        values = CrdsMetadata(model, self.context).values()
        if self._small is None or values != self._values:
            self._values, self._small = values, JwstDataModel()
            for key, value in values.items():
                self._small[key] = value
        return self._small


def selected(metadata: CrdsMetadata, kinds: Iterable[str], context: str = "") -> dict[str, str]:
    """Select references.

    Parameters
    ----------
    metadata : CrdsMetadata
        The exposure.
    kinds : iterable of str
        Reference types.
    context : str, optional
        Another context than the one in force.

    Returns
    -------
    dict of str to str
        For each type the base name of its file, `NOT_APPLICABLE`, or an empty string if the context has none.

    Raises
    ------
    CrdsFaultError
        If CRDS has withdrawn the context or a file.
    CrdsError
        If CRDS fails otherwise.
    """
    wanted = sorted(kinds)
    if not wanted:
        # crds would take all types.
        return {}
    try:
        found = crds.getrecommendations(
            metadata.values(), reftypes=wanted, context=context or None, observatory=OBSERVATORY
        )
    except (CrdsBadReferenceError, CrdsBadRulesError) as error:
        raise CrdsFaultError(sentences.withdrawn(" ".join(str(error).split()))) from error
    return {kind: _name(str(found.get(kind, NOT_APPLICABLE))) for kind in wanted}


def _name(answer: str) -> str:
    """Return the name in an answer of CRDS; ``NOT FOUND n/a`` means that the type does not apply."""
    if NOT_APPLICABLE in answer.upper():
        return NOT_APPLICABLE
    return "" if answer.startswith(_NOT_FOUND) else answer
