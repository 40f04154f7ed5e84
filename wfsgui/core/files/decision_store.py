"""Store of the analyst's decisions on exposures and pairs, one file each, and of notes that are being typed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wfsgui.core.files.records import RecordReader, add_record, folder_name, replace_record
from wfsgui.core.judgement.decision import Decision, Fitness

__all__ = ["DecisionStore", "StoredDecisions", "Subject"]

Subject = tuple[Path, ...]
"""What is decided on: the science file of an exposure, or the two of a pair."""

# Not .json: programs of earlier versions read every such file as a verdict on a step.
_FOLDER = "decisions"
_DRAFT = "draft"


@dataclass(frozen=True)
class StoredDecisions:
    """The stored decisions on an exposure or a pair.

    Attributes
    ----------
    decisions : tuple of Decision
        Decisions, oldest first.
    draft : str
        Note that was typed and not used yet.
    unread : tuple of str
        Files that could not be read, one sentence each with the reason. These files are not changed.
    """

    decisions: tuple[Decision, ...] = ()
    draft: str = ""
    unread: tuple[str, ...] = ()


class DecisionStore:
    """Folders of small JSON files beside the verdicts on steps, see `wfsgui.core.files.records`.

    Parameters
    ----------
    folder : Path
        Folder of the verdict store; created when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, subject: Subject) -> StoredDecisions:
        """Read the decisions on an exposure or a pair; empty if there are none."""
        folder = self._folder_of(subject)
        reader = RecordReader(f"Earlier decisions on {_name(subject)}")
        decisions = reader.read_folder(folder, _decision)
        drafts = reader.attempt(folder / _DRAFT, lambda path: [_draft(json.loads(path.read_text(encoding="utf-8")))])
        return StoredDecisions(tuple(decisions), "".join(drafts), tuple(reader.unread))

    def add(self, subject: Subject, decision: Decision) -> None:
        """Store a decision; raises OSError if it cannot be written, earlier ones are not changed."""
        add_record(self._folder_of(subject), {"exposures": [str(path) for path in subject], **asdict(decision)})

    def set_draft(self, subject: Subject, note: str) -> None:
        """Store the note that is being typed; an empty one removes it. Raises OSError if it cannot be written."""
        path = self._folder_of(subject) / _DRAFT
        if note:
            replace_record(path, {"exposures": [str(path) for path in subject], "note": note})
        else:
            path.unlink(missing_ok=True)

    def _folder_of(self, subject: Subject) -> Path:
        return self._folder / folder_name(*subject) / _FOLDER


def _name(subject: Subject) -> str:
    return " and ".join(path.name for path in subject)


def _decision(entry: dict[str, Any]) -> Decision:
    note, when, stage = entry["note"], entry["when"], entry.get("stage", "")
    if not all(isinstance(text, str) for text in (note, when, stage)):
        raise TypeError("note, when and stage must be strings")
    return Decision(Fitness(entry["judgement"]), note, when, stage)


def _draft(entry: dict[str, Any]) -> str:
    note = entry["note"]
    if not isinstance(note, str):
        raise TypeError("note must be a string")
    return note
