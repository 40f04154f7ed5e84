"""What is known of the engine once it has been loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wfsgui.core.model.parameters import ParameterSpec

__all__ = ["EngineInfo"]


@dataclass(frozen=True)
class EngineInfo:
    """What is known once the engine has been loaded.

    Attributes
    ----------
    versions : mapping of str to str
        Package and version of everything that calibrates.
    crds : mapping of str to str
        CRDS_PATH, CRDS_SERVER_URL and CRDS_CONTEXT in force.
    notices : tuple of str
        What was assumed, a sentence each.
    flag_meanings : mapping of str to str
        What the data-quality flags mean, by name, as far as that is known.
    parameters : mapping of str to tuple of ParameterSpec
        What can be set, for each step.
    reference_types : mapping of str to tuple of str
        The reference types that each step uses.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    crds: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    flag_meanings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, tuple[ParameterSpec, ...]] = field(default_factory=dict)
    reference_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
