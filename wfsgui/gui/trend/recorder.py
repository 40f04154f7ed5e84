"""Records of decisions for the trend, made as soon as the analyst has decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from wfsgui.core.assess.sensing import sensing_stage
from wfsgui.core.files.decision_store import Subject
from wfsgui.core.judgement.decision import Decision
from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.trend.make_record import Measured, TrendSource, exposure_record, pair_record
from wfsgui.core.trend.record import TrendRecord
from wfsgui.core.visit.roles import defocus_of
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.decisions import subject_of

__all__ = ["TrendRecorder"]

FindComparison = Callable[[Subject], Measured | None]


class _Incomplete(NamedTuple):
    """Decision on a stage that is not measured yet, the name of its record, and the stage."""

    decision: Decision
    uid: str
    stage: Stage


class _Stored(NamedTuple):
    """Last record of an exposure, and the stage that was decided on."""

    record: TrendRecord
    stage: Stage


class TrendRecorder(QObject):
    """Make a record of each decision, with the numbers of that moment.

    A decision on a stage that is still being measured is recorded at once, and again with its numbers when they are
    known; the last decision on an exposure again with the path of its result when that is saved.

    Parameters
    ----------
    assessments : Assessments
        Assessments of the exposures.
    exposures : callable
        ``exposures()``: the open exposures.
    versions : callable
        ``versions()``: version of each software package.
    comparison : callable
        ``comparison(subject)``: the latest comparison of a pair; None if it was not compared.
    parent : QObject
        Owner.

    Attributes
    ----------
    made : Signal(TrendRecord)
        A record to be stored.
    """

    made = Signal(object)

    def __init__(
        self,
        assessments: Assessments,
        exposures: Callable[[], Sequence[Exposure]],
        versions: Callable[[], Mapping[str, str]],
        comparison: FindComparison,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._assessments, self._exposures = assessments, exposures
        self._versions, self._comparison = versions, comparison
        self._incomplete: dict[tuple[Exposure, str], _Incomplete] = {}
        self._latest: WeakKeyDictionary[Exposure, _Stored] = WeakKeyDictionary()
        assessments.known.connect(self._complete)

    def note(self, subject: Subject, decision: Decision) -> None:
        """Record a decision on an exposure or a pair."""
        opened = self._exposures()
        by_path = {exposure.product.science.path: exposure for exposure in opened}
        found = [by_path[path] for path in subject if path in by_path]
        if len(subject) == 1:
            # A branch that is not the result is not in the trend.
            for exposure in (each for each in opened if subject_of(each) == subject):
                self._record_exposure(exposure, decision)
        elif len(found) == len(subject):
            self._record_pair(found, subject, decision)

    def _record_exposure(self, exposure: Exposure, decision: Decision) -> None:
        stage = decision.stage or exposure.latest.name
        record = self._of_exposure(exposure, stage, decision)
        unknown = self._assessments.find(exposure, stage) is None
        if unknown and not self._assessments.failure(exposure, stage):
            self._incomplete[exposure, stage] = _Incomplete(decision, record.uid, exposure.stages[stage])
        self._emit(exposure, stage, record)

    def _record_pair(self, exposures: Sequence[Exposure], subject: Subject, decision: Decision) -> None:
        first, second = sorted(exposures, key=_defocus, reverse=True)
        infos = [exposure.product.science.info for exposure in (first, second)]
        source = self._source(first, "")
        self.made.emit(pair_record(infos[0], infos[1], decision, self._comparison(subject), source))

    def _complete(self, exposure: Exposure, stage: str) -> None:
        """Record a decision again, with the numbers that were missing."""
        waiting = self._incomplete.pop((exposure, stage), None)
        # The stage of another run is another object: its numbers are not those of the decision.
        if waiting is not None and exposure.stages[stage] is waiting.stage:
            self._emit(exposure, stage, replace(self._of_exposure(exposure, stage, waiting.decision), uid=waiting.uid))

    def note_saved(self, exposure: Exposure, path: Path) -> None:
        """Record that the result of an exposure was saved after the decision on it."""
        latest = self._latest.get(exposure)
        # The result of another run is not the one that was decided on.
        if latest is not None and exposure.stages[latest.stage.name] is latest.stage:
            self._emit(exposure, latest.stage.name, replace(latest.record, result=str(path.absolute())))

    def _emit(self, exposure: Exposure, stage: str, record: TrendRecord) -> None:
        self._latest[exposure] = _Stored(record, exposure.stages[stage])
        self.made.emit(record)

    def _of_exposure(self, exposure: Exposure, stage: str, decision: Decision) -> TrendRecord:
        assessment = self._assessments.find(exposure, stage)
        return exposure_record(exposure.product.science.info, decision, assessment, self._source(exposure, stage))

    def _source(self, exposure: Exposure, stage: str) -> TrendSource:
        chosen = self._assessments.choice(exposure).sensing_stage
        metadata = exposure.stages[stage].metadata if stage else {}
        return TrendSource(
            limits=self._assessments.limits,
            sensing_stage=sensing_stage(exposure.product.science.info, metadata, chosen).name,
            versions=self._versions(),
            context=exposure.context,
            result=exposure.saved,
        )


def _defocus(exposure: Exposure) -> int:
    """Return the power of the lenses: of a pair, the exposure with the more positive one is the first."""
    defocus = defocus_of(exposure.product.science.info)
    return defocus.value if defocus is not None else 0
