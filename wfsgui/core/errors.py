"""Errors with a text for the analyst: one plain sentence that says what to do."""

__all__ = ["InputDeclinedError", "OptionError", "StoppedError", "WfsguiError"]


class WfsguiError(Exception):
    """Base class of every error that the program raises on purpose.

    ``str(error)`` is one sentence for the analyst; the technical details are in the log or in ``__cause__``.
    """


class InputDeclinedError(WfsguiError):
    """A file, folder or association cannot be calibrated; the text says why and what to do."""


class OptionError(WfsguiError):
    """An option names a step, parameter, reference type or value that the chain does not have."""


class StoppedError(WfsguiError):
    """The analyst has stopped the work before its end."""
