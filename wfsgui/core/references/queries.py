"""Questions to the engine about reference files, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.references.facts import ReferenceFacts
from wfsgui.core.references.judgement import Judgement
from wfsgui.core.references.tree import AsdfContent

__all__ = [
    "Origin",
    "ReferenceCheckQuery",
    "ReferenceFile",
    "ReferenceTreeQuery",
    "Standing",
    "StepReference",
    "StepReferences",
    "StepReferencesQuery",
]


class Origin(StrEnum):
    """What chose a reference file; the value is a word for the analyst."""

    CRDS = "CRDS"
    PARAMETER_FILE = "parameter file"
    ANALYST = "chosen by you"


class Standing(StrEnum):
    """Whether a reference file can be used; the value is a word for the analyst."""

    CACHED = "in the cache"
    AWAY = "not in the cache"
    GIVEN = "your file"
    GONE = "not there"
    NONE = "none, as chosen"
    NOT_FOUND = "CRDS has none"
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True)
class StepReference:
    """Reference of one type that the next run of a step uses.

    Attributes
    ----------
    step : str
        One of `wfsgui.core.model.stages.STEPS`; empty for the parameter reference of the pipeline.
    kind : str
        CRDS reference type, for example ``flat`` or ``pars-image2pipeline``.
    standing : Standing
        Whether there is a file, and where.
    origin : Origin
        What chose it.
    path : Path or None
        The file; None if there is none.
    """

    step: str
    kind: str
    standing: Standing
    origin: Origin = Origin.CRDS
    path: Path | None = None


@dataclass(frozen=True)
class ReferenceFile:
    """What is known of one reference file.

    Attributes
    ----------
    size : int or None
        Its size, bytes; that of CRDS for a file that is not in the cache; None if it is not known.
    facts : ReferenceFacts or None
        What it says of itself; None if it is not on this computer, or cannot be read.
    fault : str
        Why it cannot be read, one sentence; empty otherwise.
    """

    size: int | None = None
    facts: ReferenceFacts | None = None
    fault: str = ""


@dataclass(frozen=True)
class StepReferences:
    """The reference files of an exposure.

    Attributes
    ----------
    context : str
        The CRDS context.
    references : tuple of StepReference
        For the next run, in the order of the steps; with the types that do not apply.
    files : mapping of Path to ReferenceFile
        The files of `references`, and those that were asked for beside them.
    """

    context: str = ""
    references: tuple[StepReference, ...] = ()
    files: Mapping[Path, ReferenceFile] = field(default_factory=dict)


@dataclass(frozen=True)
class StepReferencesQuery(Query[StepReferences]):
    """Asks for the reference files of each step of a product; none is fetched.

    Attributes
    ----------
    product : Product
        The product.
    options : StepOptions
        The options of its next run: overrides and parameter file.
    used : frozenset of Path
        Files that its steps have recorded, which are described, too.
    """

    product: Product
    options: StepOptions = field(default_factory=StepOptions)
    used: frozenset[Path] = frozenset()

    def __hash__(self) -> int:
        # Options contain mappings.
        return hash((self.product, self.used))


@dataclass(frozen=True)
class ReferenceTreeQuery(Query[AsdfContent]):
    """Asks for the content of an ASDF file.

    Attributes
    ----------
    path : Path
        The file, absolute.
    """

    path: Path


@dataclass(frozen=True)
class ReferenceCheckQuery(Query[Judgement]):
    """Asks whether an ASDF file can be a reference of an exposure.

    Attributes
    ----------
    kind : str
        CRDS reference type.
    path : Path
        The file, absolute.
    info : ExposureInfo
        The exposure.
    """

    kind: str
    path: Path
    info: ExposureInfo
