"""What a session is made of: plain data, to be written and read again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wfsgui.core.judgement.decision import Decision
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.judgement.verdicts import Verdict
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import AssociationEntry, FoundBy
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import RATE
from wfsgui.core.regions.shapes import Annulus, Circle, NamedRegion
from wfsgui.core.session.fingerprint import Fingerprint

__all__ = [
    "ChoiceRecord",
    "DecisionRecord",
    "DisplayRecord",
    "ExposureRecord",
    "FileRecord",
    "LayoutRecord",
    "LevelRecord",
    "MemberRecord",
    "PairRecord",
    "ScreenRecord",
    "SessionState",
    "StageRecord",
]


@dataclass(frozen=True, kw_only=True)
class FileRecord:
    """A file that the session reads, or has written.

    Attributes
    ----------
    path : Path
        The file.
    fingerprint : Fingerprint or None
        What it was like; None if that was not known yet.
    info : ExposureInfo or None
        What its headers say; None for other files than exposures.
    """

    path: Path
    fingerprint: Fingerprint | None = None
    info: ExposureInfo | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRecord:
    """Member of a product.

    Attributes
    ----------
    path : Path
        The file.
    found_by : FoundBy
        The rule that found it.
    """

    path: Path
    found_by: FoundBy = FoundBy.AS_GIVEN


@dataclass(frozen=True, kw_only=True)
class StageRecord:
    """Stage of an exposure, without its image; see `wfsgui.core.model.exposure.Stage`."""

    name: str
    state: StageState
    reason: str = ""
    elapsed: float | None = None
    warnings: tuple[str, ...] = ()
    alarm: str = ""
    doubts: tuple[str, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class ChoiceRecord:
    """What the analyst has chosen for the assessment of an exposure.

    Attributes
    ----------
    sensing_stage : str
        Stage of the sensing; empty for that of the headers.
    signal, background : Circle, Annulus or None
        Regions of the star; None for automatic ones.
    """

    sensing_stage: str = ""
    signal: Circle | Annulus | None = None
    background: Annulus | None = None


@dataclass(frozen=True, kw_only=True)
class ExposureRecord:
    """One open exposure, or one branch of it; see `wfsgui.core.model.exposure.Exposure`.

    Attributes
    ----------
    key : str
        Its key in that session.
    name : str
        Name of the product.
    science : MemberRecord
        The exposure to calibrate.
    backgrounds : tuple of MemberRecord
        Its backgrounds.
    association : AssociationEntry or None
        Its association.
    notices : tuple of str
        Notices for the analyst.
    options, used_options : StepOptions
        Options of the next and of the latest run.
    origin : str
        Key of the exposure from which this branch leaves; empty if it is no branch.
    fork : str
        First step that the branch runs itself.
    branch, serial : str
        Name of the branch, and what tells it from all others.
    is_marked : bool
        Whether this branch is the one that counts as the result.
    state : ExposureState
        Its state.
    context : str
        CRDS context.
    error : str
        Why it failed.
    stages : tuple of StageRecord
        Its stages.
    result, saved : Path or None
        The result in the folder of that session, and the file to which it was saved.
    parity : ParityReport or None
        Comparison with the official pipeline.
    verdicts : tuple of Verdict
        Verdicts, oldest first.
    notes : mapping of str to str
        Stage and the note on it that was typed and not given yet.
    choice : ChoiceRecord
        Choices for the assessment.
    """

    key: str
    name: str
    science: MemberRecord
    backgrounds: tuple[MemberRecord, ...] = ()
    association: AssociationEntry | None = None
    notices: tuple[str, ...] = ()
    options: StepOptions = field(default_factory=StepOptions)
    used_options: StepOptions = field(default_factory=StepOptions)
    origin: str = ""
    fork: str = ""
    branch: str = ""
    serial: str = ""
    is_marked: bool = True
    state: ExposureState = ExposureState.WAITING
    context: str = ""
    error: str = ""
    stages: tuple[StageRecord, ...] = ()
    result: Path | None = None
    saved: Path | None = None
    parity: ParityReport | None = None
    verdicts: tuple[Verdict, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    choice: ChoiceRecord = field(default_factory=ChoiceRecord)

    @property
    def is_unsaved(self) -> bool:
        """Whether it has a result that was not saved."""
        return self.result is not None and self.saved is None

    @property
    def members(self) -> tuple[MemberRecord, ...]:
        """The science exposure and the backgrounds."""
        return (self.science, *self.backgrounds)


@dataclass(frozen=True, kw_only=True)
class DecisionRecord:
    """Decisions on an exposure or a pair.

    Attributes
    ----------
    subject : tuple of Path
        The science files.
    decisions : tuple of Decision
        The decisions, oldest first.
    draft : str
        Note that was typed and not used yet.
    """

    subject: tuple[Path, ...]
    decisions: tuple[Decision, ...] = ()
    draft: str = ""


@dataclass(frozen=True, kw_only=True)
class PairRecord:
    """Pair that the analyst has made or broken by hand.

    Attributes
    ----------
    first, second : Path
        The science files.
    is_broken : bool
        Whether the pair was broken instead of made.
    """

    first: Path
    second: Path
    is_broken: bool = False


@dataclass(frozen=True, kw_only=True)
class LevelRecord:
    """Levels that were set by hand; they hold for all exposures.

    Attributes
    ----------
    plane, unit : str
        Name of the plane, and unit of the image.
    low, high : float
        The levels, in that unit.
    """

    plane: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class DisplayRecord:
    """How images are displayed.

    Attributes
    ----------
    choices : mapping of str to str
        Stretch, colours, rule of the limits, lock.
    levels : tuple of LevelRecord
        Levels that were set by hand.
    plane : str
        Plane on screen; empty for none.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[LevelRecord, ...] = ()
    plane: str = ""


