"""Files of CRDS that exposures need, their states, and the comparison of two contexts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from wfsgui.core.crds.faults import CrdsFault

__all__ = [
    "RULES",
    "ContextChange",
    "ContextComparison",
    "CrdsFile",
    "CrdsNeeds",
    "ExposureComparison",
    "ExposureNeeds",
    "FileState",
    "NeededFile",
]

RULES = "rules"
"""Kind of the files that select references: context and mappings."""


class FileState(StrEnum):
    """State of a file; the value is a word for the analyst."""

    CACHED = "cached"
    MISSING = "missing"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class CrdsFile:
    """One file of CRDS: a mapping or a reference file.

    Attributes
    ----------
    name : str
        Base name.
    path : Path
        Where it is, or belongs, in the cache.
    size : int or None
        Published size, bytes; None if it is not known.
    sha1sum : str
        Published checksum; empty if it is not known.
    url : str
        Where it can be downloaded; empty if no server is asked.
    """

    name: str
    path: Path
    size: int | None = None
    sha1sum: str = ""
    url: str = ""


@dataclass(frozen=True)
class NeededFile:
    """One file that an exposure needs.

    Attributes
    ----------
    kind : str
        Reference type (``flat``, ``pars-image2pipeline``), or `RULES`.
    steps : tuple of str
        Steps that use it; ``calwebb_image2`` for the parameter reference of the pipeline; empty for `RULES`.
    file : CrdsFile
        The file.
    state : FileState
        Its state.
    fault : CrdsFault or None
        Why it is damaged or missing; None if it is cached.
    """

    kind: str
    steps: tuple[str, ...]
    file: CrdsFile
    state: FileState
    fault: CrdsFault | None = None


@dataclass(frozen=True)
class ExposureNeeds:
    """What one exposure needs.

    Attributes
    ----------
    exposure : Path
        The ``_rate`` file.
    files : tuple of NeededFile
        References of all steps and parameter references, without rules; in the order of the steps.
    not_applicable : tuple of str
        Reference types of the steps that do not apply to this exposure.
    not_found : tuple of str
        Reference types for which the context has no file of this exposure, although they apply.
    fault : CrdsFault or None
        Why the references are not known, or what `not_found` means; None if nothing is wrong.
    """

    exposure: Path
    files: tuple[NeededFile, ...] = ()
    not_applicable: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    fault: CrdsFault | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the exposure can be run without a download."""
        return self.fault is None and all(needed.state is FileState.CACHED for needed in self.files)

    def in_state(self, state: FileState) -> tuple[NeededFile, ...]:
        """Return the files in one state."""
        return tuple(needed for needed in self.files if needed.state is state)


@dataclass(frozen=True)
class CrdsNeeds:
    """What some exposures need.

    Attributes
    ----------
    context : str
        The context by which the references were selected; empty if there is none.
    rules : tuple of NeededFile
        Mappings of the context that the instruments of the exposures need.
    exposures : tuple of ExposureNeeds
        One for each exposure, in the order of the query.
    offline_context : str
        See `wfsgui.core.crds.state.CrdsState.offline_context`.
    offline_files : tuple of NeededFile
        Rules and references that `offline_context` selects, if it is not `context`.
    fault : CrdsFault or None
        Why nothing is known; None otherwise.
    """

    context: str
    rules: tuple[NeededFile, ...] = ()
    exposures: tuple[ExposureNeeds, ...] = ()
    offline_context: str = ""
    offline_files: tuple[NeededFile, ...] = ()
    fault: CrdsFault | None = None

    @property
    def is_ready(self) -> bool:
        """Whether all exposures can be run without a download."""
        rules = all(needed.state is FileState.CACHED for needed in self.rules)
        return self.fault is None and rules and all(exposure.is_ready for exposure in self.exposures)

    @property
    def is_ready_offline(self) -> bool:
        """Whether all exposures can be run without a network."""
        cached = all(needed.state is FileState.CACHED for needed in self.offline_files)
        return self.is_ready and cached and bool(self.offline_context)

    def files(self) -> Iterator[NeededFile]:
        """Yield every file once: rules, then references, then what is needed only without a network."""
        seen: set[Path] = set()
        references = (needed for exposure in self.exposures for needed in exposure.files)
        for needed in (*self.rules, *references, *self.offline_files):
            if needed.file.path not in seen:
                seen.add(needed.file.path)
                yield needed

    def to_download(self) -> tuple[CrdsFile, ...]:
        """Return the files that are missing or damaged, each once."""
        return tuple(needed.file for needed in self.files() if needed.state is not FileState.CACHED)


@dataclass(frozen=True)
class ContextChange:
    """A reference type for which two contexts select different files.

    Attributes
    ----------
    kind : str
        Reference type.
    steps : tuple of str
        Steps that use it.
    first, second : str
        Base name in each context; ``N/A`` if the type does not apply, empty if there is no file.
    """

    kind: str
    steps: tuple[str, ...]
    first: str
    second: str


@dataclass(frozen=True)
class ExposureComparison:
    """Comparison of two contexts for one exposure.

    Attributes
    ----------
    exposure : Path
        The ``_rate`` file.
    changes : tuple of ContextChange
        What differs; empty if both contexts select the same files.
    same : int
        Number of reference types for which both contexts select the same file.
    fault : CrdsFault or None
        Why the contexts could not be compared for it; None otherwise.
    """

    exposure: Path
    changes: tuple[ContextChange, ...] = ()
    same: int = 0
    fault: CrdsFault | None = None


@dataclass(frozen=True)
class ContextComparison:
    """Comparison of two contexts.

    Attributes
    ----------
    first, second : str
        Names of the contexts, as CRDS resolves them (``latest`` becomes ``jwst_1535.pmap``).
    exposures : tuple of ExposureComparison
        One for each exposure, in the order of the query.
    fault : CrdsFault or None
        Why nothing could be compared; None otherwise.
    """

    first: str
    second: str
    exposures: tuple[ExposureComparison, ...] = ()
    fault: CrdsFault | None = None
