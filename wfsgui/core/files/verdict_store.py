"""Store of the analyst's verdicts and notes, one file each, written at once."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.files.records import RecordReader, add_record, folder_name
from wfsgui.core.judgement.verdicts import Judgement, Verdict

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product

__all__ = ["StoredVerdicts", "VerdictStore"]

_BRANCHES = "branches"


@dataclass(frozen=True)
class StoredVerdicts:
    """The stored verdicts on a product.

    Attributes
    ----------
    verdicts : tuple of Verdict
        Verdicts, oldest first.
    unread : tuple of str
        Files that could not be read, one sentence each with the reason. These files are not changed.
    """

    verdicts: tuple[Verdict, ...] = ()
    unread: tuple[str, ...] = ()


class VerdictStore:
    """A folder of small JSON files, one for each verdict, see `wfsgui.core.files.records`.

    Parameters
    ----------
    folder : Path
        Folder of the files; created when it is needed.

    Attributes
    ----------
    folder : Path
        Folder of the files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, product: Product, serial: str = "") -> StoredVerdicts:
        """Read the verdicts on a product.

        Parameters
        ----------
        product : Product
            The product.
        serial : str, optional
            Serial of a branch, whose verdicts are kept apart; empty for the first one.

        Returns
        -------
        StoredVerdicts
            Empty if there is no verdict.
        """
        folder = self._folder_of(product, serial)
        reader = RecordReader(f"Earlier verdicts on {product.name}")
        if serial:
            return StoredVerdicts(tuple(reader.read_folder(folder, _verdict)), tuple(reader.unread))
        # Earlier versions kept all verdicts on an exposure in one file.
        verdicts = reader.attempt(folder.with_suffix(".json"), _parse_many)
        verdicts += reader.read_folder(folder, _verdict)
        return StoredVerdicts(tuple(verdicts), tuple(reader.unread))

    def add(self, product: Product, verdict: Verdict, serial: str = "", branch: str = "") -> None:
        """Store a verdict on a product.

        Parameters
        ----------
        product : Product
            The product.
        verdict : Verdict
            The verdict.
        serial, branch : str, optional
            Serial and present name of a branch; empty for the first one.

        Raises
        ------
        OSError
            If it cannot be written; earlier verdicts are not changed.
        """
        content = {"exposure": str(product.science.path), "product": product.name, **asdict(verdict)}
        add_record(self._folder_of(product, serial), {**content, "branch": branch} if serial else content)

    def _folder_of(self, product: Product, serial: str) -> Path:
        folder = self.folder / folder_name(product.science.path)
        # Programs of earlier versions read every .json file of the folder, but no folder within it.
        return folder / _BRANCHES / serial if serial else folder


def _parse_many(path: Path) -> list[Verdict]:
    return [_verdict(entry) for entry in json.loads(path.read_text(encoding="utf-8"))["verdicts"]]


def _verdict(entry: dict[str, str]) -> Verdict:
    stage, note, when = entry["stage"], entry["note"], entry["when"]
    if not all(isinstance(text, str) for text in (stage, note, when)):
        raise TypeError("stage, note and when must be strings")
    return Verdict(stage, Judgement(entry["judgement"]), note, when)
