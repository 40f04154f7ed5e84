"""The engine as the window takes it; jwst is imported when it is loaded, not before."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.commands.demo import demo_products, demo_references
from wfsgui.core.errors import WfsguiError
from wfsgui.core.events import EndEvent
from wfsgui.core.product import Product
from wfsgui.core.request import AdvanceRequest
from wfsgui.engine_processes import EngineProcesses
from wfsgui.gui.engine import Emit, Engine, EngineFacts, SaveRequest
from wfsgui.pipeline.environment import configure

if TYPE_CHECKING:
    from wfsgui.pipeline.bench import Bench

__all__ = ["JwstEngine"]


class JwstEngine:
    """Adapt the pipeline layer to the window.

    Parameters
    ----------
    crds : callable
        ``crds() -> dict of str to str``: CRDS settings that take the place of the environment's; called in a worker
        thread.
    collect : callable
        Asks the thread that may collect garbage to do so; called in a worker thread.
    """

    def __init__(self, crds: Callable[[], dict[str, str]], collect: Callable[[], None]) -> None:
        self._crds = crds
        self._collect = collect
        self._bench: Bench | None = None
        self._processes = EngineProcesses()

    def services(self, *, demonstration: bool = False) -> Engine:
        """Return it as the window takes it.

        Parameters
        ----------
        demonstration : bool, optional
            Whether it can make the demonstration, whose reference files it must use then.
        """
        return Engine(
            load=self._load,
            advance=self._advance,
            release=self._release,
            save=_save,
            demonstration=_demonstration if demonstration else None,
            explain=_explain,
            locate=_locate,
            processes=self._processes.services(),
        )

    def _load(self) -> EngineFacts:
        # crds reads its settings when it is imported: they come first.
        settings = configure(self._crds())
        from wfsgui.pipeline.bench import Bench
        from wfsgui.pipeline.facts import flag_meanings, flags, versions
        from wfsgui.pipeline.parameters import parameter_specs, reference_types
        from wfsgui.pipeline.settling import collect_with

        self._bench = Bench()
        collect_with(self._collect)
        # What was imported stays: nobody need look through it. No garbage is collected here, see `collect`.
        gc.freeze()
        return EngineFacts(
            versions=versions(),
            crds={"CRDS_PATH": settings.path, "CRDS_SERVER_URL": settings.server, "CRDS_CONTEXT": settings.context},
            notices=settings.notices,
            flags=flags(),
            flag_meanings=flag_meanings(),
            parameters=parameter_specs(),
            reference_types=reference_types(),
        )

    def _advance(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        if self._bench is None:
            raise WfsguiError("The pipeline has not been loaded.")
        return self._bench.advance(request, emit, cancel)

    def _release(self, key: str) -> None:
        if self._bench is not None:
            self._bench.release(key)


def _save(request: SaveRequest) -> Path:
    from wfsgui.pipeline.saving import save_result

    return save_result(request.result, request.target, overwrite=request.overwrite, inputs=request.inputs)


def _demonstration(say: Callable[[str], None]) -> tuple[Product, ...]:
    products = demo_products(say).products
    demo_references((product.science.info.detector for product in products), say)
    return tuple(products)


def _locate(name: str) -> Path | None:
    from wfsgui.pipeline.facts import locate_reference

    return locate_reference(name)


def _explain(error: BaseException, doing: str) -> str:
    if isinstance(error, WfsguiError):
        return str(error)
    if isinstance(error, ImportError):
        return f"The package {error.name or 'of the pipeline'} cannot be imported ({error}); install wfsgui again."
    from wfsgui.pipeline.failures import explain

    return explain(error, doing)
