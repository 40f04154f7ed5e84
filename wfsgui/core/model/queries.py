"""Questions to the engine that one answer ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from wfsgui.core.model.parameters import ParameterFile, ParameterOrigins
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions

__all__ = ["ParameterFileQuery", "ParameterOriginsQuery", "Query", "ReferencesQuery", "SaveParametersQuery"]

T_co = TypeVar("T_co", covariant=True)


class Query(Generic[T_co]):
    """A question to the engine; the type variable is the type of its answer.

    A query is a frozen dataclass, which is sent to the process of the engine. `wfsgui.pipeline.processes.answers` has
    the function that answers it.
    """


@dataclass(frozen=True)
class ReferencesQuery(Query[Mapping[str, str]]):
    """Asks which reference files a run of a product would use; none is fetched.

    The answer has for each reference type the path, ``N/A``, or an empty string if CRDS has none; see
    `wfsgui.core.visit.preflight.EngineKnowledge`.

    Attributes
    ----------
    product : Product
        The product.
    """

    product: Product


@dataclass(frozen=True)
class ParameterFileQuery(Query[ParameterFile]):
    """Asks what a parameter file of the pipeline sets.

    Attributes
    ----------
    path : Path
        The file, absolute.
    """

    path: Path


@dataclass(frozen=True)
class ParameterOriginsQuery(Query[ParameterOrigins]):
    """Asks which values a run of a product would use, and where each of them comes from.

    Attributes
    ----------
    product : Product
        The product.
    options : StepOptions
        The options of the run.
    """

    product: Product
    options: StepOptions


@dataclass(frozen=True)
class SaveParametersQuery(Query[Path]):
    """Asks to write the parameters of a run to a parameter file of the pipeline.

    The answer is the file, which `strun` and this program accept.

    Attributes
    ----------
    product : Product
        The product.
    options : StepOptions
        The options of the run.
    path : Path
        The file to write, absolute; an existing file is replaced.
    """

    product: Product
    options: StepOptions
    path: Path
