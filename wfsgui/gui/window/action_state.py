"""Enablement of the actions, by the state of exposures and runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.stages import CAL
from wfsgui.gui.actions.action_spec import Need
from wfsgui.gui.exposures.saver import can_save
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.runs.runnable import can_branch, can_redo, can_run, can_step
from wfsgui.gui.window.services import Services

__all__ = ["can_run_to", "met_needs", "stages_to_show"]


def met_needs(services: Services, presenter: StagePresenter, selected: Sequence[Exposure]) -> frozenset[Need]:
    """Return what can be done now.

    Parameters
    ----------
    services : Services
        Exposures and runs.
    presenter : StagePresenter
        The exposure and the stage on screen.
    selected : sequence of Exposure
        The exposures that are selected in the list.

    Returns
    -------
    frozenset of Need
        All needs that are met, but for `Need.NOTHING` and `Need.STAGE`.
    """
    exposures = services.open_exposures.exposures
    conditions = {
        Need.SEVERAL: len(exposures) > 1,
        Need.SELECTION: bool(selected),
        Need.SELECTED_RESULT: any(map(can_save, selected)),
        Need.ANY_RESULT: any(map(can_save, exposures)),
        Need.ANY_STEP: any(map(can_step, exposures)),
        Need.SELECTED_RUN: any(map(can_run, selected)),
        Need.PARAMETER_FILE: any(exposure.options.parameter_file is not None for exposure in selected),
        Need.RUN: services.control.is_busy,
        Need.OTHER_BRANCH: any(map(services.open_exposures.is_other_branch, selected)),
        Need.OPERATION: services.operations.is_open(exposure.product for exposure in exposures),
    }
    met = {need for need, is_met in conditions.items() if is_met}
    if presenter.exposure is not None:
        met.update(_met_by(presenter.exposure, presenter.stage, services))
    return frozenset(met)


def _met_by(exposure: Exposure, stage: str, services: Services) -> Iterator[Need]:
    """Yield the needs that the exposure on screen meets."""
    yield Need.EXPOSURE
    if can_save(exposure):
        yield Need.RESULT
    if can_step(exposure):
        yield Need.STEP
    if can_run_to(exposure, stage):
        yield Need.STEP_TO_STAGE
    if services.stops.awaited_stage(exposure) is not None:
        yield Need.VERDICT
    if can_redo(exposure, stage):
        yield Need.REDO
    if can_branch(exposure, stage):
        yield Need.BRANCH
    if len(services.open_exposures.branches_of(exposure)) > 1:
        yield Need.BRANCHES


def can_run_to(exposure: Exposure, stage: str) -> bool:
    """Whether an exposure can be run up to a stage."""
    return can_step(exposure) and stage in (*exposure.pending_steps, CAL)


def stages_to_show(exposure: Exposure | None) -> frozenset[str]:
    """Return the stages of an exposure that apply to it; none without an exposure."""
    stages = exposure.stages.values() if exposure is not None else ()
    return frozenset(stage.name for stage in stages if stage.state is not StageState.NOT_APPLICABLE)
