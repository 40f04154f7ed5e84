"""Store of the analyst's verdicts and notes, one file each, written at once."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wfsgui.core.model.verdicts import Judgement, Verdict

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product

__all__ = ["StoredVerdicts", "VerdictStore"]

_Content = TypeVar("_Content")


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
    """A folder of small JSON files, one for each verdict.

    A file is written once and never changed. So several programs can write at the same time without a lock; locks are
    not reliable on network drives.

    Parameters
    ----------
    folder : Path
        Folder of the files; created when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, product: Product) -> StoredVerdicts:
        """Read the verdicts on a product.

        Parameters
        ----------
        product : Product
            The product.

        Returns
        -------
        StoredVerdicts
            Empty if there is no verdict.
        """
        folder = self._folder_of(product)
        unread: list[str] = []

        def attempt(path: Path, read: Callable[[Path], list[_Content]]) -> list[_Content]:
            try:
                return read(path)
            except FileNotFoundError:
                return []
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                why = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged"
                unread.append(
                    f"Earlier verdicts on {product.name} could not be read ({why}): the file {path} stays as it is."
                )
                return []

        # Earlier versions kept all verdicts on an exposure in one file.
        verdicts = attempt(folder.with_suffix(".json"), _parse_many)
        for path in sorted(attempt(folder, lambda path: list(path.iterdir()))):
            verdicts += attempt(path, _parse_one) if path.suffix == ".json" else []
        return StoredVerdicts(tuple(verdicts), tuple(unread))

    def add(self, product: Product, verdict: Verdict) -> None:
        """Store a verdict on a product.

        Parameters
        ----------
        product : Product
            The product.
        verdict : Verdict
            The verdict.

        Raises
        ------
        OSError
            If it cannot be written; earlier verdicts are not changed.
        """
        folder = self._folder_of(product)
        folder.mkdir(parents=True, exist_ok=True)
        content = {"exposure": str(product.science.path), "product": product.name, **asdict(verdict)}
        # The names sort by time and are unique.
        path = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex}.json"
        temporary = path.with_suffix(".tmp")
        try:
            temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _folder_of(self, product: Product) -> Path:
        path = str(product.science.path.resolve())
        digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self._folder / digest


def _parse_many(path: Path) -> list[Verdict]:
    return [_verdict(entry) for entry in json.loads(path.read_text(encoding="utf-8"))["verdicts"]]


def _parse_one(path: Path) -> list[Verdict]:
    return [_verdict(json.loads(path.read_text(encoding="utf-8")))]


def _verdict(entry: dict[str, str]) -> Verdict:
    stage, note, when = entry["stage"], entry["note"], entry["when"]
    if not all(isinstance(text, str) for text in (stage, note, when)):
        raise TypeError("stage, note and when must be strings")
    return Verdict(stage, Judgement(entry["judgement"]), note, when)
