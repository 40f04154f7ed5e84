"""What is told to the caller as Python warnings, so that it is not missed in a script or a notebook."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Final

__all__ = ["AlarmWarning", "StepWarning", "WfsguiWarning", "tell"]

# From `tell` to the line that called a method: that method and one of its own stand between them.
_LEVEL: Final = 4


class WfsguiWarning(UserWarning):
    """Something about the input or the settings that the analyst has to know."""


class StepWarning(WfsguiWarning):
    """A step has ended with a warning."""


class AlarmWarning(StepWarning):
    """A step has ended, and its result is of no use."""


def tell(sentences: Iterable[str], category: type[WfsguiWarning]) -> None:
    """Issue a Python warning for each sentence, at the line that called the method of the interface.

    Parameters
    ----------
    sentences : iterable of str
        What is told.
    category : type
        Class of the warnings.
    """
    for sentence in sentences:
        warnings.warn(sentence, category, stacklevel=_LEVEL)
