"""Errors whose text is meant for the analyst: one plain sentence, saying what to do."""

__all__ = ["InputDeclinedError", "OptionError", "WfsguiError"]


class WfsguiError(Exception):
    """Base of every error that the program raises on purpose.

    ``str(error)`` is one sentence for the analyst; whatever a developer needs is in the log or in ``__cause__``.
    """


class InputDeclinedError(WfsguiError):
    """A file, folder or association that cannot be calibrated here; the text says why and what to do."""


class OptionError(WfsguiError):
    """A step, parameter, reference type or value that the chain does not know."""
