"""The analyst's verdicts and notes, kept on disk from the moment they are given."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.verdicts import Judgement, Verdict

if TYPE_CHECKING:
    from wfsgui.core.product import Product

__all__ = ["Notebook"]


class Notebook:
    """One small JSON file for each exposure.

    Parameters
    ----------
    folder : Path
        Where they are kept; created when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def verdicts(self, product: Product) -> list[Verdict]:
        """Read what was decided on a product.

        Parameters
        ----------
        product : Product
            The product.

        Returns
        -------
        list of Verdict
            Oldest first; empty where there is nothing, or nothing that can be read.
        """
        page = self._page(product)
        try:
            return _parse(page.read_text(encoding="utf-8"))
        except (FileNotFoundError, PermissionError):
            return []
        except (OSError, ValueError, TypeError, KeyError):
            # Somebody's notes all the same: kept for a person to read.
            with suppress(OSError):
                page.replace(page.with_suffix(".damaged"))
            return []

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
        page = self._page(product)
        # Read again: another window may have added to it.
        verdicts = [*self.verdicts(product), verdict]
        content = {
            "exposure": str(product.science.path),
            "product": product.name,
            "verdicts": [asdict(entry) for entry in verdicts],
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = page.with_suffix(f".{os.getpid()}.tmp")
        aside.write_text(json.dumps(content, indent=1), encoding="utf-8")
        aside.replace(page)

    def _page(self, product: Product) -> Path:
        path = str(product.science.path.resolve())
        mark = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self._folder / f"{mark}.json"


def _parse(text: str) -> list[Verdict]:
    entries = json.loads(text)["verdicts"]
    return [Verdict(**{**entry, "judgement": Judgement(entry["judgement"])}) for entry in entries]
