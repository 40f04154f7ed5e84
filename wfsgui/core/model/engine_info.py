"""Properties of the loaded engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wfsgui.core.model.parameters import ParameterSpec

__all__ = ["EngineInfo"]


@dataclass(frozen=True)
class EngineInfo:
    """Properties of the loaded engine.

    Attributes
    ----------
    versions : mapping of str to str
        Version of each package of the engine.
    crds : mapping of str to str
        CRDS_PATH, CRDS_SERVER_URL and CRDS_CONTEXT in force.
    notices : tuple of str
        Assumed settings, one sentence each.
    flag_meanings : mapping of str to str
        Meaning of each data-quality flag, by name; flags without a known meaning are missing.
    parameters : mapping of str to tuple of ParameterSpec
        Parameters of each step.
    reference_types : mapping of str to tuple of str
        Reference types of each step.
    """

    versions: Mapping[str, str] = field(default_factory=dict)
    crds: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    flag_meanings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, tuple[ParameterSpec, ...]] = field(default_factory=dict)
    reference_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
