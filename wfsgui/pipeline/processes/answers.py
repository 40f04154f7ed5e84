"""Functions that answer queries, in the process of the engine. Each imports the engine when it is called."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from wfsgui.core.crds.cache_check import CacheListing
from wfsgui.core.crds.needs import ContextComparison, CrdsNeeds
from wfsgui.core.crds.queries import (
    CacheListingQuery,
    ContextComparisonQuery,
    CrdsContextsQuery,
    CrdsNeedsQuery,
    CrdsStateQuery,
)
from wfsgui.core.crds.state import CrdsContexts, CrdsState
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.plane_store import PlaneStore
from wfsgui.core.model.parameters import ParameterFile, ParameterOrigins
from wfsgui.core.model.queries import (
    ParameterFileQuery,
    ParameterOriginsQuery,
    Query,
    ReferencesQuery,
    SaveParametersQuery,
)
from wfsgui.core.pair.forecast import CombinationRequest
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.queries import (
    ReferenceCheckQuery,
    ReferenceTreeQuery,
    StepReferences,
    StepReferencesQuery,
)
from wfsgui.core.references.tree import AsdfContent
from wfsgui.pipeline.processes.messages import StoredForecast

__all__ = ["answer_to"]

log = logging.getLogger(__name__)


def _references(query: ReferencesQuery) -> dict[str, str]:
    from wfsgui.pipeline.chain.reference_lookup import look_up_references

    return look_up_references(query.product.science.path).places


def _parameter_file(query: ParameterFileQuery) -> ParameterFile:
    from wfsgui.pipeline.chain.chain import described_parameter_file

    return described_parameter_file(query.path)


def _crds_state(_query: CrdsStateQuery) -> CrdsState:
    from wfsgui.pipeline.crds.state import crds_state

    return crds_state()


def _crds_contexts(_query: CrdsContextsQuery) -> CrdsContexts:
    from wfsgui.pipeline.crds.state import crds_contexts

    return crds_contexts()


def _crds_needs(query: CrdsNeedsQuery) -> CrdsNeeds:
    from wfsgui.pipeline.chain.crds_needs import crds_needs

    return crds_needs(query)


def _context_comparison(query: ContextComparisonQuery) -> ContextComparison:
    from wfsgui.pipeline.chain.crds_needs import compare_contexts

    return compare_contexts(query)


def _cache_listing(_query: CacheListingQuery) -> CacheListing:
    from wfsgui.pipeline.crds.files import cache_listing

    return cache_listing()


def _parameter_origins(query: ParameterOriginsQuery) -> ParameterOrigins:
    from wfsgui.pipeline.chain.parameter_origins import parameter_origins

    return parameter_origins(query.product, query.options)


def _save_parameters(query: SaveParametersQuery) -> Path:
    from wfsgui.pipeline.chain.parameter_origins import save_parameters

    return save_parameters(query.product, query.options, query.path)


def _forecast(query: CombinationRequest) -> StoredForecast:
    from wfsgui.pipeline.runs.forecast import forecast_combination

    forecast = forecast_combination(query)
    return StoredForecast(PlaneStore(query.folder).put(forecast.image), forecast.record)


def _step_references(query: StepReferencesQuery) -> StepReferences:
    from wfsgui.pipeline.references.described import references_of_steps

    return references_of_steps(query)


def _reference_tree(query: ReferenceTreeQuery) -> AsdfContent:
    from wfsgui.pipeline.references.trees import read_tree

    return read_tree(query.path)


def _reference_check(query: ReferenceCheckQuery) -> Judgement:
    from wfsgui.pipeline.references.trees import judged_tree

    return judged_tree(query.kind, query.path, query.info)


# For each kind of query the function, and what it does, for error messages.
_ANSWERS: Final[Mapping[type, tuple[Callable[[Any], object], str]]] = {
    ReferencesQuery: (_references, "looking up the reference files"),
    ParameterFileQuery: (_parameter_file, "reading the parameter file"),
    CrdsStateQuery: (_crds_state, "asking for the state of CRDS"),
    CrdsContextsQuery: (_crds_contexts, "listing the contexts of CRDS"),
    CrdsNeedsQuery: (_crds_needs, "looking up the files of CRDS"),
    ContextComparisonQuery: (_context_comparison, "comparing two contexts of CRDS"),
    CacheListingQuery: (_cache_listing, "listing the cache of CRDS"),
    ParameterOriginsQuery: (_parameter_origins, "finding the origin of the parameters"),
    SaveParametersQuery: (_save_parameters, "saving the parameters"),
    CombinationRequest: (_forecast, "the forecast of wfs_combine"),
    StepReferencesQuery: (_step_references, "looking up the reference files"),
    ReferenceTreeQuery: (_reference_tree, "reading the reference file"),
    ReferenceCheckQuery: (_reference_check, "checking the reference file"),
}


def answer_to(query: Query[object]) -> object:
    """Answer a query.

    Parameters
    ----------
    query : Query
        The query.

    Returns
    -------
    object
        The answer. If anything is wrong, a `WfsguiError`, which is returned, not raised.
    """
    function, doing = _ANSWERS[type(query)]
    try:
        return function(query)
    except WfsguiError as error:
        return error
    except (Exception, SystemExit) as error:
        # A damaged file may raise any kind of error, and crds raises SystemExit.
        from wfsgui.pipeline.chain.error_messages import explain

        log.exception("%s failed.", doing)
        return WfsguiError(explain(error, doing))
