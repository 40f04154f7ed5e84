"""Comparison of a result with that of the official pipeline."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ParityReport"]


@dataclass(frozen=True)
class ParityReport:
    """Result of the comparison.

    Attributes
    ----------
    differences : tuple of str
        What differs, one phrase each; dates, names of files and logs are not compared.
    extensions : tuple of str
        FITS extensions whose pixels were compared.
    version : str
        Version of jwst that made the other result.
    failure : str
        Why there is no comparison, one sentence; empty if there is one.
    """

    differences: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    version: str = ""
    failure: str = ""

    @property
    def is_identical(self) -> bool:
        """Whether the two results were compared and nothing differs."""
        return not self.failure and not self.differences and bool(self.extensions)

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        if self.failure:
            return self.failure
        official = f"Image2Pipeline.call of jwst {self.version}"
        if self.is_identical:
            return f"The result is identical to that of {official}: {', '.join(self.extensions)}, WCS and headers."
        count = len(self.differences)
        places = "one place" if count == 1 else f"{count} places"
        return f"The result differs from that of {official} in {places}: {self.differences[0]}."
