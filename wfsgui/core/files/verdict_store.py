"""The analyst's verdicts and notes, kept on disk from the moment they are given."""

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

__all__ = ["NotebookPage", "VerdictStore"]

_Content = TypeVar("_Content")


@dataclass(frozen=True)
class NotebookPage:
    """What the notebook has on a product.

    Attributes
    ----------
    verdicts : tuple of Verdict
        Oldest first.
    unread : tuple of str
        Which files could not be read and why, a sentence each; they stay as they are.
    """

    verdicts: tuple[Verdict, ...] = ()
    unread: tuple[str, ...] = ()


class VerdictStore:
    """A folder of small JSON files, one for each verdict.

    A file is written once and never changed, so that any number of programs can write at the same time, on network
    drives, too, where locks cannot be relied on.

    Parameters
    ----------
    folder : Path
        Where they are kept; created when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, product: Product) -> NotebookPage:
        """Read what was decided on a product.

        Parameters
        ----------
        product : Product
            The product.

        Returns
        -------
        NotebookPage
            Empty where nothing was decided.
        """
        place = self._place(product)
        unread: list[str] = []

        def attempt(path: Path, look: Callable[[Path], list[_Content]]) -> list[_Content]:
            try:
                return look(path)
            except FileNotFoundError:
                return []
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                why = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged"
                unread.append(
                    f"Earlier verdicts on {product.name} could not be read ({why}): the file {path} stays as it is."
                )
                return []

        # Earlier versions kept all verdicts on an exposure in one file.
        verdicts = attempt(place.with_suffix(".json"), _parse_many)
        for path in sorted(attempt(place, lambda folder: list(folder.iterdir()))):
            verdicts += attempt(path, _parse_one) if path.suffix == ".json" else []
        return NotebookPage(tuple(verdicts), tuple(unread))

    def add(self, product: Product, verdict: Verdict) -> None:
        """Keep one more decision on a product.

        Parameters
        ----------
        product : Product
            The product.
        verdict : Verdict
            The decision.

        Raises
        ------
        OSError
            If it cannot be written; what was kept before is still there.
        """
        place = self._place(product)
        place.mkdir(parents=True, exist_ok=True)
        content = {"exposure": str(product.science.path), "product": product.name, **asdict(verdict)}
        # Names are in the order of time, and no two are the same.
        path = place / f"{time.time_ns():020d}-{uuid.uuid4().hex}.json"
        aside = path.with_suffix(".tmp")
        try:
            aside.write_text(json.dumps(content, indent=1), encoding="utf-8")
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)

    def _place(self, product: Product) -> Path:
        path = str(product.science.path.resolve())
        mark = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self._folder / mark


def _parse_many(path: Path) -> list[Verdict]:
    return [_verdict(entry) for entry in json.loads(path.read_text(encoding="utf-8"))["verdicts"]]


def _parse_one(path: Path) -> list[Verdict]:
    return [_verdict(json.loads(path.read_text(encoding="utf-8")))]


def _verdict(entry: dict[str, str]) -> Verdict:
    stage, note, when = entry["stage"], entry["note"], entry["when"]
    if not all(isinstance(text, str) for text in (stage, note, when)):
        raise TypeError("A verdict is made of texts.")
    return Verdict(stage, Judgement(entry["judgement"]), note, when)
