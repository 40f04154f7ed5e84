"""A session in which nothing has its default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.gui import fakes
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.circumstances import Circumstances
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.core.model.product import AssociationEntry, FoundBy
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.regions.shapes import Annulus, Circle, Line, NamedRegion, Rectangle
from wfsgui.core.session.fingerprint import Fingerprint
from wfsgui.core.session.state import (
    ChoiceRecord,
    DecisionRecord,
    DisplayRecord,
    ExposureRecord,
    FileRecord,
    LayoutRecord,
    LevelRecord,
    MemberRecord,
    PairRecord,
    ScreenRecord,
    SessionState,
    StageRecord,
)

__all__ = ["whole_state"]

OPTIONS = StepOptions(
    parameters={"bkg_subtract": {"sigma": "2.5"}},
    overrides={"flat": "/refs/flat.fits", "area": "N/A"},
    skip=frozenset({"photom", "assign_wcs"}),
    stop_after="flat_field",
    parameter_file=Path("/refs/pars.asdf"),
)
VERDICT = Verdict(
    "flat_field", Judgement.REJECTED, "a \N{GREEK SMALL LETTER MU} and \udcff", "2026-11-30T12:00:00+00:00"
)
DECISION = Decision(Fitness.CARE, "two stars", "2026-11-30T12:00:00+00:00", "cal")


def _exposure(folder: Path) -> ExposureRecord:
    return ExposureRecord(
        key="1",
        name="first",
        science=MemberRecord(path=folder / "first_rate.fits", found_by=FoundBy.BESIDE),
        backgrounds=(MemberRecord(path=folder / "background_rate.fits"),),
        association=AssociationEntry("asn.json", "pool"),
        notices=("A notice.",),
        options=OPTIONS,
        used_options=replace(OPTIONS, stop_after=None),
        is_marked=False,
        state=ExposureState.WARNED,
        context="jwst_1234.pmap",
        error="An error.",
        stages=(
            StageRecord(
                name="flat_field",
                state=StageState.WARNED,
                reason="A reason.",
                elapsed=1.5,
                warnings=("A warning.",),
                alarm="An alarm.",
                doubts=("A doubt.",),
                verdict=VERDICT,
            ),
        ),
        result=Path("/sessions/session-1/results/1/first_cal.fits"),
        saved=folder / "first_cal.fits",
        parity=ParityReport(("SCI differs",), ("SCI",), "1.0", "A failure."),
        verdicts=(VERDICT,),
        notes={"photom": "being typed"},
        choice=ChoiceRecord(
            sensing_stage="FINE_PHASING", signal=Circle(1.0, 2.0, 3.0), background=Annulus(1.0, 2.0, 3.0, 4.0)
        ),
    )


def whole_state(folder: Path = Path("/data")) -> SessionState:
    """Make a session of two exposures, one with a branch."""
    first = _exposure(folder)
    branch = replace(first, key="2", origin="1", fork="flat_field", branch="no flat", serial="abc", is_marked=True)
    annular = ChoiceRecord(signal=Annulus(1.0, 2.0, 3.0, 4.0))
    second = ExposureRecord(
        key="3", name="second", science=MemberRecord(path=folder / "second_rate.fits"), choice=annular
    )
    header = replace(
        fakes.info("first", folder),
        circumstances=Circumstances(dither_offset=(1.0, 2.5), subarray_start=(1, 2), background=True),
    )
    return SessionState(
        begun="2026-11-30T11:00:00+00:00",
        file=folder / "a.wfsession",
        restored_from="session-0",
        exposures=(first, branch, second),
        files=(
            FileRecord(
                path=first.science.path,
                fingerprint=Fingerprint(size=5, modified_ns=10**18, sampled="00ff"),
                info=header,
            ),
            FileRecord(path=second.science.path),
        ),
        decisions=(
            DecisionRecord(subject=(first.science.path, second.science.path), decisions=(DECISION,), draft="typed"),
        ),
        pairs=(PairRecord(first=first.science.path, second=second.science.path, is_broken=True),),
        regions=(
            NamedRegion("1", Rectangle(1.0, 2.0, 3.0, 4.0)),
            NamedRegion("2", Circle(1.0, 2.0, 3.0)),
            NamedRegion("3", Annulus(1.0, 2.0, 3.0, 4.0)),
            NamedRegion("4", Line(1.0, 2.0, 3.0, 4.0)),
        ),
        selected_region=2,
        limits={"sbr.FINE_PHASING": 100.0},
        display=DisplayRecord(
            choices={"stretch": "log"}, levels=(LevelRecord(plane="SCI", unit="DN/s", low=-1.0, high=2.5),), plane="ERR"
        ),
        layout=LayoutRecord(panels="AAAA", version=1, page="pair"),
        screen=ScreenRecord(exposure="3", stage="photom"),
    )
