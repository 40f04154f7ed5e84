"""Answers to the questions on CRDS: what exposures need, and how two contexts differ for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crds.core import heavy_client
from stdatamodels.jwst import datamodels

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError
from wfsgui.core.crds.needs import (
    RULES,
    ContextChange,
    ContextComparison,
    CrdsNeeds,
    ExposureComparison,
    ExposureNeeds,
    NeededFile,
)
from wfsgui.core.crds.progress import UNWATCHED
from wfsgui.core.crds.queries import ContextComparisonQuery, CrdsNeedsQuery
from wfsgui.core.model.stages import NEVER_RUN
from wfsgui.pipeline.chain.image2_import import Image2Pipeline
from wfsgui.pipeline.chain.openable import openable
from wfsgui.pipeline.chain.references import parameter_types
from wfsgui.pipeline.crds.connection import OBSERVATORY, context_in_force, is_connected
from wfsgui.pipeline.crds.files import needed_file
from wfsgui.pipeline.crds.rules import ensure_rules, rule_names
from wfsgui.pipeline.crds.selection import NOT_APPLICABLE, CrdsMetadata, selected
from wfsgui.pipeline.crds.state import offline_context

__all__ = ["compare_contexts", "crds_needs"]


def crds_needs(query: CrdsNeedsQuery) -> CrdsNeeds:
    """Find the files of CRDS that exposures need, and their states.

    Parameters
    ----------
    query : CrdsNeedsQuery
        The exposures.

    Returns
    -------
    CrdsNeeds
        The files. Nothing is downloaded but rules.
    """
    try:
        context = context_in_force(query.context)
        if is_connected():
            # Without it crds cannot work offline, whatever is in the cache.
            heavy_client.update_config_info(OBSERVATORY)
    except CrdsFaultError as error:
        return CrdsNeeds("", fault=error.fault)
    reader = _Reader(context, thorough=query.thorough)
    exposures = tuple(reader.needs(path) for path in query.exposures)
    offline = offline_context()
    others: tuple[NeededFile, ...] = ()
    if not query.context and offline not in ("", context):
        other = _Reader(offline, thorough=query.thorough)
        found = [other.needs(path) for path in query.exposures]
        others = (*other.rules(), *(file for needs in found for file in needs.files))
    return CrdsNeeds(context, reader.rules(), exposures, offline, others)


def compare_contexts(query: ContextComparisonQuery) -> ContextComparison:
    """Find the references that two contexts select differently.

    Parameters
    ----------
    query : ContextComparisonQuery
        Exposures and contexts.

    Returns
    -------
    ContextComparison
        The differences. Nothing is downloaded but rules.
    """
    names = [query.first, query.second]
    try:
        names = [context_in_force(name) for name in names]
    except CrdsFaultError as error:
        return ContextComparison(names[0], names[1], fault=error.fault)
    first, second = (_Reader(name, thorough=False) for name in names)
    return ContextComparison(names[0], names[1], tuple(_compared(path, first, second) for path in query.exposures))


def _compared(path: Path, first: _Reader, second: _Reader) -> ExposureComparison:
    try:
        before, after = first.selection(path), second.selection(path)
    except CrdsFaultError as error:
        return ExposureComparison(path, fault=error.fault)
    users = _users()
    changes = tuple(
        ContextChange(kind, users[kind], before[kind], after[kind]) for kind in users if before[kind] != after[kind]
    )
    same = sum(before[kind] == after[kind] and before[kind] not in ("", NOT_APPLICABLE) for kind in users)
    return ExposureComparison(path, changes, same)


def _users() -> dict[str, tuple[str, ...]]:
    """Return the steps that use each reference type, in the order of the steps; parameter references come first."""
    users: dict[str, tuple[str, ...]] = dict(parameter_types())
    for name, step in Image2Pipeline.step_defs.items():
        if name != NEVER_RUN:
            for kind in step.reference_file_types:
                users[kind] = (*users.get(kind, ()), name)
    return users


class _Reader:
    """Selects references by one context."""

    def __init__(self, context: str, *, thorough: bool) -> None:
        self._context = context
        self._thorough = thorough
        self._instruments: set[str] = set()

    def selection(self, path: Path) -> dict[str, str]:
        """Select the references of an exposure.

        Raises
        ------
        CrdsFaultError
            If that is not possible.
        """
        try:
            with openable([path]) as (name,), datamodels.open(name) as model:
                instrument = str(model.meta.instrument.name)
                ensure_rules(self._context, instrument, UNWATCHED)
                self._instruments.add(instrument)
                return selected(CrdsMetadata(model, self._context), _users(), self._context)
        except CrdsFaultError:
            raise
        except (Exception, SystemExit) as error:
            # A damaged file raises any kind of error in the data model, and crds SystemExit.
            detail = " ".join(str(error).split()) or type(error).__name__
            raise CrdsFaultError(sentences.bad_exposure(path, detail)) from error

    def needs(self, path: Path) -> ExposureNeeds:
        """Describe what an exposure needs."""
        try:
            names = self.selection(path)
        except CrdsFaultError as error:
            return ExposureNeeds(path, fault=error.fault)
        users = _users()
        parameters = parameter_types()
        absent = tuple(kind for kind in users if not names[kind] and kind not in parameters)
        files = tuple(
            needed_file(kind, users[kind], names[kind], thorough=self._thorough)
            for kind in users
            if names[kind] not in ("", NOT_APPLICABLE)
        )
        others = tuple(kind for kind in users if names[kind] == NOT_APPLICABLE and kind not in parameters)
        return ExposureNeeds(path, files, others, absent, self._absence(absent))

    def _absence(self, kinds: Sequence[str]) -> CrdsFault | None:
        return sentences.no_match(kinds, self._context) if kinds else None

    def rules(self) -> tuple[NeededFile, ...]:
        """Describe the rules of all instruments of the exposures."""
        names = sorted({name for found in self._instruments for name in rule_names(self._context, found)})
        return tuple(needed_file(RULES, (), name, thorough=self._thorough) for name in names)
