"""Where the files of a session are now, after folders were moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from wfsgui.core.model.requests import StepOptions
from wfsgui.core.session.fingerprint import Fingerprint, is_same
from wfsgui.core.session.state import DecisionRecord, ExposureRecord, MemberRecord, PairRecord, SessionState

__all__ = ["FolderMove", "Places", "find_places", "relocated"]


@dataclass(frozen=True)
class FolderMove:
    """A folder that has another place now.

    Attributes
    ----------
    before, now : Path
        The former and the present folder.
    """

    before: Path
    now: Path


@dataclass(frozen=True)
class Places:
    """Where files were found.

    Attributes
    ----------
    found : mapping of Path to Path
        Former and present place of each file that was found.
    missing : tuple of Path
        Former places of the files that were not found.
    changed : tuple of Path
        Present places of files whose content is not what it was.
    """

    found: Mapping[Path, Path] = field(default_factory=dict)
    missing: tuple[Path, ...] = ()
    changed: tuple[Path, ...] = ()

    @property
    def missing_folders(self) -> tuple[Path, ...]:
        """The folders of the missing files; a folder inside another one of them is left out."""
        folders = dict.fromkeys(path.parent for path in self.missing)
        return tuple(
            folder for folder in folders if not any(other in folder.parents for other in folders if other != folder)
        )


def find_places(
    files: Iterable[Path], known: Mapping[Path, Fingerprint | None], moves: Sequence[FolderMove] = ()
) -> Places:
    """Find files, also in folders that were moved.

    Parameters
    ----------
    files : iterable of Path
        Former places of the files.
    known : mapping of Path to (Fingerprint or None)
        What the files were like.
    moves : sequence of FolderMove, optional
        Folders that the analyst has found again. A folder beside one of them is looked for in the same way; a file of
        such a folder counts only if its content is the same.

    Returns
    -------
    Places
        What was found.
    """
    found: dict[Path, Path] = {}
    missing: list[Path] = []
    changed: list[Path] = []
    for path in dict.fromkeys(files):
        place = _place_of(path, known.get(path), moves)
        if place is None:
            missing.append(path)
            continue
        found[path] = place
        if not _is_same(place, known.get(path)):
            changed.append(place)
    return Places(found, tuple(missing), tuple(changed))


def relocated(state: SessionState, found: Mapping[Path, Path]) -> SessionState:
    """Return a session with the present places of its files; those that were not found stay as they were."""

    def now(path: Path) -> Path:
        return found.get(path, path)

    def member(record: MemberRecord) -> MemberRecord:
        return replace(record, path=now(record.path))

    def options(chosen: StepOptions) -> StepOptions:
        parameter_file = now(chosen.parameter_file) if chosen.parameter_file is not None else None
        overrides = {kind: str(found.get(Path(name), name)) for kind, name in chosen.overrides.items()}
        return replace(chosen, parameter_file=parameter_file, overrides=overrides)

    def exposure(record: ExposureRecord) -> ExposureRecord:
        return replace(
            record,
            science=member(record.science),
            backgrounds=tuple(map(member, record.backgrounds)),
            options=options(record.options),
            used_options=options(record.used_options),
            saved=now(record.saved) if record.saved is not None else None,
        )

    def decision(record: DecisionRecord) -> DecisionRecord:
        return replace(record, subject=tuple(sorted(_with_serial(path, found) for path in record.subject)))

    def pair(record: PairRecord) -> PairRecord:
        return replace(record, first=now(record.first), second=now(record.second))

    return replace(
        state,
        exposures=tuple(map(exposure, state.exposures)),
        decisions=tuple(map(decision, state.decisions)),
        pairs=tuple(map(pair, state.pairs)),
    )


def _with_serial(path: Path, found: Mapping[Path, Path]) -> Path:
    """Return the present place of a file, or of one with the serial of a branch after its name."""
    if path in found:
        return found[path]
    name, mark, serial = path.name.rpartition("#")
    science = found.get(path.with_name(name)) if name else None
    return science.with_name(f"{science.name}{mark}{serial}") if science is not None else path


def _place_of(path: Path, known: Fingerprint | None, moves: Sequence[FolderMove]) -> Path | None:
    if _is_there(path):
        return path
    # The last answer counts, because it was given for what was still missing.
    for move in (move for move in reversed(moves) if path.is_relative_to(move.before)):
        place = move.now / path.relative_to(move.before)
        if _is_there(place):
            return place
    for move in moves:
        beside = move.before.parent
        if known is not None and move.before.name == move.now.name and path.is_relative_to(beside):
            place = move.now.parent / path.relative_to(beside)
            if _is_there(place) and _is_same(place, known):
                return place
    return None


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_same(path: Path, known: Fingerprint | None) -> bool:
    try:
        return known is None or is_same(path, known)
    except OSError:
        return False
