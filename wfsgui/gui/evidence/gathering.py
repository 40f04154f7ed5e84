"""Collection of everything that evidence is made from, in the GUI thread; nothing is measured or read here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wfsgui.core.evidence.records import EvidenceContext, ExposureRecord, snapshot
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.gui.assess.decisions import subject_of

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import ModelStar
    from wfsgui.core.judgement.decision import Decision
    from wfsgui.core.model.exposure import Exposure
    from wfsgui.core.pair.results import PairLink
    from wfsgui.core.regions.pixel_numbers import PixelNumbers
    from wfsgui.gui.assess.assessments import Assessments
    from wfsgui.gui.assess.decisions import Decisions
    from wfsgui.gui.evidence.scope import Scope
    from wfsgui.gui.steps.step_effects import StepEffects

__all__ = ["EvidenceInput", "EvidenceSources", "gather"]


@dataclass(frozen=True, kw_only=True)
class EvidenceSources:
    """Where the window keeps what evidence is made from.

    Attributes
    ----------
    assessments : Assessments
        Assessments, limits and choices of the analyst.
    effects : StepEffects
        Effects of the steps.
    decisions : Decisions
        Decisions of the analyst.
    links : callable
        ``links() -> sequence of PairLink``: the pairs.
    engine : callable
        ``engine() -> EngineInfo or None``: information on the engine; None until it is loaded.
    numbers : callable
        ``numbers() -> PixelNumbers``: convention of pixel numbers.
    model_star : ModelStar or None
        Computes the model star for Strehl ratios; None to leave these out.
    """

    assessments: Assessments
    effects: StepEffects
    decisions: Decisions
    links: Callable[[], Sequence[PairLink]]
    engine: Callable[[], EngineInfo | None]
    numbers: Callable[[], PixelNumbers]
    model_star: ModelStar | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class EvidenceInput:
    """What one document is made from.

    Attributes
    ----------
    name : str
        Base name of the files.
    records : tuple of ExposureRecord
        The exposures.
    pairs : tuple of (PairLink, tuple of Decision)
        The pairs, and the decisions on each.
    context : EvidenceContext
        Circumstances.
    """

    name: str
    records: tuple[ExposureRecord, ...]
    pairs: tuple[tuple[PairLink, tuple[Decision, ...]], ...]
    context: EvidenceContext


def gather(scope: Scope, sources: EvidenceSources) -> EvidenceInput:
    """Collect what is known about the exposures and pairs of a document.

    Parameters
    ----------
    scope : Scope
        What the document is about.
    sources : EvidenceSources
        Where it is known.

    Returns
    -------
    EvidenceInput
        Copies that do not change with the exposures; the planes of the images are shared.
    """
    return EvidenceInput(
        name=scope.name,
        records=tuple(_record(exposure, sources) for exposure in scope.exposures),
        pairs=tuple((link, sources.decisions.find((link.first, link.second))) for link in scope.links),
        context=EvidenceContext(
            engine=sources.engine() or EngineInfo(),
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            limits=sources.assessments.limits,
            numbers=sources.numbers(),
            model_star=sources.model_star,
        ),
    )


def _record(exposure: Exposure, sources: EvidenceSources) -> ExposureRecord:
    assessments = {name: sources.assessments.find(exposure, name) for name in exposure.stages}
    effects = {name: sources.effects.find(exposure, name) for name in exposure.steps}
    return ExposureRecord(
        exposure=snapshot(exposure),
        assessments={name: found for name, found in assessments.items() if found is not None},
        effects={name: found for name, found in effects.items() if found is not None},
        decisions=sources.decisions.find(subject_of(exposure)),
        sensing_stage=sources.assessments.choice(exposure).sensing_stage,
    )