@dataclass(frozen=True, kw_only=True)
class LayoutRecord:
    """Place of the panels.

    Attributes
    ----------
    panels : str
        State of Qt, in base 64; empty for the first layout.
    version : int
        Version of this state; another one is of no use.
    page : str
        Page in the middle.
    """

    panels: str = ""
    version: int = 0
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class ScreenRecord:
    """What is on screen.

    Attributes
    ----------
    exposure : str
        Key of the exposure; empty for none.
    stage : str
        Its stage.
    """

    exposure: str = ""
    stage: str = RATE


@dataclass(frozen=True, kw_only=True)
class SessionState:
    """Everything that a session restores.

    Attributes
    ----------
    begun : str
        When the session began, UTC, ISO 8601.
    file : Path or None
        Session file that it was opened from or saved to.
    restored_from : str
        Name of the folder of the session that it continues; empty for none.
    exposures : tuple of ExposureRecord
        The exposures and their branches, each origin before its branches.
    files : tuple of FileRecord
        The files of the exposures.
    decisions : tuple of DecisionRecord
        Decisions on exposures and pairs.
    pairs : tuple of PairRecord
        Pairs made or broken by hand.
    regions : tuple of NamedRegion
        Regions of the session.
    selected_region : int
        Index of the selected one; -1 for none.
    limits : mapping of str to float
        Limits of the checks that differ from the defaults.
    display : DisplayRecord
        How images are displayed.
    layout : LayoutRecord
        Place of the panels.
    screen : ScreenRecord
        What is on screen.
    """

    begun: str = ""
    file: Path | None = None
    restored_from: str = ""
    exposures: tuple[ExposureRecord, ...] = ()
    files: tuple[FileRecord, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()
    pairs: tuple[PairRecord, ...] = ()
    regions: tuple[NamedRegion, ...] = ()
    selected_region: int = -1
    limits: Mapping[str, float] = field(default_factory=dict)
    display: DisplayRecord = field(default_factory=DisplayRecord)
    layout: LayoutRecord = field(default_factory=LayoutRecord)
    screen: ScreenRecord = field(default_factory=ScreenRecord)

    @property
    def unsaved(self) -> tuple[ExposureRecord, ...]:
        """The exposures with a result that was not saved."""
        return tuple(exposure for exposure in self.exposures if exposure.is_unsaved)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Every file that the exposures read, once: members, parameter files and references given by the analyst."""
        return tuple(dict.fromkeys(path for exposure in self.exposures for path in _inputs(exposure)))


def _inputs(exposure: ExposureRecord) -> Iterator[Path]:
    yield from (member.path for member in exposure.members)
    for options in (exposure.options, exposure.used_options):
        if options.parameter_file is not None:
            yield options.parameter_file
        # Others are names of references in CRDS, or N/A.
        yield from (Path(name) for name in options.overrides.values() if Path(name).is_absolute())
